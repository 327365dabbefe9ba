"""Every form in which tools write an address folds into one key, and nothing else does: by generated addresses."""

from __future__ import annotations

import string
import time
from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passalong.wire.address import key, normalise
from passalong.wire.shapes import Unreadable
from passalong.wire.wrapped import is_plain, leads_on, unwrapped

LETTERS = "".join(sorted(set(string.ascii_letters) - set("pP")))
"""Without these nothing spells amp by chance."""
LABEL = st.text("".join(sorted(set(LETTERS.lower()))) + string.digits, min_size=4, max_size=12)
HOSTS = st.builds(lambda *labels: ".".join((*labels, "example")), LABEL, st.sampled_from(["blog", "ann", "seeds"]))
SEGMENT = st.text("".join(sorted(LETTERS)) + string.digits + "-_~@", min_size=1, max_size=12)
PATHS = st.lists(SEGMENT, min_size=1, max_size=4).map("/".join)


ADDRESSES = st.builds(lambda host, path: f"https://{host}/{path}", HOSTS, PATHS)


def forms(url: str) -> list[str]:
    bare = url.removeprefix("https://")
    host, _, path = bare.partition("/")
    return [
        f"http://{bare}",
        f"{url}/",
        f"{url}?utm_source=rss&utm_medium=feed",
        f"{url}?fbclid=x",
        f"{url}#part",
        f"{url}#:~:text=word",
        f"https://www.{bare}",
        f"https://{host.upper()}/{path}",
        f"https://{host}:443/{path}",
        f"https://{host}//../{path}",
        f"https://{host}/x/../{path}",
        f"{url}/amp/",
        f"{url}?amp=1",
        f"https://m.{bare}",
        f"https://amp.{bare}",
        f"https://{host.replace('-', '--').replace('.', '-')}.cdn.ampproject.org/c/s/{bare}",
        f"https://www.google.com/url?q={quote(url, safe='')}&sa=D",
        f"https://l.facebook.com/l.php?u={quote(url, safe='')}&h=AT",
        f"https://eur01.safelinks.protection.outlook.com/?url={quote(url, safe='')}&data=05",
        f"https://web.archive.org/web/20260101000000/{url}",
        f"https://href.li/?{url}",
        f"https://{host.replace('-', '--').replace('.', '-')}.translate.goog/{path}?_x_tr_sl=en",
    ]


@given(ADDRESSES)
def test_every_form_is_the_same(url: str) -> None:
    here = key(url)
    assert {form: key(form) for form in forms(url) if key(form) != here} == {}


@given(ADDRESSES)
def test_a_key_is_that_of_the_normal_form(url: str) -> None:
    """The key of a Page is made of its normalised address: both ways lead to one."""
    for form in [url, *forms(url)]:
        assert key(normalise(form)) == key(form)


@given(ADDRESSES, SEGMENT, st.integers(2, 99))
def test_no_decoy_collides(url: str, more: str, number: int) -> None:
    bare = url.removeprefix("https://")
    host, _, path = bare.partition("/")
    decoys = [
        f"{url}{more}",
        f"{url}/{more}",
        f"{url}?page={number}",
        f"{url}?amp={number}&x=1",
        f"https://{host}.evil.example/{path}",
        f"https://not{host}/{path}",
        f"https://{host}/{more}/{path}",
        f"https://evil.example/?u={quote(url, safe='')}",
        f"https://evil.example/url?q={quote(url, safe='')}",
        f"https://evil.example/web/2020/{url}",
        f"https://{host}:8443/{path}",
        f"https://evil.example/#{url}",
        f"https://{host}@evil.example/{path}",
        f"https://{host}/{path.swapcase()}" if path.swapcase() != path else "https://other.example/",
    ]
    here = key(url)
    assert [decoy for decoy in decoys if key(decoy) == here] == []


@given(st.text(max_size=300))
def test_nothing_breaks_it(text: str) -> None:
    for url in (
        text,
        f"https://{text}",
        f"https://www.google.com/url?q={text}",
        f"https://web.archive.org/web/1/{text}",
    ):
        unwrapped(url)
        leads_on(url)
        is_plain(url)
        with suppress(Unreadable):
            key(url)


@given(ADDRESSES)
def test_two_ways_to_tell_what_is_plain_agree(url: str) -> None:
    assert is_plain(url) or any(hint in url for hint in ("//m", ".m.", "http"))


HOSTILE = {
    "long": lambda n: "https://www.google.com/url?q=" + "a" * n,
    "nested": lambda n: "https://href.li/?" * (n // 17) + "https://ann.example/",
    "archives": lambda n: "https://web.archive.org/web/2020/" * (n // 33) + "https://ann.example/",
    "escapes": lambda n: "https://www.google.com/url?q=" + "%" * n,
    "half escapes": lambda n: "https://www.google.com/url?q=" + "%2" * (n // 2),
    "fields": lambda n: "https://www.google.com/url?" + "q=&" * (n // 3),
    "dots": lambda n: "https://" + "a." * (n // 2) + "google.com/url?q=x",
    "phones": lambda n: "https://" + "m." * (n // 2) + "example/",
    "amp ends": lambda n: "https://ann.example" + "/amp" * (n // 4),
    "hyphens": lambda n: "https://" + "-" * n + ".translate.goog/",
    "slashes": lambda n: "https://web.archive.org/web/20200101/https:" + "/" * n,
    "unicode": lambda n: "https://" + "ü" * n + ".example/",
    "dots in the path": lambda n: "https://ann.example" + "/.." * (n // 3),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_addresses_cost_no_more_than_their_length(name: str) -> None:
    def cost(size: int) -> float:
        url, best = HOSTILE[name](size), 9.0
        for _ in range(3):
            started = time.process_time()
            for look in (unwrapped, leads_on, is_plain, key):
                with suppress(Unreadable):
                    look(url)
            best = min(best, time.process_time() - started)
        return best

    assert cost(80_000) < 0.1 + 12 * cost(10_000)
    assert cost(200_000) < 0.5


@pytest.mark.parametrize("host", ["ünï.example", "xn--n-iga2d.example", "例え.example", "ann.example.", "ANN.EXAMPLE"])
def test_hosts_in_all_scripts_through_a_wrapper(host: str) -> None:
    plain = f"https://{host}/post"
    wrapped = f"https://www.google.com/url?q={quote(plain, safe='')}"
    assert key(wrapped) == key(plain)

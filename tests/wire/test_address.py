from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passalong.wire import address
from passalong.wire.shapes import Unreadable

from .cases_of import pairs

# RFC 3986, section 5.4: its examples of reference resolution, as far as they stay on the web.
RFC_BASE = "http://a.example/b/c/d;p?q"
RFC_3986 = {
    "g": "/b/c/g", "./g": "/b/c/g", "g/": "/b/c/g/", "/g": "/g", "?y": "/b/c/d;p?y", "g?y": "/b/c/g?y",
    "#s": "/b/c/d;p?q#s", "g#s": "/b/c/g#s", "g?y#s": "/b/c/g?y#s", ";x": "/b/c/;x", "g;x": "/b/c/g;x",
    "g;x?y#s": "/b/c/g;x?y#s", "": "/b/c/d;p?q", ".": "/b/c/", "./": "/b/c/", "..": "/b/", "../": "/b/",
    "../g": "/b/g", "../..": "/", "../../": "/", "../../g": "/g", "../../../g": "/g", "../../../../g": "/g",
    "/./g": "/g", "/../g": "/g", "g.": "/b/c/g.", ".g": "/b/c/.g", "g..": "/b/c/g..", "..g": "/b/c/..g",
    "./../g": "/b/g", "./g/.": "/b/c/g/",
    "g/./h": "/b/c/g/h", "g/../h": "/b/c/h", "g;x=1/./y": "/b/c/g;x=1/y", "g;x=1/../y": "/b/c/y",
    "g?y/./x": "/b/c/g?y/./x", "g?y/../x": "/b/c/g?y/../x", "g#s/./x": "/b/c/g#s/./x", "g#s/../x": "/b/c/g#s/../x",
}  # fmt: skip

PASTED = {
    "https://example.org/a": "https://example.org/a",
    "  https://example.org/a\n": "https://example.org/a",
    "<https://example.org/a>": "https://example.org/a",
    "“https://example.org/a”": "https://example.org/a",
    "'https://example.org/a',": "https://example.org/a",
    "`https://example.org/a`": "https://example.org/a",
    "[the page](https://example.org/a)": "https://example.org/a",
    '[the page](https://example.org/a "its title").': "https://example.org/a",
    "(https://example.org/a_(b))": "https://example.org/a_(b)",
    "https://example.org/a_(b)": "https://example.org/a_(b)",
    "https://example.org/a.": "https://example.org/a",
    "https://example.org/a?x=1#part": "https://example.org/a?x=1#part",
    "https://example.org/?a=1&amp;b=2": "https://example.org/?a=1&b=2",
    "example.org": "https://example.org/",
    "www.Example.org/A": "https://www.example.org/A",
    "//example.org/a": "https://example.org/a",
    "example.org:8080/a": "https://example.org:8080/a",
    "localhost:8000/@ann": "http://localhost:8000/@ann",
    "127.0.0.1:8000": "http://127.0.0.1:8000/",
    "[::1]:8000/a": "http://[::1]:8000/a",
    "HTTP://Example.org/A": "http://example.org/A",
    "http//example.org/a": "http://example.org/a",
    "https;//example.org/a": "https://example.org/a",
    "https:/example.org/a": "https://example.org/a",
    "https:// example.org/a": "https://example.org/a",
    "https://https://example.org/a": "https://example.org/a",
    "feed://example.org/f": "https://example.org/f",
    "feed:https://example.org/f": "https://example.org/f",
    "feed:http://example.org/f": "http://example.org/f",
    "pcast://example.org/f": "https://example.org/f",
    "itpc://example.org/f": "https://example.org/f",
    "webcal://example.org/f": "https://example.org/f",
    "view-source:https://example.org/a": "https://example.org/a",
    "url: https://example.org/a": "https://example.org/a",
    "my blog: https://example.org/a.": "https://example.org/a",
    "https://ann:secret@example.org/a": "https://example.org/a",
    "https://blog.example/@ann": "https://blog.example/@ann",
    "\ufeffexample.org/\u200ba": "https://example.org/a",
    "пример.рф/путь": "https://xn--e1afmkfd.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C",
    "https://example.org/a-long-path-that-mail-programs-break-at-the-/\nmargin/b": (
        "https://example.org/a-long-path-that-mail-programs-break-at-the-/margin/b"
    ),
    "https://web.archive.example/web/2020/https://example.org/": (
        "https://web.archive.example/web/2020/https://example.org/"
    ),
}
NOT_PASTED = [
    "", " ", "hello", "hello world", "ann@example.org", "@ann@example.org", "mailto:ann@example.org",
    "javascript:alert(1)", "data:text/html,x", "ftp://example.org/a", "https://", "example.org:99999",
    "https://a.example https://b.example", "file:///etc/passwd", "x" * 9_000, "<>", "[a]()",
]  # fmt: skip


@pytest.mark.parametrize(("url", "expected"), pairs("address"))
def test_normalise_and_key(url: str, expected: dict[str, Any]) -> None:
    if "code" in expected:
        with pytest.raises(Unreadable) as refused:
            address.normalise(url)
        assert refused.value.code == expected["code"]
        assert str(refused.value).endswith(".")
    else:
        assert {"normalise": address.normalise(url), "key": address.key(url)} == expected


@pytest.mark.parametrize("ref", RFC_3986)
def test_absolute_follows_rfc_3986(ref: str) -> None:
    assert address.absolute(RFC_BASE, ref) == "http://a.example" + RFC_3986[ref]


@pytest.mark.parametrize(
    ("ref", "expected"),
    {
        "//other.example/p": "https://other.example/p",
        "\\\\other.example\\p": "https://other.example/p",
        "HTTP://Other.example": "http://other.example/",
        " /a b\n": "https://example.org/a%20b",
        "\x01javascript:alert(1)": "",
        "JaVa\tScRiPt:alert(1)": "",
        "vbscript:x": "",
        "data:image/png;base64,AAAA": "",
        "blob:https://example.org/x": "",
        "mailto:ann@example.org": "",
        "https://": "",
        "https://ann:pw@example.org/x": "https://example.org/x",
    }.items(),
)
def test_absolute_leads_only_to_the_web(ref: str, expected: str) -> None:
    assert address.absolute("https://example.org/d/", ref) == expected


def test_absolute_without_a_base() -> None:
    assert address.absolute("", "https://example.org/a") == "https://example.org/a"
    assert address.absolute("", "a") == ""
    assert address.absolute("mailto:x", "a") == ""


@pytest.mark.parametrize("pasted", PASTED)
def test_tidy_makes_an_address_of_what_people_paste(pasted: str) -> None:
    assert address.tidy(pasted) == PASTED[pasted]


@pytest.mark.parametrize("pasted", NOT_PASTED)
def test_tidy_refuses_in_a_sentence(pasted: str) -> None:
    with pytest.raises(Unreadable, match=r"\.$"):
        address.tidy(pasted)


def test_origin_and_host() -> None:
    assert address.origin("https://Ann@Example.org:8443/a?b#c") == "https://example.org:8443"
    assert address.host("https://Bücher.example/") == "xn--bcher-kva.example"
    assert address.origin("mailto:x") == address.host("") == ""


addressy = st.one_of(
    st.text(),
    st.text(alphabet="htps:/\\.@[]%#?&=0123456789aAé。\t\n -_", max_size=60),
    st.text(max_size=30).map("https://example.org/".__add__),
    st.text(max_size=20).map("http://".__add__),
)


plain = st.builds(
    "{}://{}{}".format,
    st.sampled_from(["http", "https"]),
    st.text(alphabet="ab.-0x_", min_size=1, max_size=12),
    st.text(alphabet="/.a%2fF?&=#~@:;é index.html", max_size=25).map("/".__add__),
)


@given(plain)
def test_the_short_ways_lead_where_the_long_ones_do(url: str) -> None:
    """White space around an address is taken off, but keeps it from every short way."""
    assert address.absolute("", url) == address.absolute("", f"\n{url}\n")
    try:
        long = address.normalise(f" {url} "), address.key(f" {url} ")
    except Unreadable:
        with pytest.raises(Unreadable):
            address.normalise(url)
        return
    assert (address.normalise(url), address.key(url)) == long


@given(addressy)
def test_normalise_is_stable_and_raises_nothing_else(url: str) -> None:
    try:
        once = address.normalise(url)
    except Unreadable:
        return
    assert address.normalise(once) == once
    assert address.key(once) == address.key(url)
    assert once.isascii()
    assert " " not in once


@given(addressy, addressy)
def test_absolute_never_raises_and_stays_on_the_web(base: str, ref: str) -> None:
    joined = address.absolute(base, ref)
    assert joined == "" or joined.startswith(("http://", "https://"))
    assert not joined or address.absolute("", joined) == joined


@given(addressy)
def test_tidy_raises_nothing_else_and_is_stable(pasted: str) -> None:
    try:
        url = address.tidy(pasted)
    except Unreadable:
        return
    assert address.normalise(url)


@given(
    st.from_regex(
        r"https?://(www\.)?[a-z0-9-]{1,5}(\.[a-zA-Z0-9_-]{1,4}){0,4}(:80)?(/[a-z.%A-Z0-9~;=]{0,4}){0,4}(index\.html)?[?#]?",
        fullmatch=True,
    )
)
def test_the_short_way_is_the_long_way(url: str) -> None:
    def every() -> list[str]:
        found = []
        for ask in (address.normalise, address.key, partial(address.absolute, "https://b.example/x")):
            try:
                found.append(ask(url))
            except Unreadable as problem:
                found.append(problem.code)
        return found

    short = every()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(address, "_SHORT", -1)
        assert every() == short

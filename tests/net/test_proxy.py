"""Out through a proxy (PASSALONG_PROXY): names are left to it, but nothing private is asked of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from passalong.net import get
from passalong.net.guard import Rules, parse_allowed
from passalong.net.shapes import Ask, Failed
from tests.net.raw import Raw, ok, redirect
from tests.shared import shared

pytestmark = pytest.mark.slow

PRIVATE = """
127.0.0.1 localhost a.localhost LOCALHOST. 2130706433 0177.0.0.1 127.1 0x7f.1 ①②⑦.①  [::1] [::ffff:10.0.0.1] 10.0.0.1
[64:ff9b::7f00:1] [2002:7f00:1::] 169.254.169.254 router nas.local metadata.google.internal
"""


def fail(ask: Ask | str) -> Failed:
    with pytest.raises(Failed) as failed:
        get.get(ask)
    return failed.value


def no_look_up(host: str) -> list[str]:
    raise AssertionError(f"{host} was looked up here")


@pytest.fixture
def proxy() -> Iterator[Raw]:
    with Raw() as raw:
        get.configure(Rules(proxy=f"http://127.0.0.1:{raw.port}", resolver=no_look_up))
        yield raw


def test_plain_requests_go_in_absolute_form(proxy: Raw) -> None:
    proxy.answers["http://x.example/a?b=c"] = proxy.answers["http://x.example/a"] = ok()
    assert get.get("http://x.example/a?b=c").body == b"hello"
    assert proxy.heads()[0].startswith("GET http://x.example/a?b=c HTTP/1.1\r\nHost: x.example\r\n")


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", PRIVATE.split())
def test_nothing_private_is_asked_of_it(proxy: Raw, host: str, scheme: str) -> None:
    assert fail(f"{scheme}://{host}/").code == "private"
    proxy.answers["http://x.example/"] = redirect(f"{scheme}://{host}/")
    assert fail("http://x.example/").code == "private"
    assert len(proxy.requests) == 1


def test_what_the_owner_allowed_by_number_is_near(proxy: Raw, server: Raw) -> None:
    """An allowed private address means this network; the same number beyond a proxy may be another machine."""
    server.answers["/"] = ok(b"near")
    allowed = parse_allowed(f"127.0.0.1:{server.port}")
    get.configure(Rules(allowed, proxy=f"http://127.0.0.1:{proxy.port}"))
    assert get.get(server.url()).body == b"near"
    assert get.get(f"http://localhost:{server.port}/").body == b"near"
    assert not proxy.requests


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (ok(b"", "X-Fakeweb: unknown-host", status="502 Bad Gateway"), "name"),
        (ok(b"", "X-Fakeweb: refused", status="502 Bad Gateway"), "refused"),
        (ok(b"", "X-Squid-Error: ERR_DNS_FAIL 0", status="503 Service Unavailable"), "name"),
        (ok(b"", "X-Squid-Error: ERR_CONNECT_FAIL 111", status="503 Service Unavailable"), "refused"),
        (ok(b"", "Proxy-Status: p; error=dns_error", status="502 Bad Gateway"), "name"),
        (ok(b"", "Proxy-Status: p; error=connection_timeout", status="504 Gateway Timeout"), "timeout"),
    ],
)
@pytest.mark.parametrize("url", ["http://x.example/", "https://x.example/"])
def test_what_the_proxy_says_of_a_site(proxy: Raw, url: str, answer: bytes, code: str) -> None:
    proxy.answers |= {"http://x.example/": answer, "x.example:443": answer}
    assert fail(url).code == code


@pytest.mark.parametrize("status", ["502 Bad Gateway", "503 Busy", "403 Forbidden", "500 Oh"])
def test_a_tunnel_that_is_not_made(proxy: Raw, status: str) -> None:
    proxy.answers["x.example:443"] = ok(b"", status=status)
    assert fail("https://x.example/").code == "refused"
    proxy.answers["http://x.example/"] = ok(b"from the site itself", status=status)
    assert get.get("http://x.example/").status == int(status[:3])


def test_a_tunnel_without_tls(proxy: Raw) -> None:
    proxy.answers["x.example:443"] = b"HTTP/1.1 200 OK\r\n\r\n"
    assert fail(Ask("https://x.example/", deadline=3)).code in ("tls", "timeout", "cut short")


def test_a_proxy_that_asks_for_a_password(proxy: Raw) -> None:
    proxy.answers["x.example:443"] = ok(b"", status="407 Proxy Authentication Required")
    failed = fail("https://x.example/")
    assert failed.code == "offline"
    assert "PASSALONG_PROXY" in str(failed)
    get.configure(Rules(proxy=f"http://ann:secret@127.0.0.1:{proxy.port}"))
    fail("https://x.example/")
    assert "Proxy-Authorization: Basic YW5uOnNlY3JldA==" in proxy.heads()[-1]


def test_a_proxy_that_is_not_there() -> None:
    with Raw() as gone:
        pass
    get.configure(Rules(proxy=f"http://127.0.0.1:{gone.port}"))
    for url in ("http://x.example/", "https://x.example/"):
        failed = fail(url)
        assert failed.code == "offline"
        assert "proxy" in str(failed)


@pytest.fixture(scope="module")
def fakeweb_class() -> Any:
    folder = shared("fakeweb")
    sys.path.insert(0, str(folder))
    try:
        return __import__("fakeweb").FakeWeb
    finally:
        sys.path.remove(str(folder))


SITE = """{
  "responses": {
    "https://fine.example/": {"body": "over tls", "encode": "gzip"},
    "https://bad.example/": {"body": "x"},
    "https://off.example/": {"body": "x"},
    "https://loop.example/": {"body": "", "behaviour": {"redirect_loop": true}},
    "https://bomb.example/": {"body": "", "behaviour": {"gzip_bomb": {"mib": 200}}},
    "https://endless.example/": {"body": "<p>", "behaviour": {"endless": {"chunk": 16384, "limit_mib": 64}}},
    "https://cut.example/": {"body": "0123456789", "behaviour": {"truncate": 5}},
    "https://hang.example/": {"body": "x", "behaviour": {"hang": 3}},
    "https://flood.example/": {"body": "x", "behaviour": {"header_flood": 3000}},
    "http://down.example/": {"body": "plain"},
    "https://up.example/": {"status": 302, "headers": {"Location": "http://down.example/"}, "body": ""}
  },
  "hosts": {"bad.example": {"tls": "selfsigned"}, "off.example": {"refuse": true}}
}"""


def test_a_small_web_behind_a_proxy(fakeweb_class: Any, tmp_path: Path) -> None:
    (tmp_path / "site.json").write_text(SITE)
    web = fakeweb_class([str(tmp_path)]).start()
    with closing(_Stop(web)):
        get.configure(Rules(proxy=web.proxy, ca_file=web.ca_file))
        assert get.get("https://fine.example/").body == b"over tls"
        expected = {
            "bad": "tls", "off": "refused", "loop": "redirects", "bomb": "too big", "endless": "too big",
            "cut": "cut short", "hang": "timeout", "flood": "protocol", "nowhere": "name",
        }  # fmt: skip
        for name, code in expected.items():
            assert (name, fail(Ask(f"https://{name}.example/", deadline=1.5)).code) == (name, code)
        assert fail("http://nowhere.example/").code == "name"
        down = get.get("https://up.example/")
        assert (down.body, down.url) == (b"plain", "http://down.example/")
        assert fail("https://up.example:444/").code in ("name", "refused")
        get.configure(Rules(proxy=web.proxy))
        assert fail("https://fine.example/").code == "tls"  # whom nobody vouches for is not believed


class _Stop:
    def __init__(self, web: Any) -> None:
        self.web = web

    def close(self) -> None:
        get.configure(Rules())
        self.web.stop()

"""The threat rows of promises.md that the door must stand against. The canary fails its test when it is so much as
connected to."""

from __future__ import annotations

import gzip
import resource
import socket
from base64 import b64encode
from collections.abc import Callable

import pytest

from passalong.net import get
from passalong.net.guard import Rules, parse_allowed
from passalong.net.shapes import Ask, Failed
from tests.net.conftest import resolver_of
from tests.net.raw import Raw, ok, redirect

EMBEDDED = """
127.0.0.1 ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b:1::7f00:1 2002:7f00:1::
2001:0:4136:e378:8000:63bf:80ff:fffe fec0::1 fe80::1%lo 0.0.0.0 :: 169.254.169.254 100.64.0.1 198.18.0.1 224.0.0.1
"""


def code(ask: Ask | str) -> str:
    with pytest.raises(Failed) as failed:
        get.get(ask)
    return failed.value.code


def test_t01_literals(canary: Raw) -> None:
    port = canary.port
    for host in (
        "127.0.0.1",
        "localhost",
        "[::1]",
        "2130706433",
        "127.1",
        "①②⑦.①",
        "[::ffff:127.0.0.1]",
        "0",
        "a.localhost",
    ):
        assert code(f"http://{host}:{port}/feed") == "private"


@pytest.mark.parametrize("ip", EMBEDDED.split())
def test_t03_what_a_name_leads_to(canary: Raw, ip: str) -> None:
    get.configure(Rules(resolver=resolver_of({"evil.example": [ip], "mixed.example": ["8.8.8.8", ip]})))
    assert code(f"http://evil.example:{canary.port}/") == "private"
    assert code(f"http://mixed.example:{canary.port}/") == "private"


def test_t03_rebinding(canary: Raw) -> None:
    """The name is looked up once, and what was checked is what is dialled: a second answer is never asked for."""
    answers = iter([["192.0.2.1"], ["127.0.0.1"]])
    get.configure(Rules(resolver=lambda host: next(answers)))
    assert code(f"http://rebind.example:{canary.port}/") == "private"


@pytest.mark.parametrize("blind", ["passalong.net.dial.choose", "passalong.net.fetch.check_url"])
def test_t03_the_last_look_is_at_the_socket(canary: Raw, monkeypatch: pytest.MonkeyPatch, blind: str) -> None:
    """Even where an earlier look is switched off, nothing private is dialled."""
    get.configure(Rules(resolver=resolver_of({"evil.example": ["127.0.0.1"], "two.example": ["127.0.0.1", "::1"]})))
    monkeypatch.setattr("passalong.net.dial.choose", lambda host, port, found, rules: list(found))
    for host in ("evil.example", "two.example"):
        assert code(f"http://{host}:{canary.port}/") == "private"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "place", ["http://127.0.0.1:{}/x", "//localhost:{}/", "http://evil.example:{}/", "\\\\127.1:{}"]
)
def test_t05_a_redirect_into_the_private(server: Raw, canary: Raw, status: int, place: str) -> None:
    server.answers["/"] = redirect(place.format(canary.port), status)
    names = resolver_of({"evil.example": ["::ffff:127.0.0.1"]})
    get.configure(Rules(parse_allowed(f"127.0.0.1:{server.port}"), resolver=names))
    assert code(server.url()) == "private"
    assert len(server.requests) == 1


def test_t05_a_kept_connection_is_no_way_around(server: Raw, canary: Raw) -> None:
    server.answers["/"] = ok()
    assert get.get(server.url()).status == 200
    get.configure(Rules())
    assert code(server.url()) == "private"
    assert len(server.requests) == 1


@pytest.mark.parametrize("place", ["file:///etc/passwd", "gopher://x.example/", "data:text/html,x", "ftp://x.example/"])
def test_t07_other_schemes(server: Raw, place: str) -> None:
    assert code(place) == "scheme"
    server.answers["/"] = redirect(place)
    assert code(server.url()) == "scheme"


def authorization(head: str) -> str:
    lines = [line.partition(": ")[2] for line in head.split("\r\n") if line.lower().startswith("authorization:")]
    return ",".join(lines)


@pytest.mark.parametrize("how", ["in the address", "as a header"])
def test_t09_credentials_stay_with_their_origin(server: Raw, how: str) -> None:
    with Raw({"/": ok(b"other"), "/back": lambda head: redirect(server.url("/there"))}) as other:
        get.configure(Rules(parse_allowed(f"127.0.0.1:{server.port},127.0.0.1:{other.port}")))
        server.answers |= {"/": redirect("/here"), "/here": redirect(other.url("/back")), "/there": ok(b"end")}
        basic = "Basic " + b64encode(b"ann:hunter 2").decode()
        if how == "as a header":
            ask = Ask(server.url(), {"Authorization": basic})
        else:
            ask = Ask(f"http://ann:hunter%202@127.0.0.1:{server.port}/")
        answer = get.get(ask)
        assert answer.body == b"end"
        assert [authorization(head) for head in server.heads()] == [basic, basic, ""]
        assert [authorization(head) for head in other.heads()] == [""]
        assert "hunter" not in repr(answer)


def test_t09_a_redirect_brings_no_credentials(server: Raw) -> None:
    server.answers |= {"/": redirect(f"http://eve:x@127.0.0.1:{server.port}/end"), "/end": ok()}
    assert get.get(server.url()).url == server.url("/end")
    assert [authorization(head) for head in server.heads()] == ["", ""]


def test_t09_errors_tell_no_secrets() -> None:
    for url in ("http://ann:secret@127.0.0.1/", "http://ann:secret@x..example/", "ftp://ann:secret@x.example/"):
        with pytest.raises(Failed) as failed:
            get.get(url)
        assert "secret" not in str(failed.value)


def resident() -> int:
    """The most memory this process ever used, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def test_t11_a_bomb(server: Raw) -> None:
    bomb = gzip.compress(bytes(300 << 20), 9)
    server.answers["/"] = ok(bomb, "Content-Encoding: gzip")
    server.answers["/x.gz"] = ok(bomb)
    get.get(server.url("/none"))
    before = resident()
    assert code(server.url()) == "too big"
    assert code(server.url("/x.gz")) == "too big"
    cut = get.get(Ask(server.url(), limit=1000, cut_ok=True))
    assert (len(cut.body), cut.cut) == (1000, True)
    assert resident() - before < 32 << 20


def endless(head: bytes, piece: bytes) -> list[bytes | float | str]:
    return [b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n", *([piece] * 2000)]


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"Content-Length: 10737418240", b"x" * 65536),
        (b"Transfer-Encoding: chunked", b"10000\r\n" + b"x" * 65536 + b"\r\n"),
        (b"Connection: close", b"x" * 65536),
        (b"Content-Encoding: deflate", b"\0\0\0\xff\xff" * 30_000),
    ],
)
def test_f17_without_an_end(server: Raw, head: bytes, piece: bytes) -> None:
    server.answers["/"] = endless(head, piece)
    before = resident()
    assert code(server.url()) == "too big"
    assert resident() - before < 48 << 20
    cut = get.get(Ask(server.url(), limit=5000, cut_ok=True))
    assert cut.cut


def test_a_socket_is_never_made_for_what_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    real: Callable[..., socket.socket] = socket.socket
    get.get_many([])  # the island's own wake-up sockets are not meant
    list(get.get_many([Ask("x")]))
    monkeypatch.setattr("passalong.net.dial.socket.socket", lambda *a, **k: made.append(a) or real(*a, **k))
    for url in ("http://127.0.0.1/", "http://10.0.0.1/", "http://[::1]/", "http://localhost/"):
        assert code(url) == "private"
    assert not made

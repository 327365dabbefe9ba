"""One thing through the door: what is sent, what comes back, and how it is said when nothing does."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from passalong.net import get
from passalong.net.guard import Rules, parse_allowed
from passalong.net.rules import user_agent
from passalong.net.shapes import Answer, Ask, Failed, Hop
from tests.net.conftest import resolver_of
from tests.net.raw import Raw, ok, redirect


def fail(ask: Ask | str) -> Failed:
    with pytest.raises(Failed) as failed:
        get.get(ask)
    return failed.value


def test_it_works(server: Raw) -> None:
    server.answers["/feed"] = ok(b"hello", "Content-Type: text/plain", "ETag: W/x")
    answer = get.get(server.url("/feed"))
    assert answer == Answer(
        server.url("/feed"), 200, {"content-length": "5", "content-type": "text/plain", "etag": "W/x"}, b"hello"
    )


@pytest.mark.parametrize(
    "status", ["204 No Content", "304 Not Modified", "404 Not Found", "410 Gone", "500 Oh", "299 "]
)
def test_any_status_is_an_answer(server: Raw, status: str) -> None:
    body = b"" if status[:3] in ("204", "304") else b"x"
    server.answers["/"] = ok(body, status=status)
    answer = get.get(server.url())
    assert (answer.status, answer.body) == (int(status[:3]), body)


def test_a_redirect_without_a_place_is_an_answer(server: Raw) -> None:
    server.answers["/"] = ok(b"look", status="302 Found")
    assert get.get(server.url()).status == 302


def test_what_we_send(server: Raw) -> None:
    server.answers["/"] = ok()
    get.configure(Rules(parse_allowed(f"127.0.0.1:{server.port}"), user_agent=user_agent("https://ann.example")))
    get.get(Ask(server.url("/?a=%20b&c=ä"), {"Accept": "application/atom+xml"}))
    assert sorted(server.heads()[0].split("\r\n")) == sorted(
        [
            "GET /?a=%20b&c=%C3%A4 HTTP/1.1",
            f"Host: 127.0.0.1:{server.port}",
            "User-Agent: Passalong/0.1 (+https://ann.example)",
            "accept: application/atom+xml",
            "Accept-Encoding: gzip, deflate, br",
            "",
            "",
        ]
    )


@pytest.mark.parametrize("etag", ['"v1"', 'W/"v1"', "unquoted", '"a b,c"', "x" * 2048, '"äöü€"', '"', '""', "'x'"])
def test_validators_go_back_byte_for_byte(server: Raw, etag: str) -> None:
    """Fault F21: weak, unquoted, 2 KB, UTF-8."""
    server.answers["/"] = ok(b"x", f"ETag: {etag}", "Last-Modified: Sat 1 Jan 2022 00:00 (around noon)")
    answer = get.get(server.url())
    headers = {"If-None-Match": answer.headers["etag"], "If-Modified-Since": answer.headers["last-modified"]}
    get.get(Ask(server.url(), headers))
    assert f"if-none-match: {etag}\r\n".encode() in server.requests[1]
    assert b"if-modified-since: Sat 1 Jan 2022 00:00 (around noon)\r\n" in server.requests[1]


def test_headers_come_back_readable(server: Raw) -> None:
    server.answers["/"] = ok(
        b"x",
        "LINK: <a>; rel=hub",
        "Link: <b>; rel=self",
        "Content-Type: text/plain",
        "content-type: text/html",
        "ETag: \udce4",
        "X-Name: J\udcf6rg",
        "X-Utf: Jörg",
        "X-Empty:",
        "Set-Cookie: a=b",
    )
    headers = get.get(server.url()).headers
    assert headers["link"] == "<a>; rel=hub, <b>; rel=self"
    assert headers["content-type"] == "text/html"
    assert (headers["x-name"], headers["x-utf"], headers["x-empty"]) == ("Jörg", "Jörg", "")
    assert not headers["etag"]  # it could not be sent back byte for byte
    assert "set-cookie" not in headers
    get.get(server.url())
    assert "cookie" not in server.heads()[1].lower()


@pytest.mark.parametrize(
    "name", ["Host", "cookie", "X-Forwarded-For", "Proxy-Authorization", "Connection", "User-Agent"]
)
def test_headers_that_nobody_may_set(server: Raw, name: str) -> None:
    """Promises T09."""
    assert fail(Ask(server.url(), {name: "x"})).code == "header"
    assert not server.requests


@pytest.mark.parametrize("value", ["a\r\nHost: evil.example", "a\nb", "a\0b"])
def test_headers_cannot_be_split(server: Raw, value: str) -> None:
    assert fail(Ask(server.url(), {"If-None-Match": value})).code == "header"
    assert fail(Ask(server.url(), {"If-None-Match: x\r\nA": "b"})).code == "header"
    assert not server.requests


def test_redirects(server: Raw) -> None:
    server.answers |= {
        "/a": redirect("/b", 301),
        "/b": redirect(f"//localhost:{server.port}/c d/ä?ö", 302),
        "/c%20d/%C3%A4": redirect("e", 307),
        "/c%20d/e": redirect("/caf\udce9", 303),
        "/caf%E9": redirect("/end#there", 308),
        "/end": ok(b"end"),
    }
    answer = get.get(server.url("/a"))
    assert answer.body == b"end"
    assert answer.url == f"http://localhost:{server.port}/end"
    assert [hop.status for hop in answer.hops] == [301, 302, 307, 303, 308]
    assert answer.hops[:2] == (Hop(301, server.url("/a")), Hop(302, server.url("/b")))


def test_at_most_five_redirects(server: Raw) -> None:
    server.answers["/"] = redirect("/?again")
    assert fail(server.url()).code == "redirects"
    assert len(server.requests) == 6
    assert fail(Ask(server.url(), hops=0)).code == "redirects"
    assert len(server.requests) == 7


def test_names_in_other_scripts(server: Raw) -> None:
    server.answers["/"] = ok()
    names = resolver_of({"xn--bcher-kva.example": ["127.0.0.1"]})
    get.configure(Rules(parse_allowed(f"127.0.0.1:{server.port}"), resolver=names))
    answer = get.get(f"http://Bücher.example:{server.port}/")
    assert answer.url == f"http://xn--bcher-kva.example:{server.port}/"
    assert f"Host: xn--bcher-kva.example:{server.port}\r\n" in server.heads()[0]


def test_a_compressed_body(server: Raw) -> None:
    server.answers["/"] = ok(gzip.compress(b"<rss/>"), "Content-Encoding: gzip")
    server.answers["/feed.rss.gz"] = ok(gzip.compress(b"<rss/>"), "Content-Type: application/gzip")
    server.answers["/file"] = ok(gzip.compress(b"<rss/>"), "Content-Type: application/gzip")
    assert get.get(server.url()).body == b"<rss/>"
    assert get.get(server.url("/feed.rss.gz")).body == b"<rss/>"
    assert get.get(server.url("/file")).body == gzip.compress(b"<rss/>")


def test_chunks_and_an_end_by_closing(server: Raw) -> None:
    server.answers["/chunks"] = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    )
    server.answers["/close"] = [b"HTTP/1.0 200 OK\r\n\r\nabc", b"de"]
    assert get.get(server.url("/chunks")).body == b"abcde"
    assert get.get(server.url("/close")).body == b"abcde"


HALF = {
    "length": [b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf of it"],
    "chunk": [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n63\r\nhalf of it"],
    "last chunk": [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nhalf of it\r\n"],
    "reset": [b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf of it", 0.2, "reset"],
    "reset, no length": [b"HTTP/1.1 200 OK\r\n\r\nhalf of it", 0.2, "reset"],
}


@pytest.mark.parametrize("how", HALF)
def test_an_answer_that_breaks_off_is_none(server: Raw, how: str) -> None:
    """Fault F15."""
    server.answers["/"] = HALF[how]
    assert fail(server.url()).code == "cut short"
    answer = get.get(Ask(server.url(), cut_ok=True))
    assert (answer.body, answer.cut) == (b"half of it", True)


@pytest.mark.parametrize(
    "script", [[], ["reset"], [b"HTTP/1.1 200 OK\r\nContent-Le"], [b"HTTP/1.1 200 OK\r\nA: b\r\n", "reset"]]
)
def test_no_answer_at_all(server: Raw, script: list[bytes | float | str]) -> None:
    server.answers["/"] = script
    assert fail(server.url()).code == "cut short"


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"<html>just a page</html>\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + (b"A: " + b"x" * 60_000 + b"\r\n") * 9,
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"x" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 5_000 + b"\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    ],
    ids=range(10),
)
def test_what_is_no_http(server: Raw, answer: bytes) -> None:
    server.answers["/"] = [answer]
    assert fail(Ask(server.url(), deadline=5)).code == "protocol"


def test_many_headers_are_fine(server: Raw) -> None:
    server.answers["/"] = ok(b"x", *(f"X-{n}: {'y' * 100}" for n in range(200)), "Csp: " + "z" * 12_000)
    assert len(get.get(server.url()).headers) == 202


@pytest.mark.slow
def test_the_deadline_covers_everything(server: Raw) -> None:
    server.answers |= {
        "/silent": [20.0],
        "/head": [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", 20.0],
        "/drip": [b"HTTP/1.1 200 OK\r\nA: ", *(step for _ in range(200) for step in (b"x", 0.1))],
        "/body": [
            b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n",
            *(step for _ in range(200) for step in (b"x" * 50, 0.1)),
        ],
        "/hop": [0.3, redirect("/hop")],
    }
    for path in ("/silent", "/head", "/drip", "/body", "/hop"):
        began = time.monotonic()
        assert fail(Ask(server.url(path), deadline=0.6)).code == "timeout"
        assert time.monotonic() - began < 15, "all of it takes twenty seconds"


def test_a_name_that_hangs_is_no_excuse() -> None:
    release = threading.Event()

    def hang(host: str) -> list[str]:
        release.wait(20)
        return ["8.8.8.8"]

    get.configure(Rules(resolver=hang))
    began = time.monotonic()
    assert fail(Ask("http://slow.example/", deadline=0.3)).code == "timeout"
    assert time.monotonic() - began < 10, "it hangs for twenty seconds"
    release.set()


@pytest.mark.slow
def test_one_that_only_drips_is_left(server: Raw, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("passalong.net.reading.RATE_SECONDS", 1.0)
    server.answers["/slow"] = [b"HTTP/1.1 200 OK\r\n\r\n", *(step for _ in range(500) for step in (b"x", 0.05))]
    server.answers["/fine"] = [b"HTTP/1.1 200 OK\r\n\r\n", *(step for _ in range(30) for step in (b"x" * 90, 0.05))]
    began = time.monotonic()
    assert fail(server.url("/slow")).code == "timeout"
    assert time.monotonic() - began < 20, "all of it takes twenty-five seconds"
    assert len(get.get(server.url("/fine")).body) == 2700


def test_names_that_do_not_exist_and_ports_where_nobody_is() -> None:
    with Raw() as gone:
        pass
    names = resolver_of({"gone.example": ["127.0.0.1"], "empty.example": []})
    get.configure(Rules(parse_allowed("127.0.0.1"), resolver=names))
    assert fail(f"http://gone.example:{gone.port}/").code == "refused"
    assert fail("http://nowhere.example/").code == "name"
    assert fail("http://empty.example/").code == "name"
    assert "nowhere.example" in str(fail("http://nowhere.example/"))


def test_the_network_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fault F13: our own outage has its own word."""

    def unplugged(host: str) -> list[str]:
        raise OSError(101, "Network is unreachable")

    get.configure(Rules(resolver=unplugged))
    assert fail("http://x.example/").code == "offline"


def test_wrong_rules_are_said() -> None:
    with pytest.raises(ValueError, match=r"certificates in /no/such\.pem cannot be read"):
        get.configure(Rules(ca_file="/no/such.pem"))
    with pytest.raises(ValueError, match="takes an address like http://"):
        get.configure(Rules(proxy="nonsense"))


def test_from_many_threads(server: Raw) -> None:
    server.answers["/"] = lambda head: (time.sleep(0.02), ok())[1]
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(get.get(server.url()).status)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 8
    assert (server.most_busy, server.connections) == (1, 1)  # one at a time per host, kept open


def test_a_fork_has_a_door_of_its_own(server: Raw) -> None:
    server.answers["/"] = ok()
    program = f"""
import os
from passalong.net import get, names
from passalong.net.guard import Rules, parse_allowed
get.configure(Rules(parse_allowed("127.0.0.1:{server.port}"), resolver=lambda host: ["127.0.0.1"]))
names.MOST_THREADS = 1
assert get.get("http://a.example:{server.port}/").status == 200
if os.fork() == 0:
    assert get.get("http://b.example:{server.port}/").status == 200
    os._exit(7)
assert os.waitstatus_to_exitcode(os.wait()[1]) == 7
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=20)
    assert len(server.requests) == 2


def test_a_program_ends_though_a_name_hangs() -> None:
    program = """
import time
from passalong.net import get
from passalong.net.guard import Rules
from passalong.net.rules import user_agent
from passalong.net.shapes import Ask, Failed
get.configure(Rules(resolver=lambda host: time.sleep(30)))
try:
    get.get(Ask("http://x.example/", deadline=0.2))
except Failed as failed:
    print(failed.code)
"""
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", program], check=True, timeout=20, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("timeout\n", "")
    assert time.monotonic() - began < 10


def test_django_is_not_needed() -> None:
    program = "import sys, passalong.net.get; sys.exit('django' in sys.modules)"
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root / "src")}
    subprocess.run([sys.executable, "-c", program], check=True, timeout=20, env=environment)

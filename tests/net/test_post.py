"""Messages through the door: what is sent, which redirects are followed, and that the guard stands here too."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from passalong.net import get
from passalong.net.guard import Rules, parse_allowed
from passalong.net.post import form, message, post
from passalong.net.shapes import Failed

pytestmark = pytest.mark.slow


class Receiver(ThreadingHTTPServer):
    """Keeps what it was sent; `/to/<status>` redirects to `onward`."""

    daemon_threads = True
    onward = "/end"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.heard: list[tuple[str, str, dict[str, str], bytes]] = []

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.heard.append((self.command, self.path, headers, body))
        status = int(self.path.removeprefix("/to/")) if self.path.startswith("/to/") else 202
        self.send_response(status)
        if status != 202:
            self.send_header("Location", self.server.onward)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    do_POST = do_GET  # noqa: N815 - the name http.server calls

    def log_message(self, *words: object) -> None:
        pass


@contextmanager
def receiving() -> Iterator[Receiver]:
    server = Receiver()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        get.configure(Rules(parse_allowed(f"127.0.0.1:{server.server_port}"), user_agent="Passalong/0.1 (+x)"))
        yield server


def test_a_form(receiver: Receiver) -> None:
    answer = post(form(receiver.url("/in"), {"source": "https://ann.example/a b", "target": "https://ben.example/ä"}))
    assert (answer.status, answer.body) == (202, b"ok")
    ((method, path, headers, body),) = receiver.heard
    assert (method, path) == ("POST", "/in")
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert headers["user-agent"] == "Passalong/0.1 (+x)"
    assert body == b"source=https%3A%2F%2Fann.example%2Fa+b&target=https%3A%2F%2Fben.example%2F%C3%A4"


def test_a_signed_message(receiver: Receiver) -> None:
    """WebSub, section 7.1: the signature travels in X-Hub-Signature; no other header of that kind may be set."""
    post(message(receiver.url("/in"), b"<feed/>", "application/atom+xml", {"X-Hub-Signature": "sha256=ab"}))
    assert receiver.heard[0][2]["x-hub-signature"] == "sha256=ab"
    with pytest.raises(Failed, match="cannot be sent"):
        post(message(receiver.url("/in"), b"", "text/plain", {"X-Forwarded-For": "127.0.0.1"}))


@pytest.mark.parametrize("status", [307, 308])
def test_redirects_that_keep_the_message(receiver: Receiver, status: int) -> None:
    """RFC 9110, sections 15.4.8 and 15.4.9."""
    post(form(receiver.url(f"/to/{status}"), {"a": "b"}))
    assert [(method, path, body) for method, path, _, body in receiver.heard] == [
        ("POST", f"/to/{status}", b"a=b"),
        ("POST", "/end", b"a=b"),
    ]


@pytest.mark.parametrize("status", [301, 302, 303])
def test_redirects_that_would_lose_the_message(receiver: Receiver, status: int) -> None:
    assert post(form(receiver.url(f"/to/{status}"), {"a": "b"})).status == status
    assert len(receiver.heard) == 1


def test_the_guard_stands_before_each_hop(receiver: Receiver) -> None:
    with receiving() as canary:
        receiver.onward = canary.url("/in")
        with pytest.raises(Failed) as failed:
            post(form(receiver.url("/to/307"), {"a": "b"}))
        assert failed.value.code == "private"
        with pytest.raises(Failed):
            post(form(canary.url("/in"), {"a": "b"}))
        assert canary.heard == []


def test_nobody_there(receiver: Receiver) -> None:
    address = receiver.url("/in")
    receiver.shutdown()
    receiver.server_close()
    with pytest.raises(Failed) as failed:
        post(form(address, {"a": "b"}))
    assert failed.value.code == "refused"

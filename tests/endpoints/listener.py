"""Somebody else's callback, as they come: it echoes or not, is quick or slow, takes or refuses."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlsplit


class Heard:
    """One request that reached a listener."""

    def __init__(self, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        self.method, self.path, self.headers, self.body = method, path, headers, body
        self.at = time.monotonic()

    @property
    def asked(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.path).query))

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))


class Listener(ThreadingHTTPServer):
    """`with listening() as listener`: listener.url(), .heard; set .echo, .status, .slow to change its manners."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.heard: list[Heard] = []
        self.echo: Callable[[str], str] = lambda challenge: challenge
        self.echo_status = 200
        self.status = 202
        self.slow = 0.0
        self.onward = ""

    def url(self, path: str = "/callback", host: str = "ben.example") -> str:
        return f"http://{host}:{self.server_port}{path}"

    @property
    def questions(self) -> list[dict[str, str]]:
        return [one.asked for one in self.heard if one.method == "GET"]

    @property
    def messages(self) -> list[Heard]:
        return [one for one in self.heard if one.method == "POST"]


class Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_GET(self) -> None:
        self.note(b"")
        challenge = parse_qs(urlsplit(self.path).query).get("hub.challenge", [""])[0]
        self.say(self.server.echo_status, self.server.echo(challenge).encode())

    def do_POST(self) -> None:
        self.note(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        time.sleep(self.server.slow)
        self.say(self.server.status, b"")

    def note(self, body: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.heard.append(Heard(self.command, self.path, headers, body))

    def say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if self.server.onward:
            self.send_header("Location", self.server.onward)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        pass

    def handle(self) -> None:
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


@contextmanager
def listening() -> Iterator[Listener]:
    server = Listener()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()

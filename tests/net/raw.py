"""A web server that sends exactly the bytes a test gives it, and a canary that must never be asked."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

Step = bytes | float | str
"""Bytes to send, seconds to wait, or "reset"."""


def ok(body: bytes = b"hello", *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + body


def redirect(place: str, status: int = 302) -> bytes:
    return ok(b"", f"Location: {place}", status=f"{status} Found")


class Raw:
    """Answers by path; every request head is kept. A path without an answer is a 404."""

    def __init__(self, answers: dict[str, Iterable[Step] | bytes | Callable[[bytes], bytes]] | None = None) -> None:
        self.answers = answers or {}
        self.requests: list[bytes] = []
        self.connections = self.open_now = self.busy_now = self.most_busy = 0
        self.lock = threading.Lock()
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def heads(self) -> list[str]:
        return [head.decode("latin-1") for head in self.requests]

    def __enter__(self) -> Raw:
        return self

    def __exit__(self, *error: object) -> None:
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in accept()
        self.socket.close()

    def accept(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection: socket.socket) -> None:
        with self.lock:
            self.connections += 1
            self.open_now += 1
        try:
            with connection:
                while self.answer(connection):
                    pass
        except OSError:
            pass
        finally:
            with self.lock:
                self.open_now -= 1

    def prepare(self, script: Callable[[bytes], bytes], head: bytes) -> bytes:
        """Counted until just before the answer goes out, so that no overlap is seen that is not one."""
        with self.lock:
            self.busy_now += 1
            self.most_busy = max(self.most_busy, self.busy_now)
        answer = script(head)
        with self.lock:
            self.busy_now -= 1
        return answer

    def answer(self, connection: socket.socket) -> bool:
        head = b""
        while b"\r\n\r\n" not in head:
            data = connection.recv(65536)
            if not data:
                return False
            head += data
        self.requests.append(head)
        path = head.split(b" ")[1].decode("latin-1")
        script = self.answers.get(path.split("?")[0], ok(b"not here", status="404 Not Found"))
        if callable(script):
            script = self.prepare(script, head)
        if isinstance(script, bytes):
            connection.sendall(script)
            return b"connection: close" not in head.lower()
        for step in script:
            if isinstance(step, float):
                time.sleep(step)
            elif isinstance(step, bytes):
                connection.sendall(step)
            else:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                break
        return False

"""A wire between a browser and a server, which can be cut, and can lose an answer on the way back."""

from __future__ import annotations

import contextlib
import socket
import threading
from urllib.parse import urlsplit

LOST = b"POST /share HTTP"


class Wire:
    """`with Wire(server) as wire:` browsers ask `wire.url`. One thread for each connection and direction."""

    def __init__(self, server: str) -> None:
        there = urlsplit(server)
        assert there.hostname
        assert there.port
        self.to = (there.hostname, there.port)
        self.cut = False
        self.lose_answers = False
        self.shares_that_arrived = 0
        self.ends: set[socket.socket] = set()
        self.door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.door.getsockname()[1]}"

    def __enter__(self) -> Wire:
        threading.Thread(target=self._take, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.down()
        self.door.close()

    def down(self) -> None:
        """Nothing answers any more; what was under way breaks off."""
        self.cut = True
        for end in list(self.ends):
            self._end(end)

    def up(self) -> None:
        self.cut = False

    def _end(self, end: socket.socket) -> None:
        self.ends.discard(end)
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()

    def _take(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.door.accept()
                if self.cut:
                    near.close()
                    continue
                far = socket.create_connection(self.to)
                self.ends |= {near, far}
                lost = threading.Event()
                threading.Thread(target=self._carry, args=(near, far, lost, True), daemon=True).start()
                threading.Thread(target=self._carry, args=(far, near, lost, False), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket, lost: threading.Event, out: bool) -> None:
        """Bytes from one end to the other. Where an answer is to be lost, it is waited for, and then thrown away."""
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                if out and LOST in data:
                    self.shares_that_arrived += 1
                    if self.lose_answers:
                        lost.set()
                if not out and lost.is_set():
                    break
                other.sendall(data)
        self._end(one)
        self._end(other)

"""Who may write next: people first, machines when nobody else is at the door.

SQLite lets one connection write at a time, and those who wait look again after longer and longer sleeps. A worker that
writes one batch after the other so keeps people waiting for many of them. Here everybody queues at a lock beside the
database instead and looks every millisecond; a connection in no hurry lets those go first who have come lately.
"""

from __future__ import annotations

import fcntl
import os
import time

LOOK_EVERY = 0.001
AT_MOST = 20.0
"""Seconds at the turnstile; after that SQLite's own lock decides, as it would without."""
LATELY = 0.05
"""Seconds in which somebody who writes is likely to come again."""
PATIENCE = 0.5
"""Seconds that a connection in no hurry lets others go first."""


class Turnstile:
    """One connection's way through. `path` is the lock's file, made where it is missing."""

    def __init__(self, path: str) -> None:
        self.file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self.inside = False

    def enter(self, hurry: bool) -> None:
        """Waits for its turn, at most AT_MOST seconds."""
        until = time.monotonic() + AT_MOST
        if not hurry:
            self._let_others_go()
        while not self._try():
            if time.monotonic() > until:
                return
            time.sleep(LOOK_EVERY)
        self.inside = True
        if hurry:
            os.utime(self.file)

    def leave(self) -> None:
        if self.inside:
            self.inside = False
            fcntl.flock(self.file, fcntl.LOCK_UN)

    def close(self) -> None:
        os.close(self.file)

    def _let_others_go(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.time() - os.fstat(self.file).st_mtime < LATELY and time.monotonic() < until:
            time.sleep(LOOK_EVERY)

    def _try(self) -> bool:
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

"""Pictures from elsewhere, kept on disk for a while so that no page of ours asks a third party.

The key is the whole address, so nobody's picture can stand for another's. What could not be had is remembered too,
as an empty file, for an hour; in memory, for some minutes, where the disk keeps nothing. A host that does not answer
is left alone for a minute, whatever picture is wanted of it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from passalong.net.images import fetch_image
from passalong.net.shapes import Failed

log = logging.getLogger(__name__)

LIMIT = 5 * 1024 * 1024
DEADLINE = 8.0
PATIENCE = 3.0
"""Seconds a page's thread waits for a picture; the fetch goes on, and the browser asks again."""
MOST_KEPT = 500 * 1024 * 1024
FAILURES_KEPT = 3600
FAILURES_IN_MEMORY = 300.0
HOSTS_LEFT_ALONE = 60.0
MOST_REMEMBERED = 1000
NO_ANSWER = frozenset({"timeout", "refused", "name"})
"""Failures that say something about the host, not about one picture."""
FETCHERS = 6
MOST_WAITING = 200
SWEEP_EVERY = 100


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return url


@dataclass(slots=True)
class Lately:
    """What happened in the last `seconds`, at most MOST_REMEMBERED; the oldest are forgotten first."""

    seconds: float
    when: dict[str, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str) -> None:
        with self.lock:
            self.when.pop(what, None)
            self.when[what] = time.monotonic()
            while len(self.when) > MOST_REMEMBERED:
                del self.when[next(iter(self.when))]

    def __contains__(self, what: str) -> bool:
        noted = self.when.get(what)
        return noted is not None and time.monotonic() - noted < self.seconds


@dataclass(slots=True)
class Pictures:
    """A folder of pictures and those on their way into it. One for each process; the folder is everybody's."""

    folder: Path
    lock: threading.Lock = field(default_factory=threading.Lock)
    coming: dict[str, Future[bytes | None]] = field(default_factory=dict)
    fetchers: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(FETCHERS, "picture"))
    waiter: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(1))
    failed: Lately = field(default_factory=lambda: Lately(FAILURES_IN_MEMORY))
    """Addresses without a picture, where the disk could not keep that."""
    silent: Lately = field(default_factory=lambda: Lately(HOSTS_LEFT_ALONE))
    """Hosts that did not answer."""
    stored: int = 0

    def path(self, url: str) -> Path:
        digest = hashlib.sha256(url.encode()).hexdigest()
        return self.folder / digest[:2] / digest

    def kept(self, url: str) -> bytes | None:
        """Its bytes, b'' where it lately could not be had, None where nobody knows."""
        path = self.path(url)
        try:
            body = path.read_bytes()
            age = time.time() - path.stat().st_mtime
        except OSError:
            return b"" if url in self.failed else None
        if not body and age > FAILURES_KEPT:
            return None
        if body and age > 24 * 3600:
            os.utime(path)
        return body

    def have(self, url: str) -> bytes | None:
        """Its bytes, fetched where they are not kept; b'' where there is no such picture, None for "ask again".

        One caller at a time waits: the threads that serve pages are few, and a slow picture must not keep the
        others from sharing and reading. Everybody else's is fetched all the same, for their next try.
        """
        body = self.kept(url)
        if body is not None:
            return body
        future = self.bring(url)
        if future is None:
            return None
        if not future.done() and self.waiter.acquire(blocking=False):
            try:
                wait([future], timeout=PATIENCE)
            finally:
                self.waiter.release()
        return future.result() if future.done() else None

    def bring(self, url: str) -> Future[bytes | None] | None:
        """Starts fetching it, once; None where too many are on their way, or its host lately did not answer."""
        if _host(url) in self.silent:
            return None
        with self.lock:
            if url in self.coming:
                return self.coming[url]
            if len(self.coming) >= MOST_WAITING:
                return None
            future = self.coming[url] = self.fetchers.submit(self.fetch, url)
        return future

    def fetch(self, url: str) -> bytes | None:
        """Its bytes, kept by then; b'' where there is no such picture, None where its host has just failed others."""
        try:
            return None if _host(url) in self.silent else self.fetch_and_keep(url)
        finally:
            with self.lock:
                self.coming.pop(url, None)

    def fetch_and_keep(self, url: str) -> bytes:
        body = b""
        try:
            body, _ = fetch_image(url, limit=LIMIT, deadline=DEADLINE)
        except Failed as problem:
            if problem.code in NO_ANSWER:
                self.silent.note(_host(url))
        except Exception:
            log.exception("A picture could not be fetched")
        try:
            self.keep(url, body)
        except OSError:  # a full disk: shown now, fetched again next time
            if not body:
                self.failed.note(url)
        return body

    def keep(self, url: str, body: bytes) -> None:
        path = self.path(url)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = path.with_name(f"{path.name}.{secrets.token_hex(4)}.half")
        half.write_bytes(body)
        os.replace(half, path)
        self.stored += 1
        if self.stored % SWEEP_EVERY == 1:
            sweep(self.folder, MOST_KEPT)


def sweep(folder: Path, most: int) -> int:
    """Brings the folder under `most` bytes: those not asked for longest go first. Returns how many went."""
    found = []
    for path in folder.glob("*/*"):
        try:
            about = path.stat()
        except OSError:
            continue
        found.append((about.st_mtime, about.st_size, path))
    total, gone = sum(size for _, size, _ in found), 0
    for _, size, path in sorted(found):
        if total <= most:
            break
        path.unlink(missing_ok=True)
        total, gone = total - size, gone + 1
    return gone


pictures = Pictures(settings.HOME / "pictures")

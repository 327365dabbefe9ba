"""The bell: it only wakes the worker. What is to be done is a row, so that a message lost loses nothing.

huey's storages ring it: SQLite in the home folder, or PostgreSQL (LISTEN/NOTIFY) or Redis for many machines.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from huey.storage import PostgresStorage, RedisStorage, SqliteStorage

log = logging.getLogger(__name__)
NAME = "passalong"
View = Callable[..., HttpResponseBase]
LOOK_EVERY = 0.5
"""Seconds between two looks where the storage cannot ring by itself."""
RING = b"wake"
silent = threading.Event()
"""The bell was heard to be broken, and the log says so already."""


class Bell(Protocol):
    def enqueue(self, data: bytes, priority: Any = None) -> None: ...
    def dequeue(self) -> bytes | None: ...
    def flush_queue(self) -> None: ...


class QuickSqlite(SqliteStorage):  # type: ignore[misc]
    """SQLite without a flush at each message: a message lost loses nothing."""

    def _create_connection(self) -> sqlite3.Connection:
        made: sqlite3.Connection = super()._create_connection()
        made.execute("PRAGMA synchronous=NORMAL")
        return made


@lru_cache(maxsize=4)
def _bell(url: str, pid: int) -> Bell:  # noqa: ARG001 - a connection belongs to one process
    scheme = urlsplit(url).scheme
    if scheme in ("redis", "rediss"):
        made: Bell = RedisStorage(NAME, url=url, read_timeout=1)
    elif scheme in ("postgres", "postgresql"):
        made = PostgresStorage(NAME, dsn=url.replace("postgres://", "postgresql://", 1), read_timeout=1)
    else:
        path = urlsplit(url).path if url else str(settings.HOME / "queue.sqlite3")
        made = QuickSqlite(NAME, filename=path, timeout=5, cache_mb=1)
    return made


def bell() -> Bell:
    return _bell(settings.QUEUE_URL, os.getpid())


def wake() -> None:
    """Rings. Never fails: without the bell the worker finds the row by itself, a few seconds later."""
    try:
        bell().enqueue(RING)
    except Exception:
        log.warning("The worker could not be woken; it will look by itself", exc_info=True)


def waking(view: View) -> View:
    """The worker hears at once of what a form asked for."""

    @wraps(view)
    def ringing(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if request.method == "POST" and response.status_code < 400:
            wake()
        return response

    return ringing


def wait(seconds: float) -> bool:
    """Waits until it rings, at most about so long. True when it rang; everything rung by then is one ring."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        try:
            ring = bell()
            rung = ring.dequeue()
            silent.clear()
            if rung:
                ring.flush_queue()
                return True
            if isinstance(ring, SqliteStorage):
                time.sleep(min(LOOK_EVERY, left))
        except Exception:
            if not silent.is_set():
                log.warning("The queue does not answer; the worker looks by itself", exc_info=True)
            silent.set()
            _bell.cache_clear()
            time.sleep(left)
    return False

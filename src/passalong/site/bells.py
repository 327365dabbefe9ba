"""What the bell hangs on: huey's storages. Loaded when it is first rung, since that takes longer than most commands."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from huey.storage import PostgresStorage, RedisStorage, SqliteStorage

NAME = "passalong"


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


def hung(url: str, home: Path) -> tuple[Bell, bool]:
    """The bell at an address (PASSALONG_QUEUE_URL; '' is in the home folder), and whether who waits for it hears it,
    or has to look every now and then."""
    scheme = urlsplit(url).scheme
    if scheme in ("redis", "rediss"):
        return RedisStorage(NAME, url=url, read_timeout=1), True
    if scheme in ("postgres", "postgresql"):
        return PostgresStorage(NAME, dsn=url.replace("postgres://", "postgresql://", 1), read_timeout=1), True
    path = urlsplit(url).path if url else str(home / "queue.sqlite3")
    return QuickSqlite(NAME, filename=path, timeout=5, cache_mb=1), False

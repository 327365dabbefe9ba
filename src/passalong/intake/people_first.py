"""People first: SQLite has one writer at a time, and a person who shares waits for nobody who only fetches.

Whoever writes for a person leaves a mark, the time of a file; before each of its own transactions the worker looks at
it and gives way for a moment. A moment has an end, so that much sharing never stops the fetching (measured in
docs/why/sqlite.md).
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from django.conf import settings
from django.db import connection

JUST_NOW = 0.05
"""So many seconds after a person wrote, another is likely to: eight clients at once are one burst."""
PATIENCE = 0.5
"""The longest the worker gives way, in seconds."""
STEP = 0.01


def _mark() -> Path | None:
    """The file whose time says when somebody last wrote; None where the database has room for many writers."""
    return Path(settings.HOME) / "people-first" if connection.vendor == "sqlite" else None


def person_writes() -> None:
    """Says that a person is about to write. Never fails."""
    mark = _mark()
    if mark is None:
        return
    try:
        os.utime(mark)
    except OSError:
        try:
            mark.touch(mode=0o600)
        except OSError:
            return


def give_way() -> float:
    """Waits while people write, at most PATIENCE. Returns the seconds waited. Never inside a transaction."""
    mark = _mark()
    if mark is None or connection.in_atomic_block:
        return 0.0
    waited = 0.0
    while waited < PATIENCE and _written_just_now(mark):
        time.sleep(STEP)
        waited += STEP
    return waited


def _written_just_now(mark: Path) -> bool:
    try:
        return 0 <= time.time() - mark.stat().st_mtime < JUST_NOW
    except OSError:
        return False

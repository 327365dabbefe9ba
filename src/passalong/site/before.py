"""Before anything is changed: is the database whole, and a copy of it for the way back (SQLite only).

On PostgreSQL its own tools do both: `pg_dump` before an upgrade, checksums for damage.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from passalong.site.sentence import CannotStart

LOOKED_THROUGH = 64 * 1024 * 1024
"""Bytes. A larger database is looked through before upgrades only: the start stays quick."""

COPIES = 3
"""How many copies made before upgrades are kept: the newest."""


def check_whole(database: Path) -> None:
    """Raises CannotStart where pages of the database are damaged: writing on would spread the damage."""
    if database.exists() and 0 < database.stat().st_size <= LOOKED_THROUGH:
        with closing(sqlite3.connect(database, timeout=20)) as opened:
            _quick_check(opened, database)


def _quick_check(opened: sqlite3.Connection, database: Path) -> None:
    try:
        said = str(opened.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.OperationalError as problem:
        raise CannotStart(
            f"The database {database} cannot be opened ({problem}): make room on its disk, see that it may be written,"
            " and start again."
        ) from problem
    except sqlite3.DatabaseError as problem:
        said = str(problem)
    if said != "ok":
        raise CannotStart(
            f"The database {database} is damaged ({said.splitlines()[-1].rstrip('.')}): put a backup in its place, such"
            f" as the newest in {database.parent / 'backups'}, and start again."
        )


def copy_before(database: Path, migration: str) -> Path | None:
    """Copies the database to backups/before-<migration>.sqlite3 (0600), checked; returns the copy.

    None where there is no database yet. Raises CannotStart where it is damaged, or the copy does not fit.
    """
    if not database.exists() or not database.stat().st_size:
        return None
    folder = database.parent / "backups"
    kept = folder / f"before-{migration}.sqlite3"
    half = folder / f"{kept.name}.{os.getpid()}.half"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        half.touch(mode=0o600)
        _copy(database, half)
        os.replace(half, kept)
        _let_go_of_old(folder)
    except (OSError, sqlite3.OperationalError) as problem:
        raise CannotStart(
            f"The database cannot be copied to {folder} before the upgrade ({str(problem).rstrip('.')}): make room for"
            f" {database.stat().st_size // 1024**2 + 1} MB there and start again; nothing was changed."
        ) from problem
    finally:
        half.unlink(missing_ok=True)
    return kept


def _let_go_of_old(folder: Path) -> None:
    """Only what this module made is ever removed: another file in the folder is its keeper's."""
    made = sorted(folder.glob("before-*.sqlite3"), key=lambda copy: (copy.stat().st_mtime_ns, copy.name))
    for old in made[:-COPIES]:
        old.unlink(missing_ok=True)


def _copy(database: Path, half: Path) -> None:
    """The online backup API (sqlite.org/backup.html): what others write meanwhile is in it whole, or not at all."""
    with closing(sqlite3.connect(database, timeout=20)) as opened, closing(sqlite3.connect(half)) as copy:
        _quick_check(opened, database)
        opened.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        _quick_check(copy, half)
    with half.open("rb") as written:
        os.fsync(written.fileno())

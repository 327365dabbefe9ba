"""Before an upgrade there is a copy (P13), and a damaged database is not written to (F09)."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from passalong.site import before
from passalong.site import home as at_home
from passalong.site.before import check_whole, copy_before
from passalong.site.sentence import CannotStart
from tests.node import free_port, run
from tests.site.test_up import one_sentence


def a_database(folder: Path, rows: int = 2000) -> Path:
    path = folder / "passalong.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, words TEXT)")
        database.executemany("INSERT INTO kept (words) VALUES (?)", [(f"words {n} " * 20,) for n in range(rows)])
        database.commit()
    return path


def count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute("SELECT count(*) FROM kept").fetchone()[0])


def damage(path: Path) -> None:
    """Overwrites a page in the middle, as a failing disk does."""
    with path.open("r+b") as database:
        database.seek(path.stat().st_size // 2 // 4096 * 4096)
        database.write(os.urandom(4096))


def test_p13_the_copy_is_whole_and_nobody_elses(tmp_path: Path) -> None:
    database = a_database(tmp_path)
    with closing(sqlite3.connect(database)) as busy:
        busy.execute("INSERT INTO kept (words) VALUES ('not said yet')")
        copy = copy_before(database, "0042_next")
        busy.rollback()
    assert copy == tmp_path / "backups" / "before-0042_next.sqlite3"
    assert count(copy) == 2000
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700
    assert [each.name for each in copy.parent.iterdir()] == [copy.name]


def test_p13_an_empty_folder_needs_no_copy(tmp_path: Path) -> None:
    assert copy_before(tmp_path / "passalong.sqlite3", "0001_initial") is None
    assert not (tmp_path / "backups").exists()


def test_f05_a_copy_that_stops_half_way_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = a_database(tmp_path)
    copy = copy_before(database, "0042_next")
    assert copy
    old = copy.read_bytes()

    def no_room(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(before.os, "fsync", no_room)
    with closing(sqlite3.connect(database)) as more:
        more.execute("INSERT INTO kept (words) VALUES ('more')")
        more.commit()
    with pytest.raises(CannotStart, match=r"make room for \d+ MB there and start again; nothing was changed\.$"):
        copy_before(database, "0042_next")
    assert copy.read_bytes() == old
    assert [each.name for each in copy.parent.iterdir()] == [copy.name]


def test_p13_the_last_three_copies_are_kept_and_nothing_else_is_touched(tmp_path: Path) -> None:
    database = a_database(tmp_path)
    for number in range(1, 6):
        copy = copy_before(database, f"{number:04}_next")
        assert copy
        os.utime(copy, (number, number))
    mine = tmp_path / "backups" / "before-the-flood.txt"
    mine.write_text("mine")
    copy_before(database, "0006_next")
    assert sorted(each.name for each in mine.parent.iterdir()) == [
        "before-0004_next.sqlite3",
        "before-0005_next.sqlite3",
        "before-0006_next.sqlite3",
        "before-the-flood.txt",
    ]


def test_f09_a_damaged_page_is_found(tmp_path: Path) -> None:
    database = a_database(tmp_path)
    check_whole(database)
    damage(database)
    with pytest.raises(CannotStart, match=r"is damaged .*put a backup in its place"):
        check_whole(database)
    with pytest.raises(CannotStart, match="is damaged"):
        copy_before(database, "0042_next")
    assert not list((tmp_path / "backups").iterdir())


def test_f09_a_large_one_is_looked_through_before_upgrades_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = a_database(tmp_path)
    damage(database)
    monkeypatch.setattr(before, "LOOKED_THROUGH", 1000)
    check_whole(database)
    with pytest.raises(CannotStart):
        copy_before(database, "0042_next")


def test_p13_an_upgrade_makes_a_copy_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """A migration that the database does not have yet is what an upgrade looks like."""
    database = tmp_path / "passalong.sqlite3"
    with closing(sqlite3.connect(database)) as opened:
        opened.execute("CREATE TABLE words (text TEXT)")
        opened.commit()
    changed: list[bool] = []
    copy = tmp_path / "backups" / "before-0002_next.sqlite3"
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", str(database))
    monkeypatch.setattr(at_home, "connection", SimpleNamespace(vendor="sqlite"))
    monkeypatch.setattr(at_home, "_migrations_here", lambda: {"0001_initial", "0002_next", "0003_later"})
    monkeypatch.setattr(at_home, "_migrations_done", lambda: {"0001_initial"})
    monkeypatch.setattr(at_home, "call_command", lambda *_, **__: changed.append(copy.exists()))
    at_home.migrate()
    assert changed == [True], "the copy is there before anything changes"
    with closing(sqlite3.connect(copy)) as opened:
        assert opened.execute("SELECT count(*) FROM words").fetchone() == (0,)


def test_f09_a_damaged_database_is_not_started_on(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert run(home, "following").returncode == 0
    database = home / "passalong.sqlite3"
    with closing(sqlite3.connect(database)) as opened:
        opened.execute("CREATE TABLE filler (words TEXT)")
        opened.executemany("INSERT INTO filler VALUES (?)", [("x" * 3000,)] * 500)
        opened.commit()
    for page in range(10):
        with database.open("r+b") as raw:
            raw.seek(database.stat().st_size - (200 + page) * 4096)
            raw.write(os.urandom(4096))
    held = database.read_bytes()
    done = run(home, "up", "--port", str(free_port()), "--no-open")
    assert done.returncode == 1
    assert "damaged" in done.stderr
    assert one_sentence(done.stderr)
    assert database.read_bytes() == held

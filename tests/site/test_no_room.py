"""P14: the disk is full, or read-only: reading goes on, writing says so and keeps the words, no restart is needed."""

from __future__ import annotations

import errno
import secrets
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.utils import OperationalError
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from passalong.models import Item, Person
from passalong.share import store
from passalong.share.draft import Draft
from passalong.share.publish import publish
from passalong.site.no_room import FULL, READ_ONLY, no_room
from tests.conftest import client_of, make_person
from tests.node import environment, run
from tests.site.test_up import one_sentence

LONG = "a long thought " * 400
BOX = {"key": "one-form", "what": LONG, "tags": "oer", "unlisted": "1"}


@pytest.fixture
def me(transactional_db: None) -> Person:
    """Ann, for real: a full disk ends transactions, also those that tests are usually wrapped in."""
    return make_person("ann", owner=True)


@pytest.fixture
def browser(me: Person) -> Client:
    client = client_of(me)
    client.raise_request_exception = False
    return client


@contextmanager
def asked(statement: str, back: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(back)


def fill(cursor: Any, size: int) -> None:
    while True:
        cursor.execute(f"INSERT INTO filler VALUES (zeroblob({size}))")


@contextmanager
def nothing_more_fits() -> Iterator[None]:
    """SQLite's own limit, so that the error is the one of a full disk: no free page, no new one."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE filler (x)")
        cursor.execute("PRAGMA max_page_count")
        before = cursor.fetchone()[0]
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        for size in (100_000, 3_000, 100):
            with pytest.raises(OperationalError, match="full"):
                fill(cursor, size)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count = {before}")
            cursor.execute("DROP TABLE filler")


@contextmanager
def nothing_is_written() -> Iterator[None]:
    if connection.vendor == "sqlite":
        with asked("PRAGMA query_only = ON", "PRAGMA query_only = OFF"):
            yield
    else:
        with asked("SET default_transaction_read_only = on", "SET default_transaction_read_only = off"):
            yield


def typed(page: str) -> dict[str, str]:
    """What the form on an error page would send."""
    form = LexborHTMLParser(page).css_first("main form")
    fields = {field.attributes["name"] or "": field.attributes["value"] or "" for field in form.css("input[name]")}
    return fields | {
        area.attributes["name"] or "": area.text().removeprefix("\n") for area in form.css("textarea[name]")
    }


def reading_goes_on(client: Client, item: Item) -> None:
    for path in ("/", "/river", "/people", "/settings", "/@ann", f"/@ann/{item.pk}", "/@ann/feed.atom", "/readyz"):
        assert client.get(path).status_code == 200, path
        assert client_of(None).get(path).status_code in (200, 302), path


def says_so_and_keeps_the_words(client: Client, words: str) -> None:
    answer = client.post("/share", BOX)
    page = answer.content.decode()
    assert answer.status_code == 507
    assert words in page
    assert "Traceback" not in page
    assert {name: value.strip() for name, value in typed(page).items() if name in BOX} == {
        name: value.strip() for name, value in BOX.items()
    }
    said = client.post("/share", BOX, headers={"Accept": "application/json"})
    assert (said.status_code, said.json()["error"].startswith(words)) == (507, True)


def works_again(client: Client) -> None:
    answer = client.post("/share", BOX)
    assert answer.status_code == 303
    assert Item.objects.filter(audience="unlisted").count() == 1


def test_p14_a_full_disk(me: Person, browser: Client) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no limit a test could lower; its error is told by its code, see below")
    item = publish(me, Draft(words="from before"))
    with nothing_more_fits():
        reading_goes_on(browser, item)
        says_so_and_keeps_the_words(browser, "The disk of this node is full.")
        assert Item.objects.count() == 1
    works_again(browser)


def test_p14_a_database_that_may_not_be_written(me: Person, browser: Client) -> None:
    item = publish(me, Draft(words="from before"))
    with nothing_is_written():
        reading_goes_on(browser, item)
        says_so_and_keeps_the_words(browser, "This node cannot write to its disk just now.")
    works_again(browser)


def test_p14_a_file_that_does_not_fit(me: Person, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(store.os, "fsync", full)
        answer = browser.post("/share", BOX | {"files": SimpleUploadedFile("a.txt", secrets.token_bytes(9))})
        page = answer.content.decode()
        assert answer.status_code == 507
        assert "Choose the files again." in page
        assert typed(page)["what"].strip() == LONG.strip()
    works_again(browser)


def test_p14_an_upload_that_never_arrives_whole(me: Person, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The temporary file is written before any view runs."""

    def full(half: Any, data: bytes) -> None:
        half.close()  # Django leaves it to the garbage collector
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.files.uploadhandler.TemporaryUploadedFile.write", full, raising=False)
        big = SimpleUploadedFile("a.bin", b"\0" * (3 * 1024 * 1024))
        answer = browser.post("/share", BOX | {"files": big})
    assert answer.status_code == 507
    assert "The disk of this node is full." in answer.content.decode()


def test_no_password_comes_back(me: Person, browser: Client) -> None:
    with nothing_is_written():
        assert me.user
        me.user.password = ""
        answer = browser.post("/account/password/first", {"password1": "four walnut trees", "password2": "x"})
    assert "four walnut trees" not in answer.content.decode()


@pytest.mark.parametrize(
    ("problem", "why"),
    [
        (OSError(errno.ENOSPC, "x"), FULL),
        (OSError(errno.EDQUOT, "x"), FULL),
        (OSError(errno.EROFS, "x"), READ_ONLY),
        (OSError(errno.ENOENT, "x"), ""),
        (sqlite3.OperationalError("database or disk is full"), FULL),
        (sqlite3.OperationalError("attempt to write a readonly database"), READ_ONLY),
        (sqlite3.OperationalError("no such table: x"), ""),
        (type("DiskFull", (Exception,), {"sqlstate": "53100"})(), FULL),
        (type("ReadOnly", (Exception,), {"sqlstate": "25006"})(), READ_ONLY),
        (ValueError("database or disk is full"), ""),
        (None, ""),
    ],
)
def test_which_problems_are_meant(problem: Exception | None, why: str) -> None:
    outer = RuntimeError("around it")
    outer.__cause__ = problem
    assert no_room(problem) == no_room(outer) == why


def test_a_circle_of_causes_ends() -> None:
    one, two = ValueError(), ValueError()
    one.__context__, two.__context__ = two, one
    assert no_room(one) == ""


def break_items(home: Path, action: str) -> None:
    """From now on, keeping an item does `action`."""
    assert run(home, "following").returncode == 0
    with closing(sqlite3.connect(home / "passalong.sqlite3")) as opened:
        opened.execute(f"CREATE TRIGGER broken BEFORE INSERT ON passalong_item BEGIN {action}; END")
        opened.commit()


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        ("SELECT x FROM gone", "ours to mend (OperationalError: no such table: main.gone)"),
        ("SELECT RAISE(FAIL, 'half a word token=abc123')", "ours to mend (IntegrityError: half a word token=…"),
    ],
    ids=["broken", "secret"],
)
@pytest.mark.slow
def test_what_nobody_thought_of_is_one_sentence_too(tmp_path: Path, action: str, sentence: str) -> None:
    break_items(tmp_path / "home", action)
    done = run(tmp_path / "home", "share", "words")
    assert done.returncode == 1
    assert sentence in done.stderr
    assert one_sentence(done.stderr)
    assert not done.stdout


@pytest.mark.slow
def test_p14_a_full_disk_at_the_command_line(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert run(home, "following").returncode == 0
    code = (
        "import sqlite3, sys; from passalong.site import cli\n"
        "def full(*_): raise RuntimeError from sqlite3.OperationalError('database or disk is full')\n"
        "cli.passalong.main = lambda **_: full()\n"
        "cli.main(['following'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(home), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("The disk of this node is full.")
    assert "Traceback" not in done.stderr

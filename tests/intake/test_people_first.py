"""The worker gives way to a person who writes, for a moment and no longer."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from django.db import connection, transaction
from pytest_django.fixtures import Settings

from passalong.intake import people_first
from passalong.intake.people_first import PATIENCE, give_way, person_writes

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="Postgres has room for many writers"),
]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Settings) -> Path:
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds slept, without sleeping."""
    found: list[float] = []
    monkeypatch.setattr(people_first.time, "sleep", found.append)
    return found


def test_it_works(slept: list[float]) -> None:
    assert give_way() == 0
    person_writes()
    assert give_way() > 0


def test_a_moment_has_an_end(home: Path, slept: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people_first, "JUST_NOW", 3600)
    person_writes()
    assert give_way() == pytest.approx(PATIENCE, abs=0.02)


def test_what_was_written_long_ago_keeps_nobody(home: Path, slept: list[float]) -> None:
    person_writes()
    os.utime(home / "people-first", (time.time() - 1, time.time() - 1))
    assert give_way() == 0


def test_a_mark_from_a_clock_that_was_wrong_keeps_nobody(home: Path, slept: list[float]) -> None:
    person_writes()
    os.utime(home / "people-first", (time.time() + 9999, time.time() + 9999))
    assert give_way() == 0


def test_nobody_waits_while_holding_the_pen(slept: list[float]) -> None:
    person_writes()
    with transaction.atomic():
        assert give_way() == 0


def test_a_folder_that_cannot_be_written_stops_nobody(settings: Settings) -> None:
    settings.HOME = Path("/nowhere/at/all")
    person_writes()
    assert give_way() == 0

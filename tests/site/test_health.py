"""A worker that is dead for a day is seen: by the owner on the page, by a watcher at /readyz (F47)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from passalong.models import Person, Source
from passalong.site.health import LATE
from tests.conftest import client_of
from tests.read.cast import a_source, follow

STILL = "Not updating since"


@pytest.fixture
def bens(ann: Person) -> Source:
    source = a_source("ben")
    follow(ann, source)
    return source


def due(source: Source, hours: float) -> None:
    now = timezone.now()
    Source.objects.filter(pk=source.pk).update(
        fetch_at=now - timedelta(hours=hours), fetched=now - timedelta(hours=hours + 1)
    )


@pytest.mark.parametrize("path", ["/", "/river", "/people", "/settings"])
def test_f47_the_owner_is_told_when_nothing_comes_in_any_more(bens: Source, anns_browser: Client, path: str) -> None:
    due(bens, LATE / timedelta(hours=1) + 0.1)
    page = anns_browser.get(path).content.decode()
    assert STILL in page
    assert "passalong work" in page
    assert client_of(None).get("/readyz").status_code == 503


@pytest.mark.parametrize("path", ["/river", "/people"])
def test_f47_and_is_not_alarmed_before(bens: Source, anns_browser: Client, path: str) -> None:
    due(bens, LATE / timedelta(hours=1) - 0.1)
    assert STILL not in anns_browser.get(path).content.decode()
    assert client_of(None).get("/readyz").status_code == 200


def test_what_nobody_follows_alarms_nobody(bens: Source, anns_browser: Client) -> None:
    Source.objects.filter(pk=bens.pk).update(fetch_at=None)
    assert STILL not in anns_browser.get("/river").content.decode()


def test_strangers_are_not_told(bens: Source) -> None:
    due(bens, 48)
    for path in ("/", "/sign-in"):
        assert STILL not in client_of(None).get(path).content.decode()


def test_a_database_that_does_not_answer(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def dead() -> None:
        raise DatabaseError("gone")

    client = client_of(None)
    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", dead)
        answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"The database does not answer.\n")
    assert client.get("/livez").status_code == 200

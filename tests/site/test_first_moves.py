"""The first moves below the box: each is there until it is made, and costs nothing once all are."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from passalong.follow.start import start
from passalong.models import Person
from passalong.models.first_moves import ALL, BUTTON, FOLLOW, SHARE, made
from passalong.share.draft import Draft
from passalong.share.publish import publish
from passalong.site.home import the_owner
from passalong.wire.shapes import Found
from tests.conftest import client_of

LINE = "Paste a link or write a thought"
WHOM = 'id="whom"'
DRAG = "Drag this button"


@pytest.fixture
def newcomer(ann: Person) -> Person:
    Person.objects.update(first_moves=ALL)
    ann.refresh_from_db()
    return ann


def front(browser: Client) -> str:
    return browser.get("/").content.decode()


def left() -> str:
    return Person.objects.get(handle="ann").first_moves


def test_whoever_is_new_here_has_all_before_them(db: None) -> None:
    assert the_owner("Ann").first_moves == ALL


def test_the_first_page_offers_them(newcomer: Person) -> None:
    page = front(client_of(newcomer))
    assert page.index(LINE) < page.index('id="what"') < page.index(WHOM) < page.index(DRAG)
    assert "/people/starters" in page
    assert "javascript:" in page


def test_a_stranger_sees_none_of_it(newcomer: Person, strangers_browser: Client) -> None:
    page = front(strangers_browser)
    assert not [one for one in (LINE, WHOM, DRAG) if one in page]


def test_having_shared_takes_the_line_away(newcomer: Person) -> None:
    browser = client_of(newcomer)
    browser.post("/share", {"what": "A thought", "key": "one"})
    page = front(browser)
    assert LINE not in page
    assert WHOM in page
    assert left() == f"{FOLLOW} {BUTTON}"


def test_following_takes_its_move_away(newcomer: Person) -> None:
    start(newcomer, Found("https://cas.example/feed", "feed"), now=timezone.now())
    page = front(client_of(newcomer))
    assert WHOM not in page
    assert LINE in page
    assert DRAG in page


def test_not_now_stays(newcomer: Person) -> None:
    browser = client_of(newcomer)
    said = browser.post("/settings/no-button", follow=True).content.decode()
    assert "The button stays in settings" in said
    assert DRAG not in said
    assert DRAG not in front(client_of(newcomer)), "nor in another browser"
    assert DRAG in browser.get("/settings").content.decode()


def test_whoever_used_the_button_has_it(newcomer: Person) -> None:
    client_of(newcomer).post("/share", {"what": "https://cas.example/", "key": "one", "popup": "1"})
    assert left() == FOLLOW


def test_when_all_are_made_nothing_is_left_of_it(newcomer: Person) -> None:
    publish(newcomer, Draft(words="A thought"))
    start(newcomer, Found("https://cas.example/feed", "feed"), now=timezone.now())
    made(newcomer, BUTTON)
    page = front(client_of(newcomer))
    assert left() == ""
    assert 'class="welcome"' not in page
    assert not [one for one in (LINE, WHOM, DRAG) if one in page]


def test_the_page_asks_the_database_no_more_for_it(newcomer: Person) -> None:
    browser = client_of(newcomer)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            front(browser)
        return len(queries)

    asked()
    before = asked()
    Person.objects.update(first_moves="")
    assert asked() == before


def test_sharing_and_following_ask_no_more_once_it_is_done(newcomer: Person) -> None:
    def writes() -> int:
        with CaptureQueriesContext(connection) as queries:
            publish(newcomer, Draft(words="A thought"))
        return len([one for one in queries if "first_moves" in one["sql"] and one["sql"].startswith("UPDATE")])

    publish_first, publish_second = writes(), writes()
    assert (publish_first, publish_second) == (1, 0)


def test_a_move_is_made_once(newcomer: Person) -> None:
    for _ in range(2):
        made(newcomer, SHARE)
    assert newcomer.first_moves == left() == f"{FOLLOW} {BUTTON}"


def test_who_was_here_before_is_not_new(db: None) -> None:
    """The migration takes those who are here already for people who know their way."""
    migration = import_module("passalong.migrations.0010_first_moves").Migration
    (field,) = [one.field for one in migration.operations if one.name == "first_moves"]
    assert field.default == ""

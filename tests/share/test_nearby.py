"""Already in one's network: said while a link is in the box, from our own index, in few questions."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from passalong.models import Person
from passalong.share.draft import Draft
from passalong.share.nearby import joined, nearby
from passalong.share.publish import publish
from tests.read.cast import an_item
from tests.share.test_credit import GOOD, followed, shares

pytestmark = pytest.mark.django_db


def test_it_says_who_and_when(anns_browser: Client, ann: Person) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False):
        shares(followed(ann, "ben"), ago=72)
        dora = shares(followed(ann, "dora"), ago=70, excerpt="A good page")
        said = anns_browser.get("/share/nearby", {"url": f"{GOOD} worth a look"}).content.decode()
    assert "Ben and Dora shared this on Tuesday." in said
    assert f"/share?reply_to={dora.page.url.replace(':', '%3A').replace('/', '%2F')}" in said  # type: ignore[union-attr]
    assert "via Ben" in said


def test_it_says_when_it_was_me(anns_browser: Client, ann: Person) -> None:
    item = publish(ann, Draft(link=GOOD))
    said = anns_browser.get("/share/nearby", {"url": GOOD}).content.decode()
    assert "You shared this today." in said
    assert f'href="/@ann/{item.pk}/edit"' in said
    assert 'name="credit"' not in said


def test_it_says_nothing_of_what_nobody_shared(anns_browser: Client, ann: Person) -> None:
    followed(ann, "ben")
    for what in (GOOD, "just words", "", "https://[", "x" * 20_000):
        assert anns_browser.get("/share/nearby", {"url": what}).content.strip() == b""


def test_names() -> None:
    assert joined([]) == ""
    assert joined(["Ann"]) == "Ann"
    assert joined(["Ann", "Ben", "Cas"]) == "Ann, Ben and Cas"
    assert joined(["Ann", "Ben", "Cas", "Dora"]) == "Ann, Ben and 2 more"


def test_titles_are_only_words(anns_browser: Client, ann: Person) -> None:
    """T25: what others call their things runs nothing here."""
    shares(followed(ann, "ben"), title='"><img src=x onerror=alert(1)>')
    said = anns_browser.get("/share/nearby", {"url": GOOD}).content.decode()
    assert "<img" not in said
    assert "&lt;img" in said


def test_it_costs_five_questions_however_many_shared_it(ann: Person) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert nearby(ann, GOOD)
        return len(queries)

    shares(followed(ann, "ben"), rel="link", kind="article")
    few = asked()
    for number in range(30):
        shares(followed(ann, f"p{number}"), rel="link", kind="article")
        an_item(followed(ann, f"q{number}"), url=GOOD)
    assert asked() == few <= 5


def test_each_question_goes_by_an_index(ann: Person) -> None:
    """On both databases: nothing is read from end to end to find who shared one page."""
    ben = followed(ann, "ben")
    for number in range(50):
        shares(ben, f"https://x.example/{number}")
    shares(ben)
    with CaptureQueriesContext(connection) as queries:
        nearby(ann, GOOD)
    plans = []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            # The plan hangs on what is known of the tables, and autovacuum looks at them when it likes.
            cursor.execute("ANALYZE passalong_link, passalong_page, passalong_item, passalong_source, passalong_follow")
        for query in queries.captured_queries:
            cursor.execute(f"{'EXPLAIN QUERY PLAN' if connection.vendor == 'sqlite' else 'EXPLAIN'} {query['sql']}")
            plans.append("\n".join(str(row) for row in cursor.fetchall()))
    every = "\n".join(plans)
    scans = [line for line in every.splitlines() if "SCAN passalong_" in line or "Seq Scan" in line]
    assert not [line for line in scans if "USING" not in line], every
    assert "link_came_back" in every

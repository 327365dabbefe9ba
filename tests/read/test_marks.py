"""Seen, kept, hidden: mine alone, never wrong, never lost."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from passalong.models import Follow, Item, Mark, Person
from passalong.read.marks import Deed, do, recount, see_all, unsee_all
from passalong.read.river import river
from tests.read.cast import a_source, an_item, follow


def unseen(one: Follow) -> int:
    """The kept number, after proving that it is right."""
    assert recount(Follow.objects.filter(pk=one.pk)) == 0
    one.refresh_from_db()
    return one.unseen


@pytest.fixture
def bens(ann: Person) -> Follow:
    """Ann follows Ben, who shared three things she has not seen."""
    one = follow(ann, a_source("ben"))
    for n in range(1, 4):
        an_item(one.source, ago=n)
    one.refresh_from_db()
    return one


def items(one: Follow) -> list[Item]:
    return list(Item.objects.filter(source=one.source).order_by("-arrived"))


def test_it_works(ann: Person, bens: Follow) -> None:
    do(ann, items(bens)[0], "seen")
    assert unseen(bens) == 2
    assert [row.item for row in river(ann, show="unseen").rows] == items(bens)[1:]


@pytest.mark.parametrize(
    ("deeds", "left"),
    [
        (["seen", "seen"], 2),
        (["seen", "unseen"], 3),
        (["unseen"], 3),
        (["seen", "unseen", "unseen", "seen"], 2),
        (["keep", "seen", "unkeep"], 2),
        (["hide"], 2),
        (["hide", "hide", "seen"], 2),
        (["hide", "unhide"], 2),
        (["hide", "unseen"], 3),
        (["unhide", "unkeep"], 3),
    ],
)
def test_the_number_follows_the_marks(ann: Person, bens: Follow, deeds: list[Deed], left: int) -> None:
    for deed in deeds:
        do(ann, items(bens)[1], deed)
    assert unseen(bens) == left


def test_all_seen_is_one_step_and_has_a_way_back(ann: Person, bens: Follow) -> None:
    do(ann, items(bens)[0], "seen")
    until = timezone.now()
    assert see_all(ann, until) == 1
    assert unseen(bens) == 0
    late = an_item(bens.source, arrived=until + timedelta(seconds=1))
    assert [row.item for row in river(ann, show="unseen").rows] == [late]
    assert unsee_all(ann, until) == 1
    assert unseen(bens) == 3


def test_what_came_while_the_page_stood_open_stays_unseen(ann: Person, bens: Follow) -> None:
    until = timezone.now() - timedelta(minutes=1)
    an_item(bens.source, ago=0)
    see_all(ann, until)
    assert unseen(bens) == 1


def test_all_seen_can_be_about_one_person(ann: Person, bens: Follow) -> None:
    doras = follow(ann, a_source("dora"))
    an_item(doras.source)
    see_all(ann, timezone.now(), of=bens.source.person)
    assert (unseen(bens), unseen(doras)) == (0, 1)


def test_one_can_be_unseen_again_after_all_was_seen(ann: Person, bens: Follow) -> None:
    see_all(ann, timezone.now())
    do(ann, items(bens)[1], "unseen")
    assert unseen(bens) == 1
    assert [row.item for row in river(ann, show="unseen").rows] == [items(bens)[1]]


def test_what_is_settled_needs_no_marks(ann: Person) -> None:
    one = follow(ann, a_source("ben"))
    for n in range(3):
        an_item(one.source, ago=24 * 10 + n)
    for item in items(one):
        do(ann, item, "seen")
    one.refresh_from_db()
    assert one.seen_until > items(one)[0].arrived
    assert unseen(one) == 0


def test_seen_in_one_pipe_is_seen_in_the_others(ann: Person) -> None:
    bens, planets = follow(ann, a_source("ben")), follow(ann, a_source("planet"))
    first = an_item(bens.source, url="https://ben.example/a")
    an_item(planets.source, ago=0.5, url="https://ben.example/a")
    do(ann, first, "seen")
    assert (unseen(bens), unseen(planets)) == (0, 0)
    assert river(ann, show="unseen").rows == []


def test_p3_marks_survive_unfollowing_and_what_feeds_do(ann: Person, bens: Follow) -> None:
    item = items(bens)[0]
    do(ann, item, "keep")
    do(ann, item, "seen")
    Follow.objects.filter(pk=bens.pk).update(state=Follow.State.ENDED)
    Item.objects.filter(pk=item.pk).update(title="Changed", guid="other")
    assert [row.item.pk for row in river(ann, show="kept").rows] == [item.pk]
    mark = Mark.objects.get(person=ann, item=item)
    assert mark.seen
    assert mark.kept


def test_marks_are_mine_alone(ann: Person, ben: Person, bens: Follow) -> None:
    his = follow(ben, bens.source, unseen=3)
    do(ann, items(bens)[0], "keep")
    do(ann, items(bens)[0], "hide")
    assert unseen(his) == 3
    assert len(river(ben).rows) == 3
    assert river(ben, show="kept").rows == []


def test_a_wrong_number_is_found_and_mended(bens: Follow) -> None:
    Follow.objects.filter(pk=bens.pk).update(unseen=7)
    assert recount(Follow.objects.all()) == 1
    assert unseen(bens) == 3


def test_a_number_that_is_wrong_already_does_not_fall_below_none(ann: Person, bens: Follow) -> None:
    Follow.objects.filter(pk=bens.pk).update(unseen=0)
    do(ann, items(bens)[0], "seen")
    bens.refresh_from_db()
    assert bens.unseen == 0


@pytest.mark.django_db(transaction=True)
def test_eight_clicks_at_once_count_once(transactional_db: Any, ann: Person) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("the test database in memory has one writer; run with DATABASE_URL=postgres://...")
    one = follow(ann, a_source("ben"))
    for n in range(1, 4):
        an_item(one.source, ago=n)
    item, start, wrong = items(one)[0], Barrier(8), []

    def click() -> None:
        try:
            start.wait(10)
            do(ann, item, "seen")
        except Exception as problem:
            wrong.append(problem)
        finally:
            connection.close()

    clicks = [Thread(target=click) for _ in range(8)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join(20)
    assert not wrong
    assert unseen(one) == 2

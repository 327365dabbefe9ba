"""The one list query: what belongs in a river, in which order, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from passalong.models import Follow, Item, Mark, Person, Source
from passalong.models.cursor import Cursor, read_cursor
from passalong.read import walk as walking
from passalong.read.rare import rarely_heard
from passalong.read.river import RiverPage, river
from tests.read.cast import a_source, an_item, follow, noon


def ids(page: RiverPage) -> list[int]:
    return [row.item.pk for row in page.rows]


def all_ids(person: Person, **how: Any) -> list[int]:
    """Page after page to the end."""
    found: list[int] = []
    before = None
    for _ in range(100):
        page = river(person, before=before, **how)
        found += ids(page)
        before = read_cursor(page.next)
        if before is None:
            return found
    raise AssertionError("the river does not end")


def test_it_works(ann: Person) -> None:
    bens, doras = a_source("ben"), a_source("dora")
    follow(ann, bens)
    old, new = an_item(bens, ago=5), an_item(bens, ago=1)
    an_item(doras)
    assert ids(river(ann)) == [new.pk, old.pk]


@pytest.fixture(params=["walk", "merge"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every rule holds however the rows are found."""
    if request.param == "merge":
        monkeypatch.setattr(walking, "SCAN", 0)
        monkeypatch.setattr(walking, "MERGE", 2)
    return str(request.param)


def test_it_goes_on_by_keyset_also_where_times_are_equal(ann: Person, either_way: str) -> None:
    sources = [a_source(f"s{n}") for n in range(5)]
    for source in sources:
        follow(ann, source)
    made = [an_item(sources[n % 5], arrived=noon(1 + n // 10)) for n in range(40)]
    expected = [item.pk for item in sorted(made, key=lambda item: (item.arrived, item.pk), reverse=True)]
    assert all_ids(ann, limit=7) == expected


def test_an_arrival_while_one_reads_moves_nothing(ann: Person) -> None:
    bens = a_source("ben")
    follow(ann, bens)
    made = [an_item(bens, ago=n) for n in range(1, 7)]
    first = river(ann, limit=3, fold_floods=False)
    an_item(bens, ago=0)
    rest = river(ann, limit=3, before=read_cursor(first.next), fold_floods=False)
    assert ids(first) + ids(rest) == [item.pk for item in made]


def leave_muted(one: Follow) -> None:
    one.muted = True
    one.save()


def leave_ended(one: Follow) -> None:
    one.state = Follow.State.ENDED
    one.save()


def leave_held(one: Follow) -> None:
    Source.objects.filter(pk=one.source_id).update(state=Source.State.HELD)


def leave_gone(one: Follow) -> None:
    Item.objects.filter(source_id=one.source_id).update(gone=timezone.now())


def leave_hidden(one: Follow) -> None:
    for item in Item.objects.filter(source_id=one.source_id):
        Mark.objects.create(person=one.person, item=item, hidden=timezone.now())


def leave_somebody_elses(one: Follow) -> None:
    one.person = Person.objects.get(handle="ben")
    one.save()


@pytest.mark.parametrize(
    "leave", [leave_muted, leave_ended, leave_held, leave_gone, leave_hidden, leave_somebody_elses]
)
@pytest.mark.parametrize("show", ["all", "unseen"])
def test_what_is_left_out(
    ann: Person, ben: Person, either_way: str, leave: Callable[[Follow], None], show: walking.Show
) -> None:
    kept_source, left = a_source("kept"), a_source("left")
    follow(ann, kept_source)
    one = follow(ann, left)
    stays = an_item(kept_source)
    an_item(left)
    assert len(river(ann, show=show).rows) == 2
    leave(one)
    assert ids(river(ann, show=show)) == [stays.pk]


def test_unseen_is_what_came_after_and_has_no_mark(ann: Person, either_way: str) -> None:
    bens = a_source("ben")
    follow(ann, bens, seen_until=timezone.now() - timedelta(hours=3))
    an_item(bens, ago=4)
    fresh, marked = an_item(bens, ago=2), an_item(bens, ago=1)
    Mark.objects.create(person=ann, item=marked, seen=timezone.now())
    assert ids(river(ann, show="unseen")) == [fresh.pk]
    assert len(river(ann).rows) == 3


def test_kept_is_newest_kept_first_and_outlives_the_follow(ann: Person) -> None:
    bens = a_source("ben")
    one = follow(ann, bens)
    items = [an_item(bens, ago=n) for n in range(1, 5)]
    for number, item in enumerate(items[:3]):
        Mark.objects.create(person=ann, item=item, kept=noon(1 + number))
    one.state = Follow.State.ENDED
    one.save()
    assert all_ids(ann, show="kept", limit=2) == [items[2].pk, items[1].pk, items[0].pk]


def test_one_persons_things_from_all_their_sources(ann: Person, either_way: str) -> None:
    bens = a_source("ben")
    more = a_source("benphotos", person=bens.person)
    doras = a_source("dora")
    for source in (bens, more, doras):
        follow(ann, source)
    expected = [an_item(bens, ago=1), an_item(more, ago=2), an_item(bens, ago=3)]
    an_item(doras, ago=2)
    assert ids(river(ann, of=bens.person)) == [item.pk for item in expected]


def test_the_same_page_from_two_pipes_is_one_card(ann: Person, either_way: str) -> None:
    bens, planet = a_source("ben"), a_source("planet")
    follow(ann, bens)
    follow(ann, planet)
    first = an_item(bens, ago=3, url="https://ben.example/a")
    again = an_item(planet, ago=2, url="http://www.ben.example/a/")
    assert first.page_id != again.page_id
    page = river(ann)
    assert ids(page) == [first.pk]
    assert [other.item.pk for other in page.rows[0].also] == [again.pk]


def test_one_card_also_where_the_page_of_the_list_ends_between(ann: Person, either_way: str) -> None:
    bens, planet = a_source("ben"), a_source("planet")
    follow(ann, bens)
    follow(ann, planet)
    first = [an_item(bens, ago=50 + n, url=f"https://ben.example/{n}") for n in range(10)]
    for n in range(10):
        an_item(planet, ago=10 + n, url=f"https://ben.example/{n}")
    assert sorted(all_ids(ann, limit=3, fold_floods=False)) == sorted(item.pk for item in first)


def test_a_page_shared_again_after_a_month_is_news(ann: Person) -> None:
    bens, doras = a_source("ben"), a_source("dora")
    follow(ann, bens)
    follow(ann, doras)
    an_item(bens, ago=24 * 40, url="https://cas.example/found")
    an_item(doras, ago=1, url="https://cas.example/found")
    assert len(river(ann).rows) == 2


def test_a_feed_whose_entries_share_one_address_keeps_them_all(ann: Person) -> None:
    bens = a_source("ben")
    follow(ann, bens)
    for n in range(4):
        an_item(bens, ago=n, url="https://ben.example/")
    assert len(river(ann).rows) == 4


def test_t35_a_flood_is_folded_and_the_others_stay_in_sight(ann: Person, either_way: str) -> None:
    loud, doras = a_source("loud"), a_source("dora")
    follow(ann, loud)
    follow(ann, doras)
    for n in range(200):
        an_item(loud, ago=1 + n / 100)
    quiet = an_item(doras, ago=10)
    last = an_item(loud, ago=11)
    page = river(ann, limit=20)
    assert len(page.rows) == 7
    assert [row.rest for row in page.rows] == [0, 0, 0, 0, 195, 0, 0]
    assert ids(page)[5:] == [quiet.pk, last.pk]
    assert page.next == ""


def test_t35_no_flood_goes_on_over_the_edge_of_a_page(ann: Person, either_way: str) -> None:
    loud, doras = a_source("loud"), a_source("dora")
    follow(ann, loud)
    follow(ann, doras)
    for n in range(30):
        an_item(loud if n % 10 else doras, ago=1 + n)
    sources = []
    before = None
    while True:
        page = river(ann, limit=4, before=before)
        sources += [row.item.source_id for row in page.rows]
        before = read_cursor(page.next)
        if before is None:
            break
    longest = max(len(run) for run in "".join("x" if s == loud.pk else " " for s in sources).split())
    assert longest == 5


def test_those_who_rarely_share_come_first(ann: Person) -> None:
    busy, quiet, silent = a_source("busy", rarity=40), a_source("quiet", rarity=0.2), a_source("silent", rarity=0.1)
    for source in (busy, quiet, silent):
        follow(ann, source)
    an_item(busy)
    an_item(quiet, ago=9)
    newest = an_item(quiet, ago=5)
    assert [row.item.pk for row in rarely_heard(ann)] == [newest.pk]


@pytest.mark.parametrize(("scan", "most"), [(walking.SCAN, 5), (0, 7)])
def test_bodies_are_not_loaded_and_more_items_need_no_more_queries(
    ann: Person, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch, scan: int, most: int
) -> None:
    monkeypatch.setattr(walking, "SCAN", scan)
    for n in range(12):
        source = a_source(f"s{n}")
        follow(ann, source)
        for m in range(10):
            an_item(source, ago=n + 12 * m, html="<p>long</p>")
    with django_assert_max_num_queries(most) as three:
        river(ann, limit=3)
    with django_assert_max_num_queries(most) as sixty:
        page = river(ann, limit=60)
    assert len(page.rows) == 60
    assert len(sixty) == len(three)
    assert not any("passalong_body" in query["sql"] for query in sixty.captured_queries)


def test_nothing_unseen_asks_one_question(ann: Person, django_assert_num_queries: Any) -> None:
    bens = a_source("ben")
    follow(ann, bens)
    with django_assert_num_queries(1):
        assert river(ann, show="unseen").rows == []


@pytest.mark.parametrize("text", ["", "x", "1-", "-", "1-zz", "9" * 30 + "-1", "-5--3", "0x1-2", "٣-٤"])
def test_a_cursor_that_is_none_is_no_error(text: str) -> None:
    found = read_cursor(text)
    assert found is None or isinstance(found, Cursor)


def test_a_cursor_keeps_every_microsecond() -> None:
    cursor = Cursor(timezone.now(), 2**62 + 1)
    assert read_cursor(str(cursor)) == cursor

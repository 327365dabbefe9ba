"""From a document to rows: what is written, what is not, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passalong.intake import plan as module
from passalong.intake.plan import Counts
from passalong.intake.take_in import take_in
from passalong.models import Body, Follow, Item, Link, Mark, Page, Person, Source
from passalong.wire.shapes import Attachment, Author, Entry, Pointer

from .feeds import START, edited, entry, feed

NOW = START + timedelta(days=1)


@pytest.fixture
def source(ben: Person) -> Source:
    person = Person.objects.create(url="https://cas.example/feed", handle=None)
    made = Source.objects.create(person=person, url="https://cas.example/feed", fetch_at=NOW, made=NOW)
    Follow.objects.create(person=ben, source=made, since=NOW, seen_until=NOW)
    return made


@pytest.fixture
def take(source: Source) -> Callable[..., Counts]:
    def taken(*entries: Entry, now: datetime = NOW, **said: object) -> Counts:
        here = Source.objects.select_related("person").get(pk=source.pk)
        return take_in(here, replace(feed(*entries), **said), now)  # type: ignore[arg-type]

    return taken


Take = Callable[..., Counts]


def follow_of(source: Source) -> Follow:
    return Follow.objects.get(source=source)


def test_it_works(take: Take, source: Source) -> None:
    assert take(entry(1), entry(2)).new == 2
    item = Item.objects.select_related("page", "body").get(guid="urn:ben:1")
    assert (item.title, item.page and item.page.url) == ("Thing 1", "https://ben.example/posts/1")
    assert item.body
    assert "What Ben says" in item.body.html
    assert item.excerpt.startswith("What Ben says about")
    assert take(entry(1), entry(2)).unchanged == 2
    assert Item.objects.filter(source=source).count() == 2


@pytest.mark.parametrize(
    ("title", "summary", "excerpt"),
    [
        ("", "", "All of it."),
        ("", "All of it.", "All of it."),
        ("", "Of beans.", "Of beans. …"),
        ("Beans", "Of beans.", "Of beans."),
    ],
)
def test_an_excerpt_without_a_title_says_whether_there_is_more(
    take: Take, title: str, summary: str, excerpt: str
) -> None:
    take(edited(entry(1), title=title, summary=summary, html="<p>All of it.</p>"))
    assert Item.objects.get().excerpt == excerpt


def test_f29_what_left_the_window_stays(take: Take) -> None:
    take(entry(1), entry(2))
    take(entry(1))
    assert Item.objects.filter(gone__isnull=True).count() == 2


def test_p9_an_edit_updates_in_place_and_keeps_its_history(take: Take) -> None:
    take(entry(1))
    before = Item.objects.get()
    later = NOW + timedelta(hours=2)
    assert take(edited(entry(1), title="Better", html="<p>Said better.</p>"), now=later).changed == 1
    after = Item.objects.select_related("body").get()
    assert (after.pk, after.title, after.arrived, after.changed) == (before.pk, "Better", before.arrived, later)
    assert after.body
    assert after.body.html == "<p>Said better.</p>"
    assert [body.title for body in Body.objects.order_by("id")] == ["Thing 1", "Better"]


def test_a_change_nobody_can_read_adds_no_history(take: Take) -> None:
    take(entry(1))
    before = Item.objects.get()
    moved = edited(entry(1), html=entry(1).html.replace("ben.example/x", "ben.example/y"))
    assert take(moved, now=NOW + timedelta(hours=1)).changed == 1
    assert Body.objects.count() == 1
    assert "ben.example/y" in Body.objects.get().html
    assert Item.objects.get().changed == before.changed
    assert list(Link.objects.values_list("page__url", flat=True)) == ["https://ben.example/y"]


def test_history_does_not_grow_for_ever(take: Take) -> None:
    for number in range(55):
        take(edited(entry(1), html=f"<p>Visitor number {number}</p>"), now=NOW + timedelta(hours=number))
    assert Body.objects.count() == 50
    assert "54" in Item.objects.select_related("body").get().body.html  # type: ignore[union-attr]


def test_p9_f27_new_ids_and_addresses_are_kept_and_nothing_is_new(take: Take, source: Source) -> None:
    take(*[entry(number) for number in range(5)])
    ids = set(Item.objects.values_list("pk", flat=True))
    unseen = follow_of(source).unseen
    moved = [
        edited(entry(n), guid=f"https://new.example/{n}", url=f"https://new.example/{n}", html=entry(n).html)
        for n in range(5)
    ]
    counts = take(*moved, now=NOW + timedelta(days=1))
    assert counts.new == 0
    assert set(Item.objects.values_list("pk", flat=True)) == ids
    assert set(Item.objects.values_list("page__url", flat=True)) == {f"https://new.example/{n}" for n in range(5)}
    assert follow_of(source).unseen == unseen
    assert take(*moved, now=NOW + timedelta(days=2)).unchanged == 5


def test_p11_f33_a_future_date_is_clamped_to_first_seen(take: Take) -> None:
    take(entry(1))
    later = NOW + timedelta(hours=1)
    take(edited(entry(0), guid="event", url="", title="Party", published=NOW + timedelta(days=30)), now=later)
    item = Item.objects.get(guid="event")
    assert (item.published, item.arrived) == (later, later)


def test_backfill_is_quiet(take: Take, source: Source) -> None:
    take(*[entry(number) for number in range(10)])
    follow = follow_of(source)
    assert follow.unseen == 3
    assert Item.objects.filter(arrived__gt=follow.seen_until).count() == 3
    assert list(Item.objects.order_by("-arrived").values_list("title", flat=True)[:2]) == ["Thing 0", "Thing 1"]
    assert Item.objects.get(guid="urn:ben:5").arrived == entry(5).published


def test_backfill_without_dates_keeps_the_order_of_the_document(take: Take, source: Source) -> None:
    take(*[edited(entry(number), published=None) for number in range(10)])
    assert list(Item.objects.order_by("-arrived").values_list("title", flat=True)) == [f"Thing {n}" for n in range(10)]
    assert follow_of(source).unseen == 3
    assert Item.objects.filter(arrived__gt=NOW).count() == 0


def test_what_comes_later_is_unseen_and_arrives_now(take: Take, source: Source) -> None:
    take(*[entry(number) for number in range(1, 4)])
    before = follow_of(source).unseen
    later = NOW + timedelta(hours=3)
    take(edited(entry(0), published=later - timedelta(minutes=5)), now=later)
    assert Item.objects.get(guid="urn:ben:0").arrived == later
    assert follow_of(source).unseen == before + 1
    assert Source.objects.get(pk=source.pk).newest == later


def test_an_old_entry_that_shows_up_late_is_quiet(take: Take, source: Source) -> None:
    take(entry(1))
    before = follow_of(source).unseen
    take(entry(9), now=NOW + timedelta(days=3))
    assert Item.objects.get(guid="urn:ben:9").arrived == entry(9).published
    assert follow_of(source).unseen == before


def test_p10_after_a_restart_of_the_feed_nothing_is_unread_again(take: Take, source: Source) -> None:
    take(*[entry(number) for number in range(20)])
    Follow.objects.update(unseen=0, seen_until=NOW)
    take(now=NOW + timedelta(hours=1))
    take(*[entry(number) for number in range(20)], now=NOW + timedelta(hours=2))
    assert (Item.objects.count(), follow_of(source).unseen) == (20, 0)


def test_a_deletion_that_is_stated_leaves_a_tombstone(take: Take) -> None:
    take(entry(1), entry(2))
    assert take(entry(2), gone=("urn:ben:1",)).gone == 1
    item = Item.objects.get(guid="urn:ben:1")
    assert item.gone
    assert (item.title, item.excerpt, item.body_id) == ("", "", None)
    assert not Body.objects.filter(item=item).exists()
    assert take(entry(1), entry(2)).new == 0
    assert Item.objects.get(guid="urn:ben:1").gone


def test_p3_what_somebody_kept_stays_theirs(take: Take, ben: Person) -> None:
    take(entry(1))
    Mark.objects.create(person=ben, item=Item.objects.get(), kept=NOW)
    take(gone=("urn:ben:1",))
    assert Item.objects.get().gone is None


def test_a_deletion_is_no_longer_unseen(take: Take, source: Source) -> None:
    take(entry(1), entry(2))
    assert follow_of(source).unseen == 2
    take(entry(2), gone=("urn:ben:1",))
    assert follow_of(source).unseen == 1


def test_f31_a_hijacked_source_brings_nothing_until_vouched_for(take: Take, source: Source) -> None:
    take(entry(1), entry(2))
    Source.objects.update(state="fine")
    spam = [Entry(guid=f"s{n}", url=f"https://casino.example/{n}", title="Win") for n in range(3)]
    assert take(*spam, title="Casino", authors=(Author("Casino"),)).held
    assert Item.objects.count() == 2
    Source.objects.update(state="new")
    assert take(*spam, title="Casino", authors=(Author("Casino"),)).new == 3


def test_t35_a_flood_is_two_hundred_at_most_and_a_thousand_a_day(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    take(entry(9000))
    many = [edited(entry(n), published=NOW + timedelta(seconds=n)) for n in range(1000)]
    counts = take(*many, now=NOW + timedelta(hours=2))
    assert (counts.new, counts.aside, counts.left_out) == (200, 800, 0)
    assert take(*many, now=NOW + timedelta(hours=3)).new == 0
    monkeypatch.setattr(module, "A_DAY_HOLDS", 220)
    others = [edited(one, guid=f"{one.guid}-b", url=f"{one.url}-b", title=f"{one.title} b") for one in many]
    assert take(*others, now=NOW + timedelta(hours=4)).new == 20


def test_t35_what_is_put_aside_has_an_end(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    take(entry(9000))
    monkeypatch.setattr(module, "MOST_ASIDE", 100)
    counts = take(*[entry(n) for n in range(300, 600)])
    assert (counts.new, counts.aside, counts.left_out) == (200, 100, 0)
    counts = take(*[entry(n) for n in range(1000, 1300)])
    assert (counts.new, counts.aside, counts.left_out) == (200, 0, 100)


def test_f37_huge_parts_are_cut(take: Take) -> None:
    huge = edited(
        entry(1),
        title="T" * 1_000_000,
        html="<p>" + "word " * 400_000 + "</p>",
        attachments=tuple(Attachment(f"https://ben.example/{n}.mp3") for n in range(10_000)),
        tags=tuple(f"tag{n}" for n in range(5000)),
        guid="g" * 100_000,
        authors=(Author("A" * 10_000),),
    )
    take(huge)
    item = Item.objects.select_related("body").get()
    assert item.body
    assert (len(item.title), len(item.media), len(item.tags), len(item.author)) == (500, 20, 30, 300)
    assert len(item.body.html) < 1_000_000
    assert take(huge).unchanged == 1


@pytest.mark.parametrize("bad", ["\x00", "\ud800", "\x0b"])
def test_characters_that_databases_refuse_are_left_out(take: Take, bad: str) -> None:
    take(
        edited(entry(1), title=f"a{bad}b", html=f"<p>c{bad}d</p>", guid=f"e{bad}f", tags=(f"g{bad}h",)),
        title=f"Ben{bad}",
    )
    item = Item.objects.get()
    assert (item.title, item.tags) == ("ab", ["gh"])


def test_links_are_kept_with_how_they_point(take: Take) -> None:
    one = edited(
        entry(1),
        html='<p><a href="https://a.example/?utm_source=x">a</a> <a href="https://a.example/">again</a>'
        ' <a href="/posts/1">self</a> <a href="mailto:x@y.example">mail</a> <a href="https://b.example/p">b</a></p>',
        pointers=(Pointer("via", "https://cas.example/1"), Pointer("reply", "https://b.example/p")),
    )
    take(one)
    links = set(Link.objects.values_list("rel", "page__url"))
    assert links == {
        ("via", "https://cas.example/1"),
        ("reply", "https://b.example/p"),
        ("link", "https://a.example/"),
    }
    assert Item.objects.get().kind == "reply"


def test_t25_addresses_are_web_addresses(take: Take) -> None:
    bad = "javascript:alert(1)"
    take(
        edited(
            entry(1),
            url=bad,
            image=bad,
            licence=bad,
            authors=(Author("X", bad),),
            attachments=(Attachment(bad),),
            html=f'<a href="{bad}">x</a><script>alert(1)</script>',
        )
    )
    item = Item.objects.select_related("body").get()
    assert item.body
    assert (item.page_id, item.picture, item.author_url, item.licence, item.media) == (None, "", "", "", [])
    assert "alert" not in item.body.html
    assert not Page.objects.filter(url__startswith="javascript").exists()


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "article"),
        ({"title": ""}, "note"),
        ({"url": "https://far.example/paper"}, "link"),
        ({"pointers": (Pointer("link", "https://a.example/"),)}, "link"),
        ({"pointers": (Pointer("related", "https://a.example/"),)}, "link"),
        ({"pointers": (Pointer("related", "https://ben.example/other"),)}, "article"),
        ({"pointers": (Pointer("related", "https://a.example/"), Pointer("related", "https://b.example/"))}, "article"),
        ({"pointers": (Pointer("related", "https://a.example/"), Pointer("via", "https://a.example/"))}, "article"),
        ({"pointers": (Pointer("like", "https://a.example/"),)}, "like"),
        ({"pointers": (Pointer("repost", "https://a.example/"),)}, "repost"),
        ({"title": "", "html": "", "attachments": (Attachment("https://ben.example/1.pdf"),)}, "file"),
    ],
)
def test_kinds(take: Take, changes: dict[str, object], kind: str) -> None:
    take(edited(entry(1), **changes))
    assert Item.objects.get().kind == kind


@pytest.mark.parametrize("rel", ["link", "related"])
def test_what_an_entry_passes_on_is_what_it_is_about(take: Take, rel: str) -> None:
    """external_url (JSON Feed 1.1); rel=related (RFC 4287, section 4.2.7.2), as this program writes it."""
    body = '<p><a href="https://a.example/peas">Peas</a></p>'
    take(
        edited(
            entry(1),
            html=body,
            pointers=(Pointer(rel, "https://a.example/peas"), Pointer("via", "https://cas.example/1")),
        )
    )
    assert set(Link.objects.values_list("rel", "page__url")) == {
        ("about", "https://a.example/peas"),
        ("via", "https://cas.example/1"),
    }


def test_a_name_corrected_by_hand_stays(take: Take, source: Source) -> None:
    Person.objects.filter(pk=source.person_id).update(name="My Ben", name_is_mine=True)
    take(entry(1))
    assert Person.objects.get(pk=source.person_id).name == "My Ben"


def test_a_new_name_and_picture_are_followed(take: Take, source: Source) -> None:
    """Somebody who began as “Someone” and then said who they are."""
    take(entry(1), authors=(Author("Someone", photo="https://ben.example/old.jpg"),))
    take(entry(1), authors=(Author("Ben Example", photo="https://ben.example/me.jpg"),))
    person = Person.objects.get(pk=source.person_id)
    assert (person.name, person.photo) == ("Ben Example", "https://ben.example/me.jpg")
    take(entry(1), authors=(Author("Ben"), Author("Cas")))
    take(entry(1), authors=())
    assert Person.objects.get(pk=source.person_id).name == "Ben Example", "of several, or of nobody, none is meant"


def test_a_name_that_came_with_a_list_stays(take: Take, source: Source) -> None:
    """Whoever follows them called them so, in the list they brought."""
    Person.objects.filter(pk=source.person_id).update(name="My neighbour")
    take(entry(1), authors=(Author("Ben Example"),))
    take(entry(1), authors=(Author("Ben"),))
    assert Person.objects.get(pk=source.person_id).name == "My neighbour"


def test_of_several_places_the_first_one_says_the_name(take: Take, source: Source) -> None:
    take(entry(1), authors=(Author("Ben Example"),))
    second = Source.objects.create(person_id=source.person_id, url="https://ben.example/photos")
    second = Source.objects.select_related("person").get(pk=second.pk)
    take_in(second, replace(feed(entry(2)), authors=(Author("Ben's camera"),)), NOW)
    assert Person.objects.get(pk=source.person_id).name == "Ben Example"


def test_a_name_is_filled_in(take: Take, source: Source) -> None:
    take(entry(1), authors=(Author("Ben Example", photo="https://ben.example/me.jpg"),))
    person = Person.objects.get(pk=source.person_id)
    assert (person.name, person.photo) == ("Ben Example", "https://ben.example/me.jpg")


@pytest.mark.parametrize(
    ("feed_at", "home", "known_by"),
    [
        ("https://ben.example/feed", "https://ben.example/", "https://ben.example/"),
        ("https://ben.example/feed", "https://www.ben.example/", "https://www.ben.example/"),
        (
            "https://tube.example/feeds?channel=UC7",
            "https://tube.example/channel/UC7",
            "https://tube.example/channel/UC7",
        ),
        ("https://many.example/feed/@evil", "https://many.example/@ben", "https://many.example/feed/@evil"),
        ("https://evil.example/feed", "https://ben.example/", "https://evil.example/feed"),
        ("https://ben.example/feed", "javascript:alert(1)", "https://ben.example/feed"),
        ("https://ben.example/feed", "", "https://ben.example/feed"),
    ],
)
def test_a_person_is_known_by_their_home(take: Take, source: Source, feed_at: str, home: str, known_by: str) -> None:
    Source.objects.filter(pk=source.pk).update(url=feed_at)
    Person.objects.filter(pk=source.person_id).update(url=feed_at)
    take(entry(1), home=home)
    assert Source.objects.select_related("person").get(pk=source.pk).person.url == known_by


def test_two_feeds_of_one_home_are_one_person(take: Take, source: Source, ben: Person) -> None:
    Source.objects.filter(pk=source.pk).update(url="https://cas.example/notes")
    known = Person.objects.create(url="https://cas.example/", handle=None, name="Cas")
    Source.objects.create(person=known, url="https://cas.example/blog")
    Person.objects.filter(pk=source.person_id).update(url="https://cas.example/notes")
    take(entry(1), home="https://cas.example/")
    assert set(Source.objects.exclude(kind="here").values_list("person__name", flat=True)) == {"Cas"}
    assert not Person.objects.filter(pk=source.person_id).exists()
    assert Follow.objects.get(person=ben).source.person == known


def test_nobody_becomes_one_of_us_by_saying_so(take: Take, source: Source, ben: Person) -> None:
    Source.objects.filter(pk=source.pk).update(url="https://ann.example/feed")
    Person.objects.filter(pk=source.person_id).update(url="https://ann.example/feed")
    take(entry(1), home=ben.url)
    assert Source.objects.get(pk=source.pk).person_id == source.person_id


def test_rarity_is_entries_a_week(take: Take, source: Source) -> None:
    take(*[entry(number) for number in range(16)])
    assert Source.objects.get(pk=source.pk).rarity == 2.0


def test_ten_more_entries_mean_no_more_queries(take: Take) -> None:
    counts = []
    for first, last in ((0, 5), (10, 40)):
        Item.objects.all().update(body=None)
        Body.objects.all().delete()
        Link.objects.all().delete()
        Item.objects.all().delete()
        Source.objects.update(newest=None)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            take(*[entry(number) for number in range(first, last)])
        counts.append(len(queries))
    assert counts[1] <= counts[0] < 20


def test_nothing_new_writes_nothing(take: Take) -> None:
    take(entry(1), entry(2))
    with CaptureQueriesContext(connection) as queries:
        take(entry(1), entry(2))
    assert not [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]

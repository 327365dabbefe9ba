"""What knocks and also comes by a feed is one item, whichever is first, and its author's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from passalong.credit.came_back import came_back
from passalong.credit.thread import thread
from passalong.follow.start import follow_again
from passalong.intake.take_in import take_in
from passalong.models import Arrival, Follow, Item, Link, Mark, Person, Source
from passalong.share.draft import Draft
from passalong.share.publish import publish
from passalong.wire.feed import read
from tests.credit.cast import pointing
from tests.read.cast import a_source, an_item, follow

from .pages_elsewhere import Site, came, knock, look, welcome

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def seed(ann: Person) -> Item:
    return publish(ann, Draft(words="seeds"))


@pytest.fixture
def target(seed: Item) -> str:
    assert seed.page
    return seed.page.url


def feed_says(feed: Source, *posts: tuple[str, str], title: str = "Cas") -> int:
    """The feed of this source brings posts: (address, words). Returns how many are new to it."""
    entries = "".join(
        f"<item><guid>tag:{url}</guid><link>{url}</link><description>{words}</description></item>"
        for url, words in posts
    )
    document = f'<rss version="2.0"><channel><title>{title}</title><link>{feed.home}</link>{entries}</channel></rss>'
    source = Source.objects.select_related("person").get(pk=feed.pk)
    return take_in(source, read(document.encode(), url=feed.url), timezone.now()).new


def test_it_works(ann: Person, cas: Site, seed: Item, target: str) -> None:
    feed = welcome(ann, cas.home)
    knock(cas.writes("1", target, words="A whole reply with no date and no title"), target)
    look()
    before = came()
    Mark.objects.create(person=ann, item=before, kept=timezone.now())
    assert before.source.kind == "page"
    assert feed_says(feed, (cas.at("1/"), "Only the first words")) == 1
    now = came()
    assert (now.pk, now.source_id, now.guid) == (before.pk, feed.pk, f"tag:{cas.at('1/')}")
    assert (now.kind, Link.objects.get(item=now, page__url=target).rel) == ("reply", "reply"), "and still a reply"
    assert Mark.objects.get().item_id == now.pk
    (deed,) = came_back(ann).deeds
    assert (deed.rel, deed.told) == ("reply", True)
    assert len(thread(seed, ann).voices) == 1
    assert feed_says(feed, (cas.at("1/"), "Only the first words")) == 0


def test_new_in_the_river_all_the_same(ann: Person, cas: Site, target: str, anns_browser: Client) -> None:
    feed = welcome(ann, cas.home)
    feed_says(feed, (cas.at("old"), "Old"))
    Follow.objects.update(seen_until=timezone.now() - timedelta(hours=1), unseen=0)
    knock(cas.writes("1", target), target)
    look()
    Item.objects.filter(source__kind="page").update(arrived=timezone.now() - timedelta(days=3))
    feed_says(feed, (cas.at("1"), "Good one"))
    assert Follow.objects.get(via="river").unseen == 1
    assert anns_browser.get("/river").content.decode().count("Good one") == 1


def test_an_edit_by_knocking_and_one_by_the_feed_change_the_same(ann: Person, cas: Site, target: str) -> None:
    feed = welcome(ann, cas.home)
    source = cas.writes("1", target)
    knock(source, target)
    look()
    feed_says(feed, (source, "First"))
    feed_says(feed, (source, "Second"))
    knock(source, target)
    look()
    assert came().excerpt == "Second"
    assert Arrival.objects.get().made_id == came().pk


def test_somebody_followed_after_they_answered(ann: Person, cas: Site, target: str) -> None:
    """Their first document brings what had knocked: the same person, one item, at its own date."""
    card = f'<a class="p-author h-card" href="{cas.home}">Cas</a>'
    said = f'<div class="h-entry">{card}<a class="u-like-of" href="{target}">!</a>Thanks</div>'
    knock(cas.says("1", said), target)
    look()
    Arrival.objects.update(state="new", try_at=timezone.now())
    place = Person.objects.create(url=cas.at("feed.xml"))
    feed = Source.objects.create(person=place, url=place.url, host=cas.home.split("/")[2])
    follow_again(ann, feed, timezone.now())
    look()
    assert came().source.kind == "page"
    feed.home = cas.home
    assert feed_says(feed, (cas.at("1"), "Thanks"), (cas.at("2"), "More")) == 2
    assert Item.objects.exclude(source__kind="here").count() == 2
    assert Item.objects.get(page__url=cas.at("1")).kind == "like"


def test_a_planet_takes_nobodys_answers(ann: Person, cas: Site, target: str) -> None:
    welcome(ann, cas.home)
    planet = a_source("planet")
    knock(cas.writes("1", target), target)
    look()
    feed_says(planet, (cas.at("1"), "Good one"), title="Planet")
    assert Item.objects.filter(source__kind="page", gone__isnull=True).count() == 1


def test_what_a_flood_puts_aside_takes_nothing_along(
    ann: Person, cas: Site, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = welcome(ann, cas.home)
    feed_says(feed, (cas.at("old"), "Old"))
    knock(cas.writes("1", target), target)
    look()
    monkeypatch.setattr("passalong.intake.plan.SHOWN_OF_A_FLOOD", 2)
    feed_says(feed, *[(cas.at(f"flood/{number}"), f"Words {number}") for number in range(5)], (cas.at("1"), "Good one"))
    assert len(came_back(ann).deeds) == 1


def test_a_conversation_shows_a_post_once(ann: Person) -> None:
    source = a_source("ben")
    follow(ann, source)
    question = an_item(source, title="Who keeps beans?")
    assert question.page
    cas = Person.objects.create(url="https://cas.example/", name="Cas")
    here, there = (
        Source.objects.create(person=cas, url=f"https://cas.example/{name}", kind=kind)
        for name, kind in (("feed", "feed"), ("#answers", "page"))
    )
    for place in (here, there):
        pointing(place, question.page.url, "reply", url="https://cas.example/1")
    dora = a_source("dora")
    pointing(dora, question.page.url, "reply", url="https://cas.example/1")
    names = [str(voice.row.item.source.person) for voice in thread(question, ann).voices]
    assert names == ["Cas", "Dora"], "two people who say it at one page are two"

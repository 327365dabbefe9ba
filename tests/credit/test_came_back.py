"""Who did what with what Ann shared: whatever the rel, whoever told us; people and deeds, each once."""

from __future__ import annotations

from datetime import timedelta

import mf2py
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from passalong.credit.came_back import brought_back, came_back
from passalong.credit.followers import followers
from passalong.credit.words import week, who
from passalong.models import Arrival, Item, Link, Mark, Person
from passalong.models.cursor import read_cursor
from passalong.models.hub import Subscriber
from passalong.share.change import take_back
from passalong.share.draft import Draft
from passalong.share.publish import publish
from tests.credit.cast import page_at, pointing
from tests.read.cast import a_source, an_item, follow


@pytest.fixture
def seed(ann: Person) -> Item:
    item = publish(ann, Draft(words="How to share seeds"))
    Item.objects.filter(pk=item.pk).update(published=timezone.now() - timedelta(days=1))
    return item


def address(item: Item) -> str:
    assert item.page
    return item.page.url


def rels(ann: Person) -> list[tuple[str, str]]:
    return [(str(deed.row.item.source.person), deed.rel) for deed in came_back(ann, reader=ann).deeds]


@pytest.mark.parametrize("rel", ["reply", "repost", "quote", "like", "via", "translated", "about", "link"])
def test_every_way_to_point(ann: Person, seed: Item, rel: str) -> None:
    pointing(a_source("ben"), address(seed), rel)
    assert rels(ann) == [("Ben", rel)]


def test_each_once_by_its_strongest(ann: Person, seed: Item) -> None:
    item = pointing(a_source("ben"), address(seed), "link")
    Link.objects.create(item=item, page=page_at(address(seed)), rel="via", made=item.arrived)
    Link.objects.create(item=item, page=page_at(address(seed)), rel="repost", made=item.arrived)
    assert rels(ann) == [("Ben", "repost")]


def test_a_tag_is_no_deed(ann: Person, seed: Item) -> None:
    pointing(a_source("ben"), address(seed), "tag")
    assert rels(ann) == []


def test_my_own_are_no_deeds(ann: Person, seed: Item) -> None:
    publish(ann, Draft(words=f"again: {address(seed)}"))
    assert rels(ann) == []


def test_taken_back_hidden_or_unlisted(ann: Person, seed: Item) -> None:
    ben = a_source("ben")
    pointing(ben, address(seed), gone=timezone.now())
    pointing(ben, address(seed), audience="unlisted")
    hidden = pointing(ben, address(seed))
    Mark.objects.create(person=ann, item=hidden, hidden=timezone.now())
    assert rels(ann) == []
    pointing(ben, address(seed), "reply")
    assert rels(ann) == [("Ben", "reply")]
    take_back(seed)
    assert rels(ann) == []


def test_the_same_thing_shared_after_me_is_said_as_that(ann: Person) -> None:
    mine = publish(ann, Draft(link="https://seeds.example/guide"))
    Item.objects.filter(pk=mine.pk).update(published=timezone.now() - timedelta(hours=5))
    pointing(a_source("before"), "https://seeds.example/guide", "about", ago=9)
    pointing(a_source("after"), "http://www.seeds.example/guide/?utm_source=x", "about", ago=2)
    pointing(a_source("reply"), "https://seeds.example/guide", "reply", ago=2)
    assert rels(ann) == [("After", "too")]


def test_credit_beats_the_same_thing(ann: Person) -> None:
    mine = publish(ann, Draft(link="https://seeds.example/guide"))
    Item.objects.filter(pk=mine.pk).update(published=timezone.now() - timedelta(hours=5))
    item = pointing(a_source("ben"), "https://seeds.example/guide", "about", ago=2)
    Link.objects.create(item=item, page=page_at(address(mine)), rel="via", made=item.arrived)
    assert rels(ann) == [("Ben", "via")]


def test_who_told_us(ann: Person, seed: Item) -> None:
    item = pointing(a_source("ben"), address(seed), "reply")
    assert [deed.told for deed in came_back(ann, reader=ann).deeds] == [False]
    Arrival.objects.create(source="https://ben.example/1", target=address(seed), host="ben.example", made=item)
    assert [deed.told for deed in came_back(ann, reader=ann).deeds] == [True]


def test_one_thing_only(ann: Person, seed: Item) -> None:
    other = publish(ann, Draft(words="Something else"))
    pointing(a_source("ben"), address(seed), "reply")
    pointing(a_source("cas"), address(other), "reply")
    assert [str(deed.row.item.source.person) for deed in came_back(ann, of=other).deeds] == ["Cas"]


def test_page_by_page(ann: Person, seed: Item) -> None:
    ben = a_source("ben")
    made = [pointing(ben, address(seed), "reply", ago=hours).pk for hours in range(1, 8)]
    found: list[int] = []
    before = None
    while True:
        page = came_back(ann, before=before, limit=3, reader=ann)
        found += [deed.row.item.pk for deed in page.deeds]
        before = read_cursor(page.next)
        if before is None:
            break
    assert found == made


def test_somebody_elses_things_are_not_mine(ann: Person, ben: Person, seed: Item) -> None:
    pointing(a_source("cas"), address(seed), "reply")
    assert came_back(ben, reader=ben).deeds == []


def test_what_i_brought_back(ann: Person) -> None:
    ben, cas = a_source("ben"), a_source("cas")
    first, second, third = an_item(ben), an_item(ben), an_item(cas)
    publish(ann, Draft(words="Yes!", reply_to=address(first)))
    publish(ann, Draft(link="https://x.example/", via=address(second)))
    publish(ann, Draft(words=f"See {address(third)}"))
    brought = brought_back(ann, timezone.now() - timedelta(days=1))
    assert [(str(one.person), one.items) for one in brought] == [("Ben", 2), ("Cas", 1)]


def test_a_week_in_a_line(ann: Person, seed: Item) -> None:
    assert week([]) == ""
    pointing(a_source("ben"), address(seed), "reply")
    pointing(a_source("cas"), address(seed), "reply")
    pointing(a_source("dora"), address(seed), "repost")
    line = week(came_back(ann, reader=ann).deeds)
    assert line in (
        "This week Ben and Cas answered you; Dora passed on what you shared.",
        "This week Cas and Ben answered you; Dora passed on what you shared.",
    )


def test_names_as_one_says_them() -> None:
    people = [Person(name=name) for name in ("Ann", "Ben", "Cas", "Dora", "Eve")]
    assert who(people[:1]) == "Ann"
    assert who(people[:3]) == "Ann, Ben and Cas"
    assert who(people) == "Ann, Ben and 3 others"


def test_the_page(anns_browser: Client, ann: Person, seed: Item) -> None:
    assert "even where they told nobody" in anns_browser.get("/came-back").content.decode()
    ben = a_source("ben")
    pointing(ben, address(seed), "reply", excerpt="I keep mine in jars <b>", title="")
    page = anns_browser.get("/came-back").content.decode()
    assert "I keep mine in jars &lt;b&gt;" in page
    assert "ben.example" in page
    assert "How to share seeds" in page
    assert "This week Ben answered you." in page
    assert anns_browser.get(f"/came-back?of={seed.pk}").status_code == 200
    assert anns_browser.get("/came-back?of=x").status_code == 404


def test_words_without_a_title_are_said_once(anns_browser: Client, ann: Person, seed: Item) -> None:
    """A feed has the first words for a title where there is none."""
    pointing(a_source("ben"), address(seed), "reply", title="I agree on beans", excerpt="I agree on beans")
    pointing(a_source("cas"), address(seed), "reply", title="On beans", excerpt="They keep for years")
    page = anns_browser.get("/came-back").content.decode()
    assert page.count("I agree on beans") == 1
    assert "On beans" in page
    assert "They keep for years" in page


def test_who_is_new_can_be_followed_from_their_card(anns_browser: Client, ann: Person, seed: Item) -> None:
    """They are followed by their address: what they said came without any place that could be followed again."""
    ben = a_source("ben")
    pointing(ben, address(seed), "reply")
    button = 'formaction="/follow" name="{}" value="{}">'
    page = anns_browser.get("/came-back").content.decode()
    assert button.format("address", ben.person.url) in page
    assert button.format("source", ben.pk) not in page
    assert anns_browser.post("/follow", {"source": ben.pk}).status_code == 404


def test_strangers_are_not_told_that_they_were_thanked(
    anns_browser: Client, strangers_browser: Client, ann: Person, seed: Item
) -> None:
    pointing(a_source("ben"), address(seed), "like", excerpt="", title="")
    Person.objects.filter(pk=ann.pk).update(changed=timezone.now() + timedelta(seconds=2))
    path = address(seed).removeprefix("https://ann.example")
    assert "thanked you for this" in anns_browser.get(path).content.decode()
    page = strangers_browser.get(path).content.decode()
    assert "gave thanks for this" in page
    assert "thanked you" not in page


def test_below_the_share_itself(strangers_browser: Client, ann: Person, seed: Item) -> None:
    """mf2 h-entry: u-comment h-cite, so that others' readers see the answers too."""
    path = address(seed).removeprefix("https://ann.example")
    assert "u-comment" not in strangers_browser.get(path).content.decode()
    pointing(a_source("ben"), address(seed), "reply", excerpt="In jars", title="")
    Person.objects.filter(pk=ann.pk).update(changed=timezone.now() + timedelta(seconds=2))
    page = strangers_browser.get(path).content.decode()
    (entry,) = mf2py.parse(doc=page, url=address(seed))["items"]
    assert entry["type"] == ["h-entry"]
    assert entry["properties"]["url"] == [address(seed)]
    (comment,) = entry["properties"]["comment"]
    assert (comment["type"], comment["properties"]["content"]) == (["h-cite"], ["In jars"])


def test_it_costs_the_same_however_much_came_back(anns_browser: Client, ann: Person, seed: Item) -> None:
    ben = a_source("ben")
    follow(ann, ben)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            anns_browser.get("/came-back")
        return len(asked)

    pointing(ben, address(seed), "reply")
    anns_browser.get("/came-back")
    few = queries()
    for number in range(20):
        pointing(a_source(f"p{number}"), address(seed), "reply")
    assert queries() == few <= 20


def test_who_follows_as_far_as_they_said(anns_browser: Client, ann: Person) -> None:
    now, later = timezone.now(), timezone.now() + timedelta(days=1)
    Subscriber.objects.create(topic=f"{ann.url}/feed.atom", callback="https://ben.example/x", host="ben.example")
    assert followers(ann, now) == []
    Subscriber.objects.update(until=later)
    Subscriber.objects.create(
        topic=f"{ann.url}/feed.json",
        callback="https://ben.example/y",
        host="ben.example",
        until=now + timedelta(days=1),
    )
    Subscriber.objects.create(
        topic="https://ann.example/@anna/feed.json", callback="https://cas.example/", host="cas.example", until=later
    )
    assert [one.host for one in followers(ann, now)] == ["ben.example"]
    assert "somebody at ben.example" in anns_browser.get("/came-back").content.decode()


def test_what_knocked_and_came_by_its_feed_is_one_deed(ann: Person, seed: Item) -> None:
    url = "https://ben.example/jars"
    knocked = pointing(a_source("ben-page", kind="page"), address(seed), "reply", url=url, ago=2)
    Arrival.objects.create(source=url, target=address(seed), host="ben.example", made=knocked)
    pointing(a_source("ben"), address(seed), "reply", url=url, ago=1)
    assert [(deed.rel, deed.told) for deed in came_back(ann, reader=ann).deeds] == [("reply", True)]


def test_two_people_who_say_it_at_one_page_are_two(ann: Person, seed: Item) -> None:
    """What a list of links gives as an entry's address is the thing it points to, which is nobody's of them."""
    for name in ("dora", "emil"):
        pointing(a_source(name), address(seed), "via", url="https://far.example/beans")
    assert {str(deed.row.item.source.person) for deed in came_back(ann).deeds} == {"Dora", "Emil"}

"""Replies, thanks, things passed along, quotes and questions as drafts: one item each, with a link that says how."""

from __future__ import annotations

import pytest

from passalong.models import Item, Link, Page, Person
from passalong.share.change import change, take_back
from passalong.share.draft import CannotShare, Draft
from passalong.share.publish import publish
from tests.read.cast import a_source, an_item

pytestmark = pytest.mark.django_db
THING = "https://ben.example/a-thing"


def rels(item: Item) -> list[tuple[str, str]]:
    return [(link.rel, link.page.url) for link in item.links.select_related("page").order_by("id")]


@pytest.mark.parametrize(
    ("draft", "kind", "rel"),
    [
        (Draft(words="Yes", reply_to=THING), "reply", "reply"),
        (Draft(like_of=THING), "like", "like"),
        (Draft(repost_of=THING), "repost", "repost"),
        (Draft(words="Well said", quote_of=THING), "link", "quote"),
        (Draft(words="Who knows why", link=THING, question=True), "question", "about"),
        (Draft(words="See", link=THING), "link", "about"),
    ],
    ids=["reply", "thank", "pass along", "quote", "ask", "share"],
)
def test_each_is_an_item_with_a_link(ann: Person, draft: Draft, kind: str, rel: str) -> None:
    item = publish(ann, draft)
    assert item.kind == kind
    assert rels(item) == [(rel, THING)]


@pytest.mark.parametrize("field", ["like_of", "repost_of", "quote_of", "reply_to", "via"])
def test_what_is_no_address_is_said(ann: Person, field: str) -> None:
    with pytest.raises(CannotShare) as said:
        publish(ann, Draft(words="x", **{field: "javascript:alert(1)"}))  # type: ignore[arg-type]
    assert said.value.field == field


def test_addresses_are_kept_in_one_form(ann: Person) -> None:
    item = publish(ann, Draft(repost_of="HTTPS://Ben.Example:443/a-thing?utm_source=x#top"))
    assert rels(item)[0][1].startswith("https://ben.example/a-thing")


def test_the_chain_is_kept_in_its_order_also_when_it_changes(ann: Person) -> None:
    ben, cas, dora = (f"https://{name}.example/1" for name in ("ben", "cas", "dora"))
    item = publish(ann, Draft(link=THING, via=ben, chain=(cas,)))
    assert rels(item)[1:] == [("via", ben), ("via", cas)]
    change(item, Draft(link=THING, via=dora, chain=(cas,)))
    assert rels(item)[1:] == [("via", dora), ("via", cas)]


def test_what_is_edited_keeps_the_time_its_links_were_made(ann: Person) -> None:
    item = publish(ann, Draft(link=THING, via="https://ben.example/1"))
    before = dict(item.links.values_list("rel", "pk"))
    change(item, Draft(words="more", link=THING, via="https://ben.example/1"))
    assert dict(item.links.values_list("rel", "pk")) == before


def test_what_was_read_here_is_shown_without_asking_anybody(ann: Person) -> None:
    thing = an_item(a_source("ben"), url=THING, title="A thing", excerpt="Its first words.")
    publish(ann, Draft(repost_of=THING))
    page = Page.objects.get(pk=thing.page_id)
    assert (page.title, page.description, page.author) == ("A thing", "Its first words.", "Ben")
    assert page.look_at is None


def test_what_is_unlisted_is_not_shown_by_others(ann: Person) -> None:
    an_item(a_source("ben"), url=THING, title="For few", audience="unlisted")
    publish(ann, Draft(repost_of=THING))
    assert Page.objects.get(url=THING).title == ""


def test_what_was_taken_back_is_shown_nowhere(ann: Person, ben: Person) -> None:
    thing = publish(ben, Draft(words="I should not have said this"))
    publish(ann, Draft(repost_of=thing.guid))
    assert Page.objects.get(url=thing.guid).title == "I should not have said this"
    take_back(thing)
    assert Page.objects.get(url=thing.guid).title == ""


def test_the_same_gesture_of_one_form_is_one_item(ann: Person) -> None:
    assert publish(ann, Draft(like_of=THING, key="k")) == publish(ann, Draft(like_of=THING, key="k"))
    assert publish(ann, Draft(like_of=THING + "2", key="k")).pk not in (None, Item.objects.order_by("id")[0].pk)
    assert Link.objects.filter(rel="like").count() == 2

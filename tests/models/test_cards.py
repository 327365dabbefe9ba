"""A card is remembered only while it looks the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.template import Context, Template
from django.utils import timezone

from passalong.models import Follow, Item, Link, Mark, Page, Person, Source
from passalong.models.cards import MOST, Memory
from passalong.models.listed import listed
from passalong.share.change import change
from passalong.share.draft import Draft
from passalong.share.publish import publish
from tests.read.cast import a_source, an_item, follow


def shown(item: Item, reader: Person | None) -> str:
    return Template("{% card row %}").render(Context({"row": listed([item.pk], reader)[0], "me": reader}))


def changes() -> list[Callable[[Item, Person], object]]:
    return [
        lambda item, ann: Item.objects.filter(pk=item.pk).update(title="Another"),
        lambda item, ann: Item.objects.filter(pk=item.pk).update(excerpt="Other words"),
        lambda item, ann: Item.objects.filter(pk=item.pk).update(tags=["new"]),
        lambda item, ann: Item.objects.filter(pk=item.pk).update(media=[{"url": "https://x.example/a"}]),
        lambda item, ann: Item.objects.filter(pk=item.pk).update(author="Dora"),
        lambda item, ann: Person.objects.filter(pk=item.source.person_id).update(name="Benedict"),
        lambda item, ann: Person.objects.filter(pk=item.source.person_id).update(photo="https://x.example/b.jpg"),
        lambda item, ann: Page.objects.filter(pk=item.page_id).update(url="https://moved.example/"),
        lambda item, ann: Page.objects.filter(url="https://about.example/").update(title="Its title came"),
        lambda item, ann: Follow.objects.filter(person=ann).update(muted=True),
        lambda item, ann: Follow.objects.filter(person=ann).update(seen_until=timezone.now()),
        lambda item, ann: Mark.objects.create(person=ann, item=item, seen=timezone.now()),
        lambda item, ann: Mark.objects.create(person=ann, item=item, kept=timezone.now()),
    ]  # fmt: skip


@pytest.mark.parametrize("number", range(13))
def test_every_change_shows(ann: Person, number: int) -> None:
    source = a_source("ben")
    follow(ann, source)
    item = an_item(source, kind="link", title="")
    about = Page.objects.create(url="https://about.example/", key="about.example")
    Link.objects.create(item=item, page=about, rel="about")
    before = shown(item, ann)
    assert shown(item, ann) == before
    changes()[number](item, ann)
    assert shown(item, ann) != before


def test_time_goes_on(ann: Person) -> None:
    item = an_item(a_source("ben"))
    before = shown(item, ann)
    with time_machine.travel(timezone.now() + timedelta(hours=5), tick=False):
        assert shown(item, ann) != before


def test_what_its_owner_alone_is_told_changes_too(ann: Person) -> None:
    item = publish(ann, Draft(words="see", link="https://about.example/"))
    page = Page.objects.get(url="https://about.example/")
    before = shown(item, ann)
    Page.objects.filter(pk=page.pk).update(trouble="Nobody is there.", look_at=timezone.now() + timedelta(hours=3))
    told = shown(item, ann)
    assert "Nobody is there." in told
    assert told != before
    Page.objects.filter(pk=page.pk).update(look_at=timezone.now() + timedelta(hours=6))
    assert shown(item, ann) != told
    assert "Nobody is there." not in shown(item, None)


def test_other_words_are_another_card(ann: Person) -> None:
    item = publish(ann, Draft(words="*first*"))
    before = shown(item, None)
    change(item, Draft(words="**first**"))
    assert "<strong>" in shown(item, None)
    assert "<strong>" not in before


def test_nobody_sees_anothers_card(ann: Person, ben: Person) -> None:
    source = a_source("dora")
    follow(ann, source)
    item = an_item(source)
    assert shown(item, ann) != shown(item, ben)
    assert "Keep" not in shown(item, None)


def test_the_memory_is_bounded() -> None:
    memory = Memory()
    for number in range(MOST + 50):
        memory.keep((number,), "card")  # type: ignore[arg-type]
    assert len(memory) == MOST
    assert (MOST + 49,) in memory


def test_a_source_without_a_card_of_its_own_is_shown_by_its_address(ann: Person) -> None:
    person = Person.objects.create(url="https://nameless.example/")
    source = Source.objects.create(person=person, url="https://nameless.example/feed")
    assert "nameless.example" in shown(an_item(source, url="https://nameless.example/1"), ann)

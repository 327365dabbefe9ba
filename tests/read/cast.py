"""Ben shares at a site of his own, Dora at another; Ann reads both."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from passalong.models import Body, Follow, Item, Page, Person, Source
from passalong.wire.address import key, normalise

_numbers = count(1)


def a_source(name: str, *, person: Person | None = None, **more: Any) -> Source:
    """A site somebody shares at, elsewhere."""
    home = f"https://{name}.example/"
    person = person or Person.objects.create(url=home, name=name.title())
    defaults = {"url": f"{home}feed.xml", "home": home, "title": name.title(), "state": "fine", "rarity": 5.0}
    return Source.objects.create(person=person, **(defaults | more))


def follow(person: Person, source: Source, **more: Any) -> Follow:
    """As it is right after following: what was there before is quiet."""
    defaults: dict[str, Any] = {"seen_until": timezone.now() - timedelta(days=30)}
    return Follow.objects.create(person=person, source=source, **(defaults | more))


def an_item(source: Source, *, ago: float = 1.0, url: str = "", html: str = "", **more: Any) -> Item:
    """Something shared `ago` hours ago, counted as unseen by those who follow it, as intake does."""
    number = next(_numbers)
    url = normalise(url or f"{source.home}post-{number}")
    page = Page.objects.get_or_create(url=url, defaults={"key": key(url)})[0]
    arrived = more.pop("arrived", timezone.now() - timedelta(hours=ago))
    defaults = {"guid": f"tag:{number}", "kind": "article", "title": f"Post {number}", "excerpt": "Some words."}
    item = Item.objects.create(
        source=source, page=page, link_key=page.key, arrived=arrived, published=arrived, **(defaults | more)
    )
    if html:
        item.body = Body.objects.create(item=item, html=html)
        item.save()
    for one in Follow.objects.filter(source=source, seen_until__lt=arrived):
        one.unseen += 1
        one.save()
    Source.objects.filter(pk=source.pk, newest__lt=arrived).update(newest=arrived)
    Source.objects.filter(pk=source.pk, newest=None).update(newest=arrived)
    return item


def noon(day: int) -> datetime:
    return datetime(2026, 11, day, 12, tzinfo=UTC)

"""A change is told to whoever subscribed to a feed of ours that shows it: one row each, set due where it stands.

The rows are there from the moment a subscription is confirmed (`share/hub.py`), so that a share, however many listen,
costs one statement in its own transaction.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone

from passalong.models import Delivery, Item, Link, Person
from passalong.wire.feed_write import CONTENT_TYPES


def announce(person: Person, tag_pages: Iterable[str]) -> None:
    """Something of this person came, changed or goes that these tags lead or led to. In the same transaction."""
    now = timezone.now()
    topics = [topic for home in {person.url, settings.BASE_URL, *tag_pages} for topic in feeds_at(home)]
    Delivery.objects.filter(kind=Delivery.Kind.HUB, about__in=topics).update(
        state=Delivery.State.WAITING, reason="", tries=0, made=now, try_at=now
    )


def tag_pages_of(item: Item) -> list[str]:
    """The pages of the tags that hang on it."""
    return list(Link.objects.filter(item=item, rel=Link.Rel.TAG).values_list("page__url", flat=True))


def feeds_at(home: str) -> list[str]:
    """The addresses of the feeds of the list that the page `home` shows."""
    return [f"{home.rstrip('/')}/feed.{kind}" for kind in CONTENT_TYPES]

"""Whom a share concerns is told: a letter (Delivery) to each page outside that it links to.

Letters are rows of the same transaction as what they tell of, so that neither is without the other. A letter holds no
words: whoever gets it reads our page, so one that is sent late, or twice, tells what is true then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from html import unescape

from django.conf import settings
from django.db.models import QuerySet

from passalong.intake.pages import LONGEST, normal
from passalong.intake.rows import add
from passalong.models import Delivery, Item
from passalong.wire.address import origin

TOLD_RELS = frozenset({"about", "via", "reply", "like", "repost", "quote", "translated", "link"})
MOST_LETTERS = 100
"""Pages that one share tells; the rest of its links are not told."""
_HREF = re.compile(r'\shref="([^"]*)"')


def letters(item: Item, pointers: Iterable[tuple[str, str]], html: str, now: datetime) -> None:
    """Tells the outside pages that a new item links to; of what is unlisted nobody is told.

    `pointers` are (rel, normalised address); `html` is the item's body. Call it inside the item's transaction.
    """
    if item.audience != Item.Audience.UNLISTED:
        add([_letter(item, address, now) for address in addresses(pointers, html)], ignore=True)


def letters_again(item: Item, pointers: Iterable[tuple[str, str]], html: str, now: datetime) -> None:
    """After a change: tells the pages that are new, and again every page told before, also one that it no longer links
    to (webmention, 3.1.4). Who was not told yet and is not linked to any more hears nothing."""
    assert item.page is not None
    wanted = [] if item.audience == Item.Audience.UNLISTED else addresses(pointers, html)
    letters_of(item).filter(done__isnull=True).exclude(address__in=wanted).exclude(leased_until__gt=now).delete()
    again(letters_of(item), now)
    letters_of(item).update(about=item.page.url)  # the node may have moved since
    letters(item, pointers, html, now)


def letters_of(item: Item) -> QuerySet[Delivery]:
    """One for each page outside that it points, or pointed, to."""
    return Delivery.objects.filter(item=item, kind=Delivery.Kind.WEBMENTION)


def _letter(item: Item, address: str, now: datetime) -> Delivery:
    assert item.page is not None
    return Delivery(
        kind=Delivery.Kind.WEBMENTION, item=item, about=item.page.url, address=address, made=now, try_at=now
    )


def addresses(pointers: Iterable[tuple[str, str]], html: str) -> list[str]:
    """The outside pages to tell, each as it stands on our page: receivers look for exactly that (3.2.2)."""
    stated: dict[str, str] = {}
    for href in map(unescape, _HREF.findall(html)):
        stated.setdefault(normal(href), href.partition("#")[0] if len(href) <= LONGEST else "")
    outside = (url for rel, url in pointers if rel in TOLD_RELS and not _is_here(url))
    return list(dict.fromkeys(stated.get(url) or url for url in outside))[:MOST_LETTERS]


def _is_here(url: str) -> bool:
    return origin(url) == origin(settings.BASE_URL)


def again(told: QuerySet[Delivery], now: datetime) -> int:
    """Sends these once more, from the start: where they take messages is looked up anew (3.1.4). Returns how many.

    One that is being sent just now is sent again after that: the worker sees that its time has changed.
    """
    return told.update(
        state=Delivery.State.WAITING, try_at=now, tries=0, reason="", endpoint="", status=0, made=now, place=""
    )


def unsay(item: Item, now: datetime, *, erased: bool = False) -> None:
    """What the item linked to is told that it has gone (3.1.5); who had not been told yet hears nothing at all.

    With `erased` no trace of the item stays, so its letters go on without it.
    """
    under_way = {"leased_until__gt": now}
    letters_of(item).filter(done__isnull=True).exclude(**under_way).delete()
    told = letters_of(item)
    again(told, now)
    if erased:
        told.update(item=None)


def try_again(item: Item, pk: int, now: datetime) -> bool:
    """The owner wants one letter sent again, now. Returns whether there is such a letter."""
    return again(letters_of(item).filter(pk=pk), now) > 0

"""What comes in may point to what we shared: whose pages are to be made anew then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from passalong.models import Person, Source
from passalong.wire.address import key


def hear(urls: Iterable[str], now: datetime) -> set[str]:
    """Of these (normalised) addresses, the keys of those that stand for pages of this node; their people's pages
    show what came back."""
    place = settings.BASE_URL.partition("://")[2].partition("/")[0].removeprefix("www.")
    wanted = {found for url in urls if place in url and is_ours(found := key(url))}
    touch(wanted, now)
    return wanted


def is_ours(found: str) -> bool:
    """Does this key belong to an address of this node?"""
    home = key(settings.BASE_URL)
    return found == home or found.startswith((f"{home}/", f"{home}?"))


def touch(keys: Iterable[str], now: datetime) -> None:
    """The people of this node who shared what lives at these pages."""
    wanted = list(keys)
    if wanted:
        mine = Source.objects.filter(kind=Source.Kind.HERE, items__page__key__in=wanted)
        Person.objects.filter(pk__in=list(mine.values_list("person_id", flat=True))).update(changed=now)

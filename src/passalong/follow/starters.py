"""Starter lists: suggestions for whoever follows nobody yet. They are data (starters.toml); nobody must take them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib import resources
from typing import Any

from django.db import transaction
from django.db.models import Q

from passalong.models import Follow, Person
from passalong.wire.shapes import Found, Unreadable

from .start import start


@dataclass(frozen=True, slots=True)
class Blog:
    """Somebody who shares in public, by their home page."""

    name: str
    url: str
    says: str
    """What one finds there, one plain sentence."""
    lang: str


@dataclass(frozen=True, slots=True)
class Starter:
    """A list of blogs on one thing."""

    slug: str
    name: str
    about: str
    blogs: tuple[Blog, ...]


@lru_cache(maxsize=1)
def starters() -> tuple[Starter, ...]:
    """All starter lists."""
    told: dict[str, Any] = tomllib.loads((resources.files("passalong.follow") / "starters.toml").read_text("utf-8"))
    return tuple(
        Starter(one["slug"], one["name"], one["about"], tuple(Blog(**blog) for blog in one["blog"]))
        for one in told["list"]
    )


def blogs() -> dict[str, Blog]:
    """Every blog of every list, by its address."""
    return {blog.url: blog for one in starters() for blog in one.blogs}


def followed_of_them(person: Person) -> set[str]:
    """Addresses of the blogs of the lists that this person follows, however they came to."""
    spelt = {each: url for url in blogs() for each in (url, url.rstrip("/"), f"{url.rstrip('/')}/")}
    theirs = Follow.objects.filter(person=person, via=Follow.Via.RIVER, state=Follow.State.YES)
    known = Q(source__url__in=spelt) | Q(source__home__in=spelt) | Q(source__person__url__in=spelt)
    rows = theirs.filter(known).values_list("source__url", "source__home", "source__person__url")
    return {spelt[each] for row in rows for each in row if each in spelt}


def follow_some(person: Person, addresses: Iterable[str], now: datetime) -> list[Follow]:
    """Follows those of the lists' blogs that are meant and not followed yet; what can be read there is found later."""
    known, begun = blogs(), []
    wanted = set(addresses) & set(known)
    with transaction.atomic():
        for url in sorted(wanted - followed_of_them(person)):
            try:
                begun.append(start(person, Found(url, "address", person=known[url].name), now=now))
            except Unreadable:  # followed meanwhile, or no more can be
                continue
    return begun

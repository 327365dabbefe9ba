"""Lists of people: one brought in follows everyone on it; one's own goes out for any other reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from passalong.models import Follow, Person
from passalong.wire import opml
from passalong.wire.opml import Outline
from passalong.wire.shapes import Found, Unreadable

from .people import followed_sources
from .start import address_kept, is_ours, start

TOGETHER = 100
"""Lines in one transaction."""


@dataclass(slots=True)
class Brought:
    """What became of a list."""

    came_in: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    """(address, why) of each line that was not followed."""


def bring(person: Person, outlines: Iterable[Outline], now: datetime, *, dry_run: bool = False) -> Brought:
    """Follows everyone on a list who is not followed yet; twice is once. With `dry_run` nothing is kept."""
    brought = Brought()
    known = {follow.source.url for follow in followed_sources(person)}
    lines = list(outlines)
    for start_at in range(0, len(lines), TOGETHER):
        with transaction.atomic():
            for line in lines[start_at : start_at + TOGETHER]:
                bring_one(person, line, now, known, brought, dry_run)
    return brought


def bring_one(person: Person, line: Outline, now: datetime, known: set[str], brought: Brought, dry_run: bool) -> None:
    try:
        if line.url in known:
            raise Unreadable("You follow them already.", "already")
        if dry_run:
            check(line.url)
        else:
            start(person, Found(line.url, "feed", title=line.title, person=line.title), now=now)
    except Unreadable as problem:
        brought.skipped.append((line.url, str(problem)))
    else:
        known.add(line.url)
        brought.came_in += 1


def check(url: str) -> None:
    """Raises Unreadable for what could not be followed."""
    if is_ours(address_kept(url)):
        raise Unreadable("That is this node itself.", "self")


def as_opml(person: Person, now: datetime) -> bytes:
    """Whom a person follows, as OPML 2.0."""
    return opml.write(
        f"People {person} follows", str(person), (_line(follow) for follow in followed_sources(person)), now
    )


def _line(follow: Follow) -> Outline:
    source = follow.source
    return Outline(source.url, source.person.name or source.title or str(source.person), source.home)

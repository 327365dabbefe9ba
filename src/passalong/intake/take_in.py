"""What comes from outside becomes ours here, and only here.

Feed -> tell apart -> what do we know? -> decide -> make ready (safe, short) -> write, at most 100 entries a transaction
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest

from passalong.models import Follow, Item, Source
from passalong.wire.shapes import Feed

from .decide import SHOWN_OF_A_FLOOD, Known, Past, Verdict, decide
from .identity import Told, newest_first, tell_all, tidy
from .ready import Place, Ready, arrival, bare_host, make_ready
from .who import name_person
from .write import add_items, change_items, rename_items, take_back

BATCH = 100
"""Entries in one transaction: others wait for it."""
NEWEST_KNOWN = 500
A_DAY_HOLDS = 1000
"""New entries a day from one source."""
UNSEEN_AT_FIRST = 3
WEEKS = 8


@dataclass(frozen=True, slots=True)
class Counts:
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    left_out: int = 0
    """Entries of a flood."""
    held: bool = False
    """Nothing was taken: it looks like somebody else's."""
    per_week: float = 0.0
    """Entries a week, over the last weeks."""


@dataclass(slots=True)
class Reader:
    """A follow, as far as the counting of unseen items needs it."""

    id: int
    since: datetime
    seen_until: datetime


def take_in(source: Source, feed: Feed, now: datetime) -> Counts:
    """Brings what a document says into the database. `source.person` should be loaded.

    Raises django.db.Error; what was written until then stays, and the next look does the rest.
    """
    told = tell_all(feed.entries)
    known = known_items(source, told, feed.gone)
    verdict = decide(known, told, feed, past_of(source), room_today(source, told, known, now))
    if verdict.held:
        return Counts(held=True)
    readers = readers_of(source)
    first = source.newest is None
    ready = list(prepare(source, feed, verdict, told, now, first, readers))
    batches = [ready[start : start + BATCH] for start in range(0, len(ready), BATCH)] or [[]]
    for batch in batches[:-1]:
        with transaction.atomic():
            write(source, batch, readers, now)
    with transaction.atomic():
        write(source, batches[-1], readers, now)
        rename_items([one for one in verdict.decisions if one.renamed and one.what == "unchanged"])
        forget(readers, take_back([one.item for one in verdict.of("gone")], now))
        if first:
            hush(readers, [one.columns["arrived"] for one in ready])
        describe(source, feed, verdict, now)
    name_person(source, feed)
    return counts(verdict, source)


def counts(verdict: Verdict, source: Source) -> Counts:
    new, changed, unchanged, gone = (len(verdict.of(what)) for what in ("new", "changed", "unchanged", "gone"))
    return Counts(new, changed, unchanged, gone, verdict.left_out, per_week=source.rarity)


def known_items(source: Source, told: Sequence[Told], gone: Sequence[str] = ()) -> list[Known]:
    """Items the document speaks of by id; where it holds others, the newest of the source too."""
    if source.newest is None:
        return []
    guids = {one.guid for one in told} | {one.stated for one in told} | {one.apart for one in told} | set(gone)
    items = Item.objects.filter(source=source)
    found = {known.id: known for known in _known(items.filter(guid__in=guids))}
    seen = {known.guid for known in found.values()}
    if any(one.guid not in seen for one in told):
        newest = items.order_by("-arrived", "-id")[: max(NEWEST_KNOWN, 2 * len(told))]
        found |= {known.id: known for known in _known(newest)}
    return list(found.values())


def _known(items: Any) -> Iterator[Known]:
    columns = ("id", "guid", "link_key", "content_hash", "title", "author", "published", "gone")
    for *what, gone in items.values_list(*columns):
        yield Known(**dict(zip(columns[:-1], what, strict=True)), gone=gone is not None)


def past_of(source: Source) -> Past:
    return Past(
        title=source.title,
        names=frozenset({source.person.name} - {""}),
        hosts=frozenset({bare_host(source.home), bare_host(source.url)}),
        new=source.newest is None or source.state == Source.State.NEW,
    )


def room_today(source: Source, told: Sequence[Told], known: Sequence[Known], now: datetime) -> int:
    """How many new entries fit; asked of the database only where a day's measure could be full."""
    if len(told) - len(known) < SHOWN_OF_A_FLOOD // 4:
        return SHOWN_OF_A_FLOOD
    today = Item.objects.filter(source=source, arrived__gt=now - timedelta(days=1)).count()
    return max(0, min(SHOWN_OF_A_FLOOD, A_DAY_HOLDS - today))


def readers_of(source: Source) -> list[Reader]:
    follows = Follow.objects.filter(source=source, state=Follow.State.YES, via=Follow.Via.RIVER)
    return [Reader(*row) for row in follows.values_list("id", "since", "seen_until")]


def prepare(
    source: Source,
    feed: Feed,
    verdict: Verdict,
    told: Sequence[Told],
    now: datetime,
    first: bool,
    readers: list[Reader],
) -> Iterator[Ready]:
    """New and changed entries, made ready; the newest last, so that ids follow time."""
    home = feed.home or source.home or source.url
    names = frozenset({source.person.name, source.title, feed.title, *(author.name for author in feed.authors)})
    place = Place(source.pk, bare_host(home), names, feed.lang or source.lang, feed.licence or source.licence)
    since = min((reader.since for reader in readers), default=source.made)
    order = {one.apart: number for number, one in enumerate(newest_first(told))}
    wanted = [one for one in verdict.decisions if one.told and one.what in ("new", "changed")]
    wanted.sort(key=lambda one: order[one.told.apart] if one.told else 0, reverse=True)
    for one in wanted:
        assert one.told
        yield make_ready(one, place, now, arrival(one.told, now, since, first, order[one.told.apart]))


def write(source: Source, batch: list[Ready], readers: list[Reader], now: datetime) -> None:
    """One transaction's worth."""
    new = [one for one in batch if one.decision.what == "new"]
    add_items(new)
    change_items([one for one in batch if one.decision.what == "changed"], now)
    for reader in readers:
        unseen = sum(1 for one in new if one.columns["arrived"] > reader.seen_until)
        if unseen:
            Follow.objects.filter(pk=reader.id).update(unseen=F("unseen") + unseen)
    if new:
        newest = max(one.columns["arrived"] for one in new)
        source.newest = max(newest, source.newest) if source.newest else newest
        Source.objects.filter(pk=source.pk).update(newest=source.newest)


def hush(readers: list[Reader], arrivals: list[datetime]) -> None:
    """A new follow is not a flood of unread things: all but the newest three count as seen."""
    latest = sorted(arrivals, reverse=True)
    if not latest:
        return
    before = latest[UNSEEN_AT_FIRST] if len(latest) > UNSEEN_AT_FIRST else latest[-1] - timedelta(microseconds=1)
    unseen = sum(1 for arrived in latest if arrived > before)
    Follow.objects.filter(pk__in=[reader.id for reader in readers]).update(seen_until=before, unseen=unseen)


def forget(readers: list[Reader], items: Sequence[int]) -> None:
    """What was taken back is no longer unseen."""
    for reader in readers if items else ():
        lost = Item.objects.filter(pk__in=items, arrived__gt=reader.seen_until).exclude(
            marks__person__follows=reader.id, marks__seen__isnull=False
        )
        Follow.objects.filter(pk=reader.id).update(unseen=Greatest(F("unseen") - lost.count(), 0))


def describe(source: Source, feed: Feed, verdict: Verdict, now: datetime) -> None:
    """What the document says of its source, and how often it has something new; written where it changed."""
    said: dict[str, Any] = {
        "title": tidy(feed.title, 300) or source.title,
        "home": feed.home[:2000] or source.home,
        "lang": tidy(feed.lang, 35) or source.lang,
        "licence": feed.licence[:200],
        "hub": (feed.hubs[0] if feed.hubs else "")[:2000],
    }
    if verdict.of("new"):
        lately = Item.objects.filter(Q(source=source), arrived__gt=now - timedelta(weeks=WEEKS)).count()
        said["rarity"] = lately / WEEKS
    changes = {name: value for name, value in said.items() if getattr(source, name) != value}
    for name, value in changes.items():
        setattr(source, name, value)
    if changes:
        Source.objects.filter(pk=source.pk).update(**changes)

"""What comes from outside becomes ours here, and only here: plans into rows.

At most 100 entries in a transaction, several small plans in one.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from passalong.models import Follow, Item, Person, Source
from passalong.wire.shapes import Feed

from .plan import Counts, Plan, Reader, plan
from .ready import Ready
from .rows import update
from .waiting import look_again
from .who import settle
from .write import add_items, change_items, rename_items, take_back

log = logging.getLogger(__name__)

BATCH = 100
"""Entries in one transaction: others wait for it."""
UNSEEN_AT_FIRST = 3


def take_in(source: Source, feed: Feed, now: datetime) -> Counts:
    """Brings what a document says into the database. `source.person` should be loaded. Raises django.db.Error.

    Of more than 100 entries the first hundreds may stay then: the next look does the rest.
    """
    made = plan(source, feed, now)
    _write([made])
    return made.counts


def write(plans: Sequence[Plan]) -> list[Plan]:
    """Writes plans, small ones together. One that cannot be written harms no other: those are returned, and the log
    says why."""
    failed: list[Plan] = []
    for together in _small_ones_together(plans):
        try:
            _write(together)
        except Exception:
            failed += [one for one in together if not _write_alone(one)]
    return failed


def _write_alone(one: Plan) -> bool:
    try:
        _write([one])
    except Exception:
        log.exception("Storing what %s says failed", one.source.url)
        return False
    return True


def _small_ones_together(plans: Sequence[Plan]) -> Iterator[list[Plan]]:
    together: list[Plan] = []
    for one in plans:
        if together and sum(len(each.ready) for each in together) + len(one.ready) > BATCH:
            yield together
            together = []
        together.append(one)
    if together:
        yield together


def _write(plans: list[Plan]) -> None:
    rows = [(one, ready) for one in plans for ready in one.ready]
    while len(rows) > BATCH:
        batch, rows = rows[:BATCH], rows[BATCH:]
        with transaction.atomic():
            _write_entries(batch, plans[0].now)
            _say(plans, newest_of(batch))
    with transaction.atomic():
        _write_entries(rows, plans[0].now)
        _say(plans, newest_of(rows), last=True)
        rename_items([decision for one in plans for decision in one.renamed])
        update(Item, [row for one in plans for row in one.answers])
        for one in plans:
            forget(one.readers, take_back(one.gone, one.now))
            if one.first:
                hush(one)
            if one.home:
                settle(one.source, one.home)
            if one.first:
                look_again(one.source, one.now)


def _write_entries(rows: Sequence[tuple[Plan, Ready]], now: datetime) -> None:
    """One transaction's worth of entries, and how many of them are unseen."""
    add_items([ready for _, ready in rows if not ready.decision.item])
    change_items([ready for _, ready in rows if ready.decision.item], now)
    unseen: dict[int, int] = {}
    for one, ready in rows:
        for reader in one.readers:
            if ready.decision.what == "new" and ready.columns["arrived"] > reader.seen_until:
                unseen[reader.id] = unseen.get(reader.id, 0) + 1
    for follow, count in unseen.items():
        Follow.objects.filter(pk=follow).update(unseen=F("unseen") + count)


def newest_of(rows: Iterable[tuple[Plan, Ready]]) -> dict[int, datetime]:
    """When the newest entry of each source arrived, where something new did."""
    found: dict[int, datetime] = {}
    for one, ready in rows:
        if ready.decision.what == "new":
            arrived = ready.columns["arrived"]
            found[one.source.pk] = max(arrived, found.get(one.source.pk) or one.source.newest or arrived)
    return found


def _say(plans: Sequence[Plan], newest: dict[int, datetime], last: bool = False) -> None:
    """What changes in the rows of the sources and their people."""
    people: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    sources: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for one in plans:
        said = one.source_says if last else {}
        if one.source.pk in newest:
            said = {**said, "newest": newest[one.source.pk]}
        for name, value in said.items():
            setattr(one.source, name, value)
        if said:
            sources.setdefault(tuple(said), []).append({"id": one.source.pk, **said})
        if last and one.person_says:
            people.setdefault(tuple(one.person_says), []).append({"id": one.source.person_id, **one.person_says})
    for rows in sources.values():
        update(Source, rows)
    for rows in people.values():
        update(Person, rows)


def hush(one: Plan) -> None:
    """A new follow is not a flood of unread things: all but the newest three count as seen."""
    latest = sorted((ready.columns["arrived"] for ready in one.ready if ready.decision.what == "new"), reverse=True)
    if not latest:
        return
    before = latest[UNSEEN_AT_FIRST] if len(latest) > UNSEEN_AT_FIRST else latest[-1] - timedelta(microseconds=1)
    unseen = sum(1 for arrived in latest if arrived > before)
    Follow.objects.filter(pk__in=[reader.id for reader in one.readers]).update(seen_until=before, unseen=unseen)


def forget(readers: Sequence[Reader], items: Sequence[int]) -> None:
    """What was taken back is no longer unseen."""
    for reader in readers if items else ():
        lost = Item.objects.filter(pk__in=items, arrived__gt=reader.seen_until, audience=Item.Audience.PUBLIC)
        lost = lost.exclude(marks__person=reader.person, marks__seen__isnull=False)
        Follow.objects.filter(pk=reader.id).update(unseen=Greatest(F("unseen") - lost.count(), 0))

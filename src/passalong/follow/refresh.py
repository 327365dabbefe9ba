"""Looking at what is due: claim -> ask (conditional) -> judge -> take in -> plan the next look.

Failures wait for a moment before they are written: where nearly all fail at once, it is us who are cut off (F13).
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import Error, connection
from django.utils import timezone

from passalong.intake.take_in import Counts, take_in
from passalong.models import Source
from passalong.net.get import get_many
from passalong.net.shapes import Answer, Ask, Failed
from passalong.wire.shapes import Feed

from . import claim
from .look import NETWORK, ask_for, judge, wishes_kept
from .move import move_source
from .schedule import Outcome, State, after

log = logging.getLogger(__name__)

IN_FLIGHT = 64
WINDOW = 100
"""Outcomes looked at together to tell our own outage from theirs."""
FEWEST = 10
OUTAGE = 0.9
POLLED = tuple(State.__dataclass_fields__)

Stopping = Callable[[], bool]


def never() -> bool:
    return False


@dataclass(slots=True)
class Tally:
    """Counts of one pass."""

    sources: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    failed: int = 0

    def add(self, counts: Counts) -> None:
        self.new += counts.new
        self.changed += counts.changed + counts.gone
        self.unchanged += counts.unchanged


@dataclass(slots=True)
class Pass:
    """One pass on its way."""

    who: str
    stopping: Stopping = never
    each: Callable[[Source], None] = lambda _: None
    """Told of each source as it is done."""
    tally: Tally = field(default_factory=Tally)
    answered: int = 0
    """In this window."""
    unreached: list[tuple[Source, Failed]] = field(default_factory=list)
    """In this window: failures that may be our own."""


def refresh_due(
    who: str, *, stopping: Stopping = never, only_new: bool = False, each: Callable[[Source], None] | None = None
) -> Tally:
    """Looks at everything that is due."""
    here = Pass(who, stopping, each or (lambda _: None))
    while _run(here, claim.claim_due(who, stopping, only_new=only_new)):
        pass
    return here.tally


def refresh_all(who: str, *, stopping: Stopping = never, each: Callable[[Source], None] | None = None) -> Tally:
    """Looks at everything that is followed, due or not, once."""
    here = Pass(who, stopping, each or (lambda _: None))
    left = claim.everything()
    while _run(here, claim.claim_all(who, left, stopping)):
        pass
    return here.tally


def refresh_these(who: str, sources: Iterable[int], each: Callable[[Source], None] | None = None) -> Tally:
    """Looks at these sources now, unless somebody is looking at them at this moment."""
    here = Pass(who, each=each or (lambda _: None))
    left = list(sources)
    while _run(here, claim.claim_all(who, left, never)):
        pass
    return here.tally


def _run(here: Pass, sources: Iterator[Source]) -> bool:
    """Asks for all of them, many at a time, and deals with each as it comes. False where there were none."""
    fetched_content_needs_no_flush()
    under_way: dict[int, Source] = {}

    def asks() -> Iterator[Ask]:
        for source in sources:
            ask = ask_for(source)
            under_way[id(ask)] = source
            yield ask

    before = here.tally.sources
    for ask, found in get_many(asks(), in_flight=IN_FLIGHT):
        source = under_way.pop(id(ask))
        if here.stopping():
            break
        deal_with(here, source, found)
    settle_window(here)
    return here.tally.sources > before and not here.stopping()


def fetched_content_needs_no_flush() -> None:
    """What was fetched can be fetched again: on SQLite this connection need not wait for the disk at each commit."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=NORMAL")


def deal_with(here: Pass, source: Source, found: Answer | Failed) -> None:
    here.tally.sources += 1
    if isinstance(found, Failed) and found.code in NETWORK:
        here.unreached.append((source, found))
    else:
        here.answered += 1
        deal_with_answer(here, source, found)
    if here.answered + len(here.unreached) >= WINDOW:
        settle_window(here)


def deal_with_answer(here: Pass, source: Source, found: Answer | Failed) -> None:
    """Whatever goes wrong with one source is said at that source, and the pass goes on (P5)."""
    now = timezone.now()
    try:
        outcome, feed = judge(source, found, now)
        if feed:
            outcome = take(here.tally, source, feed, outcome, now)
    except Error:
        log.exception("Taking in %s failed in the database", source.url)
        outcome = Outcome("broken", sentence="It could not be stored here")
    except Exception:
        log.exception("Taking in %s failed", source.url)
        outcome = Outcome("broken", sentence="Passalong could not make sense of it")
    finish(here, source, outcome, now)


def take(tally: Tally, source: Source, feed: Feed, outcome: Outcome, now: datetime) -> Outcome:
    counts = take_in(source, feed, now)
    if counts.held:
        return replace(outcome, what="held")
    tally.add(counts)
    note = ""
    if counts.left_out:
        note = f"It sent very much at once: the newest are here, {counts.left_out} older ones are not."
    return replace(outcome, per_week=counts.per_week, note=note)


def finish(here: Pass, source: Source, outcome: Outcome, now: datetime) -> None:
    """Writes how the look ended, and gives the lease back."""
    was = State(**{name: getattr(source, name) for name in POLLED})
    new = after(was, outcome, now, random.random())  # noqa: S311 - jitter, keeps no secret
    if outcome.what not in ("new", "same", "held"):
        here.tally.failed += 1
    changes = {name: value for name in POLLED if (value := getattr(new, name)) != getattr(was, name)}
    moved = changes.pop("url", "")
    if outcome.what == "new":
        changes["wishes"] = wishes_kept(outcome.wishes)
    held = Source.objects.filter(pk=source.pk, leased_by=here.who)
    held.update(**changes, leased_until=None, leased_by="")
    if moved:
        move_source(source, moved, now)
    here.each(source)


def settle_window(here: Pass) -> None:
    """The failures of this window: the sources' own, or ours?"""
    now = timezone.now()
    unreached, here.unreached = here.unreached, []
    asked, here.answered = here.answered + len(unreached), 0
    if not unreached:
        return
    codes = {found.code for _, found in unreached}
    everywhere = len(unreached) >= OUTAGE * asked
    ours = everywhere and (asked >= FEWEST or (asked > 1 and codes <= {"name", "offline"}))
    for source, found in unreached:
        if ours or here.stopping():
            postpone(here, source, now)
        else:
            outcome, _ = judge(source, found, now)
            finish(here, source, outcome, now)
    if ours:
        log.warning("Nothing can be reached: this node seems to be offline; it tries again within the hour")


def postpone(here: Pass, source: Source, now: datetime) -> None:
    """Not its fault: nothing is held against it, and not all come back in the same minute."""
    here.tally.failed += 1
    again = claim.later(now) if not here.stopping() else source.fetch_at
    Source.objects.filter(pk=source.pk, leased_by=here.who).update(fetch_at=again, leased_until=None, leased_by="")
    here.each(source)

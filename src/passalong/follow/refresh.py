"""Looking at what is due: claim -> ask (conditional) -> judge -> plan -> put away: take in, and plan the next look.

Answers are put away several at a time. Failures to connect wait a moment longer: where nearly all fail at once, it is
us who are cut off (F13).
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from passalong.intake.plan import Plan, plan
from passalong.intake.rows import update
from passalong.intake.take_in import write
from passalong.models import Source
from passalong.net.get import get_as_they_come
from passalong.net.shapes import Answer, Ask, Failed

from . import circuit, claim, push
from .circuit import POLLED, is_down, state_of
from .look import NETWORK, ask_for, judge, wishes_kept
from .move import move_source
from .schedule import Outcome, State, after

log = logging.getLogger(__name__)

IN_FLIGHT = 64
LULL = 0.05
"""Seconds without an answer after which those that came are put away."""
ENTRIES_AT_ONCE = 100
SOURCES_AT_ONCE = 50
WINDOW = 100
"""Outcomes looked at together to tell our own outage from theirs."""
FEWEST = 10
OUTAGE = 0.9

Stopping = Callable[[], bool]


def never() -> bool:
    return False


@dataclass(slots=True)
class Tally:
    """Counts of one pass."""

    sources: int = 0
    new: int = 0
    """Entries."""
    changed: int = 0
    """Entries."""
    unchanged: int = 0
    """Sources with nothing new."""
    failed: int = 0
    """Sources."""


@dataclass(slots=True)
class Seen:
    """A source that was looked at, not yet put away."""

    source: Source
    outcome: Outcome
    plan: Plan | None = None


@dataclass(slots=True)
class Pass:
    """One pass on its way."""

    who: str
    stopping: Stopping = never
    each: Callable[[Source], None] = lambda _: None
    """Told of each source as it is done."""
    tally: Tally = field(default_factory=Tally)
    down: set[str] = field(default_factory=set)
    """Hosts that did not answer."""
    seen: list[Seen] = field(default_factory=list)
    entries: int = 0
    """In `seen`."""
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
    return _refresh(Pass(who, stopping, each or (lambda _: None)), claim.everything())


def refresh_these(who: str, sources: Iterable[int], each: Callable[[Source], None] | None = None) -> Tally:
    """Looks at these sources now, unless somebody is looking at them at this moment."""
    return _refresh(Pass(who, each=each or (lambda _: None)), list(sources))


def _refresh(here: Pass, left: list[int]) -> Tally:
    while _run(here, claim.claim_all(here.who, left, here.stopping)):
        pass
    return here.tally


def _run(here: Pass, sources: Iterator[Source]) -> bool:
    """Asks for all of them, many at a time, and deals with each as it comes. False where there were none."""
    fetched_content_needs_no_flush()
    under_way: dict[int, Source] = {}

    def asks() -> Iterator[Ask]:
        for source in sources:
            if source.host in here.down:
                pass_over(here, source)
                continue
            ask = ask_for(source)
            under_way[id(ask)] = source
            yield ask

    before = here.tally.sources
    for found in get_as_they_come(asks(), in_flight=IN_FLIGHT, lull=LULL):
        if here.stopping():
            break
        if found is None:
            put_away(here)
        else:
            deal_with(here, under_way.pop(id(found[0])), found[1])
    settle_window(here)
    put_away(here)
    return here.tally.sources > before and not here.stopping()


def fetched_content_needs_no_flush() -> None:
    """What was fetched can be fetched again: on SQLite this connection need not wait for the disk at each commit, nor
    move every few megabytes from the log to the file. And it lets people write first."""
    if connection.vendor == "sqlite":
        connection.in_no_hurry = True  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=NORMAL")
            cursor.execute("PRAGMA wal_autocheckpoint=4000")


def pass_over(here: Pass, source: Source) -> None:
    """Its host did not answer in this pass; that was said of it too."""
    here.tally.sources += 1
    here.tally.failed += 1
    Source.objects.filter(pk=source.pk, leased_by=here.who).update(leased_until=None, leased_by="")
    here.each(source)


def deal_with(here: Pass, source: Source, found: Answer | Failed) -> None:
    here.tally.sources += 1
    if isinstance(found, Failed) and found.code in NETWORK:
        here.unreached.append((source, found))
    else:
        here.answered += 1
        look_at(here, source, found)
    if here.answered + len(here.unreached) >= WINDOW:
        settle_window(here)
    if here.entries >= ENTRIES_AT_ONCE or len(here.seen) >= SOURCES_AT_ONCE:
        put_away(here)


def look_at(here: Pass, source: Source, found: Answer | Failed) -> None:
    """Whatever goes wrong with one source is said at that source, and the pass goes on (P5)."""
    made, now = None, timezone.now()
    try:
        outcome, feed = judge(source, found, now)
        if feed:
            made = plan(source, feed, now)
            outcome = with_plan(outcome, made)
    except Exception:
        log.exception("Reading %s failed", source.url)
        made, outcome = None, Outcome("broken", sentence="Passalong could not make sense of it")
    here.seen.append(Seen(source, outcome, made))
    here.entries += len(made.ready) if made else 0


def with_plan(outcome: Outcome, made: Plan) -> Outcome:
    if made.counts.held:
        return replace(outcome, what="held")
    note, aside, left_out = "", made.counts.aside, made.counts.left_out
    if aside:
        note = f"It sent very much at once: the newest are in your river, {aside} older ones are kept on its page."
    if left_out:
        note = f"It sends very much: the newest are in your river, {left_out} more were too many to keep."
    return replace(outcome, per_week=made.counts.per_week, note=note)


def put_away(here: Pass) -> None:
    """Writes what came, how each look ended and when the next one is, and gives the leases back."""
    seen, here.seen, here.entries = here.seen, [], 0
    if not seen:
        return
    lost = {one.source.pk for one in write([one.plan for one in seen if one.plan and not one.plan.counts.held])}
    now = timezone.now()
    rows, moves = [], []
    for one in seen:
        if one.source.pk in lost:
            one.outcome, one.plan = Outcome("broken", sentence="It could not be stored here"), None
        was, luck = state_of(one.source), random.random()  # noqa: S311 - jitter, keeps no secret
        new = after(was, one.outcome, now, luck)
        rows.append(row_of(one, new))
        switch(here, one, was, new, luck)
        if new.url != was.url:
            moves.append((one.source, new.url))
        count(here.tally, one)
    update(Source, rows, held_by=here.who)
    push.note_silence([one.source for one in seen if one.outcome.told_until and one.plan and one.plan.counts.new])
    for source, url in moves:
        move_source(source, url, now)
    for one in seen:
        here.each(one.source)


def switch(here: Pass, one: Seen, was: State, new: State, luck: float) -> None:
    """What this look says of the other sources of its host."""
    now = timezone.now()
    if one.outcome.what in ("new", "same"):
        circuit.close_circuit(one.source, was, now)
    elif is_down(one.source, one.outcome, now):
        here.down.add(one.source.host)
        circuit.open_circuit(one.source, one.outcome, new, now, luck)


def row_of(one: Seen, new: State) -> dict[str, Any]:
    """The columns of the source after the look; its lease ends."""
    row: dict[str, Any] = {name: getattr(new, name) for name in POLLED if name != "url"}
    wishes = wishes_kept(one.outcome.wishes) if one.outcome.what == "new" else one.source.wishes
    return {"id": one.source.pk, **row, "wishes": wishes, "leased_until": None, "leased_by": ""}


def count(tally: Tally, one: Seen) -> None:
    counts = one.plan.counts if one.plan else None
    if one.outcome.what not in ("new", "same", "held"):
        tally.failed += 1
    elif counts and (counts.new or counts.changed or counts.gone):
        tally.new += counts.new
        tally.changed += counts.changed + counts.gone
    else:
        tally.unchanged += 1


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
    if ours or here.stopping():
        postpone(here, [source for source, _ in unreached], now)
    else:
        for source, found in unreached:
            look_at(here, source, found)
    if ours:
        log.warning("Nothing can be reached: this node seems to be offline; it tries again within the hour")


def postpone(here: Pass, sources: list[Source], now: datetime) -> None:
    """Not their fault: nothing is held against them, and not all come back in the same minute."""
    here.tally.failed += len(sources)
    rows: list[dict[str, Any]] = [
        {
            "id": source.pk,
            "fetch_at": source.fetch_at if here.stopping() else claim.later(now),
            "leased_until": None,
            "leased_by": "",
        }
        for source in sources
    ]
    update(Source, rows, held_by=here.who)
    for source in sources:
        here.each(source)

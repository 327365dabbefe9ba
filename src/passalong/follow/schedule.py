"""When to look at a source again, and what to say of it: pure decisions over what a look brought.

`after(state, outcome, now, luck)` is the whole of it; `luck` (0 to 1) is the jitter, so that nothing here rolls dice.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

HOUR = 3600
DAY = 24 * HOUR
WEEK = 7 * DAY
SHORTEST = HOUR
LONGEST = DAY
LOOKS_PER_ENTRY = 4
JITTER = 0.1
SLOWEST = int(LONGEST / (1 + JITTER))
"""With jitter at most a day."""
SILENT_AFTER = timedelta(days=7)
"""A host that has not answered at all for so long is tried once a week."""
DEAD_AFTER = timedelta(days=90)
GONE_AFTER = timedelta(hours=24)
MOVED_AFTER = timedelta(hours=24)
MOVED_TIMES = 3
CUT_FIRST = 10 * 60
MOST_WAIT = WEEK
"""Nobody can ask us to stay away for longer; we never stop looking silently."""

What = Literal[
    "new", "same", "held", "cut", "html", "unreadable", "too big", "gone", "private", "missing", "busy", "error",
    "unreachable", "refused", "broken",
]  # fmt: skip

STATES: dict[What, str] = {
    "html": "not a feed",
    "unreadable": "not a feed",
    "too big": "too big",
    "private": "private",
    "held": "held",
}
"""Outcomes that have a state of their own; other failures back off."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a source asks to be visited."""

    every: int = 0
    """Seconds between two looks (ttl, sy:updatePeriod), 0 where it does not say."""
    hours: frozenset[int] = frozenset()
    """Hours of the day, UTC, without a look."""
    days: frozenset[int] = frozenset()
    """Days, Monday 0, without a look."""


@dataclass(frozen=True, slots=True)
class State:
    """The part of a Source that the poller moves; names and meanings are the row's."""

    url: str
    state: str = "new"
    reason: str = ""
    fetch_at: datetime | None = None
    fetched: datetime | None = None
    every: int = SHORTEST
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    failures: int = 0
    failing_since: datetime | None = None
    gone_since: datetime | None = None
    moved_to: str = ""
    moved_since: datetime | None = None
    moved_times: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a look brought."""

    what: What
    sentence: str = ""
    """What happened, without the full stop."""
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    keeps_validators: bool = False
    """A 304 without validators means the ones we sent."""
    wait: int = 0
    """Retry-After, seconds."""
    fresh_for: int = 0
    """Cache-Control max-age, seconds."""
    wishes: Wishes = field(default_factory=Wishes)
    per_week: float = 0.0
    moved_to: str = ""
    """Where a permanent redirect led, '' for none."""
    note: str = ""
    """Something to say although all is fine."""
    told_until: datetime | None = None
    """So long its hub tells us at once when there is something new."""


def after(was: State, outcome: Outcome, now: datetime, luck: float = 0.5) -> State:
    """The state after a look. `fetch_at` is never earlier than an hour from now, but after a body that broke off."""
    if outcome.what in ("new", "same"):
        return _well(was, outcome, now, luck)
    if outcome.what == "held":
        return replace(
            was,
            state="held",
            reason="It has changed so much that it may be somebody else's now: look, then press “It is still them”.",
            fetched=now,
            fetch_at=_in(now, LONGEST, luck),
        )
    if outcome.what == "gone":
        return _gone(was, now, luck)
    return _failed(was, outcome, now, luck)


def _well(was: State, outcome: Outcome, now: datetime, luck: float) -> State:
    told = outcome.told_until if outcome.told_until and outcome.told_until > now else None
    every = SLOWEST if told else interval(outcome.per_week)
    asked = min(max(outcome.wishes.every, outcome.fresh_for), LONGEST)
    wait = max(jittered(max(every, asked), luck, least=max(SHORTEST, asked)), min(outcome.wait, MOST_WAIT))
    kept = outcome.keeps_validators
    next_look = awake(now + timedelta(seconds=wait), outcome.wishes)
    if told:  # its hub may be silent from then on
        next_look = min(next_look, max(told, now + timedelta(seconds=SHORTEST)))
    return replace(
        _moved(was, outcome.moved_to, now),
        state="fine",
        reason=outcome.note,
        fetched=now,
        every=max(every, asked),
        fetch_at=next_look,
        etag=outcome.etag or (was.etag if kept else ""),
        last_modified=outcome.last_modified or (was.last_modified if kept else ""),
        body_hash=outcome.body_hash or was.body_hash,
        failures=0,
        failing_since=None,
        gone_since=None,
    )


def _moved(was: State, to: str, now: datetime) -> State:
    """A permanent move counts only when three looks, over a day at least, led to the same place (P8)."""
    if not to or to == was.url:
        return replace(was, moved_to="", moved_since=None, moved_times=0)
    if to != was.moved_to or was.moved_since is None:
        return replace(was, moved_to=to, moved_since=now, moved_times=1)
    times = was.moved_times + 1
    if times >= MOVED_TIMES and now - was.moved_since >= MOVED_AFTER:
        return replace(was, url=to, moved_to="", moved_since=None, moved_times=0)
    return replace(was, moved_times=min(times, 1000))


def _gone(was: State, now: datetime, luck: float) -> State:
    """One 410 may be a mishap; a second one a day later is meant (F23)."""
    since = was.gone_since or now
    down = replace(was, failures=was.failures + 1, failing_since=was.failing_since or now, gone_since=since)
    if now - since >= GONE_AFTER:
        reason = "Its site says that it is gone for good: unfollow it, or find its new address. We look once a week."
        return replace(down, state="gone", reason=reason, fetch_at=_in(now, WEEK, luck))
    reason = "Its site says that it is gone: nothing for you to do, we look again tomorrow."
    later = max(jittered(DAY, luck, least=DAY), SHORTEST)
    return replace(down, state="backing off", reason=reason, fetch_at=now + timedelta(seconds=later))


def _failed(was: State, outcome: Outcome, now: datetime, luck: float) -> State:
    since = was.failing_since or now
    down = replace(was, failures=was.failures + 1, failing_since=since)
    dead = now - since >= DEAD_AFTER
    silent = dead or (outcome.what == "unreachable" and now - since >= SILENT_AFTER)
    wait = WEEK if silent else backoff(down.failures, CUT_FIRST if outcome.what == "cut" else HOUR)
    seconds = max(jittered(wait, luck, least=min(wait, SHORTEST)), min(outcome.wait, MOST_WAIT))
    state = STATES.get(outcome.what, "gone" if dead else "backing off")
    return replace(
        down,
        state=state,
        reason=reason_for(outcome, dead, silent, (now - since).days),
        fetch_at=now + timedelta(seconds=seconds),
        etag="" if outcome.what == "cut" else was.etag,
        last_modified="" if outcome.what == "cut" else was.last_modified,
        body_hash=outcome.body_hash or was.body_hash,
    )


MOVES: dict[What, str] = {
    "cut": "nothing for you to do, we try again soon",
    "html": "what you have stays; if it does not come back, find its new address and follow that",
    "unreadable": "what you have stays; its author can mend it",
    "too big": "its author can make it shorter, or read it anyway from its page here",
    "private": "ask its author, or unfollow it",
    "missing": "what you have stays; if it does not come back, find its new address and follow that",
    "busy": "nothing for you to do, we come back when it asked",
    "error": "nothing for you to do, its site has to mend it",
    "unreachable": "nothing for you to do, we keep trying",
    "refused": "check the address, or unfollow it",
    "broken": "the fault is ours; the log of this node says more",
}


def reason_for(outcome: Outcome, dead: bool, silent: bool, days: int) -> str:
    """What happened, whose move it is, and the move."""
    if dead:
        return f"{outcome.sentence}, for {days} days now: unfollow it, or find its new address. We look once a week."
    if silent:
        return f"{outcome.sentence}, for {days} days now: nothing for you to do, we look once a week."
    return f"{outcome.sentence}: {MOVES[outcome.what]}."[:500]


def interval(per_week: float) -> int:
    """Seconds between looks where so many entries come in a week: four looks for one entry, 1 to 24 hours."""
    if per_week <= 0:
        return SLOWEST
    return int(min(SLOWEST, max(SHORTEST, WEEK / per_week / LOOKS_PER_ENTRY)))


def backoff(failures: int, first: int) -> int:
    """Seconds after so many failures in a row: twice as long each time, up to a day."""
    return min(DAY, first << min(failures - 1, 20))


def jittered(seconds: float, luck: float, least: float) -> float:
    """Up to a tenth more or less, but never below what is promised."""
    return max(least * (1 + JITTER * luck), seconds * (1 + JITTER * (2 * luck - 1)))


def _in(now: datetime, seconds: int, luck: float) -> datetime:
    return now + timedelta(seconds=jittered(seconds, luck, least=SHORTEST))


def awake(moment: datetime, wishes: Wishes) -> datetime:
    """The first moment from here on that is in no hour and on no day its source asks to skip."""
    if len(wishes.hours) >= 24 or len(wishes.days) >= 7:
        return moment
    for _ in range(24 * 8):
        if moment.hour not in wishes.hours and moment.weekday() not in wishes.days:
            break
        moment = (moment + timedelta(hours=1)).replace(minute=moment.minute if not wishes.hours else 0, second=0)
    return moment


def seconds_until(stated: str, now: datetime) -> int:
    """Retry-After (RFC 9110, section 10.2.3): seconds or a date; 0 where it says nothing usable."""
    stated = stated.strip()
    if stated.isascii() and stated.isdigit():
        return min(int(stated[:9]), MOST_WAIT)
    try:
        moment = parsedate_to_datetime(stated)
    except (TypeError, ValueError):
        return 0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0, min(int((moment - now).total_seconds()), MOST_WAIT))


def fresh_for(cache_control: str) -> int:
    """Seconds of max-age in Cache-Control (RFC 9111, section 5.2); 0 for none."""
    for part in cache_control.split(","):
        name, _, value = part.partition("=")
        value = value.strip().strip('"')
        if name.strip().lower() == "max-age" and value.isascii() and value.isdigit():
            return min(int(value[:9]), LONGEST)
    return 0

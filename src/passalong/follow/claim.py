"""Who looks at what: a due source is claimed by a conditional UPDATE, so that two workers never look at the same one.

A lease ends by itself: what a killed worker held is due again then, and nothing earlier.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from passalong.intake.rows import update
from passalong.models import Source

from . import circuit

LEASE = timedelta(minutes=5)
AT_ONCE = 50
PER_HOST = 8
"""Sources of one host leased at once: they wait for each other, and their leases must outlast that."""
FURTHEST = timedelta(days=9)
"""No look is ever planned further away: such a row was written by a clock that was wrong (P15)."""
BACKLOG = 50
LATE = timedelta(hours=1)
SPREAD = timedelta(minutes=30)


def free(now: datetime) -> Q:
    """Not leased, or leased by somebody who is gone, or until a moment no lease reaches."""
    return Q(leased_until__isnull=True) | Q(leased_until__lte=now) | Q(leased_until__gt=now + 2 * LEASE)


def due(now: datetime) -> QuerySet[Source]:
    """What can be read."""
    return Source.objects.filter(fetch_at__lte=now).exclude(kind=Source.Kind.ADDRESS).order_by("fetch_at")


def to_be_found(now: datetime) -> QuerySet[Source]:
    """Addresses at which somebody has still to look for what can be read."""
    return Source.objects.filter(fetch_at__lte=now, kind=Source.Kind.ADDRESS).order_by("fetch_at")


def claim(wanted: QuerySet[Source], who: str, now: datetime) -> list[Source]:
    """Some of the wanted sources that nobody has, now leased by `who`; empty where there are none."""
    until = now + LEASE
    leased = Source.objects.filter(leased_until__gt=now, leased_until__lte=now + 2 * LEASE)
    busy: Counter[str] = Counter()
    room: dict[str, int] = {}
    for host, by, answering in leased.annotate(answering=circuit.answering()).values_list(
        "host", "leased_by", "answering"
    ):
        busy[host] += 1 if by == who else PER_HOST
        room[host] = PER_HOST if answering else 1
    full = [host for host, times in busy.items() if times >= room[host]]
    chosen: list[int] = []
    for pk, host in wanted.filter(free(now)).exclude(host__in=full).values_list("pk", "host")[: AT_ONCE * 4]:
        if len(chosen) < AT_ONCE and (not busy[host] or busy[host] < _room(room, host)):
            busy[host] += 1
            chosen.append(pk)
    if not chosen:
        return []
    with transaction.atomic():
        # Rows that somebody else is claiming at this moment are theirs: nobody waits for nobody.
        untaken = Source.objects.filter(free(now), pk__in=chosen).select_for_update(skip_locked=True)
        Source.objects.filter(pk__in=list(untaken.values_list("pk", flat=True))).update(
            leased_until=until, leased_by=who
        )
    mine = Source.objects.filter(pk__in=chosen, leased_by=who, leased_until=until)
    return list(mine.select_related("person").order_by("fetch_at"))


def _room(room: dict[str, int], host: str) -> int:
    """How many sources of a host may be looked at together: where nothing answers there, one tries for all."""
    if host not in room:
        room[host] = PER_HOST if circuit.answers(host) else 1
    return room[host]


def claim_due(who: str, stopping: Callable[[], bool], *, only_new: bool = False) -> Iterator[Source]:
    """Everything that is due, a few at a time, until nothing is or `stopping`."""
    while not stopping():
        now = timezone.now()
        wanted = due(now)
        found = claim(wanted.filter(fetched__isnull=True, failures=0) if only_new else wanted, who, now)
        if not found:
            return
        yield from found


def everything() -> list[int]:
    """Ids of everything that is followed."""
    read = Source.objects.filter(fetch_at__isnull=False).exclude(kind=Source.Kind.ADDRESS)
    return list(read.order_by("pk").values_list("pk", flat=True))


def claim_all(who: str, left: list[int], stopping: Callable[[], bool]) -> Iterator[Source]:
    """The sources with the ids in `left`, due or not; claimed ones leave the list."""
    while left and not stopping():
        found = claim(Source.objects.filter(pk__in=left[: AT_ONCE * 10]), who, timezone.now())
        if not found:
            return
        taken = {source.pk for source in found}
        left[:] = [pk for pk in left if pk not in taken]
        yield from found


def release(who: str) -> None:
    """What `who` still holds is free again, and as due as it was."""
    Source.objects.filter(leased_by=who, leased_until__isnull=False).update(leased_until=None, leased_by="")


def mend_clock(now: datetime) -> None:
    """Looks that a wrong clock planned far away come back, spread (P15)."""
    _spread(Source.objects.filter(fetch_at__gt=now + FURTHEST), now)


def spread_backlog(now: datetime) -> None:
    """After a long sleep not everything is looked at in the same minute (F13, F47)."""
    late = Source.objects.filter(fetch_at__lt=now - LATE)
    if late[BACKLOG : BACKLOG + 1].exists():
        _spread(late.order_by("fetch_at"), now)


def _spread(sources: QuerySet[Source], now: datetime) -> None:
    ids = list(sources.filter(free(now)).values_list("pk", flat=True))
    for start in range(0, len(ids), 100):
        rows = [
            {"id": pk, "fetch_at": now + SPREAD * ((start + place) / len(ids))}
            for place, pk in enumerate(ids[start : start + 100])
        ]
        update(Source, rows)


def later(now: datetime) -> datetime:
    """When to look again after an outage of our own: any time in the half hour after the next five minutes."""
    return now + timedelta(minutes=5) + SPREAD * random.random()  # noqa: S311 - spreads load, keeps no secret

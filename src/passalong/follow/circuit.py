"""A host that does not answer is tried by one of its sources only: what that one learns goes for all of them (F43).

Nothing is kept of a host: its sources' own rows say whether it is down, and they fall due together.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from passalong.intake.rows import update
from passalong.models import Source

from .schedule import Outcome, State, after

HEARD = timedelta(hours=1)
"""A host one of whose sources has answered so lately is not down, whatever another one met."""
POLLED = tuple(State.__dataclass_fields__)
BATCH = 100
MOST = 20_000


def state_of(source: Source) -> State:
    return State(**{name: getattr(source, name) for name in POLLED})


def answering() -> Exists:
    """Whether a source's host is known to answer, as part of a query over Source."""
    return Exists(Source.objects.filter(host=OuterRef("host"), failures=0, fetched__isnull=False))


def answers(host: str) -> bool:
    """Whether the last that was heard of a host was good; False where nothing was yet."""
    return Source.objects.filter(host=host, failures=0, fetched__isnull=False).exists()


def is_down(source: Source, outcome: Outcome, now: datetime) -> bool:
    """Whether this look means that the whole host does not answer."""
    return outcome.what == "unreachable" and bool(source.host) and not heard_lately(source, now)


def heard_lately(source: Source, now: datetime) -> bool:
    """Whether another source of its host has answered lately."""
    return Source.objects.filter(host=source.host, fetched__gt=now - HEARD).exclude(pk=source.pk).exists()


def open_circuit(source: Source, outcome: Outcome, probe: State, now: datetime, luck: float) -> int:
    """What this source met, all others of its host would meet: said of them without asking. Returns how many."""
    others = (
        _others(source).filter(leased_until__isnull=True).exclude(state=Source.State.GONE, gone_since__isnull=False)
    )
    found = list(others.order_by("pk")[:MOST])
    for start in range(0, len(found), BATCH):
        update(Source, [_row(one, outcome, probe, now, luck) for one in found[start : start + BATCH]])
    return len(found)


def close_circuit(source: Source, was: State, now: datetime) -> None:
    """The host answers again: those that waited with it for that are looked at now, and only this once, however
    often it comes and goes."""
    sentence = re.split("[:,]", was.reason)[0]
    lately = was.fetched is not None and was.fetched > now - HEARD
    if was.failures and sentence and not lately and not heard_lately(source, now):
        _others(source).filter(failures__gt=0, fetch_at__gt=now, reason__startswith=sentence).update(fetch_at=now)


def _others(source: Source) -> QuerySet[Source]:
    return Source.objects.filter(host=source.host, fetch_at__isnull=False).exclude(pk=source.pk)


def _row(one: Source, outcome: Outcome, probe: State, now: datetime, luck: float) -> dict[str, Any]:
    """Its own history goes on, but it is not due before the one that tried."""
    new = after(state_of(one), outcome, now, luck)
    new = replace(new, fetch_at=max(filter(None, (new.fetch_at, probe.fetch_at)), default=None))
    return {"id": one.pk} | {name: getattr(new, name) for name in POLLED if name != "url"}

"""Addresses that were followed before anybody looked at them: what can be read there is found by the worker.

claim -> discover, some side by side -> the source becomes what was found, or says why nothing was. Whoever pressed the
button waited for nobody.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from passalong.models import Source
from passalong.wire.shapes import Found, Unreadable

from . import claim
from .circuit import state_of
from .discover import SILENT, discover
from .look import unreached
from .move import move_source
from .schedule import Outcome, after
from .start import KINDS, NOTHING, is_ours

SIDE_BY_SIDE = 6
PASSING = {*SILENT, "enough"}
"""Codes of what may go better at another time."""


def seek_once(now: datetime, who: str, stopping: Callable[[], bool] = lambda: False) -> int:
    """Looks at some of the addresses that are due. Returns at how many."""
    sources = claim.claim(claim.to_be_found(now), who, now)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        for source, found in zip(sources, pool.map(look_there, [one.url for one in sources]), strict=True):
            if stopping():
                break
            settle(source, found, who)
    claim.release(who)
    return len(sources)


def look_there(url: str) -> Found | Unreadable:
    """The best of what can be read at an address. Asks nothing of the database."""
    try:
        found = [one for one in discover(url) if one.kind in KINDS and not one.beside and not is_ours(one.url)]
    except Unreadable as problem:
        return problem
    return found[0] if found else Unreadable(NOTHING, "none")


def settle(source: Source, found: Found | Unreadable, who: str) -> None:
    """Keeps what came of it, where nobody has taken the source or unfollowed it meanwhile: both end the lease."""
    with transaction.atomic():
        mine = Source.objects.select_for_update().filter(pk=source.pk, leased_by=who)
        if not list(mine.values_list("pk")):
            return
        if isinstance(found, Found):
            become(source, found, timezone.now())
        else:
            put_off(source, found, timezone.now())


def become(source: Source, found: Found, now: datetime) -> None:
    """The source is what was found from now on; where somebody follows that already, they share it."""
    home = source.url
    move_source(source, found.url, now)
    Source.objects.filter(pk=source.pk, url=found.url).update(
        kind=KINDS[found.kind],
        home=home,
        state=Source.State.NEW,
        reason="",
        failures=0,
        failing_since=None,
        fetch_at=now,
        host=urlsplit(found.url).netloc[:255],
    )


def put_off(source: Source, problem: Unreadable, now: datetime) -> None:
    """It says why, and is tried again later."""
    luck = random.random()  # noqa: S311 - jitter, keeps no secret
    if problem.code in PASSING:
        new = after(state_of(source), Outcome("unreachable", sentence=unreached(source, problem, now)), now, luck)
    else:
        new = replace(after(state_of(source), Outcome("html"), now, luck), reason=str(problem)[:500])
    Source.objects.filter(pk=source.pk).update(**asdict(new))

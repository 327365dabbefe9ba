"""What this node still has to do, in numbers for its owner (P16)."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from passalong.models import Page, Source


@dataclass(frozen=True, slots=True)
class Waiting:
    due: int
    """Places to be looked at now."""
    under_way: int
    """Places that a worker holds."""
    next: datetime | None
    """When the next place is due that is not yet."""
    troubled: int
    """Places that are followed and do not answer as they should."""
    pages: int
    """Shared pages whose title and picture are to be read, now or after a pause."""

    @property
    def anything(self) -> bool:
        """Is there a line to be shown at all?"""
        return any(astuple(self))


def waiting(now: datetime) -> Waiting:
    """Two queries over rows that are due some time; what nobody follows is not among them."""
    held = Q(leased_until__gt=now)
    fine = Q(state__in=(Source.State.FINE, Source.State.NEW))
    found = Source.objects.filter(fetch_at__isnull=False).aggregate(
        due=Count("pk", filter=Q(fetch_at__lte=now) & ~(held & Q(leased_until__isnull=False))),
        under_way=Count("pk", filter=held),
        next=Min("fetch_at", filter=Q(fetch_at__gt=now)),
        troubled=Count("pk", filter=~fine),
    )
    return Waiting(**found, pages=Page.objects.filter(look_at__isnull=False).count())

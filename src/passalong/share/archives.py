"""Where a list is cut into archives (RFC 5005, section 4): after every fifty rows, counted from the oldest.

So an archive keeps its address and its entries, however much is shared after it, and who has read it need not again.
What is taken back leaves its archive and moves no other: its row stays, as a tombstone.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from passalong.models import Item

PAGE = 50


@dataclass(frozen=True, slots=True)
class Archive:
    """What stands below an id, and its neighbours; ids are bounds, which stand outside."""

    lowest: int
    """The id of its oldest row."""
    older: int | None
    newer: int | None


def newest(rows: QuerySet[Item]) -> int | None:
    """The bound of the newest archive; None where everything stands in the newest page."""
    many = rows.count()
    if many <= PAGE:
        return None
    above = (many - 1) % PAGE + 1
    return rows.order_by("-pk").values_list("pk", flat=True)[above] + 1


def archive_below(rows: QuerySet[Item], before: int) -> Archive:
    """The archive with this bound. Between the newest one and the newest rows is none."""
    below = list(rows.filter(pk__lt=before).order_by("-pk").values_list("pk", flat=True)[: PAGE + 1])
    above = list(rows.filter(pk__gte=before).order_by("pk").values_list("pk", flat=True)[: PAGE + 1])
    full = len(below) > PAGE
    return Archive(
        lowest=below[PAGE - 1] if full else 0,
        older=below[PAGE] + 1 if full else None,
        newer=above[PAGE - 1] + 1 if len(above) > PAGE else None,
    )

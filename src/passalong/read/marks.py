"""What a reader did with an item: seen, kept, hidden. Each is a stamp on the reader's own Mark, set once.

`Follow.unseen` moves with the stamp, in the same transaction, and only when the stamp really changed: two clicks at
once, a repeated request or a race with a fetch cannot make it wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

from django.db import models, transaction
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from passalong.models import Follow, Item, Mark, Person
from passalong.read.walk import Wanted, copies

Deed = Literal["seen", "unseen", "keep", "unkeep", "hide", "unhide"]
DEEDS: tuple[Deed, ...] = ("seen", "unseen", "keep", "unkeep", "hide", "unhide")
SETTLED = timedelta(days=7)
"""Once nothing of a source is unseen, what is older than this counts as seen without a mark of its own."""
BACK_AT_MOST = 500
BATCH = 100


def do(person: Person, item: Item, deed: Deed) -> None:
    """Keeps what the reader did. Repeating it changes nothing."""
    now = timezone.now()
    with transaction.atomic():
        if deed == "seen":
            see(person, [item, *same_elsewhere(person, item)], now)
        elif deed == "unseen":
            _unsee(person, item)
        elif deed == "hide":
            see(person, [item], now)
            _stamp(person, item, hidden=now)
        else:
            _stamp(person, item, **{_STAMPS[deed]: now if deed == "keep" else None})


_STAMPS = {"keep": "kept", "unkeep": "kept", "unhide": "hidden"}


def _stamp(person: Person, item: Item, **stamp: datetime | None) -> bool:
    """Sets or clears one stamp; False when it stood like that already."""
    ((name, value),) = stamp.items()
    mine = Mark.objects.filter(person=person, item=item)
    if mine.filter(**{f"{name}__isnull": value is not None}).update(**stamp):
        return True
    if value is None:
        return False
    return Mark.objects.get_or_create(person=person, item=item, defaults=stamp)[1]


def same_elsewhere(person: Person, item: Item) -> list[Item]:
    """The same page as it came from other sources of this river: seen once is seen."""
    if not item.link_key:
        return []
    found = copies(Wanted(person, "unseen"), [item.link_key])[:20]
    return list(Item.objects.filter(pk__in=[step.id for step in found]).exclude(source_id=item.source_id))


def see(person: Person, items: Iterable[Item], now: datetime) -> None:
    for item in items:
        if not _stamp(person, item, seen=now) or item.audience == Item.Audience.ASIDE:
            continue
        follow = Follow.objects.filter(person=person, source_id=item.source_id, via=Follow.Via.RIVER)
        follow.filter(seen_until__lt=item.arrived, unseen__gt=0).update(unseen=F("unseen") - 1)
        follow.filter(unseen=0, seen_until__lt=now - SETTLED).update(seen_until=now - SETTLED)


def _unsee(person: Person, item: Item) -> None:
    follow = Follow.objects.filter(person=person, source_id=item.source_id, via=Follow.Via.RIVER).first()
    if follow is None:
        return
    _stamp(person, item, hidden=None)
    was_marked = _stamp(person, item, seen=None)
    if item.audience == Item.Audience.ASIDE:
        return
    below = item.arrived <= follow.seen_until
    if below and not _lower(follow, item):
        return
    if was_marked or below:
        Follow.objects.filter(pk=follow.pk).update(unseen=F("unseen") + 1)


def _lower(follow: Follow, item: Item) -> bool:
    """Takes `seen_until` back to just before the item; what was seen in between gets marks of its own."""
    between = Item.objects.filter(source_id=item.source_id, arrived__gte=item.arrived, arrived__lte=follow.seen_until)
    ids = list(between.exclude(pk=item.pk).values_list("pk", flat=True)[: BACK_AT_MOST + 1])
    if len(ids) > BACK_AT_MOST:
        return False
    now = timezone.now()
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        marks = [Mark(person_id=follow.person_id, item_id=pk, seen=now) for pk in part]
        Mark.objects.bulk_create(marks, ignore_conflicts=True)
        Mark.objects.filter(person_id=follow.person_id, item_id__in=part, seen__isnull=True).update(seen=now)
    lowered = item.arrived - timedelta(microseconds=1)
    return bool(Follow.objects.filter(pk=follow.pk).update(seen_until=lowered))


def _counted() -> Coalesce:
    """How many items of a follow's source are unseen, as part of a query over Follow."""
    items = Item.objects.filter(source_id=OuterRef("source_id"), arrived__gt=OuterRef("seen_until"), gone__isnull=True)
    items = items.filter(audience=Item.Audience.PUBLIC)
    marked = Mark.objects.filter(person_id=OuterRef(OuterRef("person_id")), item_id=OuterRef("pk"))
    marked = marked.filter(Q(seen__isnull=False) | Q(hidden__isnull=False))
    left = items.exclude(models.Exists(marked)).order_by().values("source_id").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(left, output_field=models.IntegerField()), 0)


def recount(follows: models.QuerySet[Follow]) -> int:
    """Counts the unseen of these follows anew. Returns how many numbers were wrong: it should be none."""
    return follows.exclude(unseen=_counted()).update(unseen=_counted())


def see_all(person: Person, until: datetime, of: Person | None = None) -> int:
    """Everything that arrived up to `until` is seen: one UPDATE, no mark is written. Returns how many sources moved."""
    follows = Follow.objects.filter(person=person, via=Follow.Via.RIVER, seen_until__lt=until)
    if of:
        follows = follows.filter(source__person=of)
    with transaction.atomic():
        moved = follows.update(seen_before=F("seen_until"), seen_until=until)
        recount(Follow.objects.filter(person=person, seen_until=until))
    return moved


def unsee_all(person: Person, until: datetime) -> int:
    """Takes back `see_all(person, until)`. Returns how many sources moved back."""
    moved = Follow.objects.filter(person=person, seen_until=until, seen_before__isnull=False)
    ids = list(moved.values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        part = Follow.objects.filter(pk__in=ids[start : start + BATCH])
        with transaction.atomic():
            part.update(seen_until=F("seen_before"), seen_before=None)
            recount(part)
    return len(ids)

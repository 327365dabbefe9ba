"""Finding what belongs in a river: light rows, newest first, by index only.

Two ways that give the same rows. The walk goes down the index of all items and asks of each whether it is wanted:
right where most are. It gives up after SCAN rows; then the merge asks each source for its newest and puts them in
order: right where few are. So neither a river of quiet people nor one of floods ever reads the whole table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from passalong.models import Follow, Item, Mark, Person, Source
from passalong.read.cursor import Cursor

Show = Literal["all", "unseen", "kept"]
SHOWS: tuple[Show, ...] = ("all", "unseen", "kept")
SCAN = 2000
MERGE = 100
PLACE = -7_777_777_777
BEGINNING = datetime(1, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose river, and which part of it."""

    person: Person
    show: Show = "all"
    of: Person | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """An item as the walk sees it."""

    arrived: datetime
    id: int
    source: int
    key: str
    """`wire.address.key` of its page, '' where it has none."""

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.arrived, self.id)


def follows_of(wanted: Wanted) -> QuerySet[Follow]:
    """The follows a river is made of."""
    mine = Follow.objects.filter(person=wanted.person, via=Follow.Via.RIVER, state=Follow.State.YES)
    mine = mine.exclude(source__state=Source.State.HELD)
    if wanted.of:
        return mine.filter(source__person=wanted.of)
    return mine.filter(muted=False)


def visible(wanted: Wanted, items: QuerySet[Item]) -> QuerySet[Item]:
    """Those of `items` that belong in this river. EXISTS, never IN: it stops at the first page."""
    follow = follows_of(wanted).filter(source_id=OuterRef("source_id"))
    mark = Mark.objects.filter(person=wanted.person, item_id=OuterRef("pk"))
    if wanted.show == "unseen":
        follow = follow.filter(seen_until__lt=OuterRef("arrived"))
        mark = mark.filter(Q(seen__isnull=False) | Q(hidden__isnull=False))
    else:
        mark = mark.filter(hidden__isnull=False)
    return items.filter(Exists(follow), ~Exists(mark), gone__isnull=True)


def after(items: QuerySet[Any], before: Cursor | None) -> QuerySet[Any]:
    """Newest first, going on after `before`."""
    if before:
        tie = Q(arrived=before.moment, id__gte=before.id)
        items = items.filter(arrived__lte=before.moment).exclude(tie)
    return items.order_by("-arrived", "-id")


def _steps(items: QuerySet[Item], limit: int) -> list[Step]:
    rows = items.values_list("arrived", "id", "source_id", "link_key")[:limit]
    return [Step(*row) for row in rows]


def walk(wanted: Wanted, before: Cursor | None, limit: int, skip: int | None = None) -> list[Step]:
    """The next `limit` items of this river, without those of the source `skip`."""
    if wanted.of:
        return _merge(wanted, before, limit, skip)
    every = after(Item.objects.all(), before)
    floor = Coalesce(Subquery(every.values("arrived")[SCAN : SCAN + 1]), Value(BEGINNING))
    found = visible(wanted, every.filter(arrived__gte=floor))
    steps = _steps(found.exclude(source_id=skip) if skip else found, limit)
    return steps if len(steps) == limit else _merge(wanted, before, limit, skip)


def _merge(wanted: Wanted, before: Cursor | None, limit: int, skip: int | None) -> list[Step]:
    """Source by source, the ones with the newest items first, until the rest can only be older."""
    follows = follows_of(wanted)
    if wanted.show == "unseen":
        follows = follows.filter(unseen__gt=0)
    newest = F("source__newest").desc(nulls_first=True)
    sources = [row for row in follows.order_by(newest).values_list("source_id", "source__newest") if row[0] != skip]
    found: list[Step] = []
    for start in range(0, len(sources), MERGE):
        if len(found) == limit and (sources[start][1] or found[0].arrived) < found[-1].arrived:
            break
        batch = _newest_of_each(wanted, (pk for pk, _ in sources[start : start + MERGE]), before, limit)
        found = sorted([*found, *batch], key=lambda step: step.cursor, reverse=True)[:limit]
    return found


def _newest_of_each(wanted: Wanted, sources: Iterable[int], before: Cursor | None, limit: int) -> list[Step]:
    """The newest `limit` items of all these sources together; one query asks each source for its own newest.

    Django writes no LIMIT inside a UNION, so its SQL for one source is written out once for each.
    """
    of_one = visible(wanted, after(Item.objects.filter(source_id=PLACE), before))
    sql, given = of_one.values("arrived", "id")[:limit].query.get_compiler(connection=connection).as_sql()
    parts, values = [], []
    for number, pk in enumerate(sources):
        parts.append(f"SELECT id, arrived FROM ({sql}) AS s{number}")  # noqa: S608 - Django's own SQL
        values += [pk if value == PLACE else value for value in given]
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"{' UNION ALL '.join(parts)} ORDER BY arrived DESC, id DESC LIMIT {limit:d}", values)
        ids = [row[0] for row in cursor.fetchall()]
    return _steps(after(Item.objects.filter(pk__in=ids), None), limit)

"""Finding what belongs in a river: light rows, newest first, by index only.

Two ways that give the same rows. The walk goes down the index of all items and asks of each whether it is wanted:
right where most are. It gives up after SCAN rows; then the merge asks each source for its newest and puts them in
order: right where few are. So neither a river of quiet people nor one of floods ever reads the whole table.

Written in SQL that SQLite and Postgres both read, because Django takes longer to write these queries than either
takes to answer them (docs/why/river.md). EXISTS, never IN: it stops at the first page of the list.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from django.db import connection

from passalong.models import Person
from passalong.models.cursor import Cursor, moment

Show = Literal["all", "unseen", "kept"]
SHOWS: tuple[Show, ...] = ("all", "unseen", "kept")
SCAN = 2000
MERGE = 100
BEGINNING = datetime(1, 1, 2, tzinfo=UTC)
END = Cursor(datetime(9999, 12, 30, tzinfo=UTC), 2**63 - 1)


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


STEP = "i.arrived, i.id, i.source_id, i.link_key"
BELOW = "(i.arrived, i.id) < (%(moment)s, %(id)s)"
FLOOR = """i.arrived >= COALESCE((SELECT i.arrived FROM passalong_item i WHERE (i.arrived, i.id) < (%(moment)s, %(id)s)
    ORDER BY i.arrived DESC, i.id DESC LIMIT 1 OFFSET %(scan)s), %(beginning)s)"""
ORDER = "ORDER BY i.arrived DESC, i.id DESC LIMIT %(limit)s"


def follows(wanted: Wanted) -> str:
    """The follows `f`, of sources `s`, that a river is made of: what stands after WHERE."""
    part = "s.person_id = %(of)s" if wanted.of else "NOT f.muted"
    return f"f.person_id = %(me)s AND f.via = 'river' AND f.state = 'yes' AND s.state <> 'held' AND {part}"


def visible(wanted: Wanted) -> str:
    """Does the item `i` belong in this river? A part of WHERE."""
    fresh = wanted.show == "unseen"
    return f"""i.gone IS NULL AND i.audience = 'public'
        AND EXISTS (SELECT 1 FROM passalong_follow f JOIN passalong_source s ON s.id = f.source_id
            WHERE f.source_id = i.source_id AND {follows(wanted)}{" AND f.seen_until < i.arrived" if fresh else ""})
        AND NOT EXISTS (SELECT 1 FROM passalong_mark m WHERE m.item_id = i.id AND m.person_id = %(me)s
            AND (m.hidden IS NOT NULL{" OR m.seen IS NOT NULL" if fresh else ""}))"""  # noqa: S608 - our words only


def ask(sql: str, wanted: Wanted, **given: int | float | str | datetime) -> list[Any]:
    """Rows for a query whose names are `me`, `of` and those given."""
    of = wanted.of.pk if wanted.of else 0
    names: dict[str, Any] = {"me": wanted.person.pk, "of": of, "beginning": BEGINNING} | given
    for name, value in names.items():
        if isinstance(value, datetime):
            names[name] = connection.ops.adapt_datetimefield_value(value)
    with connection.cursor() as cursor:
        cursor.execute(sql, names)
        return list(cursor.fetchall())


def steps(sql: str, wanted: Wanted, **given: int | float | str | datetime) -> list[Step]:
    return [Step(moment(arrived), pk, source, key) for arrived, pk, source, key in ask(sql, wanted, **given)]


def walk(wanted: Wanted, before: Cursor | None, limit: int, skip: int = 0) -> list[Step]:
    """The next `limit` items of this river, without those of the source `skip`."""
    before = before or END
    if not wanted.of:
        sql = f"""SELECT {STEP} FROM passalong_item i
            WHERE {BELOW} AND {FLOOR} AND i.source_id <> %(skip)s AND {visible(wanted)} {ORDER}"""  # noqa: S608
        found = steps(sql, wanted, moment=before.moment, id=before.id, scan=SCAN, skip=skip, limit=limit)
        if len(found) == limit:
            return found
    return _merge(wanted, before, limit, skip)


def _merge(wanted: Wanted, before: Cursor, limit: int, skip: int) -> list[Step]:
    """Source by source, the ones with the newest items first, until the rest can only be older."""
    fresh = "AND f.unseen > 0" if wanted.show == "unseen" else ""
    sql = f"""SELECT f.source_id, s.newest FROM passalong_follow f JOIN passalong_source s ON s.id = f.source_id
        WHERE {follows(wanted)} AND f.source_id <> %(skip)s {fresh}
        ORDER BY s.newest IS NOT NULL, s.newest DESC"""  # noqa: S608
    sources = ask(sql, wanted, skip=skip)
    found: list[Step] = []
    for start in range(0, len(sources), MERGE):
        newest = sources[start][1]
        if len(found) == limit and newest and moment(newest) < found[-1].arrived:
            break
        batch = _newest_of_each(wanted, [pk for pk, _ in sources[start : start + MERGE]], before, limit)
        found = sorted([*found, *batch], key=lambda step: step.cursor, reverse=True)[:limit]
    return found


def _newest_of_each(wanted: Wanted, sources: list[int], before: Cursor, limit: int) -> list[Step]:
    """The newest `limit` items of all these sources together: each is asked for its own newest."""
    parts = [
        f"SELECT * FROM (SELECT {STEP} FROM passalong_item i"  # noqa: S608
        f" WHERE i.source_id = {int(pk)} AND {BELOW} AND {visible(wanted)} {ORDER}) AS s{number}"
        for number, pk in enumerate(sources)
    ]
    sql = f"{' UNION ALL '.join(parts)} ORDER BY arrived DESC, id DESC LIMIT %(limit)s"
    return steps(sql, wanted, moment=before.moment, id=before.id, limit=limit)


def copies(wanted: Wanted, keys: Iterable[str]) -> list[Step]:
    """Everything in this river that lives at pages with these keys."""
    given = {f"key{number}": key for number, key in enumerate(keys)}
    if not given:
        return []
    sql = f"""SELECT {STEP} FROM passalong_page p JOIN passalong_item i ON i.page_id = p.id
        WHERE p.key IN ({", ".join(f"%({name})s" for name in given)}) AND {visible(wanted)}"""  # noqa: S608
    return steps(sql, wanted, **given)


def count_between(wanted: Wanted, source: int, above: Cursor, below: Cursor, most: int) -> int:
    """How many of one source lie between two places, up to `most`."""
    sql = f"""SELECT COUNT(*) FROM (SELECT 1 FROM passalong_item i WHERE i.source_id = %(source)s AND {BELOW}
        AND (i.arrived, i.id) > (%(stop)s, %(stop_id)s) AND {visible(wanted)} LIMIT %(most)s) AS found"""  # noqa: S608
    found = ask(
        sql, wanted, source=source, most=most, moment=above.moment, id=above.id, stop=below.moment, stop_id=below.id
    )
    return int(found[0][0])

"""Which Links point to what a person shared: the query behind "came back", in three short questions.

my pages: those with the keys of my shares and of what these are about, each by an index
-> since when: the moment of the N-th newest link to them, read from the index (page, -made) alone
-> the links since then, with their items, and of these what may be shown; then the next stretch of time
So a page costs what it shows, not what there is: a share to which thousands link is read a stretch at a time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from passalong.models import Item, Person
from passalong.models.cursor import Cursor, moment

END = Cursor(datetime.fromisoformat("9999-12-30T00:00:00+00:00"), 2**63 - 1)
BEGINNING = datetime.fromisoformat("0001-01-02T00:00:00+00:00")
AT_ONCE = 128
"""Links in the first stretch of time; each further one holds four times as many."""
AT_MOST = 1000
"""Links that are read with their items at once."""
STRETCHES = 8
"""For one page of a list: where that brings too little, it goes on behind "load more"."""
SHARING = ("about", "link", "quote", "repost")
"""How one shares the same thing: to answer it or to thank for it is none of my business."""


class Mine(NamedTuple):
    """One thing I shared that a page stands for."""

    item: int
    since: datetime | str
    """As the database gave it: most are never looked at."""
    own: int
    """It lives at the page; else the page is what it is about."""


@dataclass(frozen=True, slots=True)
class Found:
    """One link of somebody else."""

    made: datetime
    item: int
    """Theirs."""
    rel: str
    mine: tuple[Mine, ...]


MINE = """
    WITH mine AS (
        SELECT i.id AS item, p.key AS key, i.published AS since, 1 AS own
        FROM passalong_item i JOIN passalong_source s ON s.id = i.source_id JOIN passalong_page p ON p.id = i.page_id
        WHERE s.person_id = %(me)s AND s.kind = 'here' AND i.gone IS NULL {one}
        UNION ALL
        SELECT i.id, p.key, i.published, 0
        FROM passalong_item i JOIN passalong_source s ON s.id = i.source_id
        JOIN passalong_link l ON l.item_id = i.id AND l.rel = 'about' JOIN passalong_page p ON p.id = l.page_id
        WHERE s.person_id = %(me)s AND s.kind = 'here' AND i.gone IS NULL AND i.kind = 'link' {one}
    )
    SELECT q.id, mine.item, mine.since, mine.own FROM mine CROSS JOIN passalong_page q WHERE q.key = mine.key
"""
# CROSS JOIN keeps SQLite from starting at the other end, with every link there is; to PostgreSQL it is a plain join.
FLOOR = """
    SELECT l.made FROM {pages} CROSS JOIN passalong_link l
    WHERE l.page_id = pages.id AND l.made <= %(moment)s AND l.made >= %(since)s
    ORDER BY l.made DESC LIMIT 1 OFFSET %(step)s
"""
ROWS = """
    SELECT l.made, theirs.id, l.rel, l.page_id, theirs.published
    FROM {pages} CROSS JOIN passalong_link l CROSS JOIN passalong_item theirs
    WHERE l.page_id = pages.id AND theirs.id = l.item_id AND l.rel <> 'tag'
        AND l.made <= %(moment)s AND l.made >= %(since)s AND (l.made, theirs.id) < (%(moment)s, %(id)s)
        AND theirs.gone IS NULL AND theirs.audience = 'public'
        AND theirs.source_id NOT IN (SELECT s.id FROM passalong_source s WHERE s.person_id = %(me)s)
        AND NOT EXISTS (SELECT 1 FROM passalong_mark m
            WHERE m.item_id = theirs.id AND m.person_id = %(me)s AND m.hidden IS NOT NULL)
    ORDER BY l.made DESC, theirs.id DESC LIMIT %(limit)s
"""
_PAGES = {"sqlite": "(SELECT value AS id FROM json_each(%(pages)s)) AS pages"}
_PAGES_ELSEWHERE = "unnest(%(pages)s::bigint[]) AS pages(id)"

Pages = Mapping[int, Sequence[Mine]]
"""By id of a page, what of mine it stands for."""


def pages_of(person: Person, of: Item | None = None) -> Pages:
    """Every page under which something that this person shared may be linked to; only `of` where it is given."""
    sql = MINE.format(one="AND i.id = %(of)s" if of else "")
    found: dict[int, list[Mine]] = {}
    for page, item, since, own in _ask(sql, {"me": person.pk, "of": of.pk if of else 0}):
        found.setdefault(page, []).append(Mine(item, since, own))
    return found


def stretches(
    person: Person, pages: Pages, before: Cursor | None, since: datetime | None
) -> Iterator[tuple[list[Found], Cursor | None]]:
    """The links to these pages, newest first, in stretches of time; with each where the next begins, or None."""
    place: Cursor | None = before or END
    step = AT_ONCE
    for _ in range(STRETCHES):
        if place is None or not pages:
            return
        names = _names(person, pages, place, since or BEGINNING) | {"step": step, "limit": AT_MOST}
        floor = _ask(FLOOR, names)
        if floor:
            names["since"] = floor[0][0]
        rows = _ask(ROWS, names)
        if len(rows) == AT_MOST:
            place = Cursor(moment(rows[-1][0]), rows[-1][1])
        else:
            place = Cursor(moment(floor[0][0]) - timedelta(microseconds=1), END.id) if floor else None
        yield [found for row in rows if (found := _found(row, pages))], place
        step *= 4


def _names(person: Person, pages: Pages, place: Cursor, since: datetime) -> dict[str, Any]:
    adapt = connection.ops.adapt_datetimefield_value
    every = json.dumps(list(pages)) if connection.vendor == "sqlite" else list(pages)
    return {"me": person.pk, "pages": every, "moment": adapt(place.moment), "id": place.id, "since": adapt(since)}


def _found(row: tuple[Any, ...], pages: Pages) -> Found | None:
    made, item, rel, page, published = row
    after = moment(published)
    mine = tuple(one for one in pages[page] if one.own or (rel in SHARING and after > moment(one.since)))
    return Found(moment(made), item, rel, mine) if mine else None


def _ask(sql: str, names: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("{pages}", _PAGES.get(connection.vendor, _PAGES_ELSEWHERE)), names)
        return list(cursor.fetchall())

"""What came back: what others did with what a person shared. A query over Links, whoever told us or not.

my items -> the keys of their pages, and of what they are about -> all pages with these keys -> the Links to them

Two ways lead here. A Link to a permalink of mine is an answer, a pass-along, a quote ... of what I shared. A Link to
the very thing my share is about, by somebody who shared it after me, is not credit: it is said as what it is.
People and deeds; nothing is counted that nobody did.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection

from passalong.credit.found import Found, Pages, pages_of, stretches
from passalong.credit.once import post_of
from passalong.models import Arrival, Item, Person
from passalong.models.cursor import Cursor
from passalong.models.listed import Listed, listed

PAGE = 30
WEEK = timedelta(days=7)
OF_A_WEEK = 100
STRONGEST = ("reply", "repost", "quote", "translated", "like", "via", "about", "link")
"""Of the several ways in which one item points to another, the one that is said."""


@dataclass(frozen=True, slots=True)
class Touch:
    """How one of theirs points to one of mine."""

    mine: int
    """Item id."""
    rel: str
    """Link.Rel; "too" where it only shares the same thing after me."""


@dataclass(slots=True)
class Deed:
    """One item of somebody else, and what it does with what I shared."""

    row: Listed
    made: datetime
    touches: list[Touch]
    mine: list[Item] = field(default_factory=list)
    """The items it touches, as `touches`."""
    told: bool = False
    """Its author's place told us; else we found it in what we read."""

    @property
    def rel(self) -> str:
        """The strongest of its touches."""
        return min((touch.rel for touch in self.touches), key=_rank)

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.made, self.row.item.pk)


@dataclass(slots=True)
class DeedPage:
    deeds: list[Deed]
    next: str = ""
    """Cursor; '' at the end."""


def came_back(
    person: Person,
    *,
    of: Item | None = None,
    before: Cursor | None = None,
    limit: int = PAGE,
    since: datetime | None = None,
    reader: Person | None = None,
    pages: Pages | None = None,
    shown: bool = True,
) -> DeedPage:
    """What came back to this person, newest first: all, or what concerns one item (`of`).

    `reader` is who sees the cards (None: a stranger); `pages` are `pages_of` the same, where they are known already.
    Where the cards are not `shown`, only who and what is read of them. Five to ten queries, however much it is.
    """
    pages = pages_of(person, of) if pages is None else pages
    made: dict[int, datetime] = {}
    touches: dict[int, dict[int, str]] = {}
    place: Cursor | None = None
    for found, place in stretches(person, pages, before, since):  # noqa: B007 - where the last one ended is used
        for one in found:
            if one.item not in made:
                if len(made) == limit:
                    end = Cursor(list(made.values())[-1], list(made)[-1])
                    return DeedPage(_deeds(made, touches, _cards(made, reader, shown)), str(end))
                made[one.item] = one.made
            _note(touches.setdefault(one.item, {}), one)
    return DeedPage(_deeds(made, touches, _cards(made, reader, shown)), str(place or ""))


def this_week(person: Person, now: datetime, pages: Pages | None = None) -> list[Deed]:
    """The newest of the last seven days, for a line about them: who and what alone, however much of it is listed."""
    return came_back(person, since=now - WEEK, limit=OF_A_WEEK, reader=person, pages=pages, shown=False).deeds


def _note(known: dict[int, str], found: Found) -> None:
    """Of every thing of mine, the strongest way in which one of theirs points to it."""
    for mine in found.mine:
        rel = found.rel if mine.own else "too"
        known[mine.item] = min(known.get(mine.item, "too"), rel, key=_rank)


def _rank(rel: str) -> int:
    return STRONGEST.index(rel) if rel in STRONGEST else len(STRONGEST)


def _cards(made: dict[int, datetime], reader: Person | None, shown: bool) -> list[Listed]:
    if shown:
        return listed(list(made), reader)
    items = Item.objects.filter(pk__in=list(made)).select_related("source__person", "page")
    found = items.only("kind", "page__key", "page__url", "source__kind", "source__url", "source__person").in_bulk()
    return [Listed(found[pk]) for pk in made if pk in found]


def _deeds(made: dict[int, datetime], touches: dict[int, dict[int, str]], rows: list[Listed]) -> list[Deed]:
    mine = {pk for each in touches.values() for pk in each}
    items = {item.pk: item for item in Item.objects.filter(pk__in=mine).select_related("page")}
    knocked = Arrival.objects.filter(made__in=list(made), kind=Arrival.Kind.WEBMENTION)
    told = set(knocked.values_list("made_id", flat=True)) if made else set()
    deeds: list[Deed] = []
    by_post: dict[tuple[str, int], Deed] = {}
    for row in rows:
        pk, post = row.item.pk, post_of(row.item)
        twin = by_post.get(post)
        if twin is not None:  # the same post knocked, and came by its feed as well
            twin.told = twin.told or pk in told
            continue
        points = sorted(
            (Touch(*each) for each in touches[pk].items()), key=lambda touch: (_rank(touch.rel), touch.mine)
        )
        about = [items[touch.mine] for touch in points if touch.mine in items]
        by_post[post] = deed = Deed(row, made[pk], points, about, pk in told)
        deeds.append(deed)
    return deeds


@dataclass(frozen=True, slots=True)
class Brought:
    """What I did for one person: what of theirs I answered, passed on, thanked for."""

    person: Person
    items: int


BROUGHT = """
    SELECT theirs_source.person_id, COUNT(DISTINCT theirs.id)
    FROM passalong_item i JOIN passalong_source s ON s.id = i.source_id
    CROSS JOIN passalong_link l CROSS JOIN passalong_page p CROSS JOIN passalong_page q
    CROSS JOIN passalong_item theirs CROSS JOIN passalong_source theirs_source
    WHERE s.person_id = %(me)s AND s.kind = 'here' AND i.gone IS NULL AND i.arrived >= %(since)s
        AND l.item_id = i.id AND l.rel <> 'tag' AND p.id = l.page_id AND q.key = p.key AND theirs.page_id = q.id
        AND theirs_source.id = theirs.source_id AND theirs_source.person_id <> %(me)s AND theirs.gone IS NULL
    GROUP BY theirs_source.person_id ORDER BY 2 DESC, 1 LIMIT %(limit)s
"""


def brought_back(person: Person, since: datetime, limit: int = 5) -> list[Brought]:
    """To whom this person brought something back, most first."""
    names = {"me": person.pk, "since": connection.ops.adapt_datetimefield_value(since), "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(BROUGHT, names)
        found = list(cursor.fetchall())
    people = Person.objects.in_bulk([pk for pk, _ in found])
    return [Brought(people[pk], count) for pk, count in found if pk in people]


def people_of(deeds: Iterable[Deed]) -> list[Person]:
    """Those who did something, the latest first, each once."""
    return list({deed.row.item.source.person_id: deed.row.item.source.person for deed in deeds}.values())

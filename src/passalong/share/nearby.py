"""Already in one's network: who of my people shared this page, and when. From our own index alone.

address -> Pages with its key (and with that of its canonical form) -> the newest Links to them, and Items that live
there -> those of people I follow, and mine. Five short questions at most, each by an index, each bounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passalong.intake.pages import normal
from passalong.models import Follow, Item, Link, Page, Person, Source
from passalong.models.shown import apart, day, in_a_row
from passalong.wire.address import key

MOST_PAGES = 16
"""Spellings of one address that are looked at."""
MOST_LINKS = 200
"""The newest links to each of them."""
MOST = 20
FEW_LINKS = 5
"""With more links than this in its text, a thing is a list: it names a page, it does not share it."""
_HOW = (Link.Rel.ABOUT, Link.Rel.REPOST, Link.Rel.QUOTE, Link.Rel.LINK)


@dataclass(frozen=True, slots=True)
class Shared:
    """One thing that shares the page."""

    item: Item
    shares: bool
    """It is about the page; otherwise the page is one of many links in it."""
    is_it: bool
    """The thing itself lives at the page."""

    @property
    def person(self) -> Person:
        return self.item.source.person

    @property
    def address(self) -> str:
        """Where a reply goes, and what is credited; the home of a person whose thing has no page but the shared one."""
        page = self.item.page
        if page and not (self.is_it and self.item.kind == Item.Kind.LINK):
            return page.url
        return self.item.source.home or self.person.url

    @property
    def said(self) -> str:
        return self.item.title or self.item.excerpt[:80]


@dataclass(frozen=True, slots=True)
class Nearby:
    """What is known of one address, the newest first."""

    others: tuple[Shared, ...] = ()
    mine: tuple[Shared, ...] = ()
    zone: str = "UTC"

    def __bool__(self) -> bool:
        return bool(self.others or self.mine)

    @property
    def people(self) -> list[Person]:
        """Each once, who shared it first comes first."""
        return list({shared.person.pk: shared.person for shared in reversed(self.others)}.values())

    @property
    def sentence(self) -> str:
        """'Ann and Ben shared this on Tuesday.'"""
        if not self.others:
            return ""
        said = ngettext("%(names)s shared this %(day)s.", "%(names)s shared this %(day)s.", len(self.people))
        names = joined([str(person) for person in self.people])
        return said % {"names": names, "day": self._on(self.others[0])}

    @property
    def my_sentence(self) -> str:
        return _("You shared this %(day)s.") % {"day": self._on(self.mine[0])} if self.mine else ""

    def _on(self, shared: Shared) -> str:
        return on_day(shared.item.published, self.zone)

    @property
    def credit(self) -> Shared | None:
        """Whom one has it from: the first of my people to share it. None where the page is their own."""
        if any(shared.is_it and shared.item.kind != Item.Kind.LINK for shared in (*self.others, *self.mine)):
            return None
        deliberate = [shared for shared in self.others if shared.shares]
        return deliberate[-1] if deliberate and not self.mine else None


def on_day(moment: datetime, zone: str) -> str:
    """'today', 'yesterday', 'on Tuesday', 'on 3 May'."""
    said = day(moment, zone)
    return said if said in (_("today"), _("yesterday")) else _("on %(day)s") % {"day": said}


def joined(names: Sequence[str]) -> str:
    """'Ann', 'Ann and Ben', 'Ann, Ben and 2 more'."""
    if len(names) > 3:
        return _("%(names)s and %(n)s more") % {"names": in_a_row(names[:2]), "n": len(names) - 2}
    if len(names) < 2:
        return in_a_row(names)
    return _("%(names)s and %(last)s") % {"names": in_a_row(names[:-1]), "last": apart(names[-1])}


def nearby(me: Person, url: str, but: Item | None = None) -> Nearby:
    """Who shared the page at this address already, other than by the item `but`; nothing where it is no address."""
    address = normal(url)
    pages = _pages(address) if address else []
    found = _pointing(pages)
    if but:
        found.pop(but.pk, None)
    if not found:
        return Nearby()
    # Ids first: of hundreds that point there only the newest few are read.
    newest = list(_seen_by(me).filter(pk__in=found).order_by("-published", "-pk").values_list("pk", flat=True)[:MOST])
    chosen = Item.objects.filter(pk__in=newest).select_related("source__person", "page")
    items = list(chosen.order_by("-published", "-pk")) if newest else []
    lists = _lists([item.pk for item in items if found[item.pk] == Link.Rel.LINK and item.kind != Item.Kind.LINK])
    every = [Shared(item, item.pk not in lists, item.page_id in pages) for item in items]
    mine = tuple(shared for shared in every if shared.person == me)
    return Nearby(tuple(shared for shared in every if shared.person != me), mine, me.zone)


def _pages(address: str) -> list[int]:
    """Ids of the Pages that almost surely show the same."""
    known = Page.objects.filter(key=key(address)).values_list("pk", "canonical")
    pages = dict(known[:MOST_PAGES])
    other = {key(canonical) for canonical in pages.values() if canonical} - {key(address)}
    if other:
        pages |= dict.fromkeys(Page.objects.filter(key__in=other).values_list("pk", flat=True)[:MOST_PAGES], "")
    return list(pages)


def _pointing(pages: Sequence[int]) -> dict[int, str]:
    """Items that point to these pages or live there, with how: of each page the newest."""
    if not pages:
        return {}
    marks = ", ".join(["%s"] * len(_HOW))
    one = f"""SELECT * FROM (SELECT item_id, rel FROM passalong_link WHERE page_id = %s AND rel IN ({marks})
        ORDER BY made DESC LIMIT {MOST_LINKS}) AS l"""  # noqa: S608 - numbers and marks only
    living = f"SELECT * FROM (SELECT id, '' FROM passalong_item WHERE page_id = %s LIMIT {MOST_LINKS}) AS i"  # noqa: S608
    sql = " UNION ALL ".join([one, living] * len(pages))
    given = [value for page in pages for value in (page, *_HOW, page)]
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        rows = cursor.fetchall()
    # A thing may point in two ways: the one that says most counts.
    return dict(sorted(rows, key=lambda row: row[1] != Link.Rel.LINK))


def _seen_by(me: Person) -> QuerySet[Item]:
    """What my people and I shared."""
    follows = Follow.objects.filter(
        person=me, source_id=OuterRef("source_id"), via=Follow.Via.RIVER, state=Follow.State.YES, muted=False
    )
    theirs = Q(audience=Item.Audience.PUBLIC) & ~Q(source__state=Source.State.HELD) & Exists(follows)
    own = Q(source__person=me, source__kind=Source.Kind.HERE)
    return Item.objects.filter(theirs | own, gone__isnull=True)


def _lists(items: Sequence[int]) -> set[int]:
    """Those of the items that link to many pages."""
    if not items:
        return set()
    counted = Link.objects.filter(item__in=items, rel=Link.Rel.LINK).values("item").annotate(links=Count("pk"))
    return set(counted.filter(links__gt=FEW_LINKS).values_list("item", flat=True))

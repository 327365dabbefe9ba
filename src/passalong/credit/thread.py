"""A conversation: one thing and what everybody said about it, wherever they said it, as one tree."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q

from passalong.credit.once import post_of
from passalong.models import Item, Link, Mark, Page, Person
from passalong.models.access import readable_items
from passalong.models.listed import Listed, listed

DEEP = 8
MANY = 100
UP = 12
"""Steps to the beginning of a conversation."""
SAYS = (Link.Rel.REPLY, Link.Rel.QUOTE, Link.Rel.REPOST, Link.Rel.VIA, Link.Rel.LIKE, Link.Rel.TRANSLATED)
CLIMBS = (Link.Rel.REPLY, Link.Rel.REPOST, Link.Rel.QUOTE, Link.Rel.LIKE, Link.Rel.VIA, Link.Rel.ABOUT)
"""Ways in which an item stands below the thing that it points to; all but the first only where we hold that thing."""
MENTIONS = (Link.Rel.ABOUT, Link.Rel.LINK)


@dataclass(slots=True)
class Voice:
    """One item in the tree."""

    row: Listed
    rel: str
    """How it points to what it stands below."""
    below: list[Voice] = field(default_factory=list)


@dataclass(slots=True)
class Thread:
    """What it is about, and what was said."""

    page: Page | None
    """Where the first thing lives."""
    first: Listed | None
    """The first thing, where we hold it."""
    voices: list[Voice]
    missing: int = 0
    """So many more answers has the first thing where it lives, as its source says."""
    cut: bool = False
    """There is more than is shown."""


def beginning(item: Item) -> tuple[Page | None, Item | None]:
    """Up from an answer to what it all began with: its page, and its item where we hold it."""
    seen = {item.pk}
    page, current = item.page, item
    for _ in range(UP):
        links = list(Link.objects.filter(item=current, rel__in=CLIMBS).select_related("page"))
        links.sort(key=lambda link: (CLIMBS.index(Link.Rel(link.rel)), link.pk))
        reply = next((link for link in links if link.rel == Link.Rel.REPLY), None)
        above = next(filter(None, (_at(link.page, seen) for link in links)), None)
        if above is None:
            return (reply.page, None) if reply else (page, current)
        seen.add(above.pk)
        page, current = above.page, above
    return page, current


def _at(page: Page, seen: set[int]) -> Item | None:
    """The item that lives at a page, under whichever of its addresses."""
    there = Item.objects.filter(page__key=page.key, gone__isnull=True, audience=Item.Audience.PUBLIC).exclude(
        pk__in=seen
    )
    return there.select_related("page").order_by("id").first()


def thread(item: Item, reader: Person | None) -> Thread:
    """The conversation this item belongs to. Two queries a level and five for the cards."""
    page, first = beginning(item)
    below, rels, cut = _gather(page, first, reader)
    every = [pk for children in below.values() for pk in children]
    rows = {row.item.pk: row for row in listed([*([first.pk] if first else []), *every], reader)}
    voices = _tree(0, below, rels, rows)
    top = rows.get(first.pk) if first else None
    held = sum(1 for voice in voices if voice.rel == Link.Rel.REPLY)
    stated = (first.answers or 0) if first else 0
    return Thread(page, top, voices, max(0, stated - held), cut)


def _gather(
    page: Page | None, first: Item | None, reader: Person | None
) -> tuple[dict[int, list[int]], dict[int, str], bool]:
    """Children by parent (0: the first thing), how each points up, and whether it was cut. One
    post is said once, by however many ways it came."""
    below: dict[int, list[int]] = defaultdict(list)
    rels: dict[int, str] = {}
    keys = {page.key: 0} if page else {}
    seen = {first.pk} if first else set()
    said: set[tuple[str, int]] = set()
    for depth in range(DEEP):
        wanted = (*SAYS, *MENTIONS) if depth == 0 else SAYS
        links = _links_to(list(keys), wanted, reader, MANY + 1 - len(rels))
        level: dict[str, int] = {}
        for link in links:
            known = rels.get(link.item_id)
            if link.item_id in seen and known is None:
                continue
            if known is None:
                seen.add(link.item_id)
                post = post_of(link.item)
                if post in said:
                    continue
                said.add(post)
                below[keys[link.page.key]].append(link.item_id)
                if link.item.page and link.item.page.key not in keys:
                    level[link.item.page.key] = link.item_id
            if known is None or _order(link.rel) < _order(known):
                rels[link.item_id] = link.rel
            if len(rels) >= MANY:
                return below, rels, True
        keys = level
        if not keys:
            return below, rels, False
    return below, rels, True


def _order(rel: str) -> int:
    order: list[str] = [*SAYS, *MENTIONS]
    return order.index(rel)


def _links_to(keys: list[str], rels: tuple[str, ...], reader: Person | None, limit: int) -> list[Link]:
    """What points to these pages and may be shown to this reader, the oldest links first: in the order of their index,
    so that of thousands only the first are looked at."""
    pages = list(Page.objects.filter(key__in=keys).values_list("pk", flat=True))
    links = Link.objects.filter(page__in=pages, rel__in=rels, item__gone__isnull=True)
    links = links.filter(item__audience=Item.Audience.PUBLIC).exclude(item__source__state="held")
    if reader:
        links = links.exclude(Exists(Mark.objects.filter(person=reader, item=OuterRef("item"), hidden__isnull=False)))
    return list(links.select_related("page", "item__page", "item__source").order_by("made", "item_id")[: max(limit, 1)])


def _tree(parent: int, below: dict[int, list[int]], rels: dict[int, str], rows: dict[int, Listed]) -> list[Voice]:
    return [Voice(rows[pk], rels[pk], _tree(pk, below, rels, rows)) for pk in below.get(parent, ()) if pk in rows]


def may_open(reader: Person | None, pk: int) -> Item | None:
    """The item, where this reader may see the conversation it belongs to."""
    if reader is None or not pk < 2**63:
        return None
    readable = readable_items(reader).filter(pk=pk).select_related("page").first()
    if readable:
        return readable
    answers = Q(links__page__items__source__person=reader) | Q(source__follows__person=reader)
    stranger = Item.objects.filter(answers, pk=pk, gone__isnull=True, audience=Item.Audience.PUBLIC)
    return stranger.select_related("page").first()

"""The river as entries that can be spelled in a feed format, for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.utils import timezone

from passalong.models import Body, Item, Link, Person
from passalong.models.cursor import Cursor, read_cursor
from passalong.models.listed import Listed
from passalong.read.river import river
from passalong.read.walk import Show
from passalong.wire.feed_write_text import identity
from passalong.wire.out_shapes import OutEntry, OutFeed
from passalong.wire.shapes import Attachment, Author, Pointer

BATCH = 100


def stretches(
    person: Person, limit: int, before: Cursor | None = None, show: Show = "all"
) -> Iterator[tuple[list[Listed], str]]:
    """The newest `limit` cards (0: all) in batches, each with the cursor after it. No flood is folded away."""
    left = limit
    while True:
        ask = min(BATCH, left) if limit else BATCH
        page = river(person, show=show, before=before, limit=ask, fold_floods=False)
        left -= len(page.rows)
        yield page.rows, page.next
        before = read_cursor(page.next)
        if before is None or (limit and left <= 0):
            return


def head(person: Person, said: Sequence[OutEntry] = ()) -> OutFeed:
    """The document around the entries."""
    home = f"{settings.BASE_URL}/river"
    title = f"The river of {person}"
    return OutFeed(id=home, url=home, home=home, title=title, updated=timezone.now(), entries=tuple(said))


def entries(rows: Sequence[Listed]) -> list[OutEntry]:
    """These cards whole: with what they say and where they point. Two queries for a batch."""
    ids = [row.item.pk for row in rows]
    current = Item.objects.filter(pk__in=ids, body__isnull=False).values("body_id")
    bodies = {body.item_id: body.html for body in Body.objects.filter(pk__in=current)}
    pointers: dict[int, list[Pointer]] = {}
    links = Link.objects.filter(item_id__in=ids).exclude(rel=Link.Rel.TAG).select_related("page").order_by("id")
    for link in links:
        pointers.setdefault(link.item_id, []).append(Pointer(link.rel, link.page.url))
    return [_entry(row, bodies.get(row.item.pk, ""), tuple(pointers.get(row.item.pk, ()))) for row in rows]


def _entry(row: Listed, html: str, pointers: tuple[Pointer, ...]) -> OutEntry:
    item = row.item
    url = item.page.url if item.page else ""
    return OutEntry(
        id=item.guid if identity(item.guid) else url or f"urn:passalong:item:{item.pk}",
        url=url,
        published=item.published,
        updated=item.changed,
        title=item.title,
        html=html,
        summary=item.excerpt,
        external=row.about.url if row.about else "",
        tags=tuple(item.tags),
        attachments=tuple(_attachment(piece) for piece in item.media),
        pointers=pointers,
        authors=_authors(item),
        image=item.picture,
        lang=item.lang,
        licence=item.licence,
        extras=_extras(row),
    )


def _attachment(piece: dict[str, Any]) -> Attachment:
    return Attachment(
        piece.get("url", ""), piece.get("type") or "", piece.get("size"), piece.get("title") or "", piece.get("seconds")
    )


def _authors(item: Item) -> tuple[Author, ...]:
    person = item.source.person
    its_own = (Author(item.author, item.author_url),) if item.author and item.author != person.name else ()
    return (*its_own, Author(str(person), person.url, "", urljoin(person.url, person.photo)))


def _extras(row: Listed) -> dict[str, object]:
    item, source = row.item, row.item.source
    return {
        "kind": item.kind,
        "arrived": item.arrived.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "source": {"title": str(source), "url": source.url, "home": source.home},
        "reason": f"You follow {source.person}." if row.follow else "You kept it.",
        "also": [other.permalink for other in row.also],
        "seen": row.seen,
        "kept": row.kept,
    }

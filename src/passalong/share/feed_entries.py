"""Items of this node as the entries of its feeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any
from urllib.parse import urljoin

from django.conf import settings

from passalong.models import Item, Link, Page, Person
from passalong.wire.out_shapes import OutEntry
from passalong.wire.shapes import Attachment, Author, Pointer

Pointed = dict[str, list[Page]]
"""The pages an item points to, by how."""

_OURS = (Link.Rel.ABOUT, Link.Rel.TAG)
_THING = (Link.Rel.ABOUT, Link.Rel.REPOST, Link.Rel.QUOTE)
"""The ways to point to the one page an entry shares, passes along or quotes."""
_SHOWN = {Link.Rel.ABOUT: "u-bookmark-of", Link.Rel.REPOST: "u-repost-of", Link.Rel.QUOTE: "u-quotation-of"}


def entries_of(items: Iterable[Item]) -> tuple[OutEntry, ...]:
    """The items as entries, in their order; one query for everything they point to.

    They come with `body`, `page` and `source__person` selected.
    """
    listed = list(items)
    pointed = _pointed([item.pk for item in listed])
    known = _known(page.pk for pages in pointed.values() for page in pages.get(Link.Rel.REPLY, []))
    return tuple(entry_of(item, pointed.get(item.pk, {}), known) for item in listed)


def _known(pages: Iterable[int]) -> dict[int, str]:
    """The identity that the things answered have in their own feeds, by page, where they were read here."""
    wanted = list(pages)
    if not wanted:
        return {}
    return dict(Item.objects.filter(page__in=wanted, gone__isnull=True).values_list("page", "guid"))


def entry_of(item: Item, pointed: Pointed, known: Mapping[int, str]) -> OutEntry:
    """One item as an entry; `pointed` is what it points to, `known` the identities of what it answers, by page."""
    about = next((page for rel in _THING for page in pointed.get(rel, [])), None)
    media = tuple(_attachment(said) for said in item.media)
    return OutEntry(
        id=item.guid,
        url=item.page.url if item.page else item.guid,
        published=item.published,
        updated=max(item.changed, item.published),
        title=item.title or (about.title if about else ""),
        html=_html(item, pointed),
        summary=item.excerpt,
        external=about.url if about else "",
        tags=tuple(item.tags),
        attachments=media,
        pointers=tuple(
            Pointer(rel, page.url, known.get(page.pk, ""))
            for rel, pages in pointed.items()
            for page in pages
            if rel not in _OURS
        ),
        authors=(author_of(item.source.person),),
        image=_absolute(item.picture) or (about.picture if about else ""),
        lang=item.lang or item.source.person.lang,
        licence=item.licence,
        extras={"kind": item.kind},
    )


def author_of(person: Person) -> Author:
    return Author(name=str(person), url=person.url, photo=_absolute(person.photo))


def _pointed(ids: list[int]) -> dict[int, Pointed]:
    found: dict[int, Pointed] = {}
    links = Link.objects.filter(item__in=ids).exclude(rel=Link.Rel.TAG).select_related("page").order_by("id")
    for link in links:
        found.setdefault(link.item_id, {}).setdefault(link.rel, []).append(link.page)
    return found


def _html(item: Item, pointed: Pointed) -> str:
    """What it says, and in a reader that shows nothing else: what it answers, what it shares, its files."""
    said = item.body.html if item.body else ""
    before = [f"<p>↩ {_anchor(page, 'u-in-reply-to')}</p>" for page in pointed.get(Link.Rel.REPLY, [])]
    after = [f"<p>{_anchor(page, name)}</p>{_quoted(page)}" for rel, name in _SHOWN.items()
             for page in pointed.get(rel, []) if escape(page.url) not in said]  # fmt: skip
    files = [(_attachment(each), each.get("alt") or "") for each in item.media]
    after += [_shown(file, alt) for file, alt in files if escape(file.url) not in said]
    return "".join((*before, said, *after))


def _anchor(page: Page, name: str) -> str:
    return f'<a class="{name}" href="{escape(page.url)}">{escape(page.title or page.url)}</a>'


def _quoted(page: Page) -> str:
    """What the shared page says of itself: an excerpt, with its address."""
    if not page.description:
        return ""
    return f'<blockquote cite="{escape(page.url)}"><p>{escape(page.description)}</p></blockquote>'


def _shown(file: Attachment, alt: str) -> str:
    """A picture nobody described has no words: its name would be read out as if it were some."""
    if file.type.startswith("image/"):
        return f'<p><img src="{escape(file.url)}" alt="{escape(alt)}"></p>'
    return f'<p><a href="{escape(file.url)}">{escape(file.title or file.url)}</a></p>'


def _attachment(said: dict[str, Any]) -> Attachment:
    return Attachment(
        url=_absolute(said.get("url") or ""),
        type=said.get("type") or "",
        size=said.get("size"),
        title=said.get("title") or "",
        seconds=said.get("seconds"),
        width=said.get("width"),
        height=said.get("height"),
    )


def _absolute(url: str) -> str:
    return urljoin(f"{settings.BASE_URL}/", url) if url else ""

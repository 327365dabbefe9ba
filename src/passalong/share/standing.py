"""What a share says now, as the draft it could come from: what changes by parts begin from this."""

from __future__ import annotations

from dataclasses import replace

from passalong.intake.pages import normal
from passalong.models import Item, Link
from passalong.share.draft import Draft
from passalong.share.recognise import recognise
from passalong.wire import markdown
from passalong.wire.shapes import Unreadable


def standing(item: Item) -> Draft:
    """Raises nothing. Its page, body, links and files are read; nothing is written."""
    said = item.body
    pages: dict[str, list[str]] = {}
    for link in sorted(item.links.all(), key=lambda link: link.pk):
        pages.setdefault(link.rel, []).append(link.page.url)
    via = pages.get(Link.Rel.VIA, [])
    typed = said.text if said else ""
    written = {tag.lower() for tag in markdown.tags(typed)}
    draft = Draft(
        words=typed,
        title=said.title if said else "",
        tags=tuple(tag for tag in item.tags if tag.lower() not in written),
        files=tuple(sorted(item.files.all(), key=lambda file: file.place)),
        via=via[0] if via else "",
        chain=tuple(via[1:]),
        reply_to=_first(pages, Link.Rel.REPLY),
        like_of=_first(pages, Link.Rel.LIKE),
        repost_of=_first(pages, Link.Rel.REPOST),
        quote_of=_first(pages, Link.Rel.QUOTE),
        question=item.kind == Item.Kind.QUESTION,
        audience=item.audience,
    )
    return _with_link(draft, _first(pages, Link.Rel.ABOUT), typed)


def _first(pages: dict[str, list[str]], rel: str) -> str:
    return next(iter(pages.get(rel, [])), "")


def _with_link(draft: Draft, about: str, typed: str) -> Draft:
    """The link it is about, apart from the words where it stood apart; as typed where it stood among them."""
    if not about:
        return draft
    first, _, rest = typed.partition("\n\n")
    if normal(first.strip()) == about:
        return replace(draft, link=first.strip(), words=rest)
    try:
        words = recognise(typed, [file.name for file in draft.files]).words
    except Unreadable:
        words = typed
    return replace(draft, link=about, words=words, typed=typed)

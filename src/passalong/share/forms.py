"""The box and the page of changes: every field a person may send, and no other."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import QueryDict

from passalong.models import File, Item, Link
from passalong.share.draft import LONGEST_WORDS, MOST_FILES, CannotShare, Draft
from passalong.share.recognise import Pasted, joined, recognise
from passalong.wire import markdown
from passalong.wire.address import tidy
from passalong.wire.shapes import Unreadable

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(slots=True)
class Box:
    """What the box shows: empty, filled from an address, or as it was typed, with what is wrong."""

    key: str
    what: str = ""
    title: str = ""
    suggested: str = ""
    """The title that the browser gave the page, not the person."""
    tags: str = ""
    via: str = ""
    reply_to: str = ""
    like_of: str = ""
    repost_of: str = ""
    quote_of: str = ""
    question: bool = False
    """It was asked, not shared."""
    asked: bool = False
    """What was shared about it already was shown."""
    uncredited: str = ""
    """The link whose credit was shown and taken off."""
    alt: str = ""
    unlisted: bool = False
    kept: list[File] = field(default_factory=list)
    """Files that came with it already and wait to be shared."""
    error: str = ""
    wrong: str = ""
    """The field the error is about."""
    popup: bool = False
    """It stands in a small window that the browser's button opened."""

    @property
    def most(self) -> dict[str, int]:
        """What fits: characters, files, bytes of each file."""
        return {"words": LONGEST_WORDS, "files": MOST_FILES, "bytes": settings.FILE_LIMIT}

    @property
    def more(self) -> bool:
        """Is there anything in the fields that are folded away?"""
        filled = (self.title != self.suggested, self.tags, self.via, self.unlisted)
        return any(filled) or self.wrong in ("title", "tags", "via", "reply_to", "unlisted")


def new_box(**filled: Any) -> Box:
    """A box with a key of its own: the same box sent twice shares once."""
    return Box(key=secrets.token_urlsafe(12), **filled)


def box_from(sent: QueryDict) -> Box:
    """The box as it was sent, character for character. The names `url`, `title` and `text` are the share target's."""
    said = joined(sent.get("url", ""), sent.get("title", ""), sent.get("text", ""))
    return Box(
        key=sent.get("key", "") or secrets.token_urlsafe(12),
        what=sent.get("what", said),
        title=sent.get("title", ""),
        suggested=sent.get("suggested", sent.get("title", "") if "what" not in sent else ""),
        tags=sent.get("tags", ""),
        via=sent.get("via", ""),
        reply_to=sent.get("reply_to", ""),
        like_of=sent.get("like_of", ""),
        repost_of=sent.get("repost_of", ""),
        quote_of=sent.get("quote_of", ""),
        question=bool(sent.get("ask")),
        asked=bool(sent.get("asked")),
        uncredited="" if sent.get("credit") else sent.get("credit_for", ""),
        alt=sent.get("alt", ""),
        unlisted=bool(sent.get("unlisted")),
        popup=bool(sent.get("popup")),
    )


def box_of(item: Item) -> Box:
    """An item as the box it came from, to be changed. Its page, body, links and files are read."""
    said = item.body
    pages = {link.rel: link.page.url for link in item.links.select_related("page").order_by("-pk")}
    typed = said.text if said else ""
    written = {tag.lower() for tag in markdown.tags(typed)}
    return new_box(
        what=typed,
        title=said.title if said else "",
        tags=", ".join(tag for tag in item.tags if tag.lower() not in written),
        via=pages.get(Link.Rel.VIA, ""),
        reply_to=pages.get(Link.Rel.REPLY, ""),
        like_of=pages.get(Link.Rel.LIKE, ""),
        repost_of=pages.get(Link.Rel.REPOST, ""),
        quote_of=pages.get(Link.Rel.QUOTE, ""),
        question=item.kind == Item.Kind.QUESTION,
        unlisted=item.audience == Item.Audience.UNLISTED,
        kept=list(item.files.order_by("place")),
    )


def draft_from(box: Box) -> Draft:
    """The box as a draft. Raises CannotShare."""
    what = storable(box.what).replace("\r\n", "\n").strip()
    title, suggested = storable(box.title).strip(), " ".join(storable(box.suggested).split())
    wordless = not what and bool(box.like_of or box.repost_of)
    try:
        pasted = Pasted("note") if wordless else recognise(what, [file.name for file in box.kept])
    except Unreadable as problem:
        raise CannotShare(str(problem), "what") from None
    given = bool(pasted.link) and " ".join(title.split()) == suggested
    return Draft(
        words=pasted.words,
        link=pasted.link,
        title=("" if given else title) or pasted.title,
        page_title=suggested if given else "",
        tags=(*pasted.tags, *split_tags(storable(box.tags))),
        files=tuple(box.kept),
        via=_address(storable(box.via)) or pasted.via,
        reply_to=_address(storable(box.reply_to)),
        like_of=_address(storable(box.like_of)),
        repost_of=_address(storable(box.repost_of)),
        quote_of=_address(storable(box.quote_of)),
        question=box.question,
        audience=Item.Audience.UNLISTED if box.unlisted else Item.Audience.PUBLIC,
        alt=storable(box.alt).strip(),
        typed=what,
        key=storable(box.key),
    )


def storable(text: str) -> str:
    """The text without what no page may hold (HTML, 13.1 and 13.2.2: control characters but tab and the ends of lines),
    and without what no database keeps: NUL, and halves of characters (a terminal may send them)."""
    return _CONTROL.sub("", text).encode("utf-8", "replace").decode()


def _address(typed: str) -> str:
    """An address as a person types it, made whole; what is none stays as it is, to be said."""
    try:
        return tidy(typed) if typed.strip() else ""
    except Unreadable:
        return typed.strip()


def split_tags(text: str) -> tuple[str, ...]:
    """Tags as a person types them in one line: with commas between, or spaces where there is no comma."""
    parts = text.split(",") if "," in text else text.split()
    return tuple(part.strip() for part in parts if part.strip(" #"))

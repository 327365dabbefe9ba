"""What a person is about to share, checked: the only shape `publish` and `change` take."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError

from passalong.intake.pages import normal
from passalong.models import File, Item, Link
from passalong.share.recognise import EMPTY

LONGEST_WORDS = 100_000
LONGEST_TITLE = 300
LONGEST_TAG = 60
MOST_TAGS = 20
MOST_FILES = 20
MOST_VIA = 5
"""People a share credits: the one it came from, and those before."""
LONGEST_ALT = 1_500
LONGEST_KEY = 100
_SHARP = re.compile(r"[^\W\d_]#\Z")


class CannotShare(ValidationError):  # noqa: N818 - reads as a sentence where it is raised
    """Why this cannot be shared and what to do, in one sentence: `str()`. `field` names the box's field, or ''."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


FIELDS = {
    Link.Rel.ABOUT: "what",
    Link.Rel.VIA: "via",
    Link.Rel.REPLY: "reply_to",
    Link.Rel.LIKE: "like_of",
    Link.Rel.REPOST: "repost_of",
    Link.Rel.QUOTE: "quote_of",
}
"""The box's field for each way to point."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything may stay empty but one of `words`, `link`, `files`, `like_of`, `repost_of` and `quote_of`."""

    words: str = ""
    """Markdown, as typed, without the link it is about."""
    link: str = ""
    """The one address it is about."""
    title: str = ""
    page_title: str = ""
    """What the browser says the link's page is called: shown until the page itself was asked."""
    tags: tuple[str, ...] = ()
    """Beside those in the words."""
    files: tuple[File, ...] = ()
    """Kept already, of the same person, in their order."""
    via: str = ""
    """Where it was found."""
    chain: tuple[str, ...] = ()
    """Where it was found there, and so on, nearest first."""
    reply_to: str = ""
    like_of: str = ""
    """What this says thanks for."""
    repost_of: str = ""
    """What this passes along as it is."""
    quote_of: str = ""
    """What the words quote, or speak about."""
    question: bool = False
    """It asks something."""
    audience: str = Item.Audience.PUBLIC
    published: datetime | None = None
    """When it was said, where that was before now (an app was without a line)."""
    alt: str = ""
    """What the pictures show, for those of `files` that do not say so themselves."""
    typed: str = ""
    """What stood in the box; '' is the link and the words."""
    key: str = ""
    """Of the form it came by: the same form sent again is the same share."""

    @property
    def said(self) -> str:
        """What an edit begins from."""
        return self.typed or "\n\n".join(part for part in (self.link, self.words) if part)

    @property
    def pointers(self) -> list[tuple[str, str]]:
        """(Link.Rel, address) of everything stated apart from the words, as given; '' where nothing was."""
        return [
            (Link.Rel.ABOUT, self.link),
            (Link.Rel.REPLY, self.reply_to),
            (Link.Rel.LIKE, self.like_of),
            (Link.Rel.REPOST, self.repost_of),
            (Link.Rel.QUOTE, self.quote_of),
            *((Link.Rel.VIA, url) for url in dict.fromkeys((self.via, *self.chain)) if self.via),
        ]

    @property
    def kind(self) -> str:
        for stated, kind in (
            (self.reply_to, Item.Kind.REPLY),
            (self.like_of, Item.Kind.LIKE),
            (self.repost_of, Item.Kind.REPOST),
            (self.question, Item.Kind.QUESTION),
            (self.link or self.quote_of, Item.Kind.LINK),
        ):
            if stated:
                return kind
        if self.title:
            return Item.Kind.ARTICLE
        return Item.Kind.FILE if self.files else Item.Kind.NOTE


def once(person_id: int, draft: Draft) -> str | None:
    """What is equal for two sendings of one form, and for nothing else; None where the form had no key.

    What it said is part of it: a page kept open, whose form is filled a second time, shares a second thing. Via is
    not: where nobody typed one it is found, and is another when the form comes once more from a browser that never got
    the answer.
    """
    if not draft.key:
        return None
    pointed = (url for rel, url in draft.pointers if rel not in (Link.Rel.ABOUT, Link.Rel.VIA))
    said = (draft.said, draft.title, *filter(None, pointed), *(file.hash for file in draft.files))
    return hashlib.sha256("\0".join((str(person_id), draft.key, *said)).encode()).hexdigest()


def tidy_tag(tag: str) -> str:
    """A tag as it is kept: without its mark, spaces as hyphens, one form for each letter (NFC). C# is not C: what ends
    in # after a letter keeps it."""
    plain = unicodedata.normalize("NFC", tag).strip()
    return "-".join(plain.replace("#", " ").replace("/", " ").split()) + ("#" if _SHARP.search(plain) else "")


def check(draft: Draft) -> None:
    """Raises CannotShare where something is missing, too long, or not an address."""
    if not (draft.words.strip() or draft.link or draft.files or draft.like_of or draft.repost_of or draft.quote_of):
        raise CannotShare(EMPTY, "what")
    _check_lengths(draft)
    for rel, address in draft.pointers:
        if address and not normal(address):
            field = FIELDS[Link.Rel(rel)]
            raise CannotShare(
                f"“{address[:80]}” is not a web address: it has to look like https://example.org/page.", field
            )


def _check_lengths(draft: Draft) -> None:
    for field, text, most in (
        ("what", draft.said, LONGEST_WORDS),
        ("title", draft.title, LONGEST_TITLE),
        ("alt", draft.alt, LONGEST_ALT),
        ("key", draft.key, LONGEST_KEY),
        *(("alt", file.alt, LONGEST_ALT) for file in draft.files),
        *(("tags", tag, LONGEST_TAG) for tag in draft.tags),
    ):
        if len(text) > most and field == "title":
            raise CannotShare(f"The title has {len(text):,} characters where {most:,} fit: make it shorter.", field)
        if len(text) > most:
            raise CannotShare(
                f"That is {len(text):,} characters where {most:,} fit: make it shorter, or share it as a file.", field
            )
    if len(draft.tags) > MOST_TAGS:
        raise CannotShare(f"That is {len(draft.tags)} tags: {MOST_TAGS} fit, so drop some.", "tags")
    if len(draft.chain) >= MOST_VIA:
        raise CannotShare(f"That credits {len(draft.chain) + 1} people: {MOST_VIA} fit.", "via")
    if len(draft.files) > MOST_FILES:
        raise CannotShare(f"That is {len(draft.files)} files: share {MOST_FILES} at a time.", "files")
    if draft.audience not in Item.Audience.values:
        raise CannotShare("A share is public or unlisted: choose one of the two.", "unlisted")

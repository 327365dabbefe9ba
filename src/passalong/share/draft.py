"""What a person is about to share, checked: the only shape `publish` and `change` take."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from passalong.intake.pages import normal
from passalong.models import File, Item
from passalong.share.recognise import EMPTY

LONGEST_WORDS = 100_000
LONGEST_TITLE = 300
LONGEST_TAG = 60
MOST_TAGS = 20
MOST_FILES = 20
LONGEST_ALT = 1_500
LONGEST_KEY = 100


class CannotShare(ValidationError):  # noqa: N818 - reads as a sentence where it is raised
    """Why this cannot be shared and what to do, in one sentence: `str()`. `field` names the box's field, or ''."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything but `words`, `link` or `files` may stay empty, and one of those three is enough."""

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
    reply_to: str = ""
    audience: str = Item.Audience.PUBLIC
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
    def kind(self) -> str:
        if self.reply_to:
            return Item.Kind.REPLY
        if self.link:
            return Item.Kind.LINK
        if self.title:
            return Item.Kind.ARTICLE
        return Item.Kind.FILE if self.files else Item.Kind.NOTE


def once(person_id: int, draft: Draft) -> str | None:
    """What is equal for two sendings of one form, and for nothing else; None where the form had no key.

    What it said is part of it: a page kept open, whose form is filled a second time, shares a second thing.
    """
    if not draft.key:
        return None
    said = (draft.said, draft.title, draft.via, draft.reply_to, *(file.hash for file in draft.files))
    return hashlib.sha256("\0".join((str(person_id), draft.key, *said)).encode()).hexdigest()


def tidy_tag(tag: str) -> str:
    """A tag as it is kept: without #, spaces as hyphens, one form for each letter (NFC)."""
    return "-".join(unicodedata.normalize("NFC", tag).replace("#", " ").replace("/", " ").split())


def check(draft: Draft) -> None:
    """Raises CannotShare where something is missing, too long, or not an address."""
    if not (draft.words.strip() or draft.link or draft.files):
        raise CannotShare(EMPTY, "what")
    _check_lengths(draft)
    for field, address in (("what", draft.link), ("via", draft.via), ("reply_to", draft.reply_to)):
        if address and not normal(address):
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
        if len(text) > most:
            raise CannotShare(
                f"That is {len(text):,} characters where {most:,} fit: make it shorter, or share it as a file.", field
            )
    if len(draft.tags) > MOST_TAGS:
        raise CannotShare(f"That is {len(draft.tags)} tags: {MOST_TAGS} fit, so drop some.", "tags")
    if len(draft.files) > MOST_FILES:
        raise CannotShare(f"That is {len(draft.files)} files: share {MOST_FILES} at a time.", "files")
    if draft.audience not in Item.Audience.values:
        raise CannotShare("A share is public or unlisted: choose one of the two.", "unlisted")

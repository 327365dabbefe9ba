"""The shapes in which everything from outside reaches us, whatever it was spelled in.

Every `wire` module reads bytes into these, or writes bytes from them. They are plain, frozen and know nothing of
Django, sockets or the clock. Times are aware and in UTC; addresses are absolute; lists are tuples.
HTML in a shape is as the world wrote it, not yet safe: `wire.html.clean` makes it safe, once, at intake.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

FoundKind = Literal["feed", "actor", "hfeed", "page", "opml", "address"]


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote something, as far as the document says. Any part may be ''."""

    name: str = ""
    url: str = ""
    email: str = ""
    photo: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that belongs to an entry (RSS enclosure, Atom rel=enclosure, JSON Feed attachment, Media RSS)."""

    url: str
    type: str = ""
    """Media type as stated, '' when unknown."""
    size: int | None = None
    """Bytes."""
    title: str = ""
    """Alternative text or title."""
    seconds: float | None = None
    """Playing time."""
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Pointer:
    """An entry points to an address, and how: reply, like, repost, via, quote, enclosure, related, link."""

    rel: str
    url: str
    id: str = ""
    """The identity of what lies there, where it is known and is not its address (written only)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One act of sharing, as a document states it."""

    guid: str = ""
    """The identity the document gives it (atom:id, guid, JSON Feed id, u-uid); '' where it gives none."""
    url: str = ""
    """Its permalink; '' where it has none."""
    title: str = ""
    """Plain text, no markup, entities resolved."""
    html: str = ""
    """The fullest body the document carries, as HTML, not yet safe; relative addresses resolved by `base`."""
    summary: str = ""
    """A shorter body, as HTML, where the document carries one beside the full one."""
    base: str = ""
    """The base address for relative links inside html and summary (xml:base, the feed's address)."""
    published: datetime | None = None
    updated: datetime | None = None
    authors: tuple[Author, ...] = ()
    tags: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    pointers: tuple[Pointer, ...] = ()
    """Typed links stated apart from the body: thr:in-reply-to, u-like-of, rel=via ..."""
    image: str = ""
    lang: str = ""
    """BCP 47, '' when not stated."""
    licence: str = ""
    """The licence's address."""
    answers: int | None = None
    """So many answers it has where it lives (thr:total, slash:comments ...); None where it does not say."""
    source_title: str = ""
    """Where an aggregating feed took it from (atom:source, rss source)."""
    source_url: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A document that lists entries, newest first or as it stands."""

    format: str
    """'rss-2.0', 'rss-0.91', 'rdf', 'atom-1.0', 'atom-0.3', 'json-1.1', 'hfeed' ..."""
    title: str = ""
    subtitle: str = ""
    url: str = ""
    """rel=self, '' where not stated."""
    home: str = ""
    """The web page it belongs to."""
    authors: tuple[Author, ...] = ()
    entries: tuple[Entry, ...] = ()
    image: str = ""
    lang: str = ""
    licence: str = ""
    hubs: tuple[str, ...] = ()
    next: str = ""
    """RFC 5005: the next older page or archive."""
    moved_to: str = ""
    """itunes:new-feed-url."""
    every: int | None = None
    """Seconds between two looks that the document asks for (ttl, sy:updatePeriod/Frequency)."""
    skip_hours: frozenset[int] = frozenset()
    """Hours of the day, UTC, 0 to 23, in which it does not change."""
    skip_days: frozenset[int] = frozenset()
    """Days, Monday 0 to Sunday 6."""
    gone: tuple[str, ...] = ()
    """Ids of entries it says were taken back (RFC 6721, at:deleted-entry)."""
    cut: bool = False
    """The document ends before its end: its last entry may be half (nothing from a cut document is stored)."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something that can be followed."""

    url: str
    kind: FoundKind
    title: str = ""
    person: str = ""
    """Whose it is, as far as can be told."""
    why: str = ""
    """How it was found, one plain sentence."""
    beside: bool = False
    """What was pasted does not speak of it: it was found near there, and nobody is followed so without being asked."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a web page says of itself: enough for a link card."""

    url: str
    """Canonical address the page states (rel=canonical, og:url), or the one asked for."""
    title: str = ""
    description: str = ""
    image: str = ""
    author: str = ""
    site: str = ""
    lang: str = ""
    licence: str = ""
    published: datetime | None = None
    oembed: str = ""
    """Address of its oEmbed document (JSON), where it offers one."""


class Unreadable(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The document is not what was asked for. `str()` is one sentence for a person; `code` a word for a program."""

    def __init__(self, sentence: str, code: str = "unreadable") -> None:
        super().__init__(sentence)
        self.code = code

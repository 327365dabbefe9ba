"""What any feed dialect states, before it is judged: the meeting point of the fast path, feedparser and JSON Feed.

Texts are as written (markup and all), dates are text, addresses are resolved only against what the document itself
states (xml:base). `feed_finish` makes a `Feed` of it, the same way for every dialect.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from passalong.wire.shapes import Attachment, Author, Pointer

PLAIN = "text/plain"
HTML = "text/html"
XHTML = "application/xhtml+xml"

MOST_ATTACHMENTS = 50
MOST_TAGS = 100
MOST_POINTERS = 50
MOST_AUTHORS = 20


class Doubt(Exception):  # noqa: N818 - not an error: "let the slower, more tolerant reader have it"
    """The fast path met something it does not fully understand."""


class Broken(Doubt):
    """It is not even well-formed."""


@dataclass(slots=True)
class Text:
    """A text with what is known of it. `type` is PLAIN, HTML, XHTML or whatever the document said."""

    value: str
    type: str = HTML
    base: str = ""
    lang: str = ""


@dataclass(slots=True)
class RawEntry:
    """One item, entry or JSON Feed item as stated."""

    guid: str = ""
    link: str = ""
    original_link: str = ""
    base: str = ""
    lang: str = ""
    """Stated by an element of its own (dc:language)."""
    scope_lang: str = ""
    """xml:lang of the entry or what it stands in."""
    title: Text | None = None
    media_title: Text | None = None
    summary: Text | None = None
    contents: list[Text] = field(default_factory=list)
    media_description: Text | None = None
    """Of the entry (media:group, item)."""
    caption: Text | None = None
    caption_title: Text | None = None
    """Of its first file (media:content)."""
    published: str = ""
    updated: str = ""
    created: str = ""
    people: list[Author] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    enclosures: list[Attachment] = field(default_factory=list)
    media: list[Attachment] = field(default_factory=list)
    duration: str = ""
    pointers: list[Pointer] = field(default_factory=list)
    image: str = ""
    thumbnail: str = ""
    licence: str = ""
    total: str = ""
    """thr:total (RFC 4685, 5)."""
    comments: str = ""
    """slash:comments."""
    counts: list[str] = field(default_factory=list)
    """thr:count of its rel=replies links (RFC 4685, 4)."""
    source_title: Text | None = None
    source_url: str = ""


@dataclass(slots=True)
class RawFeed:
    """A whole document as stated."""

    format: str
    base: str = ""
    lang: str = ""
    title: Text | None = None
    subtitle: Text | None = None
    home: str = ""
    self_url: str = ""
    next: str = ""
    hubs: list[str] = field(default_factory=list)
    people: list[Author] = field(default_factory=list)
    image: str = ""
    licence: str = ""
    moved_to: str = ""
    ttl: str = ""
    period: str = ""
    frequency: str = ""
    skip_hours: list[str] = field(default_factory=list)
    skip_days: list[str] = field(default_factory=list)
    entries: list[RawEntry] = field(default_factory=list)

"""The shapes from which our own feeds and pages' machine forms are written, whatever they will be spelled in.

Times are aware; addresses are absolute; html is safe already (`wire.html.clean`), its addresses absolute or relative
to the entry's own page. Everything else is plain text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from passalong.wire.shapes import Attachment, Author, Pointer


@dataclass(frozen=True, slots=True)
class OutEntry:
    """One act of sharing, ready to be spelled."""

    id: str
    """Its permanent identity, an address (http, tag:, urn:) that never changes when the entry is edited."""
    url: str
    """Its permalink."""
    published: datetime
    updated: datetime
    title: str = ""
    """'' for a note; Atom, which asks for one, gets the first words of the body."""
    html: str = ""
    summary: str = ""
    """A sentence or two, plain text; '' lets the formats that want one take the first words of the body."""
    external: str = ""
    """The page elsewhere that this shares, '' where it shares none."""
    tags: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    pointers: tuple[Pointer, ...] = ()
    """rel 'reply', 'via', or anything else that it points to."""
    authors: tuple[Author, ...] = ()
    """() where they are the feed's."""
    image: str = ""
    lang: str = ""
    """BCP 47; '' where it is the feed's."""
    licence: str = ""
    """The licence's address; '' where it is the feed's."""
    extras: Mapping[str, object] = field(default_factory=dict)
    """More for programs that know us; goes under `_passalong` in JSON Feed and nowhere else."""


@dataclass(frozen=True, slots=True)
class OutFeed:
    """A list of entries, newest first, ready to be spelled."""

    id: str
    """The list's permanent identity, the same for every page and format of it."""
    url: str
    """Where this very document lies (rel=self)."""
    home: str
    """The web page that shows the same list."""
    title: str
    updated: datetime
    entries: tuple[OutEntry, ...] = ()
    gone: tuple[tuple[str, datetime], ...] = ()
    """Entries that were taken back lately: their ids, and when. Atom says so (RFC 6721); others just lack them."""
    subtitle: str = ""
    authors: tuple[Author, ...] = ()
    icon: str = ""
    lang: str = ""
    licence: str = ""
    hubs: tuple[str, ...] = ()
    first: str = ""
    """RFC 5005, section 3: paged. The newest page."""
    previous: str = ""
    """The next newer page."""
    next: str = ""
    """The next older page."""
    last: str = ""
    """The oldest page."""
    archive: bool = False
    """RFC 5005, section 4: this document is an archive, whose set of entries stays as it is."""
    current: str = ""
    """In an archive: where the newest entries are."""
    prev_archive: str = ""
    """The next older archive."""
    next_archive: str = ""
    """The next newer archive."""
    extras: Mapping[str, object] = field(default_factory=dict)
    """As in an entry."""

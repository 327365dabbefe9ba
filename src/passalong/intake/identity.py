"""What makes an entry itself: its id, then its address, then what it says. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from html import unescape

from passalong.wire.address import key, normalise
from passalong.wire.shapes import Entry, Unreadable

LONGEST_GUID = 1000
LONGEST_URL = 2000
UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
"""What neither PostgreSQL nor a page can hold."""
TAG = re.compile(r"<[^<>]*>")
MARK = "#passalong-"
"""Stands between an id that its feed gave to several entries and the hash that tells them apart."""


@dataclass(frozen=True, slots=True)
class Told:
    """An entry and its identities."""

    entry: Entry
    guid: str
    """The identity to keep: `stated`, or `apart` in a feed that gives one id to several entries."""
    stated: str
    """As stated; else its address; else a hash of what it says."""
    url: str
    """Normalised permalink, '' where it has none that works."""
    link_key: str
    words: str
    """32 hex digits: what a reader would read, whatever the markup."""
    every: str
    """32 hex digits: everything stated that we keep."""
    date: datetime | None

    @property
    def key(self) -> tuple[str, str, str]:
        """Tells it from every other entry of its document."""
        return self.stated, self.link_key, self.entry.title

    @property
    def apart(self) -> str:
        """A guid made of id, address and title."""
        return f"{self.stated}{MARK}{short_hash(*self.key)[:16]}"

    @property
    def hash(self) -> str:
        return self.words + self.every


def short_hash(*parts: str, words: bytes = b"") -> str:
    """32 hex digits."""
    return blake2b("\x1f".join(parts).encode("utf-8", "replace") + words, digest_size=16).hexdigest()


def words_of(html: str) -> bytes:
    """The words of some markup without anything between them, roughly and quickly: only good for comparing."""
    if "<" in html:
        html = TAG.sub("", html)
    if "&" in html:
        html = unescape(html)
    return html.encode("utf-8", "replace").translate(None, b" \t\r\n\f")


def tidy(text: str, longest: int) -> str:
    """Text that every database takes."""
    if not text.isprintable():
        text = UNWANTED.sub("", text)
    return text[:longest].strip()


def address_of(url: str) -> str:
    """Normalised, or '' where it is not an address that can be kept."""
    try:
        found = normalise(url) if url else ""
    except Unreadable:
        return ""
    return found if len(found) <= LONGEST_URL else ""


def tell(entry: Entry) -> Told:
    url = address_of(entry.url)
    link_key = key(url) if url else ""
    words = short_hash(entry.title, words=words_of(entry.html or entry.summary))
    files = "\x1e".join(f"{file.url} {file.type}" for file in entry.attachments)
    pointers = "\x1e".join(f"{pointer.rel} {pointer.url}" for pointer in entry.pointers)
    every = short_hash(entry.title, entry.url, entry.html, entry.summary, files, pointers, entry.image, *entry.tags)
    guid = tidy(entry.guid, 10_000) or url or f"hash:{words}"
    if len(guid) > LONGEST_GUID - 60:
        guid = f"sha:{short_hash(guid)}"
    return Told(entry, guid, guid, url, link_key, words, every, entry.published or entry.updated)


def tell_all(entries: Iterable[Entry]) -> list[Told]:
    """Every entry once, but for those that say nothing at all. Where the document gives one id to different entries,
    they are told apart."""
    once: dict[tuple[str, str, str], Told] = {}
    for told in map(tell, filter(_says_something, entries)):
        twin = once.get(told.key)
        if twin is None or _is_newer(told, twin):
            once[told.key] = told
    times = Counter(told.stated for told in once.values())
    return [keep_apart(told) if times[told.stated] > 1 else told for told in once.values()]


def keep_apart(told: Told) -> Told:
    """Identified by id, address and title together, because its feed's ids are not its own."""
    return replace(told, guid=told.apart)


def _says_something(entry: Entry) -> bool:
    return bool(entry.guid or entry.url or entry.title or entry.html or entry.summary or entry.attachments)


def _is_newer(told: Told, twin: Told) -> bool:
    mine, other = told.entry.updated or told.date, twin.entry.updated or twin.date
    return bool(mine and other and mine > other)


def newest_first(tolds: Sequence[Told]) -> list[Told]:
    """By date where the entries have one; otherwise as the document has them."""
    if not all(told.date for told in tolds):
        return list(tolds)
    return sorted(tolds, key=lambda told: told.date or datetime.min, reverse=True)  # noqa: DTZ901 - never reached

"""From an entry to what an item keeps: made safe, shortened, capped. Pure; the costly part, outside transactions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from passalong.wire.html import clean, excerpt, plain
from passalong.wire.shapes import Attachment, Entry

from .decide import Decision, host_of
from .identity import Told, address_of, tidy

LONGEST_EXCERPT = 300
OPENING = 900
"""Characters of HTML in which the first words of most texts are."""
MOST_LINKS = 50
MOST_FILES = 20
MOST_TAGS = 30

RELS = {
    "reply": "reply",
    "in-reply-to": "reply",
    "like": "like",
    "repost": "repost",
    "quote": "quote",
    "translated": "translated",
    "translation-of": "translated",
    "via": "via",
    "link": "link",
}
KINDS = ("reply", "like", "repost")


@dataclass(frozen=True, slots=True)
class Ready:
    """An entry, ready to be written."""

    decision: Decision
    columns: Mapping[str, Any]
    """Columns of Item, but for id, page and body."""
    url: str
    """Of its page, '' for none."""
    html: str
    links: tuple[tuple[str, str], ...]
    """(rel, normalised address), each once."""


@dataclass(frozen=True, slots=True)
class Place:
    """What an entry inherits from the source it came by."""

    source: int
    home_host: str
    names: frozenset[str]
    """Names that say no more than whose source it is."""
    lang: str
    licence: str


def address(url: str, longest: int = 2000) -> str:
    """A web address that may stand in a page, as stated; '' for anything else."""
    if len(url) > longest or not url[:8].lower().startswith(("http://", "https://")):
        return ""
    return tidy(url, longest)


def bare_host(url: str) -> str:
    """Host without www., '' where there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def make_ready(decision: Decision, place: Place, now: datetime, arrived: datetime) -> Ready:
    told = decision.told
    assert told
    entry = told.entry
    safe = clean(entry.html or entry.summary, entry.base)
    told_shortly = clean(entry.summary, entry.base).html if entry.html and entry.summary else ""
    title = tidy(entry.title, 500)
    links = links_of(entry, told.url, safe.links)
    name = entry.authors[0].name if entry.authors else ""
    columns = {
        "source_id": place.source,
        "guid": told.guid,
        "kind": kind_of(entry, host_of(told.link_key), title, place.home_host, links),
        "title": title,
        "excerpt": tidy(_excerpt(told_shortly, safe.html, title), 600),
        "author": "" if name in place.names else tidy(name, 300),
        "author_url": "" if name in place.names else address(entry.authors[0].url if entry.authors else ""),
        "picture": address(entry.image or safe.first_image),
        "media": [media_of(file) for file in entry.attachments[:MOST_FILES] if address(file.url)],
        "tags": [tag for tag in (tidy(tag, 100) for tag in entry.tags[:MOST_TAGS]) if tag],
        "lang": tidy(entry.lang or place.lang, 35),
        "licence": address(entry.licence or place.licence, 200),
        "answers": entry.answers,
        "audience": "aside" if decision.what == "aside" else "public",
        "published": min(told.date or now, now),
        "arrived": arrived,
        "changed": now,
        "content_hash": told.hash,
        "link_key": told.link_key,
    }
    return Ready(decision, columns, told.url, safe.html, links)


def _excerpt(told_shortly: str, html: str, title: str) -> str:
    """What its author says of it, else how it begins. Below a title either is one; without one, "…" says that there is
    more than the author says of it."""
    short = told_shortly and beginning(told_shortly)
    if not short or title or short.endswith("…"):
        return short or beginning(html)
    return short if short == beginning(html) else f"{short} …"


def beginning(html: str) -> str:
    """The first words of safe HTML, on one line. Looks at no more of a long text than it needs."""
    start = html[:OPENING]
    if len(start) < len(html):
        start = start[: start.rfind("<")] if start.rfind("<") > start.rfind(">") else start
        found = excerpt(plain(start), LONGEST_EXCERPT)
        if found.endswith("…"):
            return found
    return excerpt(plain(html), LONGEST_EXCERPT)


def media_of(file: Attachment) -> dict[str, object]:
    return {
        "url": address(file.url),
        "type": tidy(file.type, 100),
        "size": file.size,
        "title": tidy(file.title, 300),
        "seconds": file.seconds,
    }


def links_of(entry: Entry, url: str, in_body: tuple[str, ...] | list[str]) -> tuple[tuple[str, str], ...]:
    """Where an entry points: typed pointers first, then the links of its body."""
    shared = shared_by(entry, url)
    found = {shared: "about"} if shared else {}
    for pointer in entry.pointers:
        rel = RELS.get(pointer.rel)
        target = address_of(pointer.url) if rel else ""
        if rel and target and target != url and found.get(target, "link") == "link":
            found[target] = rel  # "via" says more than that it is linked to
    for stated in dict.fromkeys(in_body):
        if len(found) >= MOST_LINKS:
            break
        target = address_of(stated)
        if target and target != url:
            found.setdefault(target, "link")
    return tuple((rel, target) for target, rel in found.items())


def shared_by(entry: Entry, url: str) -> str:
    """The one page elsewhere that an entry passes on: what it says outright (JSON Feed 1.1, external_url), else the one
    related page at another host (RFC 4287, section 4.2.7.2) that is not named as its origin. '' where there is none."""
    credited = {pointer.url for pointer in entry.pointers if pointer.rel == "via"}
    outright = [pointer.url for pointer in entry.pointers if pointer.rel == "link"]
    related = [each.url for each in entry.pointers if each.rel == "related" and each.url not in credited]
    home = urlsplit(url).netloc
    found = dict.fromkeys(filter(None, map(address_of, outright or related)))
    elsewhere = [target for target in found if target != url and (outright or urlsplit(target).netloc != home)]
    return elsewhere[0] if len(elsewhere) == 1 else ""


def kind_of(entry: Entry, host: str, title: str, home_host: str, links: tuple[tuple[str, str], ...]) -> str:
    """Item.Kind of an entry whose page is at `host`."""
    for kind in KINDS:
        if any(rel == kind for rel, _ in links):
            return kind
    if entry.attachments and not title and not entry.html:
        return "file"
    elsewhere = host and home_host and not (host == home_host or host.endswith(f".{home_host}"))
    bookmark = any(rel == "about" for rel, _ in links)
    if bookmark or (elsewhere and not entry.source_url and not entry.source_title):
        return "link"
    return "article" if title else "note"


def arrival(told: Told, now: datetime, since: datetime, first: bool, place: int) -> datetime:
    """When an entry comes into the river: now; but one older than the follow quietly, at its own date.

    `place` is its place in the document: a first document's undated entries keep their order.
    """
    date = min(told.date, now) if told.date else None
    if first:
        return date or now - timedelta(seconds=place + 1)
    return date if date and date < since else now

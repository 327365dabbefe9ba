"""From what a document states to what we take from it: one way for every dialect, with the caps.

body of an entry  -> the fullest one, as HTML; the shorter one beside it is the summary
addresses         -> absolute, http and https only
dates             -> as stated, in UTC
sizes             -> capped: a megabyte of title or ten thousand files is nobody's post
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from passalong.wire import dates
from passalong.wire.feed_raw import (
    HTML,
    MOST_ATTACHMENTS,
    MOST_AUTHORS,
    MOST_POINTERS,
    MOST_TAGS,
    PLAIN,
    XHTML,
    RawEntry,
    RawFeed,
    Text,
)
from passalong.wire.feed_text import as_html, mend, plain
from passalong.wire.shapes import Attachment, Author, Entry, Feed, Pointer

LONGEST_TITLE = 1000
LONGEST_BODY = 1_000_000
LONGEST_ADDRESS = 4000
LONGEST_GUID = 4000
LONGEST_TAG = 200

_SPACES = re.compile(r"\s+")
_EXTRA_SLASHES = re.compile(r"^(https?://)/+", re.IGNORECASE)
_SLASHES = re.compile(r"^(https?):/{1,}", re.IGNORECASE)
_PROXIES = frozenset(
    {"feedproxy.google.com", "feeds.feedburner.com", "feedproxy.feedburner.com", "rss.feedsportal.com"}
)
_PORTRAIT = "gravatar.com/avatar/"
_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK = re.compile(r"(?:(?:(\d{1,4}):)?(\d{1,5}):)?(\d{1,7}(?:\.\d{1,6})?)$")


def finish(raw: RawFeed, url: str, *, cut: bool = False) -> Feed:
    """The feed a document states, its addresses resolved against where it was found (`url`, may be '')."""
    place = joined(url, raw.base)
    home = absolute(raw.home, place)
    base = _base_for_links(raw, place, home)
    # The bases stated inside start from the document's own address; without any, links start where the site is.
    origin = url if raw.base else base
    atom = raw.format.startswith(("atom", "json"))
    return Feed(
        format=raw.format,
        title=plain(raw.title, LONGEST_TITLE),
        subtitle=plain(raw.subtitle, LONGEST_TITLE),
        url=absolute(raw.self_url, place),
        home=home,
        authors=_authors(raw.people, base),
        entries=tuple([_entry(entry, url, origin, dated_by_update=not atom) for entry in raw.entries]),
        image=absolute(raw.image, base),
        lang=_lang(raw.lang),
        licence=absolute(raw.licence, base),
        hubs=tuple(dict.fromkeys(hub for hub in (absolute(stated, place) for stated in raw.hubs) if hub))[:5],
        next=absolute(raw.next, place),
        moved_to=absolute(raw.moved_to, place),
        every=_every(raw),
        skip_hours=frozenset(int(hour) % 24 for hour in raw.skip_hours if hour.isdecimal() and len(hour) <= 2),
        skip_days=frozenset(_DAYS.index(day.lower()) for day in raw.skip_days if day.lower() in _DAYS),
        cut=cut,
    )


def absolute(stated: str, base: str) -> str:
    """The address meant by what a document states; '' where it is none that could be followed."""
    stated = stated.strip()
    if not stated or len(stated) > LONGEST_ADDRESS:
        return ""
    if stated[:7].lower() == "http://" or stated[:8].lower() == "https://":
        address = _EXTRA_SLASHES.sub(r"\1", stated)
    else:
        try:
            address = urljoin(base, _SLASHES.sub(r"\1://", stated))
        except ValueError:
            return ""
        if not address.lower().startswith(("http://", "https://")):
            return ""
    if address[:5] not in ("http:", "https"):
        address = address[:5].lower() + address[5:]
    return _SPACES.sub("%20", address) if " " in address or not address.isprintable() else address


def joined(place: str, base: str) -> str:
    """The base a document states, where it was found at `place`."""
    try:
        return urljoin(place, base) if base else place
    except ValueError:
        return place


def _base_for_links(raw: RawFeed, place: str, home: str) -> str:
    # Atom says: the document's own address (RFC 4287 2). RSS says nothing, and one served by another host than its
    # site (a feed service) means its relative links from the site.
    if not place:
        return home
    elsewhere = home and not raw.base and not raw.format.startswith("atom") and _host(home) != _host(place)
    return home if elsewhere else place


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _entry(raw: RawEntry, url: str, origin: str, *, dated_by_update: bool) -> Entry:
    base = joined(url, raw.base) if raw.base else origin
    body, shorter = _bodies(raw)
    published = dates.read(raw.published) if raw.published else None
    updated = dates.read(raw.updated) if raw.updated else None
    if published is None:
        published = (dates.read(raw.created) if raw.created else None) or (updated if dated_by_update else None)
    attachments = _attachments(raw, base)
    return Entry(
        guid=raw.guid[:LONGEST_GUID],
        url=_permalink(raw, base),
        title=_title(raw),
        html=_shortened(as_html(body)),
        summary=_shortened(as_html(shorter)),
        base=joined(url, body.base) if body and body.base else base,
        published=published,
        updated=updated,
        authors=_authors(raw.people, base) if raw.people else (),
        tags=_tags(raw.tags) if raw.tags else (),
        attachments=attachments,
        pointers=_pointers(raw.pointers, base) if raw.pointers else (),
        image=_picture(raw, attachments, base),
        lang=_lang(raw.lang or (body.lang if body else "") or raw.scope_lang),
        licence=absolute(raw.licence, base) if raw.licence else "",
        answers=_answers(raw) if raw.total or raw.comments or raw.counts else None,
        source_title=plain(raw.source_title, LONGEST_TITLE),
        source_url=absolute(raw.source_url, base) if raw.source_url else "",
    )


def _answers(raw: RawEntry) -> int | None:
    """As thr:total says, which is about all of them; else slash:comments; else the longest of its lists of replies."""
    for stated in ([raw.total], [raw.comments], raw.counts):
        found = [int(one) for one in map(str.strip, stated) if one.isascii() and one.isdecimal() and len(one) < 8]
        if found:
            return max(found)
    return None


def _title(raw: RawEntry) -> str:
    # Hosted WordPress puts the author's portrait first among the files, the author's login as its caption.
    portrait = bool(raw.media) and _PORTRAIT in raw.media[0].url
    stated = (raw.title, raw.media_title, None if portrait else raw.caption_title)
    return next((words for words in (plain(text, LONGEST_TITLE) for text in stated if text) if words), "")


def _bodies(raw: RawEntry) -> tuple[Text | None, Text | None]:
    """The fullest body and the shorter one beside it. A caption is a body only where there is no other."""
    readable = [text for text in raw.contents if text.value and text.type in (HTML, XHTML, PLAIN)]
    summary = raw.summary if raw.summary and raw.summary.value else None
    body = max(readable, key=lambda text: len(text.value)) if readable else None
    if body is None:
        return summary or raw.media_description or raw.caption, None
    if summary is None or summary.value == body.value:
        return body, None
    return (body, summary) if len(summary.value) <= len(body.value) else (summary, body)


def _permalink(raw: RawEntry, base: str) -> str:
    link = absolute(raw.link, base)
    if raw.original_link and (not link or _host(link) in _PROXIES):
        return absolute(raw.original_link, base) or link
    return link


def _shortened(markup: str) -> str:
    if len(markup) <= LONGEST_BODY:
        return markup
    end = markup.rfind("<", LONGEST_BODY - 10_000, LONGEST_BODY)
    return markup[: end if end > 0 else LONGEST_BODY]


def _authors(people: list[Author], base: str) -> tuple[Author, ...]:
    seen: dict[str, Author] = {}
    for person in people[:MOST_AUTHORS]:
        if not (person.name or person.email or person.url):
            continue
        one = Author(
            name=plain(Text(mend(person.name), PLAIN), 200),
            url=absolute(person.url, base),
            email=person.email.strip()[:320],
            photo=absolute(person.photo, base),
        )
        key = one.name.casefold() or one.email.casefold()
        seen[key] = _same_author(seen[key], one) if key in seen else one
    return tuple(seen.values())


def _same_author(first: Author, second: Author) -> Author:
    return Author(first.name, first.url or second.url, first.email or second.email, first.photo or second.photo)


def _tags(tags: list[str]) -> tuple[str, ...]:
    seen: dict[str, str] = {}
    for tag in tags[: MOST_TAGS * 2]:
        word = plain(Text(tag, HTML if "&" in tag else PLAIN), LONGEST_TAG)
        if word:
            seen.setdefault(word.casefold(), word)
    return tuple(seen.values())[:MOST_TAGS]


def _attachments(raw: RawEntry, base: str) -> tuple[Attachment, ...]:
    if not raw.enclosures and not raw.media:
        return ()
    found: dict[str, Attachment] = {}
    seconds = _seconds(raw.duration)
    for stated in [*raw.enclosures[:MOST_ATTACHMENTS], *raw.media[:MOST_ATTACHMENTS]]:
        url = absolute(stated.url, base)
        if not url or _PORTRAIT in url:
            continue
        kind = stated.type.split(";", 1)[0].strip().lower()[:100]
        one = replace(stated, url=url, type=kind, title=plain(Text(stated.title, PLAIN)))
        if seconds and one.seconds is None and not kind.startswith("image/"):
            one, seconds = replace(one, seconds=seconds), None
        found[url] = _merged(found[url], one) if url in found else one
    return tuple(found.values())[:MOST_ATTACHMENTS]


def _merged(first: Attachment, second: Attachment) -> Attachment:
    return Attachment(
        url=first.url,
        type=first.type or second.type,
        size=first.size if first.size is not None else second.size,
        title=first.title or second.title,
        seconds=first.seconds if first.seconds is not None else second.seconds,
        width=first.width if first.width is not None else second.width,
        height=first.height if first.height is not None else second.height,
    )


def _pointers(pointers: list[Pointer], base: str) -> tuple[Pointer, ...]:
    resolved = (Pointer(pointer.rel, absolute(pointer.url, base)) for pointer in pointers[:MOST_POINTERS])
    return tuple(dict.fromkeys(pointer for pointer in resolved if pointer.url))


def _picture(raw: RawEntry, attachments: tuple[Attachment, ...], base: str) -> str:
    for stated in (raw.image, raw.thumbnail):
        if stated and (address := absolute(stated, base)):
            return address
    return next((one.url for one in attachments if one.type.startswith("image/")), "")


def _seconds(duration: str) -> float | None:
    """`1:02:03`, `62:03` or `3723`, as podcasts write it."""
    match = _CLOCK.match(duration.strip()) if duration else None
    if not match:
        return None
    hours, minutes, seconds = match.groups()
    total = int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds)
    return total if 0 < total < 1_000_000 else None


def _lang(stated: str) -> str:
    """BCP 47 as far as a tag can be told from junk."""
    tag = stated.strip().replace("_", "-")
    return tag if 2 <= len(tag) <= 35 and tag.isascii() and tag.replace("-", "").isalnum() else ""


def _every(raw: RawFeed) -> int | None:
    """Seconds between two looks (RSS 2.0 ttl; RSS 1.0 syndication module), as stated; None where nothing sane is."""
    wishes = []
    if raw.ttl.isdecimal() and len(raw.ttl) < 9 and 0 < int(raw.ttl) <= 60 * 24 * 31:
        wishes.append(int(raw.ttl) * 60)
    if period := _PERIODS.get(raw.period.strip().lower()):
        times = raw.frequency.strip()
        wishes.append(period // max(1, min(int(times[:6]), 1000)) if times.isdecimal() else period)
    return max(wishes, default=None)

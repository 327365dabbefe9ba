"""Reading every kind of feed: RSS 0.90 to 2.0, RDF, Atom 0.3 and 1.0, JSON Feed 1.0 and 1.1.

bytes -> decode -> find the document -> the fast path, on any doubt feedparser -> finish -> Feed

`read` is pure: no clock, no socket, no process. A document for which `heavy` is true should be read apart, with limits.
A web page with an h-feed is read by `wire.mf2`: whoever fetched it decides.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from passalong.wire import feed_fast, feed_json
from passalong.wire.feed_bytes import decode
from passalong.wire.feed_document import Document, find, keep_newest, mend
from passalong.wire.feed_finish import finish
from passalong.wire.feed_gone import taken_back
from passalong.wire.feed_raw import Broken, Doubt, RawFeed
from passalong.wire.later import later
from passalong.wire.shapes import Feed, Unreadable

HEAVY_BYTES = 500_000
HEAVY_ENTRIES = 1000
HEAVY_TAGS = 30_000


def read(body: bytes, *, content_type: str = "", url: str = "") -> Feed:
    """The feed in `body`, as served with `content_type` from `url` (the base of its relative addresses).

    At most 1,000 entries. `Feed.cut` is true where the document lacks its end.
    Raises Unreadable with a sentence and a code: empty, html, not a feed, bad json, cut, too deep.
    """
    text = decode(body, content_type).lstrip("\ufeff\x00 \t\r\n")
    if not text:
        raise Unreadable("This address gives an empty answer.", "empty")
    if text[0] in "{[":
        return finish(feed_json.read(text.rstrip("\x00 \t\r\n")), url)
    document = find(text)
    raw = _read_xml(document, url)
    if not raw.entries and not document.root:
        raise Unreadable("This address gives nothing that can be followed.", "not a feed")
    found = finish(raw, url, cut=document.cut)
    gone = taken_back(text)
    return replace(found, gone=gone) if gone else found


def _read_xml(document: Document, url: str) -> RawFeed:
    """The fast path; once more with what can be put right put right; feedparser."""
    try:
        return feed_fast.read(document)
    except Doubt as doubt:
        better = keep_newest(document)
        if isinstance(doubt, Broken):
            better = mend(better)
    if better is not document:
        with suppress(Doubt):
            return feed_fast.read(better)
    found: RawFeed = later("passalong.wire.feed_tolerant").read(better, url)
    return found


def heavy(body: bytes) -> bool:
    """Is this document so large that reading it belongs in a process of its own, with limits?"""
    tags = body.count(b"<")
    if len(body) > HEAVY_BYTES or tags > HEAVY_TAGS:
        return True
    if tags <= 2 * HEAVY_ENTRIES:  # each entry has two
        return False
    return body.count(b"</item") + body.count(b"</entry") > HEAVY_ENTRIES

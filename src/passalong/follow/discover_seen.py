"""What an address really is, told from what it answers and not from what it is called. Pure."""

from __future__ import annotations

import json
import re
import zlib
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from passalong.follow.discover_page import Page, read_page
from passalong.net.shapes import Answer, Failed
from passalong.wire import feed as feeds
from passalong.wire.shapes import Feed, Unreadable

ACTORS = ("Person", "Group", "Organization", "Service", "Application")
DEEPEST_UNPACKED = 10 * 1024 * 1024

_OPML = re.compile(rb"<opml[\s>]", re.I)
_FEED_ROOT = re.compile(rb"<(?:rss|feed|rdf:rdf|[a-z]+:feed|channel)[\s>]", re.I)
_HTML_ROOT = re.compile(rb"<(?:!doctype\s+html|html|head|body|frameset|meta|title|div|p|h1)[\s>]", re.I)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody of the fediverse, as their own document says (ActivityPub section 4.1)."""

    id: str
    name: str
    user: str
    """preferredUsername"""
    page: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What came back from one address, and what it is."""

    kind: Literal["feed", "opml", "actor", "note", "page", "other", "failed"]
    url: str
    """The address to keep: permanent redirects followed, temporary ones not."""
    at: str
    """The address that answered."""
    status: int = 0
    code: str = ""
    """For 'failed': a word of net.shapes.Failed, or http."""
    sentence: str = ""
    title: str = ""
    feed: Feed | None = None
    page: Page | None = None
    actor: Actor | None = None
    author: str = ""
    """For a note of the fediverse: the address of its author."""
    cut: bool = False


def see(asked: str, found: Answer | Failed) -> Seen:
    """What `asked` is, from what it answered."""
    if isinstance(found, Failed):
        return Seen("failed", asked, asked, code=found.code, sentence=str(found))
    url, body = kept_address(asked, found), unpacked(found.body)
    if found.status >= 400 or found.status == 0:
        page = read_page(body, found.url, found.headers) if _HTML_ROOT.search(body[:2000]) else None
        return Seen("failed", url, found.url, found.status, "http", page=page)
    start = body[:4000].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    if start[:1] in (b"{", b"["):
        return _see_json(url, found, body)
    if _OPML.search(start[:1500]):
        return Seen("opml", url, found.url, found.status, title=_opml_title(body))
    if not _is_page(start, found.headers.get("content-type", "")):
        try:
            feed = feeds.read(body, content_type=found.headers.get("content-type", ""), url=found.url)
            return Seen("feed", url, found.url, found.status, title=feed.title, feed=feed, cut=found.cut)
        except Unreadable:
            pass
    if _HTML_ROOT.search(body[:4000]) or "html" in found.headers.get("content-type", ""):
        page = read_page(body, found.url, found.headers)
        return Seen("page", url, found.url, found.status, title=page.title, page=page, cut=found.cut)
    return Seen("other", url, found.url, found.status, cut=found.cut)


def kept_address(asked: str, answer: Answer) -> str:
    """The address to remember: where permanent redirects (301, 308) lead, up to the first temporary one."""
    for number, hop in enumerate(answer.hops):
        if hop.status not in (301, 308):
            return hop.url if number else asked
    return answer.url if answer.hops else asked


def unpacked(body: bytes) -> bytes:
    """A body that is a gzip file although no header says so, unpacked within limits; any other body as it is."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return zlib.decompressobj(31).decompress(body, DEEPEST_UNPACKED)
    except zlib.error:
        return body


def read_actor(data: dict[str, Any]) -> Actor | None:
    """An ActivityPub actor from its document, None where it is none."""
    kinds = data.get("type") if isinstance(data.get("type"), list) else [data.get("type")]
    known = isinstance(kinds, list) and any(kind in ACTORS for kind in kinds)
    actor_id = data.get("id")
    if not known or not isinstance(actor_id, str) or not isinstance(data.get("inbox"), str):
        return None
    return Actor(actor_id, _text(data.get("name")), _text(data.get("preferredUsername")), _address(data.get("url")))


def _see_json(url: str, found: Answer, body: bytes) -> Seen:
    content_type = found.headers.get("content-type", "")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return Seen("other", url, found.url, found.status)
    if isinstance(data, dict):
        actor = read_actor(data)
        if actor is not None and urlsplit(actor.id).hostname == urlsplit(found.url).hostname:
            return Seen("actor", actor.id, found.url, found.status, title=actor.name or actor.user, actor=actor)
        author = _address(data.get("attributedTo"))
        if author and "id" in data:
            return Seen("note", url, found.url, found.status, author=author)
        try:
            feed = feeds.read(body, content_type=content_type, url=found.url)
            return Seen("feed", url, found.url, found.status, title=feed.title, feed=feed)
        except Unreadable:
            pass
    return Seen("other", url, found.url, found.status)


def _is_page(start: bytes, content_type: str) -> bool:
    root, page = _FEED_ROOT.search(start[:1500]), _HTML_ROOT.search(start[:1500])
    if root is None:
        return page is not None or "html" in content_type
    return page is not None and page.start() < root.start()


def _opml_title(body: bytes) -> str:
    found = re.search(rb"<title[^>]*>([^<]{0,300})</title>", body[:20_000], re.I)
    return " ".join(found[1].decode("utf-8", errors="replace").split()) if found else ""


def _text(value: object) -> str:
    return " ".join(value.split())[:200] if isinstance(value, str) else ""


def _address(value: object) -> str:
    """The first address in a value that may be a text, an object or a list of these."""
    if isinstance(value, list):
        return next((found for item in value[:10] if (found := _address(item))), "")
    if isinstance(value, dict):
        value = value.get("href") or value.get("id")
    return value if isinstance(value, str) and value.startswith(("https://", "http://")) else ""

"""JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from passalong.wire.feed_write_atom import entry_title
from passalong.wire.feed_write_text import (
    absolute_links,
    identity,
    language,
    media_type,
    one_line,
    printable,
    rfc3339,
    web_address,
)
from passalong.wire.out_shapes import OutEntry, OutFeed
from passalong.wire.shapes import Attachment, Author

VERSION = "https://jsonfeed.org/version/1.1"


def json_feed(feed: OutFeed) -> bytes:
    """The feed as a JSON Feed 1.1 document in UTF-8."""
    return json.dumps(document(feed), ensure_ascii=False, separators=(",", ":")).encode()


def document(feed: OutFeed) -> dict[str, Any]:
    """The feed as the object a JSON Feed is (for those who add to it, or print it otherwise)."""
    said = {
        "version": VERSION,
        "title": one_line(feed.title) or web_address(feed.url),
        "home_page_url": web_address(feed.home),
        "feed_url": web_address(feed.url),
        "description": one_line(feed.subtitle),
        "next_url": web_address(feed.next) if feed.next != feed.url else "",
        "icon": web_address(feed.icon),
        "authors": _authors(feed.authors),
        "language": language(feed.lang),
        "hubs": [{"type": "WebSub", "url": hub} for hub in map(web_address, feed.hubs) if hub],
        "_passalong": _filled({"licence": web_address(feed.licence)}) | _clean(feed.extras),
    }
    return _filled(said) | {"items": [_item(entry) for entry in feed.entries]}


def _item(entry: OutEntry) -> dict[str, Any]:
    html = printable(absolute_links(entry.html, entry.url))
    said = {
        "url": web_address(entry.url),
        "external_url": web_address(entry.external),
        "title": one_line(entry.title),
        "summary": one_line(entry.summary),
        "image": web_address(entry.image),
        "date_published": rfc3339(entry.published),
        "date_modified": rfc3339(entry.updated),
        "authors": _authors(entry.authors),
        "tags": [tag for tag in map(one_line, entry.tags) if tag],
        "language": language(entry.lang),
        "attachments": [_attachment(each) for each in entry.attachments if web_address(each.url)],
        "_passalong": _more(entry),
    }
    # "One or both must be present": an entry without a body says in words what it is.
    body = {"content_html": html} if html else {"content_text": one_line(entry.summary) or entry_title(entry)}
    return {"id": identity(entry.id) or web_address(entry.url), **_filled(said), **body}


def _more(entry: OutEntry) -> dict[str, Any]:
    """What JSON Feed has no word for."""
    links = [{"rel": one_line(p.rel), "url": web_address(p.url)} for p in entry.pointers if web_address(p.url)]
    via = [each["url"] for each in links if each["rel"] == "via"]
    stated = {"licence": web_address(entry.licence), "via": via[0] if via else "", "links": links}
    return _filled(stated) | _clean(entry.extras)


def _authors(authors: Iterable[Author]) -> list[dict[str, Any]]:
    each = ({"name": one_line(a.name), "url": web_address(a.url), "avatar": web_address(a.photo)} for a in authors)
    return [filled for said in each if (filled := _filled(said))]


def _attachment(attachment: Attachment) -> dict[str, Any]:
    said = {
        "url": web_address(attachment.url),
        "mime_type": media_type(attachment.type),
        "title": one_line(attachment.title),
        "size_in_bytes": attachment.size,
        "duration_in_seconds": attachment.seconds,
    }
    return _filled(said)


def _filled(said: Mapping[str, Any]) -> dict[str, Any]:
    """Only what there is to say: no null, no empty text, list or object."""
    return {name: value for name, value in said.items() if value not in (None, "", [], {})}


def _clean(extras: Mapping[str, object]) -> dict[str, Any]:
    """Extras with their texts printable, however deep."""
    return {name: _clean_value(value) for name, value in extras.items()}


def _clean_value(value: object) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {printable(str(name)): _clean_value(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_clean_value(each) for each in value]
    return value

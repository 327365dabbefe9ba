"""JSON Feed 1.1, section by section (jsonfeed.org/version/1.1)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tests.wire.feed_rules_shared import (
    address_faults,
    html_faults,
    language_faults,
    media_type_faults,
    rfc3339_faults,
)

_TOP = {
    "version": str,
    "title": str,
    "home_page_url": str,
    "feed_url": str,
    "description": str,
    "user_comment": str,
    "next_url": str,
    "icon": str,
    "favicon": str,
    "authors": list,
    "language": str,
    "expired": bool,
    "hubs": list,
    "items": list,
}
_ITEM = {
    "id": str,
    "url": str,
    "external_url": str,
    "title": str,
    "content_html": str,
    "content_text": str,
    "summary": str,
    "image": str,
    "banner_image": str,
    "date_published": str,
    "date_modified": str,
    "authors": list,
    "tags": list,
    "language": str,
    "attachments": list,
}
_ADDRESSES = (
    "home_page_url",
    "feed_url",
    "next_url",
    "icon",
    "favicon",
    "url",
    "external_url",
    "image",
    "banner_image",
)
_MARKUP = re.compile(r"</(?:p|a|b|i|div|span|em|strong)>")


def json_faults(body: bytes, location: str) -> list[str]:
    try:
        feed = json.loads(body.decode("utf-8"))
    except ValueError as wrong:
        return [f"JSON Feed, Suggestions for Publishers: not JSON in UTF-8: {wrong}"]
    if not isinstance(feed, dict):
        return ["JSON Feed, Top-level: not an object"]
    found = [*_members(feed, _TOP, "Top-level"), *_top(feed, location)]
    items = feed.get("items")
    for item in items if isinstance(items, list) else []:
        found += [*_members(item, _ITEM, "Items"), *_item(item)]
    ids = [item.get("id") for item in items or []]
    found += [f"JSON Feed, Items: the id {each} is there twice" for each in {i for i in ids if ids.count(i) > 1}]
    return found


def _members(said: dict[str, Any], known: dict[str, type], section: str) -> Iterator[str]:
    for name, value in said.items():
        if name.startswith("_"):
            yield from _extension(name, value)
        elif name not in known:
            yield f"JSON Feed, {section}: no member {name!r}"
        elif not isinstance(value, known[name]):
            yield f"JSON Feed, {section}: {name} is not a {known[name].__name__}"
        elif name in _ADDRESSES:
            yield from address_faults(value, f"{section} {name}")
        elif name == "language":
            yield from language_faults(value, f"{section} language")
        elif name == "authors":
            yield from _authors(value)
        elif name in ("title", "summary", "description") and _MARKUP.search(value):
            yield f"JSON Feed, Items: HTML is allowed in content_html only, not in {name}"


def _extension(name: str, value: Any) -> Iterator[str]:
    """Extensions: an underscore and a letter; no dots; only the name itself begins with an underscore."""
    if not re.match(r"_[A-Za-z][^.]*\Z", name) or not isinstance(value, dict):
        yield f"JSON Feed, Extensions: {name!r}"
    elif any("." in key or key.startswith("_") for key in value):
        yield f"JSON Feed, Extensions: a member of {name} has a dot or an underscore in front"


def _authors(authors: list[Any]) -> Iterator[str]:
    for author in authors:
        if not author or set(author) - {"name", "url", "avatar"}:
            yield "JSON Feed, Top-level authors: at least one of name, url, avatar, and nothing else"
        for name in ("url", "avatar"):
            if name in author:
                yield from address_faults(author[name], f"an author's {name}")


def _top(feed: dict[str, Any], location: str) -> Iterator[str]:
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        yield "JSON Feed, Top-level: version is the address of the version"
    for name in ("title", "items", "home_page_url", "feed_url"):
        if name not in feed:
            yield f"JSON Feed, Top-level: {name} is required on the public web"
    if feed.get("next_url") and feed["next_url"] == feed.get("feed_url"):
        yield "JSON Feed, Top-level: next_url is not feed_url"
    if location and feed.get("feed_url") != location:
        yield f"JSON Feed, Top-level: feed_url {feed.get('feed_url')} at {location}"
    for hub in feed.get("hubs", []):
        if not hub.get("type") or not hub.get("url"):
            yield "JSON Feed, hubs: type and url"


def _item(item: dict[str, Any]) -> Iterator[str]:
    if not item.get("id"):
        yield "JSON Feed, Items: id is required"
    if "content_html" not in item and "content_text" not in item:
        yield "JSON Feed, Items: content_html or content_text"
    yield from html_faults(item.get("content_html", ""), "content_html")
    for name in ("date_published", "date_modified"):
        if name in item:
            yield from rfc3339_faults(item[name], name, datetime.now(UTC))
    if any(not isinstance(tag, str) or not tag for tag in item.get("tags", [])):
        yield "JSON Feed, Items: tags are texts"
    for attachment in item.get("attachments", []):
        yield from address_faults(attachment.get("url", ""), "an attachment")
        yield from media_type_faults(attachment.get("mime_type", ""), "an attachment's mime_type")
        for name in ("size_in_bytes", "duration_in_seconds"):
            if name in attachment and (isinstance(attachment[name], str) or attachment[name] < 0):
                yield f"JSON Feed, Attachments: {name} is a number"

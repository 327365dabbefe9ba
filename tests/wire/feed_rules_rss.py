"""RSS 2.0, its Best Practices Profile, and the W3C validator's rules for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from lxml import etree

from tests.wire.feed_rules_media import media_faults, thread_faults
from tests.wire.feed_rules_shared import (
    ATOM,
    CC,
    CONTENT,
    DC,
    FH,
    MEDIA,
    PAGING,
    THR,
    XML_LANG,
    address_faults,
    count_faults,
    html_faults,
    language_faults,
    media_type_faults,
    rfc822_faults,
    rfc3339_faults,
)

_CHANNEL = {"title", "link", "description", "language", "copyright", "pubDate", "lastBuildDate", "category"}
_CHANNEL |= {"generator", "docs", "ttl", "image", "item", "skipHours", "skipDays"}
_ITEM = {"title", "link", "description", "category", "comments", "enclosure", "guid", "pubDate", "source"}
_MANY = {"category", "item", f"{DC}creator", f"{ATOM}link", f"{THR}in-reply-to", f"{MEDIA}content"}


def rss_faults(root: etree._Element, location: str) -> list[str]:
    channel = root.find("channel")
    if root.tag != "rss" or root.get("version") != "2.0" or channel is None or len(root) != 1:
        return ["RSS 2.0: one rss element of version 2.0 with one channel"]
    now = datetime.now(UTC)
    items = channel.findall("item")
    found = [*_children(channel, _CHANNEL, now), *_channel(channel, location)]
    if items and any(child.tag != "item" for child in channel[list(channel).index(items[0]) :]):
        found.append("Profile, MisplacedItem: something of the channel stands after its first item")
    for item in items:
        found += [*_children(item, _ITEM, now), *_item(item)]
    seen = Counter(item.findtext("guid") for item in items)
    found += [f"RSS 2.0 guid: two items with the guid {guid}" for guid, number in seen.items() if number > 1]
    return found


def _children(parent: etree._Element, known: set[str], now: datetime) -> Iterator[str]:
    for tag, number in Counter(child.tag for child in parent).items():
        if number > 1 and tag not in _MANY:
            yield f"RSS 2.0: {parent.tag} has {number} {tag}" + (" (Profile: one)" if tag == "enclosure" else "")
    if lang := parent.get(XML_LANG):
        yield from language_faults(lang, f"xml:lang of {parent.tag}")
    for child in parent:
        if "{" not in child.tag and child.tag not in known:
            yield f"RSS 2.0: {parent.tag} knows no {child.tag}"
        yield from _plain(child, parent.tag, now)
        yield from _extension(child, parent.tag, now)


def _plain(child: etree._Element, where: str, now: datetime) -> Iterator[str]:
    text = child.text or ""
    if child.tag in ("title", "category", "generator", "link", "guid", "description") and not text.strip():
        yield f"W3C NotBlank: {child.tag} of {where}"
    if child.tag in ("link", "docs", "comments"):
        yield from address_faults(text, f"{child.tag} of {where}")
    elif child.tag in ("pubDate", "lastBuildDate"):
        yield from rfc822_faults(text, f"{child.tag} of {where}", now)
    elif child.tag == "language":
        yield from language_faults(text, "language")
    elif child.tag == "description" and where == "item":
        yield from html_faults(text, "description")
    elif child.tag == "enclosure":
        yield from address_faults(child.get("url", ""), "an enclosure")
        yield from count_faults(child.get("length"), "an enclosure's length")
        yield from media_type_faults(child.get("type", ""), "an enclosure's type")
    elif child.tag == "guid":
        yield from _guid(child)


def _guid(child: etree._Element) -> Iterator[str]:
    if child.get("isPermaLink", "true") not in ("true", "false"):
        yield "RSS 2.0 guid: isPermaLink is true or false"
    if child.get("isPermaLink", "true") == "true":
        yield from address_faults(child.text or "", "a guid that is a permalink")


def _extension(child: etree._Element, where: str, now: datetime) -> Iterator[str]:
    text = child.text or ""
    if child.tag == f"{ATOM}link":
        rel = child.get("rel", "alternate")
        yield from address_faults(child.get("href", ""), f"atom:link {rel}")
        if rel in PAGING and where == "item":
            yield f"W3C FeedHistoryRelInEntry: {rel!r}"
        if rel == "self" and child.get("type") != "application/rss+xml":
            yield "W3C SelfNotAtom: a self link of another type"
    elif child.tag == f"{ATOM}updated":
        yield from rfc3339_faults(text, "atom:updated", now)
    elif child.tag in (f"{ATOM}icon", f"{CC}license"):
        yield from address_faults(text, child.tag)
    elif child.tag == f"{CONTENT}encoded":
        yield from html_faults(text, "content:encoded")
    elif child.tag == f"{DC}creator" and not text.strip():
        yield "W3C NotBlank: dc:creator"
    elif child.tag.startswith(MEDIA):
        yield from media_faults(child)
    elif child.tag.startswith(THR):
        yield from thread_faults(child)
    elif child.tag.startswith(ATOM):
        yield f"W3C DuplicateDescriptionSemantics: {child.tag} beside RSS's own"


def _channel(channel: etree._Element, location: str) -> Iterator[str]:
    for name in ("title", "link", "description"):
        if channel.find(name) is None:
            yield f"RSS 2.0: a channel has a {name}"
    own = [each.get("href") for each in channel.findall(f"{ATOM}link") if each.get("rel") == "self"]
    if len(own) != 1:
        yield "Profile, MissingAtomSelfLink: one atom:link rel=self"
    elif location and own[0] != location:
        yield f"W3C SelfDoesntMatchLocation: {own[0]} at {location}"
    image = channel.find("image")
    if image is not None:
        if (image.findtext("title"), image.findtext("link")) != (channel.findtext("title"), channel.findtext("link")):
            yield "Profile, image: its title and link are the channel's"
        yield from address_faults(image.findtext("url") or "", "the image")
        if not (image.findtext("url") or "").lower().endswith((".gif", ".jpg", ".jpeg", ".png")):
            yield "RSS 2.0 image: a GIF, JPEG or PNG"
    rels = {each.get("rel") for each in channel.findall(f"{ATOM}link")}
    if channel.find(f"{FH}archive") is not None and "current" not in rels:
        yield "RFC 5005 4: an archive says where the current document is"


def _item(item: etree._Element) -> Iterator[str]:
    names = [child.tag for child in item]
    if "title" not in names and "description" not in names:
        yield "RSS 2.0: an item has a title or a description"
    if "guid" not in names:
        yield "W3C MissingGuid: an item has a guid"
    if f"{CONTENT}encoded" in names and "description" not in names[: names.index(f"{CONTENT}encoded")]:
        yield "Profile, NeedDescriptionBeforeContent"

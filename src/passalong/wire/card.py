"""What a web page says of itself, for a link card: OpenGraph, JSON-LD, microformats, plain HTML, and oEmbed beside it.

head -> one reader per dialect -> the first that speaks wins, field by field
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any
from urllib.parse import urlsplit

from passalong.wire import dates
from passalong.wire.address import absolute, host
from passalong.wire.head import Head, head
from passalong.wire.html import clean
from passalong.wire.shapes import Card, Unreadable

LONGEST_TITLE = 300
LONGEST_WORDS = 1000
LONGEST_JSON = 1024 * 1024
DEEPEST = 12
_WORKS = (
    "Article", "BlogPosting", "NewsArticle", "ScholarlyArticle", "TechArticle", "Report", "WebPage", "Book", "Course",
    "VideoObject", "AudioObject", "PodcastEpisode", "SocialMediaPosting", "DiscussionForumPosting", "Dataset", "Recipe",
    "SoftwareSourceCode", "LearningResource", "CreativeWork",
)  # fmt: skip
_ACCEPTABLE = ("http://", "https://")


def read(html: bytes, content_type: str, url: str) -> Card:
    """The card of a page. Never fails: a page that says nothing has a card with its address alone."""
    page = head(html, content_type, url)
    card = Card(url=_canonical(page), oembed=_oembed(page), lang=page.lang)
    for said in (_opengraph(page), *_jsonld(page), _plain(page)):
        card = merge(card, said)
    return replace(card, site=card.site or host(url).removeprefix("www."))


def merge(first: Card, second: Card) -> Card:
    """The first card, with what it leaves open filled from the second."""
    empty = {one.name: getattr(second, one.name) for one in fields(Card) if not getattr(first, one.name)}
    return replace(first, **empty)


def read_oembed(body: bytes, url: str) -> Card:
    """An oEmbed document (https://oembed.com, section 2.3). Raises Unreadable."""
    said = _json(body[:LONGEST_JSON].decode("utf-8", "replace"))
    if not isinstance(said, dict):
        raise Unreadable("The page's own description of itself cannot be read.", "not oembed")
    picture = said.get("thumbnail_url") or (said.get("url") if said.get("type") == "photo" else "")
    return Card(
        url=url,
        title=_words(said.get("title"), LONGEST_TITLE),
        image=_link(url, picture),
        author=_words(said.get("author_name"), LONGEST_TITLE),
        site=_words(said.get("provider_name"), LONGEST_TITLE),
    )


def _canonical(page: Head) -> str:
    """What the page says is its address, where that is the same site; else the address asked for."""
    stated = [link.href for link in page.rel("canonical")] + [absolute(page.base, page.meta("og:url"))]
    for address in stated:
        if address and _site(address) == _site(page.url) and not (_is_root(address) and not _is_root(page.url)):
            return address
    return page.url


def _site(url: str) -> str:
    return host(url).removeprefix("www.").removeprefix("m.").removeprefix("amp.")


def _is_root(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def _oembed(page: Head) -> str:
    for link in page.rel("alternate"):
        if link.type == "application/json+oembed":
            return link.href
    return ""


def _opengraph(page: Head) -> Card:
    """https://ogp.me, then the names Twitter cards, Dublin Core and Highwire use for the same things."""
    return Card(
        url=page.url,
        title=_words(page.meta("og:title", "twitter:title", "citation_title", "dc.title"), LONGEST_TITLE),
        description=_words(page.meta("og:description", "twitter:description", "dc.description"), LONGEST_WORDS),
        image=_link(page.base, page.meta("og:image:secure_url", "og:image", "og:image:url", "twitter:image")),
        author=_name(page.meta("author", "article:author", "citation_author", "dc.creator", "twitter:creator")),
        site=_words(page.meta("og:site_name", "application-name", "citation_journal_title"), LONGEST_TITLE),
        lang=page.meta("og:locale").replace("_", "-")[:35],
        published=dates.read(page.meta("article:published_time", "citation_publication_date", "dc.date", "date")),
    )


def _plain(page: Head) -> Card:
    licence = next((link.href for link in page.rel("license")), "")
    return Card(
        url=page.url,
        title=_words(page.title or page.heading, LONGEST_TITLE),
        description=_words(page.meta("description"), LONGEST_WORDS),
        licence=licence or next((a.href for a in page.anchors if "license" in a.rel), ""),
    )


def _jsonld(page: Head) -> Iterator[Card]:
    """schema.org works in JSON-LD blocks, outermost first."""
    for block in page.jsonld:
        for node in _nodes(_json(block[:LONGEST_JSON]), 0):
            kinds = node.get("@type")
            if any(kind in _WORKS for kind in (kinds if isinstance(kinds, list) else [kinds])):
                yield _work(node, page)


def _work(node: Mapping[str, Any], page: Head) -> Card:
    return Card(
        url=page.url,
        title=_words(node.get("headline") or node.get("name"), LONGEST_TITLE),
        description=_words(node.get("description"), LONGEST_WORDS),
        image=_link(page.base, node.get("image") or node.get("thumbnailUrl")),
        author=_words(_called(node.get("author") or node.get("creator")), LONGEST_TITLE),
        site=_words(_called(node.get("publisher")), LONGEST_TITLE),
        lang=str(node.get("inLanguage") or "")[:35] if isinstance(node.get("inLanguage"), str) else "",
        licence=_link(page.base, node.get("license")),
        published=dates.read(str(node.get("datePublished") or node.get("uploadDate") or "")),
    )


def _nodes(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for one in value[:200]:
            yield from _nodes(one, depth + 1)
    elif isinstance(value, dict):
        yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _nodes(value.get(name), depth + 1)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _called(value: Any) -> str:
    """The name of a person or organisation, however it is nested; several with commas."""
    if isinstance(value, list):
        return ", ".join(filter(None, (_called(one) for one in value[:5])))
    if isinstance(value, dict):
        return _called(value.get("name"))
    return value if isinstance(value, str) and not value.startswith(_ACCEPTABLE) else ""


def _name(text: str) -> str:
    """An author given as a profile's address is no name."""
    return "" if text.startswith(_ACCEPTABLE) else _words(text, LONGEST_TITLE)


def _link(base: str, value: Any) -> str:
    """An absolute web address from a string, or from a schema.org object or list of them."""
    if isinstance(value, list):
        return next((found for one in value[:5] if (found := _link(base, one))), "")
    if isinstance(value, dict):
        return _link(base, value.get("url") or value.get("contentUrl") or value.get("@id"))
    found = absolute(base, value.strip()) if isinstance(value, str) and value.strip() else ""
    return found if len(found) <= 2000 else ""


def _words(value: Any, most: int) -> str:
    """Plain words on one line, cut at `most` characters."""
    if not isinstance(value, str):
        return ""
    line = " ".join(clean(value[: most * 10]).text.split()) if "<" in value or "&" in value else " ".join(value.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"

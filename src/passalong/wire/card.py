"""What a web page says of itself, for a link card: OpenGraph, JSON-LD, microformats, plain HTML, and oEmbed beside it.

head -> one reader per dialect -> the first that speaks wins, field by field -> words made plain and cut
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any
from urllib.parse import urlsplit

from passalong.wire import dates, mf2, schema_org
from passalong.wire.address import absolute, host, key
from passalong.wire.head import Head, head
from passalong.wire.html import clean, plain
from passalong.wire.shapes import Card, Unreadable

LONGEST_TITLE = 300
LONGEST_WORDS = 1_000
LONGEST_LANG = 35
LONGEST_JSON = 1_000_000
LARGEST_MICROFORMATS = 500_000
"""Bytes. Microformats are read at half a megabyte a second."""

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# A title may speak of <div>; only what is also closed, or cannot be words, is markup.
_MARKUP = re.compile(r"</[a-z][a-z0-9]*>|<(?:p|br|img)[\s/>]", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
_LANG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_SUFFIX = re.compile(r"(?<!\s)\s++[|·•»:–—-]\s+")


def read(html: bytes, content_type: str, url: str) -> Card:
    """The card of a page. Never fails: a page that says nothing has a card with its address and site alone."""
    page = head(html, content_type, url)
    card = Card(url=_canonical(page), oembed=_oembed(page), lang=page.lang)
    for said in (
        _metas(page),
        *schema_org.read(page.jsonld, page.base),
        *_posts(page, html, content_type),
        _plain(page),
    ):
        card = merge(card, replace(said, url=card.url))
    return _presentable(replace(card, site=card.site or host(url).removeprefix("www.")))


def merge(first: Card, second: Card) -> Card:
    """The first card, with what it leaves open filled from the second."""
    open_fields = (one.name for one in fields(Card) if not getattr(first, one.name))
    return replace(first, **{name: getattr(second, name) for name in open_fields})


def read_oembed(body: bytes, url: str) -> Card:
    """An oEmbed document (https://oembed.com, section 2.3). Raises Unreadable (code: not-oembed)."""
    said = schema_org.read_json(body[:LONGEST_JSON].decode("utf-8-sig", "replace"))
    if not isinstance(said, dict):
        raise Unreadable("The page's own description of itself cannot be read.", "not-oembed")
    stated = {name: value for name, value in said.items() if isinstance(value, str)}
    photo = stated.get("url", "") if stated.get("type") == "photo" else ""
    return _presentable(
        Card(
            url=url,
            title=stated.get("title", ""),
            image=_address(url, photo or stated.get("thumbnail_url", "")),
            author=stated.get("author_name", ""),
            site=stated.get("provider_name", ""),
        )
    )


def _canonical(page: Head) -> str:
    """What the page says is its address, where that is the same site; else the address asked for."""
    stated = [link.href for link in page.rel("canonical")] + [_address(page.base, page.meta("og:url"))]
    for address in filter(None, stated):
        # A home page given as the address of every page is a common mistake, another site's a theft.
        if _site(address) == _site(page.url) and (_is_home(page.url) or not _is_home(address)):
            return address
    return page.url


def _site(url: str) -> str:
    return re.sub(r"^(?:www|m|mobile|amp)\.", "", host(url))


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def _oembed(page: Head) -> str:
    offered = (
        link.href for link in page.rel("alternate") if link.type in ("application/json+oembed", "text/json+oembed")
    )
    return next(offered, "")


def _metas(page: Head) -> Card:
    """https://ogp.me, then the names Twitter cards, Dublin Core, Highwire and parsely use for the same things."""
    pictures = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src", "image")
    times = ("article:published_time", "og:published_time", "citation_publication_date", "citation_date", "dc.date")
    return Card(
        url=page.url,
        title=page.meta("og:title", "twitter:title", "citation_title", "dc.title", "dcterms.title"),
        description=page.meta("og:description", "twitter:description", "dc.description", "dcterms.abstract"),
        image=next(filter(None, (_address(page.base, page.meta(name)) for name in pictures)), ""),
        author=_names(page, "author", "article:author", "citation_author", "dc.creator", "parsely-author"),
        site=page.meta("og:site_name", "application-name", "citation_journal_title"),
        lang=page.meta("og:locale").replace("_", "-"),
        licence=_address(page.base, page.meta("dc.rights", "dcterms.license", "license")),
        published=dates.read(
            page.meta(*times, "dc.date.issued", "dcterms.created", "datepublished", "parsely-pub-date")
        ),
    )


def _names(page: Head, *metas: str) -> str:
    """The people named by the first of these metas that names any; an address of a profile is no name."""
    for meta in metas:
        names = [name for name in page.metas.get(meta, ()) if name and "://" not in name]
        if names:
            return ("; " if any("," in name for name in names) else ", ").join(dict.fromkeys(names[:5]))
    return page.meta("twitter:creator")


def _posts(page: Head, html: bytes, content_type: str) -> Iterator[Card]:
    """The h-entry of the page, where it marks up one post and not a list of them."""
    if not page.microformats or len(html) > LARGEST_MICROFORMATS:
        return
    try:
        entries = mf2.read(html, page.url, content_type=content_type).entries
    except Unreadable:
        return
    own = [entry for entry in entries if entry.url and _key(entry.url) == _key(page.url)]
    for entry in own[:1] or (entries if len(entries) == 1 else ()):
        yield Card(
            url=page.url,
            title=entry.title,
            description=clean(entry.summary or entry.html, page.base).text[: LONGEST_WORDS * 2],
            image=entry.image,
            author=", ".join(author.name for author in entry.authors[:5] if author.name),
            lang=entry.lang,
            licence=entry.licence,
            published=entry.published,
        )


def _plain(page: Head) -> Card:
    links = (link.href for link in page.rel("license"))
    anchors = (anchor.href for anchor in page.anchors if "license" in anchor.rel)
    pictures = (link.href for link in page.rel("image_src"))
    return Card(
        url=page.url,
        title=_without_site(page.title, page.meta("og:site_name")) or page.heading,
        description=page.meta("description"),
        image=next(pictures, ""),
        licence=next(links, "") or next(anchors, ""),
    )


def _without_site(title: str, site: str) -> str:
    """'Crabs | Ben's notebook' is 'Crabs' at Ben's notebook."""
    parts = _SUFFIX.split(title)
    if site and len(parts) > 1 and parts[-1].casefold() == site.casefold():
        return title[: title.rindex(parts[-1])].rstrip(" \t|·•»:–—-")
    return title


def _presentable(card: Card) -> Card:
    """Words on one line and cut, addresses short enough to keep."""
    return replace(
        card,
        title=_words(card.title, LONGEST_TITLE),
        description=_words(card.description, LONGEST_WORDS),
        author=_words(card.author, LONGEST_TITLE),
        site=_words(card.site, LONGEST_TITLE),
        lang=card.lang if _LANG.fullmatch(card.lang) and len(card.lang) <= LONGEST_LANG else "",
    )


def _words(text: str, most: int) -> str:
    text = text[: most * 10]
    if _MARKUP.search(text):
        text = clean(text).text
    elif _ENTITY.search(text):
        text = plain(clean(text.replace("<", "&lt;")).html)
    line = " ".join(_UNPRINTABLE.sub(" ", text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _address(base: str, value: Any) -> str:
    return absolute(base, value) if isinstance(value, str) and value.strip() else ""


def _key(url: str) -> str:
    try:
        return key(url)
    except Unreadable:
        return url

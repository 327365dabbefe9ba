"""The tolerant reader: feedparser 6, with our limits and a few more elements, for whatever the fast path will not read.

expat, then (where the XML is ill-formed) feedparser's loose parser -> its dictionaries -> RawFeed

We drive its two parsers ourselves instead of calling `feedparser.parse`: the text is already decoded and has no DTD,
and three of its steps take quadratic time on hostile input (author lines, categories, undeclared namespaces).
"""

from __future__ import annotations

import io
import re
import xml.sax
from typing import Any
from urllib.parse import urljoin

from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.mixin import _FeedParserMixin

from passalong.wire.feed_document import MOST_ENTRIES, Document
from passalong.wire.feed_raw import HTML, MOST_TAGS, PLAIN, RawFeed, Text
from passalong.wire.feed_text import could_be_link, looks_like_html, read_author
from passalong.wire.feed_tolerant_result import gather
from passalong.wire.shapes import Unreadable

DEEPEST = 300
MOST_ELEMENTS = 100_000
MOST_NAMESPACES = 200
MOST_MEDIA = 200
MOST_ATTRIBUTES = 500

# feedparser and the SGML parser under it give up on noise in their own ways; whatever it was, it is no feed.
_GIVES_UP = (AssertionError, ValueError, IndexError, KeyError, TypeError, AttributeError, RecursionError)
_STATED_BASE = re.compile(r"xml:base\s{0,5}=\s{0,5}[\"'][^\"']")


class _Ours(_FeedParserMixin):  # type: ignore[misc]
    """What we add to and hold back from feedparser's element handlers. Method names are feedparser's."""

    namespaces = {
        **_FeedParserMixin.namespaces,
        "http://purl.org/syndication/thread/1.0": "thr",
        "http://search.yahoo.com/rss": "media",
        "http://www.google.com/schemas/play-podcasts/1.0": "googleplay",
    }
    _matchnamespaces: dict[str, str] = {}
    _media: dict[str, Any] | None = None
    can_be_relative_uri = _FeedParserMixin.can_be_relative_uri - {"id"}
    _stated_bases: list[str]
    _elements = 0
    _licence = ""

    def unknown_starttag(self: Any, tag: str, attrs: Any) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise Unreadable("This document is far too long to be read.", "too big")
        stated = next((value for name, value in attrs if name.lower() in ("xml:base", "base")), "")
        self._stated_bases.append(resolve(stated, self._stated_bases[-1]))
        super().unknown_starttag(tag, attrs)
        if self._elements == 1:
            self.feeddata["ours_base"] = self.baseuri
            if self.lang:
                self.feeddata["language"] = self.lang

    def unknown_endtag(self: Any, tag: str) -> None:
        super().unknown_endtag(tag)
        if len(self._stated_bases) > 1:
            self._stated_bases.pop()

    def _end_guid(self: Any) -> None:
        identity, base = self.pop("id") or "", self._stated_bases[-1]
        if not self.guidislink:
            return
        # Against a stated base only: an identity must not hang on the address a feed was fetched from.
        context = self._get_context()
        if base and identity and context.get("id") == identity:
            context["id"] = identity = resolve(identity, base)
        if could_be_link(identity):
            self._save("link", self.resolve_uri(identity))

    _end_id = _end_guid

    def track_namespace(self: Any, prefix: str | None, uri: str) -> None:
        if len(self.namespaces_in_use) > MOST_NAMESPACES:
            raise Unreadable("This document declares far too many vocabularies to be read.", "too deep")
        super().track_namespace(prefix, uri)

    def _start_item(self: Any, attrs: dict[str, str]) -> None:
        if len(self.entries) >= MOST_ENTRIES:
            raise Unreadable("This document lists far more posts than can be read.", "too big")
        super()._start_item(attrs)
        self._media = None
        self.hasContent = 0
        self.entries[-1]["ours_base"] = self.baseuri
        self.entries[-1]["ours_lang"] = self.lang or ""

    _start_entry = _start_item

    def _start_source(self: Any, attrs: dict[str, str]) -> None:
        super()._start_source(attrs)
        self.sourcedata["ours_url"] = attrs.get("url", "")

    def _save_author(self: Any, key: str, value: str, prefix: str = "author") -> None:
        # feedparser writes an itunes:owner over the author before it; whoever owns the feed may be somebody else.
        if prefix == "author":
            super()._save_author(key, value, prefix)
        else:
            self._get_context().setdefault("ours_owner", {})[key] = value

    def _sync_author_detail(self: Any, key: str = "author") -> None:
        context = self._get_context()
        people = context.get("authors")
        if key != "author" or not people or people[-1]:
            return
        author = read_author(context.get("author") or "")
        people[-1].update({"name": author.name, "email": author.email})

    def _add_tag(self: Any, term: Any, scheme: Any, label: Any) -> None:
        tags = self._get_context().setdefault("tags", [])
        if len(tags) < MOST_TAGS:
            super()._add_tag(term, scheme, label)

    def _start_media_content(self: Any, attrs: dict[str, str]) -> None:
        media = self._get_context().setdefault("media_content", [])
        self._media = attrs
        if len(media) < MOST_MEDIA:
            media.append(attrs)

    def _end_media_content(self) -> None:
        self._media = None

    def _start_media_description(self: Any, attrs: dict[str, str]) -> None:
        self.push_content("ours_description", attrs, HTML, 1)

    def _end_media_description(self: Any) -> None:
        self._keep_media_text("ours_description", "media_description")

    def _start_media_title(self: Any, attrs: dict[str, str]) -> None:
        self.push_content("ours_title", attrs, PLAIN, 1)

    def _end_media_title(self: Any) -> None:
        self._keep_media_text("ours_title", "media_title")

    def _keep_media_text(self: Any, element: str, name: str) -> None:
        # A caption inside media:content is that file's; beside it (media:group, item) it is the entry's.
        params = dict(self.contentparams)
        value = self.pop_content(element) or ""
        if self._media is not None:
            self._media[name] = value
        if value and self.inentry:
            kind = params.get("type", HTML)
            if kind == PLAIN and not self.version.startswith("atom") and looks_like_html(value):
                kind = HTML
            text = Text(value, kind, params.get("base") or "", params.get("language") or "")
            self._get_context().setdefault(f"ours_file_{name}" if self._media is not None else f"ours_{name}", text)

    def _start_hour(self: Any, _attrs: dict[str, str]) -> None:
        self.push("hour", 0)

    def _end_hour(self: Any) -> None:
        self.feeddata.setdefault("ours_hours", []).append(self.pop("hour") or "")

    def _start_day(self: Any, _attrs: dict[str, str]) -> None:
        self.push("day", 0)

    def _end_day(self: Any) -> None:
        self.feeddata.setdefault("ours_days", []).append(self.pop("day") or "")

    def _start_cc_license(self: Any, attrs: dict[str, str]) -> None:
        self._licence = self._get_attribute(attrs, "rdf:resource") or ""
        self.push("ours_licence", 0)

    def _end_cc_license(self: Any) -> None:
        licence = self._licence or self.pop("ours_licence") or ""
        if licence:
            self._get_context().setdefault("links", []).append({"rel": "license", "href": licence})

    def _start_reply(self: Any, attrs: dict[str, str]) -> None:
        self._get_context().setdefault("ours_replies", []).append(attrs.get("href") or attrs.get("ref") or "")


# RFC 4685 3: an element name with hyphens, which `def` cannot spell; and names in which case matters.
setattr(_Ours, "_start_thr_in-reply-to", _Ours._start_reply)
for _vocabulary in ("creativecommons", "creativeCommons", "dcterms"):
    setattr(_Ours, f"_start_{_vocabulary}_license", _Ours._start_cc_license)
    setattr(_Ours, f"_end_{_vocabulary}_license", _Ours._end_cc_license)


def resolve(address: str, base: str) -> str:
    """An address against a stated base, itself where it is none."""
    try:
        return urljoin(base, address) if address else base
    except ValueError:
        return address


class _Strict(_Ours, StrictFeedParser):  # type: ignore[misc]
    def startElementNS(self: Any, name: Any, qname: Any, attrs: Any) -> None:  # noqa: N802 - SAX's name
        # Python's SAX looks each attribute up by going through all of them.
        if len(attrs) > MOST_ATTRIBUTES or self.depth > DEEPEST:
            raise Unreadable("This document is nested too deeply to be read.", "too deep")
        super().startElementNS(name, qname, attrs)


class _Loose(_Ours, LooseFeedParser):  # type: ignore[misc]
    pass


def read(document: Document, url: str) -> RawFeed:
    """What feedparser makes of a document found at `url`. Raises Unreadable where it is hostile."""
    data = f"<?xml version='1.0' encoding='utf-8'?>\n{document.text}".encode("utf-8", "replace")
    base = url if _STATED_BASE.search(document.text) else ""
    parser = _strictly(data, base) or _loosely(data, base)
    return gather(parser.version, parser.feeddata, parser.entries, url)


def _strictly(data: bytes, base: str) -> Any:
    if b"<!DOCTYPE" in data[:1000]:
        return None  # the loose parser knows no entities but HTML's
    handler = _prepared(_Strict(base, None, "utf-8"))
    reader = xml.sax.make_parser()  # noqa: S317 - no DTD reaches it (feed_document), and entities are off
    reader.setFeature(xml.sax.handler.feature_namespaces, True)
    reader.setFeature(xml.sax.handler.feature_external_ges, False)
    reader.setContentHandler(handler)
    reader.setErrorHandler(handler)
    source = xml.sax.xmlreader.InputSource()
    source.setByteStream(io.BytesIO(data))
    try:
        reader.parse(source)
    except (xml.sax.SAXException, *_GIVES_UP):
        return None
    return handler


def _loosely(data: bytes, base: str) -> Any:
    handler = _prepared(_Loose(base, None, "utf-8", {}))
    try:
        handler.feed(data.decode("utf-8"))
    except _GIVES_UP as error:
        raise Unreadable("This document is too broken to be read.", "not a feed") from error
    return handler


def _prepared(handler: Any) -> Any:
    handler.resolve_relative_uris = False
    handler.sanitize_html = False
    handler._stated_bases = [""]
    return handler

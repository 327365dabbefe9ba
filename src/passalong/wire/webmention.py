"""Webmention's two looks at a page (https://www.w3.org/TR/webmention/): where does it take messages, and does it link
to us?

Both read the page flat: what stands in a comment, a script or as escaped text is no tag and counts for nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from typing import Any

from passalong.wire.address import absolute, key
from passalong.wire.charset import decode
from passalong.wire.link_header import read_link_header
from passalong.wire.markup import Tag, attributes, read
from passalong.wire.shapes import Unreadable

REL = "webmention"
MOST_LINKS = 5_000
"""Addresses of one document that are looked at."""
MOST_JSON = 20_000
"""Values of one JSON document that are looked at."""

_HTML = ("text/html", "application/xhtml+xml")
_ADDRESSES: Mapping[str, tuple[str, ...]] = {
    "a": ("href",),
    "area": ("href",),
    "img": ("src", "longdesc"),
    "audio": ("src",),
    "video": ("src", "poster"),
    "source": ("src",),
    "track": ("src",),
    "iframe": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "blockquote": ("cite",),
    "q": ("cite",),
    "ins": ("cite",),
    "del": ("cite",),
    "data": ("value",),
}
"""Where a link may stand in HTML ("and other similar links", section 3.2.2)."""
_IN_TEXT = re.compile(r"https?://[^\s<>\"'\x00-\x1f]+", re.IGNORECASE)
_CLOSERS = ".,;:!?)]}>*_"


def endpoint(url: str, headers: Mapping[str, str], body: bytes) -> str:
    """Where the page that was found at `url`, after redirects, takes webmentions; '' where it takes none.

    Section 3.1.2: the first Link header, else the first <link> or <a> in the order of the document; an empty address
    is the page itself. `headers` have names in lower case.
    """
    for target, given in read_link_header(headers.get("link", "")):
        if REL in given.get("rel", "").lower().split():
            return absolute(url, target)
    kind = headers.get("content-type", "")
    if kind and media_type(kind) not in _HTML:
        return ""
    return _in_page(decode(body, kind)[0], url)


def media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _in_page(text: str, url: str) -> str:
    base, found = "", None
    for tag in _opening_tags(text):
        if tag.name == "base" and not base:
            base = attributes(tag.inside).get("href", "")
        elif tag.name in ("link", "a") and found is None:
            given = attributes(tag.inside)
            if "href" in given and REL in given.get("rel", "").lower().split():
                found = given["href"]
    return "" if found is None else absolute(absolute(url, base) or url, found)


def _opening_tags(text: str) -> Iterator[Tag]:
    return (token for token in read(text) if isinstance(token, Tag) and not token.closing)


def links(url: str, content_type: str, body: bytes) -> frozenset[str]:
    """The keys (`address.key`) of everything a document links to, by the rules of its media type (section 3.2.2).

    HTML: links, pictures, players, quotations; a bare address amid words is none. JSON: every value that is an
    address. Plain text: every address in it. Anything else links to nothing. At most 5,000.
    """
    kind = media_type(content_type) or "text/html"
    text = decode(body, content_type)[0]
    found: set[str] = set()
    for address in _reader_of(kind)(text, url):
        try:
            found.add(key(address))
        except Unreadable:
            continue
        if len(found) >= MOST_LINKS:
            break
    return frozenset(found)


def _reader_of(kind: str) -> Callable[[str, str], Iterator[str]]:
    if kind in _HTML:
        return _in_html
    if kind == "application/json" or kind.endswith("+json"):
        return _in_json
    return _in_words if kind == "text/plain" else _in_nothing


def _in_html(text: str, url: str) -> Iterator[str]:
    base = ""
    waiting: list[str] = []
    for tag in _opening_tags(text):
        if tag.name == "base" and not base:
            base = attributes(tag.inside).get("href", "")
        elif tag.name in _ADDRESSES:
            given = attributes(tag.inside)
            waiting += [given[name] for name in _ADDRESSES[tag.name] if given.get(name)]
        elif tag.name == "link" and "u-" in tag.inside:
            given = attributes(tag.inside)
            if any(name.startswith("u-") for name in given.get("class", "").split()):
                waiting.append(given.get("href", ""))
    base = absolute(url, base) or url
    for address in waiting:
        yield absolute(base, address)


def _in_json(text: str, url: str) -> Iterator[str]:  # noqa: ARG001 - a value is an address as it stands
    try:
        todo: list[Any] = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    for _ in range(MOST_JSON):
        if not todo:
            return
        value = todo.pop()
        if isinstance(value, dict):
            todo += value.values()
        elif isinstance(value, list):
            todo += value
        elif isinstance(value, str) and value.startswith(("http://", "https://")):
            yield value


def _in_words(text: str, url: str) -> Iterator[str]:  # noqa: ARG001 - plain text has no base
    for found in _IN_TEXT.finditer(text):
        yield found[0]
        yield unescape(found[0]).rstrip(_CLOSERS)


def _in_nothing(text: str, url: str) -> Iterator[str]:  # noqa: ARG001
    yield from ()

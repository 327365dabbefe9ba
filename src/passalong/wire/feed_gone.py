"""Entries an Atom feed says were taken back: RFC 6721, section 3, at:deleted-entry."""

from __future__ import annotations

import re
from html import unescape

NAMESPACE = "http://purl.org/atompub/tombstones/1.0"
MOST = 1000
_OPENS = re.compile(r"<!--|<!\[CDATA\[")
_CLOSES = {"<!--": "-->", "<![CDATA[": "]]>"}
_DECLARED = re.compile(r"xmlns(?::([\w.-]{1,40}))?\s*=\s*[\"']" + re.escape(NAMESPACE) + r"[\"']")
_TOMBSTONE = re.compile(r"<(?:([\w.-]{1,40}):)?deleted-entry\s([^<>]{1,2000})>")
_REF = re.compile(r"(?:^|\s)ref\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def taken_back(text: str) -> tuple[str, ...]:
    """The ids, each once, as they are compared with those of entries; () for almost every feed."""
    if NAMESPACE not in text:
        return ()
    markup = without_quotes(text)
    prefixes = set(_DECLARED.findall(markup))
    found: dict[str, None] = {}
    for prefix, attributes in _TOMBSTONE.findall(markup):
        if prefix in prefixes and (ref := _REF.search(attributes)) and len(found) < MOST:
            found[unescape(ref[1] or ref[2] or "").strip()] = None
    found.pop("", None)
    return tuple(found)


def without_quotes(text: str) -> str:
    """Without comments and CDATA sections; from one that never ends on, nothing."""
    kept: list[str] = []
    place = 0
    while opened := _OPENS.search(text, place):
        kept.append(text[place : opened.start()])
        close = _CLOSES[opened[0]]
        end = text.find(close, opened.end())
        if end < 0:
            return "".join(kept)
        place = end + len(close)
    return "".join([*kept, text[place:]])

"""The XML document inside what a server sent: freed of junk, of its DTD, of what is half and of what is too much.

find the root -> is the end missing? -> drop what follows the end; then, where needed: mend, keep the newest 1,000
DTDs never reach a parser (XML 1.0, 2.8): external ones are forgotten, harmless entities are written out here.
"""

from __future__ import annotations

import html
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html.entities import html5

from passalong.wire import dates
from passalong.wire.shapes import Unreadable

MOST_ENTRIES = 1000
_HEAD = 200_000
_MOST_WRITTEN_OUT = 1_000_000

_ROOT = re.compile(r"<((?:[a-z_][\w.\-]{0,50}:)?(?:rss|rdf|feed|channel))(?=[\s>/])([^>]*)", re.IGNORECASE)
_FIRST_TAG = re.compile(r"<([a-z_][\w.:\-]{0,60})", re.IGNORECASE)
_HTML = frozenset({"html", "head", "body", "script", "style", "meta", "title", "div", "p", "h1", "table", "noscript"})
_CHANNEL = re.compile(r"<(/?)(channel)(?=[\s>])", re.IGNORECASE)
_ENTRY_END = re.compile(r"</(?:[a-z_][\w.\-]{0,50}:)?(?:item|entry)\s*>", re.IGNORECASE)
_ENTRY_START = re.compile(r"<(?:[a-z_][\w.\-]{0,50}:)?(?:item|entry)(?=[\s>/])", re.IGNORECASE)
_DATE = re.compile(r"<(?:[a-z]{1,10}:)?(?:pubdate|published|updated|issued|modified|date)\b[^<>]*>([^<]{4,80})<", re.I)
_ENTITY = re.compile(r"<!ENTITY\s+(\w{1,64})\s+(?:\"([^\"<%]{0,200})\"|'([^'<%]{0,200})')\s*>")
_REFERENCE = re.compile(r"&([A-Za-z][\w.\-]{0,63});")
_BARE_AMPERSAND = re.compile(r"&(?!(?:[A-Za-z][\w.\-]{0,63}|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NUMBER = re.compile(r"&#(?:x0*(?P<hex>[0-9a-f]*)|0*(?P<decimal>[0-9]*));", re.IGNORECASE)
_LARGEST = 0x10FFFF
_CDATA = "<![CDATA["
_PREDEFINED = frozenset({"lt", "gt", "amp", "quot", "apos"})


@dataclass(frozen=True, slots=True)
class Document:
    """XML that may be a feed, from its root element on. No declaration, no DTD."""

    text: str
    root: str
    """Name of the root element as written; '' where none of a feed was found."""
    cut: bool = False
    mended: bool = False
    """The text is not what was sent: entities or control characters were replaced."""


def find(text: str) -> Document:
    """The feed document in `text`. Raises Unreadable: html, not a feed."""
    head = text[:_HEAD]
    start = _skip_prolog(head)
    match = _ROOT.search(head, start)
    if _is_html(head, start, match):
        raise Unreadable("This address gives a web page, not something that can be followed.", "html")
    if match is None:
        # Some dialects of long ago have other roots; whatever it is, it has entries near its beginning.
        if not _ENTRY_START.search(head, start):
            raise Unreadable("This address gives nothing that can be followed.", "not a feed")
        return Document(head[start:], "")
    entities = _entities(head[: match.start()]) if "<!ENTITY" in head[: match.start()] else {}
    document = _end(text[match.start() :], match[1])
    return _write_out(document, entities) if entities else document


def mend(document: Document) -> Document:
    """The same document with the commonest faults of its XML put right, for a second try."""
    text = _NUMBER.sub(_good_number, _CONTROL.sub("", document.text)).replace("&#X", "&#x")
    return _write_out(replace(document, text=text), {})


def _good_number(number: re.Match[str]) -> str:
    """The reference as it stands; '' where it is to no character that XML knows (XML 1.0, section 2.2)."""
    digits, radix = (number["hex"], 16) if number["hex"] is not None else (number["decimal"], 10)
    code = int(digits, radix) if 0 < len(digits) <= len(str(_LARGEST)) else 0
    return number[0] if 0 < code <= _LARGEST and not _CONTROL.match(chr(code)) else ""


def _skip_prolog(head: str) -> int:
    """Where the first tag stands: behind declarations, comments and the DTD."""
    position = 0
    while (position := head.find("<", position)) >= 0:
        if head.startswith("<!--", position):
            end, width = head.find("-->", position), 3
        elif head.startswith("<?", position):
            end, width = head.find("?>", position), 2
        elif head.startswith("<!", position):
            end, width = _end_of_doctype(head, position), 1
        else:
            return position
        if end < 0:
            return position
        position = end + width
    return 0


def _end_of_doctype(head: str, position: int) -> int:
    end = head.find(">", position)
    subset = head.find("[", position)
    if 0 <= subset < end:
        close = head.find("]", subset)
        return head.find(">", close) if close > 0 else -1
    return end


def _is_html(head: str, start: int, root: re.Match[str] | None) -> bool:
    first = _FIRST_TAG.match(head, start)
    name = first[1].lower() if first else ""
    if name == "html" or "<!doctype html" in head[: start + 1].lower():
        return True
    return root is None and name in _HTML


def _end(text: str, root: str) -> Document:
    """The document up to its closing root tag; without one it was cut, and loses the entry that is half."""
    tag = f"</{root}"
    end = text.rfind(tag)
    if end < 0:
        end = text.lower().rfind(tag.lower())
    if end >= 0 and not _ENTRY_START.search(text, end):
        close = text.find(">", end)
        return Document(text[: close + 1] if close > 0 else f"{text[:end]}{tag}>", root)
    opening = text[: text.find(">") + 1]
    if opening.endswith("/>"):
        return Document(opening, root)
    last = _last(_ENTRY_END, text)
    whole = text[: last.end()] if last else opening
    return Document(whole + _closing(whole, root), root, cut=True)


def _closing(text: str, root: str) -> str:
    """The end tags a document lacks when it stops behind an entry."""
    channel = _last(_CHANNEL, text) if root.lower() == "rss" else None
    return f"</{channel[2]}></{root}>" if channel and not channel[1] else f"</{root}>"


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return next(iter(deque(pattern.finditer(text), maxlen=1)), None)


def keep_newest(document: Document) -> Document:
    """At most 1,000 entries: the newest, in the order they stand in. Costs one pass, whatever the size."""
    text = document.text
    ends = [match.end() for match in _ENTRY_END.finditer(text)]
    if len(ends) <= MOST_ENTRIES:
        return document
    first = _ENTRY_START.search(text)
    start = first.start() if first else 0
    newest_last = _dated(text[start : ends[0]]) < _dated(text[ends[-2] : ends[-1]])
    last = len(ends) - 1
    kept = (
        text[:start] + text[ends[last - MOST_ENTRIES] : ends[last]] if newest_last else text[: ends[MOST_ENTRIES - 1]]
    )
    return replace(document, text=kept + _closing(kept, document.root))


def _dated(entry: str) -> float:
    moment = dates.read(match[1]) if (match := _DATE.search(entry)) else None
    return moment.timestamp() if moment else 0.0


def _entities(prolog: str) -> dict[str, str]:
    """Entities of an internal subset that stand for a few plain characters; all others are forgotten."""
    found: dict[str, str] = {}
    for name, double, single in _ENTITY.findall(prolog)[:200]:
        value = double or single
        if not _REFERENCE.search(value):
            found.setdefault(name, html.unescape(value))
    return found


def _write_out(document: Document, entities: dict[str, str]) -> Document:
    """Named characters as numbers and lone ampersands escaped, everywhere but in CDATA sections."""
    budget = _MOST_WRITTEN_OUT

    def number(match: re.Match[str]) -> str:
        nonlocal budget
        name = match[1]
        if name in _PREDEFINED:
            return match[0]
        value = entities.get(name) or html5.get(f"{name};")
        if value is None:
            return f"&amp;{name};"
        budget -= len(value)
        if budget < 0:
            return ""
        return "".join(f"&#{ord(char)};" for char in value)

    pieces = []
    for piece in _around_cdata(document.text):
        sealed = piece.startswith(_CDATA)
        pieces.append(piece if sealed else _BARE_AMPERSAND.sub("&amp;", _REFERENCE.sub(number, piece)))
    return replace(document, text="".join(pieces), mended=True)


def _around_cdata(text: str) -> Iterator[str]:
    """The pieces of a text, CDATA sections apart. One pass: a pattern would search to the end for each open section."""
    position = 0
    while (start := text.find(_CDATA, position)) >= 0:
        end = text.find("]]>", start)
        if end < 0:
            break
        yield text[position:start]
        yield text[start : end + 3]
        position = end + 3
    yield text[position:]

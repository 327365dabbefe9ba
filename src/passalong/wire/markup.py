"""HTML as a flat run of tags and text, read in time linear in its length whatever it holds.

Tree builders take minutes over a megabyte of nested or many-attributed tags, and head links, anchors and nesting depth
need no tree. The states follow HTML, section 13.2.5 (Tokenization); repetitions are possessive, so none is tried twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.entities import html5
from typing import NamedTuple

VOID = frozenset(
    {
        "area",
        "base",
        "br",
        "col",
        "embed",
        "frame",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    }
)
RAW = frozenset({"iframe", "noembed", "noframes", "script", "style", "xmp"})
TEXT_ONLY = RAW | {"textarea", "title"}

_ATTRIBUTES = r"(?:[\s/]++|=?[^\s/>=]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+|(?=>)))?+|=)*+"
TAG = re.compile(rf"<(/?)([A-Za-z][^\s/>]*+)({_ATTRIBUTES})(>?)")
_ATTRIBUTE = re.compile(r"(=?[^\s/>=]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>\"'][^\s>]*+)|(?=>)))?+")
_REFERENCE = re.compile(r"&(#[0-9]++;?|#[xX][0-9a-fA-F]++;?|[A-Za-z][A-Za-z0-9]*+;?)(=?)")
_OPENING = re.compile(r"<[A-Za-z/!?]")
_COMMENT_END = re.compile("--!?>")
_CLOSERS = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in TEXT_ONLY}
_TAG_OR_COMMENT = re.compile(rf"<!--(?:(?!--!?>).)*+|<(/?)([A-Za-z][^\s/>]*+)({_ATTRIBUTES})", re.DOTALL)
_CLOSES_ITSELF = VOID | {"p", "li", "dd", "dt", "tr", "td", "th", "tbody", "thead", "tfoot", "option", "rt", "rp"}
_FORMATTING = frozenset(
    {"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"}
)
_FEW_TAGS = 200
_SHORT = 20_000
_LONG_TAG = 2_000
_MOST_ATTRIBUTES = 200


class Tag(NamedTuple):
    """An opening or closing tag. `inside` is its unread attribute text; `start` and `end` are offsets."""

    name: str
    closing: bool
    inside: str
    start: int
    end: int


def read(html: str) -> Iterator[Tag | str]:
    """Tags and the text between them, in order. Text is unescaped, but script, style and the like come raw."""
    at, size = 0, len(html)
    while at < size:
        found = _OPENING.search(html, at)
        if found is None:
            yield unescape(html[at:])
            return
        opening = found.start()
        if opening > at:
            yield unescape(html[at:opening])
        tag = TAG.match(html, opening)
        if tag is None:
            at = _past_comment(html, opening)
            continue
        at = tag.end()
        if not tag[4]:
            return  # "EOF in tag": the tag is dropped, and nothing follows
        name, closing = tag[2].lower(), bool(tag[1])
        yield Tag(name, closing, tag[3], opening, at)
        if name in TEXT_ONLY and not closing:
            closer = _CLOSERS[name].search(html, at)
            content = html[at : closer.start() if closer else size]
            yield content if name in RAW else unescape(content)
            at = closer.start() if closer else size
        elif name == "plaintext" and not closing:
            yield html[at:]
            return


def attributes(inside: str) -> dict[str, str]:
    """The attributes of a tag by lower-case name; the first of a name wins, as in browsers. At most 200 are read."""
    found: dict[str, str] = {}
    for attribute in _ATTRIBUTE.finditer(inside):
        name = attribute[1].lower()
        if name not in found:
            value = attribute[2] or attribute[3] or attribute[4] or ""
            found[name] = _REFERENCE.sub(_resolved, value) if "&" in value else value
        if len(found) >= _MOST_ATTRIBUTES:
            break
    return found


class Weight(NamedTuple):
    """How much a tree builder can have to do, at most."""

    depth: int
    """Tags open within each other."""
    tags: int
    """Opening tags that may hold others."""
    formatting: int
    """Formatting tags open at once: each block that follows repeats all of them."""
    crowd: int
    """Attributes of one tag."""


def weigh(html: str) -> Weight:
    """Upper limits for a tree of this HTML: a closing tag counts only for the tag opened last, so no trick lowers them.

    What closes by itself (`<p>`, `<li>`) is no depth of its own. Short pages of few tags are not looked at.
    """
    if (few := html.count("<")) <= _FEW_TAGS and len(html) <= _SHORT:
        return Weight(few, few, 0, 0)
    tags = depth = formatting = most_formatting = crowd = 0
    stack: list[str] = []
    for tag in _TAG_OR_COMMENT.finditer(html):
        name = (tag[2] or "").lower()
        if len(tag[3] or "") > _LONG_TAG:
            crowd = max(crowd, len(_ATTRIBUTE.findall(tag[3])))
        if not name or name in _CLOSES_ITSELF:
            continue
        if not tag[1]:
            stack.append(name)
            tags += 1
            formatting += name in _FORMATTING
            depth = max(depth, len(stack))
            most_formatting = max(most_formatting, formatting)
        elif stack and stack[-1] == name:
            stack.pop()
            formatting -= name in _FORMATTING
    return Weight(depth, tags, most_formatting, crowd)


def _past_comment(html: str, opening: int) -> int:
    """Where a comment, doctype, processing instruction or nonsense such as '</3' ends."""
    if html.startswith("<!--", opening):
        if html.startswith((">", "->"), opening + 4):
            return html.index(">", opening) + 1
        mark = _COMMENT_END.search(html, opening + 4)
        return mark.end() if mark else len(html)
    end = html.find(">", opening + 2)
    return end + 1 if end >= 0 else len(html)


def _resolved(reference: re.Match[str]) -> str:
    """A character reference inside an attribute: '&copy=' in an address is no copyright sign (HTML 13.2.5.73)."""
    name, equals = reference[1], reference[2]
    if name[0] != "#" and (name not in html5 or (equals and not name.endswith(";"))):
        return reference[0]
    return unescape("&" + name) + equals

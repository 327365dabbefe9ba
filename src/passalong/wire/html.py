"""The one door through which strangers' HTML comes in: what may stay, and what becomes of the rest.

nh3 builds the tree as browsers do and lets only listed tags and attributes through; `settle` then decides every
address, picture and player in the serialised result. Nothing that nh3 did not write, and no value
unescaped, leaves here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape
from itertools import pairwise

import nh3

from passalong.wire.head import Anchor, Head, HeadLink, head
from passalong.wire.html_fast import clean_fast, is_odd
from passalong.wire.markup import TEXT_ONLY, read, weigh
from passalong.wire.mend import mend
from passalong.wire.settle import ALWAYS, ATTRIBUTES, TAGS, settle

__all__ = ["Anchor", "Clean", "Head", "HeadLink", "clean", "excerpt", "head", "plain"]

LIMIT = 500_000
MOST_TEXT = 100_000
"""Bytes of plain text kept for search."""
DEEPEST = 200
"""Open tags within each other. Trees are built in time quadratic in depth; no honest entry comes near."""
HEAVIEST = 200_000
"""Unclosed formatting tags times tags."""
MOST_ATTRIBUTES = 500
_MOST_GROWTH = 6
_MOST_PASSES = 4

_SILENT = TEXT_ONLY | {"math", "select", "svg", "template"}
_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    attributes={name: set(allowed) for name, allowed in ATTRIBUTES.items()},
    clean_content_tags=set(_SILENT),
    set_tag_attribute_values=ALWAYS,
    link_rel=None,
    url_schemes={"http", "https", "mailto", "tel"},
)
# A dropped tag may have held apart what HTML does not nest (a paragraph in a button in a paragraph), and what stands
# wrong in a table is moved in front of it: such HTML is read again until it stays the same.
_HELD = TAGS - {"caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
_OPENING = re.compile(r"<([A-Za-z][^\s/>]*[\s/>]?)")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
# nh3 writes no others; the ampersand comes last, so that nothing is unescaped twice.
_WRITTEN_REFERENCES = (("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"))
_HEADING = re.compile("<(/?)h[1-6][ >]")
_BLOCK = re.compile(
    r"</?(?:address|article|aside|blockquote|br|caption|dd|details|div|dl|dt|figcaption|figure|footer|h[1-6]|header|hr|li"
    r"|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul|video|audio)(?=[\s>])[^>]*>"
)
_ANY_TAG = re.compile(r"<[^>]*>")
_BLOCK_NAMES = frozenset(
    [
        "p",
        "div",
        "br",
        "li",
        "tr",
        "td",
        "th",
        "dt",
        "dd",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "pre",
        "blockquote",
        "hr",
    ]
)


@dataclass(frozen=True, slots=True)
class Clean:
    """HTML that may stand in our pages, and what is in it."""

    html: str
    links: tuple[str, ...] = ()
    """Absolute web addresses it links to, each once, in order."""
    images: tuple[str, ...] = ()
    """Absolute addresses of its pictures, each once, in order."""
    cut: bool = False
    """More was there than is kept: to be read at its source."""

    @property
    def text(self) -> str:
        """Its plain words, a line per block, at most 100 kB. Worked out each time: not everybody wants them."""
        return plain(self.html)

    @property
    def first_image(self) -> str:
        return self.images[0] if self.images else ""


def clean(html: str, base: str = "", *, limit: int = LIMIT) -> Clean:
    """Make a stranger's HTML safe to show. Never fails; what is cleaned stays the same when cleaned again.

    Relative addresses hang on `base`. Beyond `limit` characters it is cut. Hostile nesting leaves the words alone.
    """
    cut = len(html) > limit
    if cut:
        html = _without_half_tag(html[:limit])
    if not html.isascii():
        html = html.encode("utf-8", "replace").decode("utf-8")  # nh3 refuses halves of surrogate pairs
    if "<" not in html:
        html = _escaped(_printable(unescape(html)))
        return Clean(html, cut=cut)
    if fast := clean_fast(html, base):
        return Clean(*fast, cut)
    weight = weigh(html)
    if weight.depth > DEEPEST or weight.formatting * weight.tags > HEAVIEST or weight.crowd > MOST_ATTRIBUTES:
        return _flat(html, cut)
    shifts = not _HELD.issuperset(name[:-1].lower() for name in set(_OPENING.findall(html)))
    if shifts:
        html = mend(html, base)
    for _ in range(_MOST_PASSES):
        given = html
        html, links, images = settle(_printable(_CLEANER.clean(given)), base)
        if len(html) > limit * _MOST_GROWTH:
            return _flat(given, cut)
        if html == given or not (shifts or _headings_nest(html)):
            return Clean(html, links, images, cut)
    return _flat(html, cut)


def plain(html: str) -> str:
    """The words of cleaned HTML, a line per block."""
    if "<" not in html:
        return _words(html)
    return _words(_ANY_TAG.sub("", _BLOCK.sub("\n", html.replace("\n", " "))))


def excerpt(text: str, n: int = 280) -> str:
    """At most `n` characters of plain text on one line, cut after a word, with '…' where something is left off."""
    line = " ".join(text[: n * 4].split())
    if len(line) <= n and len(text) <= n * 4:
        return line
    start = line[: n - 1]
    whole = start.rpartition(" ")[0] if not line[n - 1 : n].isspace() else start
    return (whole if len(whole) > n // 2 else start).rstrip(" ,;:.–—-") + "…"


def _headings_nest(html: str) -> bool:
    closings = _HEADING.findall(html)
    return any(not one and not two for one, two in pairwise(closings))


def _words(escaped: str) -> str:
    text = escaped
    for reference, character in _WRITTEN_REFERENCES if "&" in escaped else ():
        text = text.replace(reference, character)
    lines = "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))
    if len(lines) * 4 > MOST_TEXT:
        lines = lines.encode("utf-8", "replace")[:MOST_TEXT].decode("utf-8", "ignore")
    return lines


def _printable(html: str) -> str:
    """Without the control characters that XML cannot hold."""
    return _UNPRINTABLE.sub("", html) if is_odd(html) else html


def _escaped(text: str) -> str:
    return escape(text, quote=False).replace("\xa0", "&nbsp;")


def _without_half_tag(html: str) -> str:
    opening = html.rfind("<")
    return html[:opening] if opening > html.rfind(">") else html


def _flat(html: str, cut: bool) -> Clean:
    """The words alone, in paragraphs."""
    pieces: list[str] = []
    silent = False
    for token in read(html):
        if isinstance(token, str):
            if not silent:
                pieces.append(token.replace("\n", " "))
        else:
            silent = token.name in TEXT_ONLY and not token.closing
            if token.name in _BLOCK_NAMES:
                pieces.append("\n")
    text = "\n".join(filter(None, (" ".join(line.split()) for line in "".join(pieces).split("\n"))))
    text = _printable(text)
    return Clean("".join(f"<p>{_escaped(line)}</p>" for line in text.split("\n") if line), cut=cut)

"""A short way for HTML in good order: read once from left to right, and on any doubt left to the tree builder.

What is taken here is what nh3 would give back as it is, but for attributes it drops: known tags, in lower case, that
close in the order they opened, and nest as HTML nests them without moving anything (HTML, section 13.2.6). Equal to the
long way by tests/wire/test_clean_fast.py, over generated and over real bodies.
"""

from __future__ import annotations

import re
from html import escape, unescape

from passalong.wire.address import is_settled
from passalong.wire.settle import ATTRIBUTES, Met, settle_link, settle_tag

DEEPEST = 20
MOST_TAGS = 5_000
LONGEST_TAG = 2_000

_INLINE_NAMES = """a abbr b bdi bdo cite code del dfn em i ins kbd mark q s samp small span strike strong sub sup time
u var"""
_BLOCK_NAMES = """address article aside blockquote details div dl figcaption figure footer header ol p pre section
summary ul"""
_INLINE = frozenset(_INLINE_NAMES.split())
_SIMPLE = _INLINE | {"p"}
"""Not within themselves; that suffices."""
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = _HEADINGS | frozenset(_BLOCK_NAMES.split())
_PARENTS = {"li": ("ul", "ol"), "dt": ("dl",), "dd": ("dl",)}
_VOID = frozenset({"br", "hr", "img", "wbr"})
_TAG = re.compile(r'([a-z][a-z0-9]*)((?: [a-z][a-z0-9-]*="(?:[^"<>&]|&amp;)*")*+)( ?/)?')
_ATTRIBUTE = re.compile(r' ([a-z][a-z0-9-]*)="([^"]*)"')
_ADDRESSES = frozenset({"cite", "href", "src"})
_WEB = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,6}[a-z]{2,20}(?:[/?#][!-~]*+)?")
_REFERENCE = re.compile(
    r"&(?!(?:amp|lt|gt|nbsp|quot|hellip|[mn]dash|[lr][sd]quo|#(?:3[2-9]|[4-9][0-9]|1[01][0-9]|8[0-9]{3}));)"
)
"""An ampersand that starts none of the references known here."""
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f\xa0\ud800-\udfff\ufeff\ufffe\uffff]")
_ODD_BYTES = bytes([*range(9), *range(11, 32), 127])


def clean_fast(html: str, base: str) -> tuple[str, tuple[str, ...], tuple[str, ...]] | None:
    """Safe HTML, its links and its images; None where the long way has to decide."""
    first, *pieces = html.split("<")
    if len(pieces) > MOST_TAGS or html.count(">") != len(pieces) or is_odd(html):
        return None
    references = "&" in html
    if references and _REFERENCE.search(html):
        return None
    met, stack = Met(base), list[str]()
    written = [_text(first) if references else first]
    for piece in pieces:
        tag, mark, text = piece.partition(">")
        shown = f"{tag}>"
        if tag[:1] == "/":
            if not stack or stack.pop() != tag[1:]:
                return None
        elif tag in _SIMPLE:
            if tag in stack or len(stack) >= DEEPEST:
                return None
            stack.append(tag)
        else:
            opened = _opened(tag, text, stack, met)
            if opened is None:
                return None
            shown = opened[1:]
        if not mark:
            return None
        if references and "&" in text:
            text = _text(text)
        if shown:
            written.append(shown + text)
        else:
            written[-1] += text
    return None if stack else ("<".join(written), tuple(met.links), tuple(met.images))


def is_odd(html: str) -> bool:
    """Characters that do not come out of a tree builder, or not as they went in."""
    if html.isascii():
        data = html.encode()
        return len(data.translate(None, _ODD_BYTES)) != len(data)
    return not html.isprintable() and _ODD.search(html) is not None


def _text(text: str) -> str:
    """As nh3 writes it."""
    return escape(unescape(text), quote=False).replace("\xa0", "&nbsp;")


def _opened(tag: str, text: str, stack: list[str], met: Met) -> str | None:
    """What is written for an opening tag, which goes on the stack; '' for nothing, None for doubt."""
    name, inside = tag, ""
    if tag.startswith('a href="') and tag.find('"', 8) == len(tag) - 1 and is_settled(url := tag[8:-1]):
        if "&" in url or "xn--" in url or "a" in stack or len(stack) >= DEEPEST:
            return None
        stack.append("a")
        return settle_link(met, url)
    if not tag.isalnum():
        found = _TAG.fullmatch(tag) if len(tag) <= LONGEST_TAG else None
        if found is None or (found[3] and found[1] not in _VOID):
            return None
        name, inside = found[1], found[2]
    if not _fits(name, text, stack):
        return None
    if name not in _VOID:
        stack.append(name)
    if inside:
        kept = _kept(name, inside)
        if kept is None:
            return None
        if kept:
            return settle_tag(met, name, kept)
    return "" if name == "img" else f"<{name}>"


def _fits(name: str, text: str, stack: list[str]) -> bool:
    """Whether a tree builder would open this tag right here, closing and moving nothing."""
    if len(stack) >= DEEPEST:
        return False
    if name in _INLINE:
        return name not in stack
    if name in _BLOCKS:
        if name == "pre" and text.startswith("\n"):
            return False  # a newline that a tree builder drops
        return "p" not in stack and (name not in _HEADINGS or _HEADINGS.isdisjoint(stack))
    if name in _PARENTS:
        return bool(stack) and stack[-1] in _PARENTS[name]
    return name in _VOID and (name != "hr" or "p" not in stack)


def _kept(name: str, inside: str) -> str | None:
    """The attributes that nh3 lets through; None where that is a question."""
    allowed, general = ATTRIBUTES.get(name, frozenset()), ATTRIBUTES["*"]
    kept: dict[str, str] = {}
    for key, value in _ATTRIBUTE.findall(inside):
        if key in allowed or key in general:
            if key in kept or (key in _ADDRESSES and not _plainly_web(value)):
                return None
            kept[key] = value
    return "".join([f' {key}="{value}"' for key, value in kept.items()])


def _plainly_web(address: str) -> bool:
    return _WEB.fullmatch(address) is not None and "xn--" not in address

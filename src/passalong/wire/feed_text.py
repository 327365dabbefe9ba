"""Texts in feeds: is it markup or not, what it says without markup, and who is meant by an author line.

All patterns are linear: a hostile megabyte costs milliseconds.
"""

from __future__ import annotations

import html
import re
from contextlib import suppress
from html.entities import name2codepoint

from passalong.wire.feed_raw import HTML, PLAIN, XHTML, Text
from passalong.wire.shapes import Author

# Bytes 0x80-0x9f that came through as characters mean windows-1252 (WHATWG Encoding, "windows-1252").
# Looked for in UTF-8, where a pattern with a literal start is ten times faster than a class of characters.
_C1 = re.compile(rb"\xc2[\x80-\x9f]")
_WINDOWS_1252 = {
    byte: bytes([byte]).decode("windows-1252")
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}

_CLOSING_OR_REFERENCE = re.compile(r"</\w+>|&#?\w+;")
_TAG_NAME = re.compile(r"</?(\w+)")
_NAMED = re.compile(r"&(\w+);")
_HARMLESS_TAGS = frozenset(
    # The elements feedparser calls acceptable; an unknown one means "this is no markup".
    re.findall(
        r"\S+",
        """a abbr acronym address area article aside audio b big blockquote br button canvas caption center cite code
        col colgroup command datagrid datalist dd del details dfn dialog dir div dl dt em event-source fieldset
        figcaption figure font footer form h1 h2 h3 h4 h5 h6 header hr i img input ins kbd keygen label legend li m map
        menu meter multicol nav nextid noscript ol optgroup option output p pre progress q s samp section select small
        sound source spacer span strike strong sub sup table tbody td textarea tfoot th thead time tr tt u ul var
        video""",
    )
)

_SCRIPT = re.compile(r"<(script|style)\b[^<>]*>[^<]*</\1\s*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
_BLOCK_TAG = re.compile(r"</?(?:br|p|div|li|h[1-6]|tr|td)\b[^<>]*>", re.IGNORECASE)
_VOID_PAIR = re.compile(
    r"<((area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)\b[^<>]*)></\2>", re.IGNORECASE
)

_MAIL = re.compile(r"(?:mailto:)?([\w.+\-]{1,100}@[\w\-]{1,100}(?:\.[\w\-]{1,100}){1,8})", re.ASCII)
_ANGLES = re.compile(r"&lt;|&gt;|[<>]|\(\s*\)|\?subject=\S{0,200}")


def mend(text: str) -> str:
    """UTF-8 that was taken for Latin-1 on its way becomes itself again; stray windows-1252 control bytes too.

    The same two mends feedparser makes, for every text it returns.
    """
    if text.isascii():
        return text
    with suppress(UnicodeError):
        text = text.encode("latin-1").decode("utf-8")
    return text.translate(_WINDOWS_1252) if _C1.search(text.encode("utf-8", "replace")) else text


def looks_like_html(text: str) -> bool:
    """Is a text of unstated type markup? Only where it closes a tag or names a character, and nothing in it is odd."""
    if "<" not in text and "&" not in text:
        return False
    if not _CLOSING_OR_REFERENCE.search(text):
        return False
    if any(name.lower() not in _HARMLESS_TAGS for name in _TAG_NAME.findall(text)):
        return False
    return all(name in name2codepoint for name in _NAMED.findall(text))


def kind(stated: str) -> str:
    """The media type meant by an Atom `type` (RFC 4287 3.1.1): text, html, xhtml or a media type."""
    stated = stated.lower()
    return {"text": PLAIN, "plain": PLAIN, "html": HTML, "xhtml": XHTML}.get(stated, stated)


def plain(text: Text | None, longest: int = 1000) -> str:
    """A text as one line without markup, entities resolved; `<` in a text that is no markup stays."""
    if text is None:
        return ""
    # Markup inflates; four times the wanted length of words is more than any title needs.
    value = text.value[: longest * 20]
    if text.type != PLAIN:
        value = without_tags(value)
    value = " ".join(value.split())
    return value if len(value) <= longest else value[: longest - 1].rstrip() + "…"


def without_tags(markup: str) -> str:
    """The words of an HTML fragment."""
    if "<" in markup:
        markup = _SCRIPT.sub("", markup)
        markup = _BLOCK_TAG.sub(" ", markup)
        markup = _TAG.sub("", markup)
    return html.unescape(markup) if "&" in markup else markup


def as_html(text: Text | None) -> str:
    """A body as HTML: plain text is escaped, its line breaks kept."""
    if text is None:
        return ""
    if text.type == PLAIN:
        return html.escape(text.value, quote=False).replace("\r\n", "\n").replace("\n", "<br>\n")
    if text.type == XHTML:
        return _VOID_PAIR.sub(r"<\1>", text.value)
    return text.value


def could_be_link(identity: str) -> bool:
    """May an identity stand for the missing link? RSS calls each a permalink by default; many are bare numbers."""
    return identity.startswith(("http://", "https://", "/"))


def read_author(line: str) -> Author:
    """Who an author line names: `ann@ann.example (Ann)`, `Ann <ann@ann.example>`, `Ann` (RSS 2.0, author)."""
    line = line.strip()[:500]
    match = _MAIL.search(line)
    if not match:
        return Author(name=" ".join(line.split()))
    rest = _ANGLES.sub(" ", line.replace(match[0], " "))
    rest = " ".join(rest.split()).strip(" ,;").removeprefix("(").removesuffix(")").strip()
    return Author(name=rest, email=match[1])

"""What people type, as HTML: Markdown with bare links and #tags; line breaks stay, raw HTML does not.

CommonMark 0.31; tables and strikethrough as on most sites that know Markdown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, MutableMapping, Sequence
from typing import Any
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from passalong.wire import html
from passalong.wire.bare import ADDRESS, IN_ADDRESS, NOT_BEFORE, web_address, without_ending

LONGEST_TAG = 60

# A tag holds a letter (#1 is a number), follows nothing it belongs to (C#, a&#b, /#c), and keeps its hyphens inside.
_MARKS = (  # vowel signs, accents and joiners, which Python's \\w leaves out of words
    r"\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0730-\u074a\u07a6-\u07b0"
    r"\u0816-\u082d\u08d3-\u0963\u0966-\u0df3\u0e31-\u0e4e\u0eb1-\u0ecd\u0f18-\u0f84\u0f86-\u0fbc\u102b-\u1049\u1050-\u109d"
    r"\u135d-\u135f\u1712-\u1734\u1752-\u1773\u17b4-\u17d3\u18a9\u1920-\u193b\u200c\u200d\u3099\u309a\ufe20-\ufe2f"
)
_TAG = rf"(?<![\w{_MARKS}&/#＃])[#＃](?P<tag>(?=[\w{_MARKS}·-]*[^\W\d_])\w(?:[\w{_MARKS}·-]*[\w{_MARKS}])?)"
_TAG_OR_WWW = re.compile(rf"{NOT_BEFORE}www\.(?=[^\s.]){IN_ADDRESS}|{_TAG}", re.IGNORECASE)
_SCHEME_BEHIND = re.compile(NOT_BEFORE + "https?$", re.IGNORECASE)


def render(text: str, tag_url: str = "") -> str:
    """Markdown as HTML that may stand in our pages. Never fails.

    Each #tag links to `tag_url`, an absolute address, with the tag (lower case) put behind it; '' leaves tags as words.
    """
    return html.clean(_READER.render(text, {"tag_url": tag_url})).html.rstrip("\n")


def tags(text: str) -> tuple[str, ...]:
    """The #tags in Markdown without their mark, each once, as first written; none from code, links and headings."""
    env: dict[str, Any] = {}
    _READER.parse(text, env)
    found: dict[str, str] = {}
    for tag in env.get("tags", []):
        found.setdefault(tag.casefold(), tag)
    return tuple(found.values())


def plain(text: str) -> str:
    """The words of Markdown without their marks, a line per block."""
    return html.plain(render(text))


def _take_bare_link(state: StateInline, silent: bool) -> bool:
    """An inline rule at ':': an address is taken whole, so that no * or _ in it becomes emphasis."""
    scheme = _SCHEME_BEHIND.search(state.pending[-6:])
    found = ADDRESS.match(state.src, state.pos - len(scheme[0])) if scheme and not state.linkLevel else None
    label = without_ending(found[0]) if found else ""
    url = web_address(label)
    if not scheme or not url:
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[0])]
        opening = state.push("link_open", "a", 1)
        opening.attrs = {"href": url}
        state.push("text", "", 0).content = label
        state.push("link_close", "a", -1)
    state.pos += len(label) - len(scheme[0])
    return True


def _find_tags(state: StateCore) -> None:
    """A core rule: in text outside code, links and headings #tags are noted and linked; www. in headings too."""
    heading = False
    for token in state.tokens:
        heading = token.type == "heading_open" or (heading and token.type != "heading_close")
        if token.type == "inline" and token.children:
            token.children = list(_split(token.children, heading, state.env))


def _split(parts: Sequence[Token], heading: bool, env: MutableMapping[str, Any]) -> Iterator[Token]:
    linked = 0
    before = ""
    for part in parts:
        linked += part.nesting if part.type in ("link_open", "link_close") else 0
        if part.type == "text" and not linked:
            yield from _split_text(part.content, before, heading, env)
        else:
            yield part
        before = part.content[-1:] if part.type in ("text", "text_special", "code_inline") else ""


def _split_text(text: str, before: str, heading: bool, env: MutableMapping[str, Any]) -> Iterator[Token]:
    """The text as tokens. `before` is the character it follows: a\\#b is no tag."""
    whole = before + text
    at = len(before)
    for found in _TAG_OR_WWW.finditer(whole, at):
        label = found[0]
        if found["tag"] is None:
            label = without_ending(label)
            url = web_address(label)
        elif heading:
            continue
        else:
            tag = unicodedata.normalize("NFC", found["tag"])[:LONGEST_TAG]
            env.setdefault("tags", []).append(tag)
            url = env["tag_url"] + quote(tag.lower(), safe="") if env.get("tag_url") else ""
        if url:
            yield _text(whole[at : found.start()])
            yield Token("link_open", "a", 1, attrs={"href": url})
            yield _text(label)
            yield Token("link_close", "a", -1)
            at = found.start() + len(label)
    yield _text(whole[at:])


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


_READER = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
_READER.inline.ruler.before("escape", "bare_link", _take_bare_link)
_READER.core.ruler.after("inline", "tags", _find_tags)

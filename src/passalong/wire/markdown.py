"""Markdown as people type it in a box: CommonMark, tables, strikethrough, bare links, #tags; line breaks are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from passalong.wire.html import clean

BARE_LINK = re.compile(r"https?://[^\s<>\"“”]+", re.IGNORECASE)
TAG = re.compile(r"(?<![\w/&#;])#(?P<tag>(?=[\w-]*[^\W\d_])\w[\w-]*)")
_CLOSERS = {")": "(", "]": "[", "}": "{"}
_ENDS = ".,;:!?'*_~»"

_PARSER = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])


def address_end(url: str) -> str:
    """The address without what belongs to the sentence around it: a full stop, a bracket that it did not open."""
    while url:
        last = url[-1]
        opener = _CLOSERS.get(last)
        if last in _ENDS or (opener and url.count(last) > url.count(opener)):
            url = url[:-1]
        else:
            break
    return url


def render(text: str, tag_url: str = "") -> str:
    """Safe HTML. A tag links to `tag_url` + the tag; where `tag_url` is '' it stays plain text."""
    tokens = _PARSER.parse(text)
    for token in tokens:
        if token.type == "inline" and token.children:
            token.children = list(_linked(token.children, tag_url))
    rendered: str = _PARSER.renderer.render(tokens, _PARSER.options, {})
    return clean(rendered).html


def tags(text: str) -> tuple[str, ...]:
    """The #tags in the words, as written, each once; not in headings, code, links or addresses."""
    found: dict[str, str] = {}
    for token in _said(text):
        for match in TAG.finditer(BARE_LINK.sub(" ", token.content)):
            tag = match["tag"].rstrip("-")
            found.setdefault(tag.casefold(), tag)
    return tuple(found.values())


def plain(text: str) -> str:
    """The words without markup, a line per block."""
    return clean(render(text)).text


def _said(text: str) -> Iterator[Token]:
    """The text tokens that are the person's own running words."""
    in_heading = False
    for token in _PARSER.parse(text):
        if token.type in ("heading_open", "heading_close"):
            in_heading = token.type == "heading_open"
        elif token.type == "inline" and not in_heading:
            yield from _outside_links(token.children or [])


def _outside_links(tokens: list[Token]) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type in ("link_open", "link_close") else 0
        if token.type == "text" and depth == 0:
            yield token


def _linked(tokens: list[Token], tag_url: str) -> Iterator[Token]:
    own = {id(token) for token in _outside_links(tokens)}
    for token in tokens:
        if id(token) in own:
            yield from _split(token.content, tag_url)
        else:
            yield token


def _split(text: str, tag_url: str) -> Iterator[Token]:
    """Plain words as tokens: addresses and tags become links, the rest stays."""
    at = 0
    for start, end, href in _targets(text, tag_url):
        if start > at:
            yield _text(text[at:start])
        yield Token("link_open", "a", 1, attrs={"href": href})
        yield _text(text[start:end])
        yield Token("link_close", "a", -1)
        at = end
    if at < len(text):
        yield _text(text[at:])


def _targets(text: str, tag_url: str) -> list[tuple[int, int, str]]:
    """(start, end, href) of each address and tag, in order; a # inside an address is no tag."""
    found, taken = [], []
    for match in BARE_LINK.finditer(text):
        url = address_end(match[0])
        found.append((match.start(), match.start() + len(url), url))
        taken.append((match.start(), match.end()))
    if tag_url:
        for match in TAG.finditer(text):
            if not any(start <= match.start() < end for start, end in taken):
                tag = match["tag"].rstrip("-")
                found.append((match.start(), match.start() + 1 + len(tag), tag_url + quote(tag.lower())))
    return sorted(found)


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)

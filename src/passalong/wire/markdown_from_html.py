"""HTML as Markdown, for people who write in an editor elsewhere and may want to change it in our box.

Paragraphs, headings, emphasis, links, lists, quotes, code and pictures stay; of everything else the words do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from passalong.wire.html import clean
from passalong.wire.markup import Tag, attributes, read

_MARK = {"strong": "**", "b": "**", "em": "*", "i": "*", "del": "~~", "s": "~~", "code": "`"}
_BLOCK = {"p", "div", "section", "article", "figure", "figcaption", "table", "tr", "details", "summary"}
_BLOCK |= {"dl", "dd", "dt"}
_SPACE_AT_END = re.compile(r"(?<![ \t])[ \t]++(?=\n)")
"""Of a line; a run of spaces is looked at once, not from each of its spaces."""
_SPECIAL = re.compile(r"([\\`*_\[\]<])")


@dataclass(slots=True)
class _Page:
    parts: list[str] = field(default_factory=list)
    lists: list[int] = field(default_factory=list)
    """For each open list: 0 for points, else the next number."""
    quotes: int = 0
    pre: bool = False
    links: list[str] = field(default_factory=list)

    def block(self) -> None:
        """Whatever comes next begins a paragraph."""
        while self.parts and not self.parts[-1].strip(" >\n"):
            self.parts.pop()
        before = "> " * self.quotes
        if self.parts:
            self.parts.append(f"\n{before}\n{before}")
        elif before:
            self.parts.append(before)

    def line(self) -> None:
        self.parts.append("\n" + "> " * self.quotes + "  " * max(0, len(self.lists) - 1))


def from_html(html: str, base: str = "") -> str:
    """Markdown that shows about the same. Never fails; nothing unsafe is in it."""
    page = _Page()
    for token in read(clean(html, base).html):
        if isinstance(token, Tag):
            (_close if token.closing else _open)(page, token)
        else:
            _words(page, token)
    text = "".join(page.parts)
    return re.sub(r"\n{3,}", "\n\n", _SPACE_AT_END.sub("", text)).strip()


def _words(page: _Page, text: str) -> None:
    if page.pre:
        page.parts.append(text.replace("\n", "\n" + "> " * page.quotes))
        return
    flat = re.sub(r"\s+", " ", text)
    if not page.parts or page.parts[-1].endswith(("\n", "> ")):
        flat = flat.lstrip()
    page.parts.append(flat if page.links else _SPECIAL.sub(r"\\\1", flat))


def _open(page: _Page, tag: Tag) -> None:
    name = tag.name
    if name == "blockquote":
        page.quotes += 1
        page.block()
    elif name in ("ul", "ol"):
        page.block() if not page.lists else None
        page.lists.append(int(name == "ol"))
    elif name == "li":
        _point(page)
    elif name == "br":
        page.line()
    elif name == "hr":
        page.block()
        page.parts.append("---")
        page.block()
    elif name == "img":
        said = attributes(tag.inside)
        page.parts.append(f"![{_label(said.get('alt', ''))}]({said.get('src', '')})" if said.get("src") else "")
    elif name == "a":
        page.links.append(attributes(tag.inside).get("href", ""))
        page.parts.append("[" if page.links[-1] else "")
    elif name == "pre":
        page.block()
        page.parts.append("```\n")
        page.pre = True
    elif name in _MARK and not page.pre:
        page.parts.append(_MARK[name])
    elif re.fullmatch("h[1-6]", name):
        page.block()
        page.parts.append("#" * max(2, int(name[1])) + " ")
    elif name in _BLOCK and not page.lists:
        page.block()


def _point(page: _Page) -> None:
    if not page.lists:
        page.block()
        return
    if page.parts and not page.parts[-1].endswith(("\n", "> ")):
        page.line()
    number = page.lists[-1]
    page.parts.append(f"{number}. " if number else "- ")
    page.lists[-1] = number + 1 if number else 0


def _close(page: _Page, tag: Tag) -> None:
    name = tag.name
    if name == "blockquote":
        page.quotes = max(0, page.quotes - 1)
        page.block()
    elif name in ("ul", "ol") and page.lists:
        page.lists.pop()
        page.block() if not page.lists else None
    elif name == "a" and page.links:
        href = page.links.pop()
        page.parts.append(f"]({href})" if href else "")
    elif name == "pre":
        page.parts.append("```" if page.parts and page.parts[-1].endswith("\n") else "\n```")
        page.pre = False
        page.block()
    elif name in _MARK and not page.pre:
        page.parts.append(_MARK[name])
    elif (name in _BLOCK or re.fullmatch("h[1-6]", name)) and not page.lists:
        page.block()


def _label(text: str) -> str:
    return " ".join(_SPECIAL.sub(r"\\\1", text).split())

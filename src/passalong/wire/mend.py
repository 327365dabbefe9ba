"""What would be lost or look broken in cleaned HTML becomes plain HTML first: players, formulas, old boxes.

Nothing here makes HTML safe; it is cleaned afterwards.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from urllib.parse import parse_qs, quote, urlsplit

from passalong.wire import address
from passalong.wire.markup import Tag, attributes, read

_BOX = re.compile(r"<(/?)(?:center|dialog|fieldset|form|hgroup|main|nav|search)(?=[\s/>])", re.IGNORECASE)
_WORTH_READING = re.compile(r"<(?:iframe|embed|math|noscript)(?=[\s/>])", re.IGNORECASE)
_VIDEO = re.compile(r"/(?:embed|v|shorts|live)/([A-Za-z0-9_-]{6,20})")
_NUMBER = re.compile(r"/(?:video/)?([0-9]{5,15})")
_LONGEST_FORMULA = 2_000


def mend(html: str, base: str) -> str:
    """Boxes as <div>, <iframe> and <embed> as links to what they show, <math> as its words, <noscript> taken off."""
    if _BOX.search(html):
        html = _BOX.sub(r"<\1div", html)
    if not _WORTH_READING.search(html):
        return html
    pieces: list[str] = []
    at = 0
    formula: _Formula | None = None
    frame = False
    for token in read(html):
        if isinstance(token, str):
            at += len(token) if frame else 0  # what an iframe holds is for browsers of long ago
            frame = False
            if formula:
                formula.sink.append(token)
        elif formula:
            if token.name == "math" and token.closing:
                pieces.append(_code(formula))
                at, formula = token.end, None
            elif token.name == "annotation":
                formula.sink = formula.words if token.closing else formula.annotation(token)
        elif token.name == "math" and not token.closing:
            pieces.append(html[at : token.start])
            at, formula = token.start, _Formula(attributes(token.inside).get("alttext", ""))
        elif token.name in ("iframe", "embed", "noscript"):
            pieces += [html[at : token.start], _instead(token, base)]
            at, frame = token.end, token.name == "iframe" and not token.closing
    return "".join(pieces) + html[at:]


@dataclass(slots=True)
class _Formula:
    """A <math> being read. What its annotations say in another notation is kept only where it is TeX."""

    alttext: str
    words: list[str] = field(default_factory=list)
    tex: list[str] = field(default_factory=list)
    sink: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.sink = self.words

    def annotation(self, tag: Tag) -> list[str]:
        return self.tex if "tex" in attributes(tag.inside).get("encoding", "").lower() else []


def _code(formula: _Formula) -> str:
    written = formula.alttext or "".join(formula.tex) or "".join(formula.words)
    words = " ".join(written.split())[:_LONGEST_FORMULA]
    return f"<code>{escape(words)}</code>" if words else ""


def _instead(tag: Tag, base: str) -> str:
    if tag.closing or tag.name == "noscript":
        return ""
    found = attributes(tag.inside)
    url = watchable(address.absolute(base, found.get("src") or found.get("data-src") or ""))
    name = found.get("title", "").strip()[:200] or address.host(url).removeprefix("www.")
    return f'<p><a href="{escape(url)}">{escape(name)}</a></p>' if url else ""


def watchable(url: str) -> str:
    """The page of a video where `url` is the player of a site we know; else `url`."""
    host = address.host(url).removeprefix("www.")
    path, query = urlsplit(url).path, parse_qs(urlsplit(url).query)
    if host in ("youtube.com", "youtube-nocookie.com"):
        if path.startswith("/embed/videoseries") and "list" in query:
            return f"https://www.youtube.com/playlist?list={quote(query['list'][0])}"
        video = _VIDEO.match(path)
        return f"https://www.youtube.com/watch?v={video[1]}" if video else url
    if host == "player.vimeo.com" and (video := _NUMBER.match(path)):
        return f"https://vimeo.com/{video[1]}"
    return url

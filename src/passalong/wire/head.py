"""What a web page says of itself outside its prose: head links, metas, structured data, where its anchors lead."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from passalong.wire import address
from passalong.wire.charset import decode
from passalong.wire.markup import TEXT_ONLY, Tag, attributes, read

MOST_BYTES = 3_000_000
MOST_LINKS = 500
MOST_METAS = 500
MOST_ANCHORS = 2_000
MOST_FRAMES = 50
LONGEST_TEXT = 300
LONGEST_META = 5_000
LONGEST_JSON = 500_000
MOST_BLOCKS = 50
MOST_PIECES = 200

_BREAKS = frozenset({"br", "p", "div", "li", "td", "th", "dt", "dd", "section", "article"})
_MICROFORMATS = re.compile(r"(?<=[\s\"'=])(?:h-(?:entry|feed|card|event|cite|item)|hentry|hfeed)(?=[\s\"'>])")


@dataclass(frozen=True, slots=True)
class HeadLink:
    """A <link>, wherever in the page it stands. `rel` is lower case; `href` absolute."""

    rel: frozenset[str]
    href: str
    type: str = ""
    """Media type without its parameters, lower case."""
    title: str = ""
    hreflang: str = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """An <a href> of the page. `href` is absolute and on the web."""

    href: str
    text: str = ""
    """What it shows: its words, the alternative text of its pictures included; at most 300 characters."""
    rel: frozenset[str] = frozenset()
    title: str = ""
    """title, or aria-label where there is none."""
    type: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """One page, read flat. Counts and lengths are capped; order is the page's."""

    url: str
    """The address the page was asked at."""
    base: str
    """The address its relative links hang on: <base href> or `url`."""
    title: str = ""
    heading: str = ""
    """The words of the first <h1>, or of the first <h2> where there is none."""
    lang: str = ""
    charset: str = ""
    links: tuple[HeadLink, ...] = ()
    metas: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By lower-case name, property, itemprop or http-equiv: every content, in order."""
    anchors: tuple[Anchor, ...] = ()
    frames: tuple[str, ...] = ()
    """Absolute addresses of <frame> and <iframe>."""
    jsonld: tuple[str, ...] = ()
    """The text of each application/ld+json block, unread."""
    microformats: bool = False
    """Whether a microformats class name stands anywhere: worth reading as such."""

    def meta(self, *names: str) -> str:
        """The first non-empty content among metas of these names, in the order asked; '' for none."""
        return next((content for name in names for content in self.metas.get(name, ()) if content), "")

    def rel(self, name: str) -> tuple[HeadLink, ...]:
        """The head links that carry this relation."""
        return tuple(link for link in self.links if name in link.rel)


@dataclass(slots=True)
class _Notes:
    """What has been read so far; addresses still as written, because a <base> may come late."""

    base: str = ""
    title: str = ""
    lang: str = ""
    headings: dict[str, list[str]] = field(default_factory=dict)
    links: list[dict[str, str]] = field(default_factory=list)
    metas: dict[str, list[str]] = field(default_factory=dict)
    anchors: list[tuple[dict[str, str], list[str]]] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    jsonld: list[str] = field(default_factory=list)
    within: str = ""
    """The element whose raw text comes next."""
    drawing: bool = False
    """Inside <svg>, whose <title> is not the page's."""
    structured: bool = False
    """Inside <script type=application/ld+json>."""
    anchor: list[str] | None = None
    heading: list[str] | None = None


def head(html: bytes | str, content_type: str = "", url: str = "") -> Head:
    """Read a page. Never fails and takes time linear in its length (3 MB are read).

    `content_type` is the header as sent, for its charset; `url` is where the page was found, after redirects.
    """
    text, charset = decode(html[:MOST_BYTES], content_type) if isinstance(html, bytes) else (html[:MOST_BYTES], "utf-8")
    notes = _Notes()
    for token in read(text):
        if isinstance(token, str):
            _note_text(notes, token)
        else:
            _note_tag(notes, token)
    base = address.absolute(url, notes.base) or url
    metas = {name: tuple(contents) for name, contents in notes.metas.items()}
    return Head(
        url=url,
        base=base,
        title=_words([notes.title]),
        heading=_words(notes.headings.get("h1") or notes.headings.get("h2") or []),
        lang=notes.lang or next(iter(metas.get("content-language", ())), ""),
        charset=charset,
        links=tuple(_link(base, found) for found in notes.links if address.absolute(base, found["href"])),
        metas=metas,
        anchors=tuple(_anchor(base, *found) for found in notes.anchors if address.absolute(base, found[0]["href"])),
        frames=tuple(filter(None, (address.absolute(base, frame) for frame in notes.frames))),
        jsonld=tuple(notes.jsonld),
        microformats=_MICROFORMATS.search(text) is not None,
    )


def _note_text(notes: _Notes, text: str) -> None:
    if notes.within == "title":
        if not notes.title and not notes.drawing:
            notes.title = text[: LONGEST_TEXT * 4]
    elif notes.within == "script":
        if notes.structured and len(text) <= LONGEST_JSON and len(notes.jsonld) < MOST_BLOCKS:
            notes.jsonld.append(text)
    elif not notes.within:
        for sink in (notes.anchor, notes.heading):
            if sink is not None and len(sink) < MOST_PIECES:
                sink.append(text[: LONGEST_TEXT * 4])


def _note_tag(notes: _Notes, tag: Tag) -> None:
    notes.within = tag.name if tag.name in TEXT_ONLY and not tag.closing else ""
    if tag.name == "svg":
        notes.drawing = not tag.closing
    elif tag.name == "a":
        notes.anchor = None
    elif tag.name in ("h1", "h2"):
        first = not tag.closing and not any(notes.headings.get(tag.name, ()))
        notes.heading = notes.headings.setdefault(tag.name, []) if first else None
    elif tag.name in _BREAKS:
        for sink in (notes.anchor, notes.heading):
            if sink is not None:
                sink.append(" ")
    note = None if tag.closing else _OF_TAG.get(tag.name)
    if note:
        note(notes, attributes(tag.inside))


def _note_html(notes: _Notes, found: dict[str, str]) -> None:
    notes.lang = notes.lang or (found.get("lang") or found.get("xml:lang", "")).strip()[:35]


def _note_base(notes: _Notes, found: dict[str, str]) -> None:
    notes.base = notes.base or found.get("href", "")


def _note_link(notes: _Notes, found: dict[str, str]) -> None:
    if "href" in found and len(notes.links) < MOST_LINKS:
        notes.links.append(found)


def _note_meta(notes: _Notes, found: dict[str, str]) -> None:
    content = found.get("content", "").strip()[:LONGEST_META]
    for kind in ("property", "name", "itemprop", "http-equiv"):
        name = found.get(kind, "").strip().lower()
        if name and (name in notes.metas or len(notes.metas) < MOST_METAS):
            contents = notes.metas.setdefault(name, [])
            if len(contents) < MOST_BLOCKS:
                contents.append(content)


def _note_anchor(notes: _Notes, found: dict[str, str]) -> None:
    if "href" in found and len(notes.anchors) < MOST_ANCHORS:
        notes.anchor = []
        notes.anchors.append((found, notes.anchor))


def _note_image(notes: _Notes, found: dict[str, str]) -> None:
    if notes.anchor is not None and found.get("alt"):
        notes.anchor.append(f" {found['alt'][:LONGEST_TEXT]} ")


def _note_frame(notes: _Notes, found: dict[str, str]) -> None:
    if found.get("src") and len(notes.frames) < MOST_FRAMES:
        notes.frames.append(found["src"])


def _note_script(notes: _Notes, found: dict[str, str]) -> None:
    notes.structured = found.get("type", "").partition(";")[0].strip().lower() == "application/ld+json"


_OF_TAG: Mapping[str, Callable[[_Notes, dict[str, str]], None]] = {
    "html": _note_html,
    "base": _note_base,
    "link": _note_link,
    "meta": _note_meta,
    "a": _note_anchor,
    "area": _note_anchor,
    "img": _note_image,
    "frame": _note_frame,
    "iframe": _note_frame,
    "script": _note_script,
}


def _link(base: str, found: dict[str, str]) -> HeadLink:
    return HeadLink(
        rel=_rels(found),
        href=address.absolute(base, found["href"]),
        type=found.get("type", "").partition(";")[0].strip().lower(),
        title=_words([found.get("title", "")]),
        hreflang=found.get("hreflang", "").strip()[:35],
    )


def _anchor(base: str, found: dict[str, str], pieces: list[str]) -> Anchor:
    return Anchor(
        href=address.absolute(base, found["href"]),
        text=_words(pieces),
        rel=_rels(found),
        title=_words([found.get("title") or found.get("aria-label", "")]),
        type=found.get("type", "").partition(";")[0].strip().lower(),
    )


def _rels(found: dict[str, str]) -> frozenset[str]:
    return frozenset(found.get("rel", "")[:LONGEST_TEXT].lower().split())


def _words(pieces: list[str]) -> str:
    return " ".join("".join(pieces).split())[:LONGEST_TEXT].strip()

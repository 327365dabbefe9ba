"""What a web page says of itself that helps to find what to follow there. Bytes in, a `Page` out; pure.

The page is read flat (`wire.markup`), in time linear in its length, because anybody may have made it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from passalong.wire.charset import decode
from passalong.wire.link_header import read_link_header
from passalong.wire.markup import TEXT_ONLY, Tag, attributes, read

MOST_LINKS = 400
MOST_ANCHORS = 1500
MOST_WORDS = 20_000
MOST_SOURCE = 2_000_000

_REFRESH = re.compile(r"""^\s*+(\d{0,5})[\d.]*+\s*+[;,]?\s*+(?:url\s*+=\s*+)["']?\s*+([^"'\s]+)""", re.I)
_SCRIPT_MOVE = re.compile(
    r"""^[^\S\n]*+(?:window\.|document\.|top\.|self\.)?location(?:\.href)?\s*+(?:=\s*+|\.replace\(\s*+)["']([^"']+)["']""",
    re.M,
)
_FEED_SCHEME = re.compile(r"\s*(?:feed|pcast|itpc|podcast|web\+feed|rss):(?://)?", re.I)

_HINTS = ("title", "class", "aria-label", "alt", "src", "xlink:href", "data-icon", "id")
_PICTURES = ("img", "svg", "i", "use", "span")


@dataclass(frozen=True, slots=True)
class LinkTag:
    """A link of the page's head, body or HTTP header: the relations and media type in lower case."""

    rels: frozenset[str]
    type: str
    href: str
    title: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link in the text, with what is written on it (or the alternative text of its picture) and its hints."""

    href: str
    text: str
    hint: str
    """Its title, class and the like, and those of the picture in it."""
    rels: frozenset[str]
    type: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A web page, as far as looking for something to follow needs it. All addresses are absolute."""

    url: str
    title: str
    lang: str
    links: tuple[LinkTag, ...]
    anchors: tuple[Anchor, ...]
    metas: Mapping[str, str]
    """name or property (in lower case) -> content; the first of each."""
    headers: Mapping[str, str]
    refresh: str
    """Where it sends its visitors by itself, within 30 seconds; '' where it does not."""
    frames: tuple[str, ...]
    password: bool
    """It has a field for a password."""
    h_feeds: int
    h_entries: int
    author: str
    """The address of its author, as its h-entry or rel=author says it."""
    words: str
    """Its visible text, the first part."""
    source: str
    """Its markup as text."""


@dataclass(slots=True)
class _Notes:
    """What was read so far; addresses as written, because a <base> may come late."""

    base: str = ""
    lang: str = ""
    title: str = ""
    links: list[dict[str, str]] = field(default_factory=list)
    anchors: list[tuple[dict[str, str], list[str], list[str]]] = field(default_factory=list)
    metas: dict[str, str] = field(default_factory=dict)
    refresh: str = ""
    frames: list[str] = field(default_factory=list)
    password: bool = False
    classes: dict[str, int] = field(default_factory=dict)
    author: str = ""
    words: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    within: str = ""
    """The element whose raw text comes next."""
    anchor: tuple[list[str], list[str]] | None = None
    """Words and hints of the link that is open."""
    byline: int = 0
    """So many links may still be the one of the author whose name was begun."""


def read_page(body: bytes, url: str, headers: Mapping[str, str]) -> Page:
    """The page in `body`, served from `url` with these response headers (names in lower case)."""
    text, _ = decode(body, headers.get("content-type", ""))
    notes = _Notes()
    for token in read(text):
        if isinstance(token, str):
            _note_text(notes, token)
        else:
            _note_tag(notes, token)
    base = _join(url, notes.base) or url
    links = (*_header_links(headers, url), *_link_tags(notes, base, url))
    anchors = tuple(_anchors(notes, base))
    stated = [link.href for link in links if "author" in link.rels]
    stated += [anchor.href for anchor in anchors if "author" in anchor.rels]
    return Page(
        url=url,
        title=" ".join(notes.title.split())[:300],
        lang=notes.lang.lower(),
        links=links,
        anchors=anchors,
        metas=notes.metas,
        headers=headers,
        refresh=_join(base, notes.refresh) or _scripted(notes, base, text),
        frames=tuple(address for frame in notes.frames if (address := _join(base, frame))),
        password=notes.password,
        h_feeds=notes.classes.get("h-feed", 0),
        h_entries=notes.classes.get("h-entry", 0),
        author=_join(base, notes.author) if notes.author else (stated[0] if stated else ""),
        words=" ".join(" ".join(notes.words).split()),
        source=text[:MOST_SOURCE],
    )


def _note_text(notes: _Notes, text: str) -> None:
    if notes.within == "title":
        notes.title = notes.title or text[:1000]
    elif notes.within == "script":
        if len(text) < 2000:
            notes.scripts.append(text)
    elif not notes.within:
        if notes.anchor is not None and len(notes.anchor[0]) < 50:
            notes.anchor[0].append(text[:300])
        if len(notes.words) < MOST_WORDS // 8 and text.strip():
            notes.words.append(text[: MOST_WORDS // 8])


def _note_tag(notes: _Notes, tag: Tag) -> None:
    notes.within = tag.name if tag.name in TEXT_ONLY and not tag.closing else ""
    if tag.name == "a":
        notes.anchor = None
    if tag.closing:
        return
    found = attributes(tag.inside) if tag.inside else {}
    if "class" in found:
        _note_classes(notes, found)
    if notes.anchor is not None and tag.name in _PICTURES and len(notes.anchor[1]) < 20:
        notes.anchor[1].extend(_hints(found))
        notes.anchor[0].append(" " + found.get("alt", "")[:100])
    note = _OF_TAG.get(tag.name)
    if note and found:
        note(notes, found)


def _note_classes(notes: _Notes, found: dict[str, str]) -> None:
    names = found["class"].split()[:30]
    for name in ("h-feed", "h-entry"):
        notes.classes[name] = notes.classes.get(name, 0) + (name in names)
    if notes.author or not notes.classes["h-entry"]:
        return
    if "p-author" in names or "u-author" in names:
        notes.author, notes.byline = found.get("href", ""), 4
    elif "u-url" in names and notes.byline > 0:
        notes.author, notes.byline = found.get("href", ""), notes.byline - 1


def _note_link(notes: _Notes, found: dict[str, str]) -> None:
    if "rel" in found and len(notes.links) < MOST_LINKS:
        notes.links.append(found)


def _note_anchor(notes: _Notes, found: dict[str, str]) -> None:
    if "href" in found and len(notes.anchors) < MOST_ANCHORS:
        notes.anchor = [], list(_hints(found))
        notes.anchors.append((found, *notes.anchor))


def _note_meta(notes: _Notes, found: dict[str, str]) -> None:
    content = " ".join(found.get("content", "")[:2000].split())
    name = (found.get("name") or found.get("property") or "").strip().lower()
    if name and len(notes.metas) < MOST_LINKS:
        notes.metas.setdefault(name, content)
    if found.get("http-equiv", "").strip().lower() == "refresh":
        sent = _REFRESH.match(content)
        if sent and int(sent[1] or 0) <= 30:
            notes.refresh = notes.refresh or sent[2]


def _note_frame(notes: _Notes, found: dict[str, str]) -> None:
    if found.get("src") and len(notes.frames) < 20:
        notes.frames.append(found["src"])


def _note_input(notes: _Notes, found: dict[str, str]) -> None:
    notes.password = notes.password or found.get("type", "").strip().lower() == "password"


def _note_base(notes: _Notes, found: dict[str, str]) -> None:
    notes.base = notes.base or found.get("href", "")


def _note_html(notes: _Notes, found: dict[str, str]) -> None:
    notes.lang = notes.lang or found.get("lang", "").strip()[:35]


_OF_TAG: Mapping[str, Callable[[_Notes, dict[str, str]], None]] = {
    "html": _note_html,
    "base": _note_base,
    "link": _note_link,
    "meta": _note_meta,
    "a": _note_anchor,
    "area": _note_anchor,
    "frame": _note_frame,
    "iframe": _note_frame,
    "input": _note_input,
}


def _join(base: str, href: str) -> str:
    """An absolute http(s) address, '' where none comes out."""
    try:
        found = urljoin(base, href.strip().replace("\t", "").replace("\n", ""))
        parts = urlsplit(found)
        usable = bool(href.strip()) and parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return found if usable else ""


def _link_tags(notes: _Notes, base: str, url: str) -> Iterator[LinkTag]:
    for found in notes.links:
        href = _without_feed_scheme(found.get("href", "").strip())
        address = _join(base, href) if not href.startswith("#") else ""
        if address and address != url:
            media_type, title = found.get("type", "").strip().lower(), " ".join(found.get("title", "").split())
            yield LinkTag(_rels(found), media_type, address, title[:300], found.get("hreflang", "").lower())


def _header_links(headers: Mapping[str, str], url: str) -> Iterator[LinkTag]:
    for target, given in read_link_header(headers.get("link", "")):
        if address := _join(url, target):
            title, lang = given.get("title", ""), given.get("hreflang", "").lower()
            yield LinkTag(_rels(given), given.get("type", "").lower(), address, title, lang)


def _anchors(notes: _Notes, base: str) -> Iterator[Anchor]:
    for found, words, hints in notes.anchors:
        if address := _join(base, _without_feed_scheme(found["href"])):
            text = " ".join(" ".join(words).split())[:200]
            yield Anchor(address, text, " ".join(hints)[:300], _rels(found), found.get("type", "").strip().lower())


def _without_feed_scheme(href: str) -> str:
    """`feed:https://…`, `pcast://…` in a link: the web address that is meant."""
    found = _FEED_SCHEME.match(href)
    if not found:
        return href
    rest = href[found.end() :]
    return rest if rest.lower().startswith(("http:", "https:")) else "https://" + rest.lstrip("/")


def _hints(found: Mapping[str, str]) -> Iterable[str]:
    return (found[key][-80:] for key in _HINTS if found.get(key))


def _scripted(notes: _Notes, base: str, text: str) -> str:
    """Where a nearly empty page's script sends its visitors."""
    if len(text) > 3000 or len(notes.anchors) > 3:
        return ""
    found = _SCRIPT_MOVE.search("\n".join(notes.scripts))
    return _join(base, found[1]) if found else ""


def _rels(found: Mapping[str, str]) -> frozenset[str]:
    return frozenset(found.get("rel", "")[:300].lower().split())

"""OPML 2.0: lists of people to follow, as every reader exports them. http://opml.org/spec2.opml"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from passalong.wire.address import tidy
from passalong.wire.charset import decode
from passalong.wire.shapes import Unreadable

DEEPEST = 50
MOST = 20_000
LONGEST = 300

_START = re.compile(rb"<opml[\s>]", re.IGNORECASE)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Outline:
    """One line of the list that says what to follow."""

    url: str
    """As it stands there where it is no address of the web: whoever brings the list hears of each line."""
    title: str = ""
    home: str = ""
    """The web page it belongs to."""
    folders: tuple[str, ...] = ()
    """The folders it lies in, outermost first."""


def read(body: bytes) -> tuple[Outline, ...]:
    """Every line with an address, each address once; the folders around it go with it.

    Forgives wrong case, missing titles, bare hosts, junk around the document and broken ends. Raises Unreadable.
    """
    root = _root(body)
    if root is None:
        raise Unreadable("This file is not a list of people: export it from your reader as OPML.", "not a list")
    found: dict[str, Outline] = {}
    for outline in _walk(root, ()):
        if len(found) >= MOST:
            raise Unreadable(f"This list is longer than {MOST:,} lines: split it into parts.", "too long")
        found.setdefault(outline.url, outline)
    return tuple(found.values())


def write(title: str, owner: str, outlines: Iterable[Outline], made: datetime) -> bytes:
    """An OPML 2.0 document; `made` is aware. Lines of one folder stand together, where the first of them stood."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    for name, text in (("title", title), ("dateCreated", format_datetime(made)), ("ownerName", owner)):
        etree.SubElement(head, name).text = _allowed(text)
    folders: dict[tuple[str, ...], etree._Element] = {(): etree.SubElement(root, "body")}
    for outline in outlines:
        shown = _allowed(outline.title or outline.url)
        said = {"type": "rss", "text": shown, "title": shown, "xmlUrl": outline.url, "htmlUrl": outline.home}
        line = {name: _allowed(value) for name, value in said.items() if value}
        etree.SubElement(_folder(folders, outline.folders[:DEEPEST]), "outline", line)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return written


def _folder(folders: dict[tuple[str, ...], etree._Element], path: tuple[str, ...]) -> etree._Element:
    if path not in folders:
        name = _allowed(path[-1])
        folders[path] = etree.SubElement(_folder(folders, path[:-1]), "outline", {"text": name, "title": name})
    return folders[path]


def _root(body: bytes) -> etree._Element | None:
    """The <opml> element; None where there is none. Tried as declared, then with what stands around it cut off."""
    start = _START.search(body)
    for document in (body, body[start.start() :] if start else b"", decode(body)[0].encode("utf-8", "replace")):
        # A new parser each time: it remembers the last encoding. Nothing outside the file is ever looked up.
        parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            root = etree.fromstring(document.lstrip(b"\xef\xbb\xbf \t\r\n\0"), parser)
        except (etree.XMLSyntaxError, ValueError):
            continue
        if root is not None and _local(root) == "opml":
            return root
    return None


def _walk(element: etree._Element, folders: tuple[str, ...]) -> Iterator[Outline]:
    for child in element:
        if not isinstance(child.tag, str) or len(folders) > DEEPEST:
            continue
        said = {str(name).lower(): " ".join(str(value).split()) for name, value in child.attrib.items()}
        title = (said.get("title") or said.get("text", ""))[:LONGEST]
        if _local(child) != "outline":
            yield from _walk(child, folders)
            continue
        written = said.get("xmlurl") or (said.get("url", "") if _lists(said) else "")
        url = _address(written) or written[:LONGEST]
        if url:
            yield Outline(url, title, _address(said.get("htmlurl", "")), folders or _categories(said))
        yield from _walk(child, (*folders, title) if title and not url else folders)


def _lists(said: dict[str, str]) -> bool:
    """Some programs put the address of a feed into `url`."""
    return said.get("type", "").lower() in ("rss", "atom", "feed")


def _categories(said: dict[str, str]) -> tuple[str, ...]:
    """OPML 2.0, 'category': paths with slashes between, several with commas; the first is taken."""
    first = said.get("category", "").partition(",")[0]
    return tuple(part.strip()[:LONGEST] for part in first.split("/") if part.strip())[:DEEPEST]


def _address(written: str) -> str:
    try:
        return tidy(written) if written else ""
    except Unreadable:
        return ""


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""


def _allowed(text: str) -> str:
    """Without what XML 1.0 cannot hold (section 2.2)."""
    return _FORBIDDEN.sub("", text)

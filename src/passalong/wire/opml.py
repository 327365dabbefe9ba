"""OPML 2.0: lists of people to follow, as every reader exports them. http://opml.org/spec2.opml"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from passalong.wire.address import absolute
from passalong.wire.shapes import Unreadable

DEEPEST = 50
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Outline:
    """One line of the list that can be followed."""

    url: str
    title: str = ""
    home: str = ""
    folders: tuple[str, ...] = ()


def read(body: bytes) -> tuple[Outline, ...]:
    """Every line with an address, folders flattened into each. Raises Unreadable for what is no such list."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body.lstrip(b"\xef\xbb\xbf \t\r\n"), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or _local(root) != "opml":
        raise Unreadable("This file is not a list of people: export it from your reader as OPML.", "not a list")
    found: dict[str, Outline] = {}
    for outline in _walk(root, ()):
        if len(found) >= MOST:
            raise Unreadable(f"This list is longer than {MOST:,} lines: split it into parts.", "too long")
        found.setdefault(outline.url, outline)
    return tuple(found.values())


def write(title: str, owner: str, outlines: Iterable[Outline], made: datetime) -> bytes:
    """An OPML 2.0 document; `made` is aware."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    for name, text in (("title", title), ("ownerName", owner), ("dateCreated", format_datetime(made))):
        etree.SubElement(head, name).text = _printable(text)
    body = etree.SubElement(root, "body")
    for outline in outlines:
        shown = _printable(outline.title or outline.url)
        line = etree.SubElement(body, "outline", type="rss", text=shown, title=shown, xmlUrl=_printable(outline.url))
        if outline.home:
            line.set("htmlUrl", _printable(outline.home))
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return written


def _walk(element: etree._Element, folders: tuple[str, ...]) -> Iterator[Outline]:
    for child in element:
        if not isinstance(child.tag, str) or len(folders) > DEEPEST:
            continue
        said = {str(name).lower(): str(value).strip() for name, value in child.attrib.items()}
        title = said.get("title") or said.get("text", "")
        if _local(child) != "outline":
            yield from _walk(child, folders)
            continue
        url = absolute("", _with_scheme(said.get("xmlurl") or (said.get("url", "") if _lists(said) else "")))
        if url:
            yield Outline(url, title[:300], absolute("", said.get("htmlurl", "")), folders)
        yield from _walk(child, (*folders, title) if title and not url else folders)


def _lists(said: dict[str, str]) -> bool:
    """Some programs put the address of a feed into `url`."""
    return said.get("type", "").lower() in ("rss", "atom", "feed")


def _with_scheme(url: str) -> str:
    for odd in ("feed:https:", "feed:http:"):
        if url.lower().startswith(odd):
            return url[5:]
    return "https:" + url[5:] if url.lower().startswith("feed://") else url


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter in "\t\n" or letter.isprintable())

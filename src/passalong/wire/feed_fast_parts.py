"""The fast path, the parts most entries are made of: texts, links, identity, people, categories.

The meanings, and what wins when something is said twice, are feedparser's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from passalong.wire.feed_fast_element import RDF, Element, Names, attributes, resolved, text, words
from passalong.wire.feed_raw import HTML, PLAIN, XHTML, Doubt, RawEntry, Text
from passalong.wire.feed_text import could_be_link, kind, read_author
from passalong.wire.feed_tolerant_result import count
from passalong.wire.shapes import Attachment, Author, Pointer

_LOOSE_REFERENCE = re.compile(r"&([A-Za-z0-9_]+);")


@dataclass(slots=True)
class Reading:
    """An entry being read, and what feedparser would remember between its elements."""

    entry: RawEntry
    names: Names
    base: str = ""
    lang: str = ""
    has_link: bool = False
    has_summary: bool = False
    has_content: bool = False


Handler = Callable[[Reading, Element], None]
"""One element's meaning for the entry it stands in."""


def read_title(reading: Reading, element: Element) -> None:
    found = text(element, reading.names, PLAIN, reading.base, reading.lang)
    if not (reading.entry.title and reading.entry.title.value):
        reading.entry.title = found


def read_description(reading: Reading, element: Element) -> None:
    if reading.has_summary and not reading.has_content:
        _body(reading, element, PLAIN)
    else:
        reading.entry.summary = text(element, reading.names, HTML, reading.base, reading.lang)
        reading.has_summary = True


def read_summary(reading: Reading, element: Element) -> None:
    if reading.has_summary and not reading.has_content:
        _body(reading, element, PLAIN)
    else:
        reading.entry.summary = text(element, reading.names, PLAIN, reading.base, reading.lang)
        reading.has_summary = True


def read_content(reading: Reading, element: Element) -> None:
    _body(reading, element, PLAIN)


def read_encoded(reading: Reading, element: Element) -> None:
    _body(reading, element, HTML)


def _body(reading: Reading, element: Element, usual: str) -> None:
    found = text(element, reading.names, usual, reading.base, reading.lang)
    reading.has_content = True
    reading.entry.contents.append(found)
    if not reading.has_summary:
        reading.entry.summary = Text(found.value, HTML)
        reading.has_summary = True


def href(stated: dict[str, str]) -> str:
    """The address among an element's attributes; feedparser takes url and uri for href."""
    address = stated.get("url", stated.get("uri", stated.get("href", "")))
    if not address and stated.keys() & {"url", "uri", "href"}:
        raise Doubt("empty address")
    return address


def linked(stated: dict[str, str]) -> str:
    """The relation of a link; 'page' for an alternate that is a web page."""
    rel = stated.get("rel", "alternate").lower()
    if rel == "alternate":
        return "page" if kind(stated.get("type", HTML)) in (HTML, XHTML) else rel
    return rel


def link_text(element: Element) -> str:
    """An address as RSS writes it, as text; feeds escape its ampersands once too often or too seldom."""
    return _LOOSE_REFERENCE.sub(r"&\1", words(element).replace("&amp;", "&"))


def read_link(reading: Reading, element: Element) -> None:
    entry = reading.entry
    stated = attributes(element)
    address = href(stated) if stated else ""
    if not address:
        entry.link = link_text(element)
        reading.has_link = True
        return
    rel = linked(stated)
    if rel == "page":
        entry.link = address
        reading.has_link = True
    elif rel == "enclosure":
        entry.enclosures.append(attachment(address, stated))
    elif rel == "license":
        entry.licence = entry.licence or address
    elif rel in ("via", "related"):
        entry.pointers.append(Pointer(rel, address))
    elif rel == "replies" and "count" in stated:
        entry.counts.append(stated["count"])


def read_guid(reading: Reading, element: Element) -> None:
    value = words(element)
    is_link = attributes(element).get("ispermalink", "true") == "true"
    # Against a stated base only: an identity must not hang on the address a feed was fetched from.
    reading.entry.guid = resolved(value, reading.base) if is_link and reading.base and value else value
    if is_link and not reading.has_link and could_be_link(reading.entry.guid):
        reading.entry.link = reading.entry.guid
        reading.has_link = True


def read_author_of(reading: Reading, element: Element) -> None:
    reading.entry.people.append(read_person(element, reading.names))


def read_person(element: Element, names: Names) -> Author:
    """A person construct (RFC 4287 3.2) or an author line (RSS)."""
    if not len(element):
        return read_author(words(element))
    if element.text and not element.text.isspace():
        raise Doubt("name and markup")
    found = {"name": "", "uri": "", "email": ""}
    for child in element:
        part = names.of(child).removeprefix("itunes:")
        if part in ("uri", "url", "homepage"):
            part = "uri"
        elif ":" not in part and part not in found:
            raise Doubt(f"{part} in author")
        if part in found:
            found[part] = words(child)
    return Author(name=found["name"], url=found["uri"], email=found["email"])


def read_category(reading: Reading, element: Element) -> None:
    stated = attributes(element)
    value, term, label = words(element), stated.get("term", ""), stated.get("label", "")
    if not value and not term:
        if stated.keys() & {"scheme", "domain", "label"} or reading.names.of(element) == "media:category":
            raise Doubt("a category without a name")
        return
    reading.entry.tags.append(label or term or value)
    if term and value:
        reading.entry.tags.append(value)


def read_keywords(reading: Reading, element: Element) -> None:
    if not element.attrib:
        reading.entry.tags.extend(word for part in words(element).split(",") if (word := part.strip()))


def attachment(address: str, stated: dict[str, str]) -> Attachment:
    kind_stated = stated.get("type", "").lower().replace("text/html", "")
    return Attachment(address.strip(), kind_stated, count(stated.get("length")), stated.get("title", ""))


def licence_of(element: Element) -> str:
    """The licence named by cc:license (rdf:resource), creativeCommons:license or dcterms:license (text)."""
    return element.get(f"{{{RDF}}}resource", "") or words(element)

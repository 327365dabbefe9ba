"""The fast path: well-formed RSS 0.9 to 2.0, RDF and Atom 1.0, read from an lxml tree, many times faster.

parse -> which dialect -> the feed's own elements -> each entry -> RawFeed

It answers as feedparser does (tests/wire/test_feed_parity.py) or raises Doubt. No DTD, no entities, no network: a
document with a DTD has lost it before (feed_document), and the parser is told to resolve nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from passalong.wire import dates
from passalong.wire.feed_document import MOST_ENTRIES, Document
from passalong.wire.feed_fast_element import (
    ATOM,
    RDF,
    RSS_090,
    RSS_1,
    Element,
    Names,
    attributes,
    check_prefixes,
    scope,
    text,
    words,
)
from passalong.wire.feed_fast_entry import HANDLERS, check_ignored, read_entry
from passalong.wire.feed_fast_parts import href, licence_of, link_text, linked, read_person
from passalong.wire.feed_raw import HTML, PLAIN, Broken, Doubt, RawEntry, RawFeed
from passalong.wire.feed_text import could_be_link
from passalong.wire.shapes import Author

_PARSER = etree.XMLParser(
    encoding="utf-8",
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)
_RSS = {"0.91": "rss-0.91", "0.92": "rss-0.92", "0.93": "rss-0.93", "0.94": "rss-0.94"}
_ENTRIES = frozenset({"item", "entry"})


@dataclass(slots=True)
class _Reading:
    """A feed being read, and what feedparser would remember between its elements."""

    feed: RawFeed
    names: Names
    base: str
    lang: str
    entries: list[Element] = field(default_factory=list)
    owner: Author | None = None
    has_link: bool = False
    has_summary: bool = False
    has_content: bool = False


def read(document: Document) -> RawFeed:
    """What a well-formed document of a known dialect states. Raises Doubt."""
    try:
        root = etree.fromstring(document.text.encode("utf-8"), _PARSER)
    except (etree.XMLSyntaxError, UnicodeEncodeError) as error:
        raise Broken("not well-formed") from error
    check_prefixes(root)
    based = document.text.count("xml:base") if "xml:base" in document.text else 0
    names = Names(atom=root.tag == f"{{{ATOM}}}feed", scoped=bool(based) or "lang=" in document.text)
    base = lang = ""
    if names.scoped:
        base, lang = scope(root, names, base, lang)
    feed = RawFeed(format=_dialect(root), base=base, lang=lang)
    reading = _Reading(feed, names, base, lang)
    for element in _elements(root, names):
        _read_element(reading, element)
    if reading.owner and not any(person.name or person.email for person in feed.people):
        feed.people = [reading.owner]
    if len(reading.entries) > MOST_ENTRIES:
        return _read_newest(reading)
    feed.entries = [read_entry(element, names, base, lang) for element in reading.entries]
    if names.bases != based:
        raise Doubt("xml:base in an unusual place")
    return feed


def _read_newest(reading: _Reading) -> RawFeed:
    """The newest of very many entries: those of the end where the newer ones stand, in the order they stand in."""
    first, last = (read_entry(reading.entries[index], reading.names, reading.base, reading.lang) for index in (0, -1))
    newest_last = written(last) > written(first)
    kept = reading.entries[-MOST_ENTRIES:] if newest_last else reading.entries[:MOST_ENTRIES]
    reading.feed.entries = [read_entry(element, reading.names, reading.base, reading.lang) for element in kept]
    return reading.feed


def written(entry: RawEntry) -> float:
    """When, as a number for comparing; 0 where it does not say."""
    moment = dates.read(entry.published or entry.updated or entry.created)
    return moment.timestamp() if moment else 0.0


def _dialect(root: Element) -> str:
    if root.tag == f"{{{ATOM}}}feed":
        return "atom-1.0"
    spoken = list(root.nsmap.values())
    if root.tag == "rss":
        version = root.get("version", "")
        return "rss-2.0" if version.startswith("2.") else _RSS.get(version, "rss")
    if root.tag == f"{{{RDF}}}RDF" and ATOM not in spoken:
        if RSS_1 in spoken:
            return "rdf"
        if root.nsmap.get(None) == RSS_090:
            return "rss-0.90"
    raise Doubt(f"root {root.tag}")


def _elements(root: Element, names: Names) -> Iterator[Element]:
    """The elements of the feed itself: of the root, and of the one channel where the dialect has one."""
    if names.atom:
        yield from root
        return
    channels = 0
    for element in root:
        name = names.of(element)
        if name == "channel":
            channels += 1
            if channels > 1 or attributes(element).keys() & {"href", "lastmod", "base", "lang"}:
                raise Doubt("an unusual channel")
            yield from element
        elif name in _ENTRIES or name in ("image", "textinput"):
            yield element
        elif ":" not in name:
            raise Doubt(f"{name} beside the channel")
        elif len(element):
            check_ignored(element, names)


def _read_element(reading: _Reading, element: Element) -> None:
    name = reading.names.known.get(element.tag) or reading.names.of(element)
    if name in _ENTRIES:
        reading.entries.append(element)
    elif handler := _HANDLERS.get(name):
        handler(reading, element)
    elif name in HANDLERS or name in ("media:credit", "channel", "feed"):
        raise Doubt(f"{name} of a feed")
    elif len(element):
        check_ignored(element, reading.names)


def _title(reading: _Reading, element: Element) -> None:
    found = text(element, reading.names, PLAIN, reading.base, reading.lang)
    before = reading.feed.title
    if not (before and before.value):
        reading.feed.title = found
    elif found.value not in ("", before.value):
        raise Doubt("two titles")


def _description(reading: _Reading, element: Element) -> None:
    # What comes after an itunes:summary is taken for a body, which a feed has none of: feedparser's way.
    found = text(element, reading.names, HTML, reading.base, reading.lang)
    if reading.has_summary and not reading.has_content:
        reading.has_content = True
    else:
        reading.feed.subtitle = found


def _subtitle(reading: _Reading, element: Element) -> None:
    reading.feed.subtitle = text(element, reading.names, PLAIN, reading.base, reading.lang)


def _summary(reading: _Reading, element: Element) -> None:
    found = text(element, reading.names, PLAIN, reading.base, reading.lang)
    if reading.has_summary and not reading.has_content:
        reading.has_content = True
        return
    reading.has_summary = True
    if reading.feed.subtitle is None or not reading.feed.subtitle.value:
        reading.feed.subtitle = found


def _link(reading: _Reading, element: Element) -> None:
    feed = reading.feed
    stated = attributes(element)
    address = href(stated) if stated else ""
    if not address:
        feed.home = link_text(element)
        reading.has_link = True
        return
    rel = linked(stated)
    if rel == "page":
        feed.home = address
        reading.has_link = True
    elif rel == "self":
        feed.self_url = feed.self_url or address
    elif rel == "hub":
        feed.hubs.append(address)
    elif rel == "license":
        feed.licence = feed.licence or address
    elif rel == "next" or (rel == "prev-archive" and not feed.next):
        feed.next = address


def _id(reading: _Reading, element: Element) -> None:
    identity = words(element)
    if not reading.has_link and could_be_link(identity):
        reading.feed.home = identity
        reading.has_link = True


def _author(reading: _Reading, element: Element) -> None:
    reading.feed.people.append(read_person(element, reading.names))


def _owner(reading: _Reading, element: Element) -> None:
    reading.owner = read_person(element, reading.names)


def _image(reading: _Reading, element: Element) -> None:
    for child in element:
        if reading.names.of(child) == "url" and (address := words(child)):
            reading.feed.image = address


def _itunes_image(reading: _Reading, element: Element) -> None:
    stated = attributes(element)
    reading.feed.image = stated.get("href") or stated.get("url") or reading.feed.image


def _logo(reading: _Reading, element: Element) -> None:
    reading.feed.image = reading.feed.image or words(element)


def _language(reading: _Reading, element: Element) -> None:
    reading.feed.lang = words(element)


def _licence(reading: _Reading, element: Element) -> None:
    reading.feed.licence = reading.feed.licence or licence_of(element)


def _hours(reading: _Reading, element: Element) -> None:
    reading.feed.skip_hours.extend(words(child) for child in element if reading.names.of(child) == "hour")


def _days(reading: _Reading, element: Element) -> None:
    reading.feed.skip_days.extend(words(child) for child in element if reading.names.of(child) == "day")


def _field(name: str) -> Callable[[_Reading, Element], None]:
    def keep(reading: _Reading, element: Element) -> None:
        if not element.attrib:
            setattr(reading.feed, name, words(element))

    return keep


def _pass(_reading: _Reading, _element: Element) -> None:
    """For what means something in an entry and nothing here."""


_HANDLERS: dict[str, Callable[[_Reading, Element], None]] = {
    **dict.fromkeys(("title", "dc:title"), _title),
    **dict.fromkeys(("description", "dc:description"), _description),
    **dict.fromkeys(("subtitle", "tagline", "itunes:subtitle"), _subtitle),
    "itunes:summary": _summary,
    "link": _link,
    "id": _id,
    **dict.fromkeys(("author", "managingeditor", "dc:creator", "dc:author", "itunes:author"), _author),
    "itunes:owner": _owner,
    "image": _image,
    **dict.fromkeys(("itunes:image", "itunes:link"), _itunes_image),
    **dict.fromkeys(("logo", "icon"), _logo),
    **dict.fromkeys(("language", "dc:language"), _language),
    **dict.fromkeys(("cc:license", "creativecommons:license", "dcterms:license"), _licence),
    "skiphours": _hours,
    "skipdays": _days,
    "ttl": _field("ttl"),
    "sy:updateperiod": _field("period"),
    "sy:updatefrequency": _field("frequency"),
    **dict.fromkeys(("itunes:new-feed-url", "newlocation"), _field("moved_to")),
    **dict.fromkeys(
        ("pubdate", "published", "updated", "modified", "lastbuilddate", "created", "dc:date", "dcterms:modified",
         "category", "keywords", "dc:subject", "itunes:category", "itunes:keywords", "textinput",
         "rights", "copyright", "dc:rights", "media:thumbnail", "media:title", "media:description", "media:category",
         "media:keywords", "contributor", "webmaster", "generator"),
        _pass,
    ),
}  # fmt: skip

"""An independent judge of feeds: rules written from the specifications' text, none of the writer's code.

`faults(body, kind)` gives one sentence per broken rule, each beginning with the section that says so; [] is a valid
feed. Sources: RFC 4287 (Atom), RFC 3339 (dates), RFC 3986 (addresses), RFC 4685 (threads), RFC 4946 (licences),
RFC 5005 (pages and archives), RSS 2.0 at rssboard.org/rss-specification and its Best Practices Profile, Media RSS
1.5.1, JSON Feed 1.1, and the documented rules of the W3C Feed Validation Service (validator.w3.org/feed/docs).
"""

from __future__ import annotations

from lxml import etree

from tests.wire.feed_rules_atom import atom_faults
from tests.wire.feed_rules_json import json_faults
from tests.wire.feed_rules_rss import rss_faults


def faults(body: bytes, kind: str, location: str = "") -> list[str]:
    """Every broken rule of a feed of `kind` (atom, rss, json); `location` is where it was found, '' unknown."""
    if kind == "json":
        return json_faults(body, location)
    found = _preamble(body)
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as wrong:
        return [*found, f"XML 1.0: not well-formed: {wrong}"]
    if root.getroottree().docinfo.doctype:
        found.append("W3C ContainsSystemEntity: a feed has no document type")
    found += _controls(root)
    return found + (atom_faults(root, location) if kind == "atom" else rss_faults(root, location))


def _preamble(body: bytes) -> list[str]:
    head = body[:60].lower()
    if not head.startswith(b"<?xml version="):
        return ["XML 1.0 2.8: the document begins with its declaration, and nothing stands before it"]
    return [] if b'encoding="utf-8"' in head else ["W3C ObscureEncoding: the declaration names UTF-8"]


def _controls(root: etree._Element) -> list[str]:
    texts = (text for element in root.iter() for text in (element.text, element.tail, *element.attrib.values()))
    return [
        f"W3C BadCharacters: a control character U+{ord(character):04X}"
        for text in texts
        for character in (text or "")
        if "\x7f" <= character <= "\x9f"
    ]

"""RFC 4287, and the extensions our Atom feeds use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from lxml import etree

from tests.wire.feed_rules_media import media_faults, thread_faults
from tests.wire.feed_rules_shared import (
    ATOM,
    FH,
    MEDIA,
    PAGING,
    THR,
    XML_LANG,
    address_faults,
    canonical_faults,
    count_faults,
    html_faults,
    language_faults,
    media_type_faults,
    rfc3339_faults,
)

_FEED = {"author", "category", "contributor", "generator", "icon", "id", "link", "logo", "rights", "subtitle", "title"}
_ENTRY = {"author", "category", "content", "contributor", "id", "link", "published", "rights", "source", "summary"}
_ONCE = {"generator", "icon", "id", "logo", "rights", "subtitle", "title", "updated", "content", "published", "summary"}
_RELS = PAGING | {
    "alternate",
    "self",
    "hub",
    "related",
    "via",
    "enclosure",
    "license",
    "replies",
    "edit",
    "describedby",
}
_TEXTS = ("title", "subtitle", "summary", "rights")


def atom_faults(root: etree._Element, location: str) -> list[str]:
    if root.tag != f"{ATOM}feed":
        return ["RFC 4287 2: the root is not atom:feed"]
    now = datetime.now(UTC)
    entries = root.findall(f"{ATOM}entry")
    found = [
        *_elements(root, _FEED | {"updated", "entry"}, "feed", now),
        *_self(root, location),
        *_pages(root, location),
    ]
    if entries and any(child.tag != f"{ATOM}entry" for child in root[list(root).index(entries[0]) :]):
        found.append("W3C MisplacedMetadata: something of the feed stands after its first entry")
    authored = root.find(f"{ATOM}author") is not None
    for entry in entries:
        found += _elements(entry, _ENTRY | {"title", "updated"}, "entry", now)
        found += _entry(entry, authored=authored)
    if not entries and not authored:
        found.append("RFC 4287 4.1.1: a feed without entries names an author")
    seen = Counter(entry.findtext(f"{ATOM}id") for entry in entries)
    return found + [f"W3C DuplicateEntries: two entries with the id {v}" for v, n in seen.items() if n > 1]


def _elements(parent: etree._Element, known: set[str], where: str, now: datetime) -> Iterator[str]:
    """4.1.1, 4.1.2: which children there are, how often, and what stands in them."""
    here = Counter(child.tag for child in parent)
    for name in ("id", "title", "updated"):
        if here[f"{ATOM}{name}"] != 1:
            yield f"RFC 4287 4.1: atom:{where} has exactly one atom:{name}, not {here[f'{ATOM}{name}']}"
    for name in _ONCE:
        if here[f"{ATOM}{name}"] > 1:
            yield f"RFC 4287 4.1: atom:{where} has more than one atom:{name}"
    if lang := parent.get(XML_LANG):
        yield from language_faults(lang, f"xml:lang of {where}")
    for child in parent:
        if not isinstance(child.tag, str):
            continue
        if child.tag.startswith(ATOM) and child.tag[len(ATOM) :] not in known:
            yield f"RFC 4287 4.1: atom:{where} knows no {child.tag}"
        yield from _child(child, where, now)
    alternates = Counter((each.get("type"), each.get("hreflang")) for each in _links(parent, "alternate"))
    if any(number > 1 for number in alternates.values()):
        yield f"RFC 4287 4.1: atom:{where} has two alternates of one type and language"


def _child(child: etree._Element, where: str, now: datetime) -> Iterator[str]:
    name, text = child.tag.removeprefix(ATOM), child.text or ""
    if name in ("id", "icon", "logo", "updated", "published") and text != text.strip():
        yield f"W3C UnexpectedWhitespace: in atom:{name}"
    if name == "id":
        yield from canonical_faults(text, f"the id of {where}")
    elif name in ("icon", "logo"):
        yield from address_faults(text, f"atom:{name}")
    elif name in ("updated", "published"):
        yield from rfc3339_faults(text, f"atom:{name} of {where}", now)
    elif name in _TEXTS:
        yield from _text(child, where)
    elif name == "author":
        yield from _author(child)
    elif name == "link":
        yield from _link(child, where)
    elif name == "category" and not child.get("term"):
        yield "RFC 4287 4.2.2.1: a category has a term"
    elif name == "generator" and not text:
        yield "W3C NotBlank: atom:generator"
    elif child.tag.startswith(MEDIA):
        yield from media_faults(child)
    elif child.tag.startswith(THR):
        yield from thread_faults(child)


def _text(child: etree._Element, where: str) -> Iterator[str]:
    """3.1: text, html or xhtml; never blank (W3C NotBlank)."""
    if child.get("type", "text") not in ("text", "html", "xhtml"):
        yield f"RFC 4287 3.1.1: {child.tag} of {where} has the type {child.get('type')!r}"
    if len(child) and child.get("type") != "xhtml":
        yield f"RFC 4287 3.1.1: {child.tag} of {where} holds elements"
    if not (child.text or "").strip():
        yield f"W3C NotBlank: {child.tag} of {where}"


def _author(child: etree._Element) -> Iterator[str]:
    """3.2: exactly one name, at most one uri and email."""
    names = child.findall(f"{ATOM}name")
    if len(names) != 1 or not (names[0].text or "").strip():
        yield "RFC 4287 3.2.1: a person has exactly one name"
    for uri in child.findall(f"{ATOM}uri"):
        yield from address_faults(uri.text or "", "a person's uri")


def _link(child: etree._Element, where: str) -> Iterator[str]:
    """4.2.7; 9.1 of RFC 5005 keeps paging links out of entries."""
    rel = child.get("rel", "alternate")
    if rel not in _RELS:
        yield f"W3C UnregisteredAtomLinkRel: {rel!r}"
    if rel in PAGING and where == "entry":
        yield f"W3C FeedHistoryRelInEntry: {rel!r}"
    yield from address_faults(child.get("href", ""), f"the link {rel} of {where}")
    if kind := child.get("type"):
        yield from media_type_faults(kind, f"the type of the link {rel}")
    if child.get("length") is not None:
        yield from count_faults(child.get("length"), "an enclosure's length")
    if child.text and child.text.strip():
        yield "W3C AtomLinkNotEmpty"
    if child.get("title") == "":
        yield "W3C AttrNotBlank: a link's title"


def _entry(entry: etree._Element, *, authored: bool) -> Iterator[str]:
    """4.1.2: an author somewhere; content, or an alternate; a summary where content is not text."""
    if not authored and entry.find(f"{ATOM}author") is None:
        yield "RFC 4287 4.1.2: neither the entry nor the feed names an author"
    content = entry.find(f"{ATOM}content")
    if content is None:
        if not list(_links(entry, "alternate")):
            yield "RFC 4287 4.1.2: an entry without content has an alternate link"
        if entry.find(f"{ATOM}summary") is None:
            yield "W3C MissingTextualContent: neither content nor summary"
        return
    if content.get("type") not in ("text", "html", "xhtml"):
        yield f"RFC 4287 4.1.3.1: content of the type {content.get('type')!r}"
    if len(content) or not (content.text or "").strip():
        yield "RFC 4287 4.1.3.3: html content is escaped text, and not blank"
    yield from html_faults(content.text or "", "atom:content")


def _links(parent: etree._Element, rel: str) -> Iterator[etree._Element]:
    return (each for each in parent.findall(f"{ATOM}link") if each.get("rel", "alternate") == rel)


def _self(root: etree._Element, location: str) -> Iterator[str]:
    """4.1.1: a feed should link to itself; the W3C compares that with where it was found."""
    own = [each.get("href") for each in _links(root, "self")]
    if len(own) != 1:
        yield f"RFC 4287 4.1.1: one link rel=self, not {len(own)}"
    elif location and own[0] != location:
        yield f"W3C SelfDoesntMatchLocation: {own[0]} at {location}"
    for each in _links(root, "self"):
        if each.get("type", "application/atom+xml") != "application/atom+xml":
            yield "W3C SelfNotAtom"


def _pages(root: etree._Element, location: str) -> Iterator[str]:
    """RFC 5005 sections 3 and 4."""
    hrefs = {rel: [each.get("href") for each in _links(root, rel)] for rel in PAGING}
    for rel, places in hrefs.items():
        if len(places) > 1:
            yield f"RFC 5005 3: more than one link {rel}"
        if rel not in ("first", "current") and location and location in places:
            yield f"RFC 5005 3: {rel} leads back to the document itself"
    if root.find(f"{FH}archive") is not None and not hrefs["current"]:
        yield "RFC 5005 4: an archive says where the current document is"
    if root.find(f"{FH}complete") is not None and any(hrefs.values()):
        yield "RFC 5005 2: a complete feed has no pages"

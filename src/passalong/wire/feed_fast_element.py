"""Elements as the fast path sees them: their plain names, their text, their attributes, their XHTML.

Everything here answers as feedparser would, or raises Doubt.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urljoin
from xml.sax.saxutils import escape

from lxml import etree

from passalong.wire.feed_raw import HTML, PLAIN, XHTML, Doubt, Text
from passalong.wire.feed_text import kind, looks_like_html, mend

Element = etree._Element

ATOM = "http://www.w3.org/2005/Atom"
RSS_1 = "http://purl.org/rss/1.0/"
RSS_090 = "http://my.netscape.com/rdf/simple/0.9/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XHTML = "http://www.w3.org/1999/xhtml"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_BARE = "http://backend.userland.com/rss"

PREFIXES = {
    "": "",
    ATOM.lower(): "",
    RSS_1: "",
    RSS_090: "",
    "http://purl.org/atom/ns#": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://purl.org/rss/1.0/modules/rss091#": "",
    RDF: "rdf",
    _XHTML: "xhtml",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
    "http://search.yahoo.com/rss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://example.com/dtds/podcast-1.0.dtd": "itunes",
    "http://purl.org/syndication/thread/1.0": "thr",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://creativecommons.org/ns#license": "cc",
    "http://web.resource.org/cc/": "cc",
    "http://cyber.law.harvard.edu/rss/creativecommonsrssmodule.html": "creativecommons",
    "http://backend.userland.com/creativecommonsrssmodule": "creativecommons",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://purl.org/rss/1.0/modules/slash/": "slash",
    "http://wellformedweb.org/commentapi/": "wfw",
    "http://webns.net/mvcb/": "admin",
    "http://www.w3.org/2003/01/geo/wgs84_pos#": "geo",
    "http://www.georss.org/georss": "georss",
    "http://www.opengis.net/gml": "gml",
    "http://podlove.org/simple-chapters": "psc",
    "http://purl.org/rss/1.0/modules/taxonomy/": "taxo",
    "http://purl.org/rss/1.0/modules/image/": "image",
    "http://xmlns.com/foaf/0.1/": "foaf",
    "http://www.w3.org/1999/xlink": "xlink",
    _XML[1:-1].lower(): "xml",
}
"""Vocabularies by their (lower-cased) namespace; '' is read as the feed's own."""
# lxml lists attributes in quadratic time: 60,000 of them take ten seconds.
_MOST_ATTRIBUTES = 100
# What WordPress.com writes in a vocabulary of its own, without a prefix; it means nothing to anybody else.
_WORDPRESS_ADDITIONS = frozenset({"site", "post-id"})
_SPOKEN = frozenset(PREFIXES.values()) - {""}


@dataclass(slots=True)
class Names:
    """What the tags of one document are called here: `title`, `dc:creator`, whatever prefix it chose."""

    known: dict[str, str] = field(default_factory=dict)
    atom: bool = False
    scoped: bool = False
    """xml:base or xml:lang may occur somewhere."""
    bases: int = 0
    """How many xml:base attributes were honoured."""

    def of(self, element: Element) -> str:
        """The name of an element; Doubt where a vocabulary stands where another is expected."""
        tag = element.tag
        if (name := self.known.get(tag)) is None:
            name = self.known[tag] = _name(element)
        return name


def check_prefixes(root: Element) -> None:
    """Doubt where a document uses a well-known prefix for another well-known vocabulary: feedparser mixes them up."""
    for prefix, uri in root.nsmap.items():
        meant = PREFIXES.get(uri.lower())
        if prefix and meant is not None and prefix.lower() != meant and prefix.lower() in _SPOKEN:
            raise Doubt(f"prefix {prefix} for {uri}")


def _name(element: Element) -> str:
    qualified = etree.QName(element)
    uri = (qualified.namespace or "").lower()
    local = qualified.localname.lower()
    if "backend.userland.com/rss" in uri:
        return local
    prefix = PREFIXES.get(uri)
    if prefix is None:
        prefix = element.prefix
        if prefix is None and local in _WORDPRESS_ADDITIONS:
            return local
        if prefix is None:
            raise Doubt(f"unknown vocabulary {uri}")
        prefix = prefix.lower()
    return f"{prefix}:{local}" if prefix else local


def words(element: Element) -> str:
    """The text of an element without children, stripped and mended."""
    if len(element):
        raise Doubt("markup where text is expected")
    text = element.text
    if text is None:
        return ""
    text = text.strip()
    return text if text.isascii() else mend(text)


def stated(element: Element) -> list[tuple[str, str]]:
    """Attributes as written, `{namespace}name` where they have one."""
    attributes_there = element.attrib
    if not attributes_there:
        return []
    if len(attributes_there) > _MOST_ATTRIBUTES:
        raise Doubt("more attributes than anybody writes")
    return cast(list[tuple[str, str]], attributes_there.items())


def attributes(element: Element) -> dict[str, str]:
    """Attributes by lower-case local name, as feedparser looks them up."""
    return {name.rpartition("}")[2].lower(): value for name, value in stated(element)}


def text(element: Element, names: Names, usual: str, base: str, lang: str) -> Text:
    """A text construct (RFC 4287 3.1, RSS title and description): what it says and what it is."""
    said = attributes(element)
    if said:
        if "mode" in said:
            raise Doubt("mode")
        if names.scoped:
            base, lang = scope(element, names, base, lang)
    is_kind = kind(said.get("type") or usual)
    if is_kind == XHTML:
        return Text(mend(_xhtml(element)), XHTML, base, lang)
    if is_kind not in (PLAIN, HTML):
        raise Doubt(f"type {is_kind}")
    value = words(element)
    if is_kind == PLAIN and not names.atom and looks_like_html(value):
        is_kind = HTML
    return Text(value, is_kind, base, lang)


def scope(element: Element, names: Names, base: str, lang: str) -> tuple[str, str]:
    """Base address and language inside an element, from its attributes (XML Base; XML 1.0, 2.12)."""
    said = attributes(element)
    if "base" in said:
        inner = element.get(f"{_XML}base")
        if inner is None or (base and not said["base"].startswith(("http://", "https://", "/"))):
            raise Doubt("base")
        base = resolved(said["base"], base)
        names.bases += 1
    if (tongue := said.get("lang")) is not None:
        lang = tongue.replace("_", "-")
    return base, lang


def resolved(address: str, base: str) -> str:
    """An address against the bases stated around it; Doubt where it is none."""
    try:
        return urljoin(base, address)
    except ValueError as error:
        raise Doubt("an address that is none") from error


def _xhtml(element: Element) -> str:
    pieces: list[str] = []
    children = list(element)
    if len(children) == 1 and _is_div(children[0]) and _blank(element.text) and _blank(children[0].tail):
        # "The XHTML div element itself MUST NOT be considered part of the content" (RFC 4287 3.1.1.3)
        _write_inside(children[0], pieces)
    else:
        _write_inside(element, pieces)
    return "".join(pieces).strip()


def _is_div(element: Element) -> bool:
    return etree.QName(element).localname.lower() == "div"


def _blank(value: str | None) -> bool:
    return not value or value.isspace()


def _write_inside(element: Element, pieces: list[str]) -> None:
    if element.text:
        pieces.append(escape(element.text))
    for child in element:
        name = _markup_name(child)
        pieces.append(f"<{name}{_markup_attributes(child)}>")
        _write_inside(child, pieces)
        pieces.append(f"</{name}>")
        if child.tail:
            pieces.append(escape(child.tail))


def _markup_name(element: Element) -> str:
    name = etree.QName(element)
    local = name.localname.lower()
    if name.namespace not in (_XHTML, ATOM, None) or local in ("svg", "math"):
        raise Doubt(f"{name.namespace} in markup")
    return local


def _markup_attributes(element: Element) -> str:
    written: dict[str, str] = {}
    repeated: dict[str, str] = {}
    for name, value in stated(element):
        if name.startswith(_XML):
            local = name[len(_XML) :].lower()
            if local == "base":
                raise Doubt("xml:base in markup")
            written[f"xml:{local}"] = repeated[local] = value
        elif name.startswith("{"):
            raise Doubt(f"{name} in markup")
        else:
            lowered = name.lower()
            written[lowered] = value.lower() if lowered in ("rel", "type") else value
    for name, value in repeated.items():
        if written.setdefault(name, value) != value:
            raise Doubt("two languages")
    return "".join(f' {name}="{escape(value, _QUOTE)}"' for name, value in written.items())


_QUOTE = {'"': "&quot;"}

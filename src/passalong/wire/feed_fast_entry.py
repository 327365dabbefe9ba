"""The fast path, one entry: each element's meaning in one small function, looked up by its plain name.

The meanings, and what wins when something is said twice, are feedparser's; where its answer would hang on odd nesting,
Doubt is raised and feedparser itself gives it.
"""

from __future__ import annotations

from passalong.wire.feed_fast_element import RDF, Element, Names, attributes, scope, text, words
from passalong.wire.feed_fast_parts import (
    Handler,
    Reading,
    attachment,
    href,
    licence_of,
    link_text,
    linked,
    read_author_of,
    read_category,
    read_content,
    read_description,
    read_encoded,
    read_guid,
    read_keywords,
    read_link,
    read_summary,
    read_title,
)
from passalong.wire.feed_raw import HTML, MOST_ATTACHMENTS, MOST_TAGS, PLAIN, Doubt, RawEntry, Text
from passalong.wire.feed_tolerant_result import count
from passalong.wire.shapes import Attachment, Pointer

_MEDIUM = {"image": "image/*", "video": "video/*", "audio": "audio/*"}


def read_entry(element: Element, names: Names, base: str, lang: str) -> RawEntry:
    """One item or entry. Raises Doubt."""
    entry = RawEntry()
    if element.attrib:
        stated = attributes(element)
        if "href" in stated or "lastmod" in stated:
            raise Doubt("CDF")
        if names.scoped:
            base, lang = scope(element, names, base, lang)
        entry.guid = element.get(f"{{{RDF}}}about", "")
    entry.base, entry.scope_lang = base, lang
    reading = Reading(entry, names, base, lang)
    known = names.known
    for child in element:
        name = known.get(child.tag) or names.of(child)
        if handler := HANDLERS.get(name):
            handler(reading, child)
        elif len(child):
            check_ignored(child, names)
    if len(entry.tags) > MOST_TAGS:
        raise Doubt("many categories")
    return entry


def check_ignored(element: Element, names: Names) -> None:
    """Doubt where an element we pass over holds one that means something: feedparser reads nested ones as if flat."""
    for inner in element.iterdescendants():
        if names.of(inner) in HANDLERS or names.of(inner) in _NESTING:
            raise Doubt(f"{names.of(inner)} inside {names.of(element)}")


def _enclosure(reading: Reading, element: Element) -> None:
    stated = attributes(element)
    if len(element):
        raise Doubt("enclosure with children")
    if (address := href(stated)) and len(reading.entry.enclosures) < MOST_ATTACHMENTS:
        reading.entry.enclosures.append(attachment(address, stated))


def _media_content(reading: Reading, element: Element) -> None:
    stated = attributes(element)
    for child in element:
        name = reading.names.of(child)
        if name in ("media:title", "media:description"):
            stated[name] = _caption_of_file(reading, child, name)
        elif handler := HANDLERS.get(name):
            if not name.startswith("media:") or name == "media:content":
                raise Doubt(f"{name} in media:content")
            handler(reading, child)
        elif len(child):
            check_ignored(child, reading.names)
    address = stated.get("url", "").strip()
    if address and len(reading.entry.media) < MOST_ATTACHMENTS:
        reading.entry.media.append(_medium(address, stated))


def _caption_of_file(reading: Reading, element: Element, name: str) -> str:
    entry = reading.entry
    if name == "media:title":
        found = _caption(reading, element, PLAIN)
        entry.caption_title = entry.caption_title or found
    else:
        found = _caption(reading, element, HTML)
        entry.caption = entry.caption or found
    return found.value if found else ""


def _medium(address: str, stated: dict[str, str]) -> Attachment:
    seconds = count(stated.get("duration"))
    return Attachment(
        url=address,
        type=stated.get("type", "") or _MEDIUM.get(stated.get("medium", ""), ""),
        size=count(stated.get("filesize")),
        title=stated.get("media:description") or stated.get("media:title", ""),
        seconds=float(seconds) if seconds else None,
        width=count(stated.get("width")),
        height=count(stated.get("height")),
    )


def _media_group(reading: Reading, element: Element) -> None:
    for child in element:
        name = reading.names.of(child)
        if handler := HANDLERS.get(name):
            if not name.startswith("media:"):
                raise Doubt(f"{name} in media:group")
            handler(reading, child)
        elif len(child):
            check_ignored(child, reading.names)


def _media_title(reading: Reading, element: Element) -> None:
    reading.entry.media_title = reading.entry.media_title or _caption(reading, element, PLAIN)


def _media_description(reading: Reading, element: Element) -> None:
    reading.entry.media_description = reading.entry.media_description or _caption(reading, element, HTML)


def _caption(reading: Reading, element: Element, usual: str) -> Text | None:
    found = text(element, reading.names, usual, reading.base, reading.lang)
    return found if found.value else None


def _thumbnail(reading: Reading, element: Element) -> None:
    reading.entry.thumbnail = reading.entry.thumbnail or element.get("url", "").strip() or words(element)


def _itunes_image(reading: Reading, element: Element) -> None:
    stated = attributes(element)
    reading.entry.image = (stated.get("href") or stated.get("url") or reading.entry.image).strip()


def _image(_reading: Reading, element: Element) -> None:
    if len(element):
        raise Doubt("image in an entry")


def _reply(reading: Reading, element: Element) -> None:
    stated = attributes(element)
    reading.entry.pointers.append(Pointer("reply", (stated.get("href") or stated.get("ref") or "").strip()))


def _licence(reading: Reading, element: Element) -> None:
    reading.entry.licence = reading.entry.licence or licence_of(element)


def _source(reading: Reading, element: Element) -> None:
    entry, names = reading.entry, reading.names
    if not len(element):
        entry.source_title, entry.source_url = Text(words(element), HTML), element.get("url", "").strip()
        return
    if names.scoped or element.get("url"):
        raise Doubt("source with a scope")
    address = identity = ""
    for child in element:
        name = names.of(child)
        if name == "title":
            entry.source_title = text(child, names, PLAIN, "", "")
        elif name == "id":
            identity = words(child)
        elif name == "link":
            stated = attributes(child)
            if linked(stated) == "page":
                address = href(stated) or link_text(child)
    entry.source_url = address or identity


def _field(name: str) -> Handler:
    def keep(reading: Reading, element: Element) -> None:
        setattr(reading.entry, name, words(element))

    return keep


def _plain_field(name: str) -> Handler:
    def keep(reading: Reading, element: Element) -> None:
        if not element.attrib:
            setattr(reading.entry, name, words(element))

    return keep


def _refuse(reading: Reading, element: Element) -> None:
    raise Doubt(f"{reading.names.of(element)} in an entry")


_NESTING = frozenset({"item", "entry", "channel", "feed", "name", "url", "uri", "homepage", "email"})

HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(("title", "dc:title"), read_title),
    **dict.fromkeys(("description", "dc:description"), read_description),
    **dict.fromkeys(("summary", "itunes:summary"), read_summary),
    "content": read_content,
    **dict.fromkeys(("content:encoded", "fullitem"), read_encoded),
    "link": read_link,
    **dict.fromkeys(("guid", "id"), read_guid),
    **dict.fromkeys(("author", "dc:creator", "dc:author", "itunes:author", "managingeditor"), read_author_of),
    **dict.fromkeys(("pubdate", "published", "issued", "dcterms:issued"), _field("published")),
    **dict.fromkeys(("updated", "modified", "lastbuilddate", "dc:date", "dcterms:modified"), _field("updated")),
    **dict.fromkeys(("created", "dcterms:created"), _field("created")),
    **dict.fromkeys(("category", "keywords", "dc:subject", "media:category"), read_category),
    **dict.fromkeys(("itunes:keywords", "media:keywords"), read_keywords),
    "enclosure": _enclosure,
    "media:content": _media_content,
    "media:group": _media_group,
    "media:title": _media_title,
    "media:description": _media_description,
    "media:thumbnail": _thumbnail,
    "itunes:image": _itunes_image,
    "image": _image,
    "itunes:duration": _plain_field("duration"),
    "feedburner:origlink": _plain_field("original_link"),
    "thr:in-reply-to": _reply,
    "thr:total": _plain_field("total"),
    "slash:comments": _plain_field("comments"),
    **dict.fromkeys(("cc:license", "creativecommons:license", "dcterms:license"), _licence),
    "source": _source,
    **dict.fromkeys(("language", "dc:language"), _field("lang")),
    **dict.fromkeys(
        ("body", "xhtml:body", "tags", "abstract", "info", "textinput", "itunes:category",
         "itunes:owner", "itunes:link", "channel", "feed", "item", "entry"),
        _refuse,
    ),
}  # fmt: skip
HANDLERS.update(
    dict.fromkeys(
        ("rights", "copyright", "dc:rights", "subtitle", "itunes:subtitle", "contributor"), lambda _r, _e: None
    )
)

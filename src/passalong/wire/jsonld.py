"""What a page says of itself for machines that read schema.org: JSON-LD for a script element.

Vocabulary: schema.org SocialMediaPosting, BlogPosting, Person, ProfilePage. Every function returns text that is safe
inside `<script type="application/ld+json">`: it holds no `<`, `>` or `&`, so nothing in a title can end the element
(HTML Standard, section 4.12.1.3, restrictions for contents of script elements).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from passalong.wire.feed_write_text import language, media_type, one_line, rfc3339, web_address, words
from passalong.wire.out_shapes import OutEntry
from passalong.wire.shapes import Attachment, Author

CONTEXT = "https://schema.org"
_HARMLESS = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}
_MEDIA_KINDS = {"image": "ImageObject", "audio": "AudioObject", "video": "VideoObject"}


def posting(entry: OutEntry, author: Author, *, article: bool = False, site: str = "") -> str:
    """One act of sharing on its own page: a BlogPosting where it is an article, else a SocialMediaPosting.

    `author` stands where the entry names none; `site` is the name of the place.
    """
    return in_script({"@context": CONTEXT, **_posting(entry, author, article=article, site=site)})


def profile(person: Author, page: str, *, about: str = "", handle: str = "", same: tuple[str, ...] = ()) -> str:
    """A person's page, at the address `page`: a ProfilePage about a Person. `same` are their other addresses."""
    who = _person(person) | _filled(
        {
            "description": one_line(about),
            "alternateName": one_line(handle),
            "sameAs": [address for address in map(web_address, same) if address],
        }
    )
    return in_script({"@context": CONTEXT, "@type": "ProfilePage", "url": web_address(page), "mainEntity": who})


def in_script(said: Mapping[str, Any]) -> str:
    """Any JSON as text that may stand inside a script element."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).translate(_HARMLESS)


def _posting(entry: OutEntry, author: Author, *, article: bool, site: str) -> dict[str, Any]:
    url = web_address(entry.url)
    external = web_address(entry.external)
    people = [_person(each) for each in entry.authors or (author,)]
    text = words(entry.html)
    said = {
        "@type": "BlogPosting" if article else "SocialMediaPosting",
        "@id": url,
        "url": url,
        "mainEntityOfPage": url,
        "headline": one_line(entry.title)[:110],
        "articleBody": text,
        "description": one_line(entry.summary),
        "datePublished": rfc3339(entry.published),
        "dateModified": rfc3339(entry.updated),
        "author": people[0] if len(people) == 1 else people,
        "inLanguage": language(entry.lang),
        "license": web_address(entry.licence),
        "keywords": [tag for tag in map(one_line, entry.tags) if tag],
        "image": web_address(entry.image),
        "associatedMedia": [_media(each) for each in entry.attachments if web_address(each.url)],
        "sharedContent": {"@type": "WebPage", "url": external} if external else None,
        "citation": [web_address(each.url) for each in entry.pointers if web_address(each.url)],
        "isPartOf": {"@type": "WebSite", "name": one_line(site)} if one_line(site) else None,
    }
    return _filled(said)


def _person(person: Author) -> dict[str, Any]:
    said = {"name": one_line(person.name), "url": web_address(person.url), "image": web_address(person.photo)}
    return {"@type": "Person", **_filled(said)}


def _media(attachment: Attachment) -> dict[str, Any]:
    kind = media_type(attachment.type)
    said = {
        "@type": _MEDIA_KINDS.get(kind.split("/", 1)[0], "MediaObject"),
        "contentUrl": web_address(attachment.url),
        "encodingFormat": kind,
        "name": one_line(attachment.title),
        "contentSize": str(attachment.size) if attachment.size else "",
        "width": attachment.width,
        "height": attachment.height,
    }
    return _filled(said)


def _filled(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value not in (None, "", [], {})}

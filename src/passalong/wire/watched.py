"""A plain page without a feed, as a Feed of one entry: the page itself."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from passalong.wire import card as cards
from passalong.wire.charset import decode
from passalong.wire.shapes import Author, Entry, Feed, Unreadable

_BODY = re.compile(r"<body[^<>]*+>", re.IGNORECASE)
_AROUND = re.compile(r"<(nav|header|footer|aside|form)\b[^<>]*+>[^<]*+(?:<(?!/?\1\b)[^<]*)*</\1\s*>", re.IGNORECASE)
"""What stands around the words of most pages; one that holds another of its kind stays."""


def read(html: bytes, url: str, *, content_type: str = "") -> Feed:
    """The page at `url` as its only entry, which keeps its identity whatever it says. Raises Unreadable: no page."""
    if "html" not in content_type and b"<" not in html[:2000]:
        raise Unreadable("This is not a web page, so it cannot be looked at for changes.", "no page")
    text, _ = decode(html, content_type)
    opening = _BODY.search(text)
    body = text[opening.end() :] if opening else text
    said = cards.read(html, content_type, url)
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    authors = (Author(said.author),) if said.author else ()
    entry = Entry(
        guid=url, url=url, title=said.title or host, html=_AROUND.sub("", body), base=url, authors=authors,
        published=said.published, image=said.image, lang=said.lang, licence=said.licence,
    )  # fmt: skip
    return Feed(format="page", title=said.title or host, home=url, authors=authors, entries=(entry,), lang=said.lang)

"""What an app says of itself at its address: client metadata (JSON), or a page (h-app, rel=redirect_uri).

IndieAuth, 4.2 (https://indieauth.spec.indieweb.org/#client-information-discovery). Pure; nothing here is to be trusted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from passalong.wire.charset import decode
from passalong.wire.link_header import read_link_header
from passalong.wire.markup import Tag, attributes
from passalong.wire.markup import read as tokens
from passalong.wire.shapes import Unreadable

LARGEST = 512 * 1024
LONGEST_NAME = 100
LONGEST_ADDRESS = 2_000
MOST_REDIRECTS = 50
APP = {"h-app", "h-x-app"}


@dataclass(frozen=True, slots=True)
class Client:
    """All as the app says it; `redirect_uris` absolute and exact, in their order."""

    name: str = ""
    redirect_uris: tuple[str, ...] = ()


def canonical(client_id: str) -> str:
    """One spelling for equal ids: the host in small letters, a path at least of / (IndieAuth, 3.4)."""
    try:
        parts = urlsplit(client_id)
        return urlunsplit(parts._replace(netloc=parts.netloc.lower(), path=parts.path or "/"))
    except ValueError:
        return client_id


def read(body: bytes, url: str, content_type: str = "", link: str = "") -> Client:
    """The document at the client id `url`; `link` is its Link header. Raises Unreadable: metadata of another app."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        return _metadata(body, url)
    return _page(decode(body[:LARGEST], content_type)[0], url, link)


def _metadata(body: bytes, url: str) -> Client:
    try:
        said: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("The app's description is no JSON.", "no client") from None
    if not isinstance(said, dict) or canonical(str(said.get("client_id"))) != canonical(url):
        # IndieAuth, 4.2.1: the document says whose it is, so that nobody lends another's.
        raise Unreadable("The app's description is that of another app.", "no client")
    listed = said.get("redirect_uris")
    given = listed if isinstance(listed, list) else []
    return Client(_tidy(said.get("client_name")), _exact(url, given))


def _page(html: str, url: str, link: str) -> Client:
    found = [target for target, said in read_link_header(link) if _is_redirect(said.get("rel", ""))]
    for tag in tokens(html):
        if isinstance(tag, Tag) and tag.name == "link" and not tag.closing:
            said = attributes(tag.inside)
            if _is_redirect(said.get("rel", "")):
                found.append(said.get("href", ""))
    return Client(_tidy(next(_names(html), "")), _exact(url, found))


def _is_redirect(rel: str) -> bool:
    return "redirect_uri" in rel.lower().split()


def _names(html: str) -> Iterator[str]:
    """What the page calls the app, the best first: p-name within h-app, any words there, the page's title."""
    inside = named = False
    words, title, before = "", "", ""
    for token in tokens(html):
        if isinstance(token, Tag):
            classes = set(attributes(token.inside).get("class", "").split()) if not token.closing else set()
            inside = inside or bool(classes & APP)
            named = inside and "p-name" in classes
            before = token.name if not token.closing else ""
        elif inside and named and token.strip():
            yield token
            return
        elif inside:
            words = words or token.strip()
        elif before == "title":
            title = title or token
    yield from filter(None, (words, title))


def _exact(base: str, given: list[Any]) -> tuple[str, ...]:
    """As listed, relative ones made whole; never changed otherwise, for they are compared letter by letter."""
    short = (each for each in given if isinstance(each, str) and 0 < len(each) <= LONGEST_ADDRESS)
    return tuple(_joined(base, each) for each in short)[:MOST_REDIRECTS]


def _joined(base: str, each: str) -> str:
    try:
        return urljoin(base, each)
    except ValueError:
        return each


def _tidy(name: Any) -> str:
    """Printable, on one line, short."""
    text = " ".join(name.split()) if isinstance(name, str) else ""
    return "".join(letter for letter in text if letter.isprintable())[:LONGEST_NAME]

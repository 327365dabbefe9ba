"""Handles of the fediverse, and the documents that say who is behind one (RFC 7033, RFC 7565).

A handle is parsed by a grammar and written back by parts, never put into an address as it came: whatever does not
fit the grammar is no handle, and no request is made for it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import idna

from passalong.wire.shapes import Unreadable

ACCEPT = "application/jrd+json, application/json;q=0.9"
"""What to ask for at a WebFinger address (RFC 7033 section 4.2)."""

ACTOR_TYPES = (
    "application/activity+json",
    'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
)
LONGEST = 320
MOST_LINKS = 100

_HANDLE = re.compile(r"(?P<sign>[@!~&]?)(?P<user>[A-Za-z0-9_.-]+)@(?P<host>[^@/?#\\\s:]+)(?::(?P<port>[0-9]{1,5}))?")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?")


@dataclass(frozen=True, slots=True)
class Handle:
    """`@user@host`: somebody at a host, which is in lower case and ASCII (IDNA), with `:port` where one was given."""

    user: str
    host: str

    def __str__(self) -> str:
        return f"@{self.user}@{self.host}"

    def same_as(self, other: Handle | None) -> bool:
        """Whether both name the same account; the case of the name does not matter (as fediverse servers hold it)."""
        return other is not None and (self.user.lower(), self.host) == (other.user.lower(), other.host)


@dataclass(frozen=True, slots=True)
class JrdLink:
    """One link of a JRD: rel, media type and address, as stated; any may be ''."""

    rel: str
    type: str
    href: str


@dataclass(frozen=True, slots=True)
class Jrd:
    """What a host says about one account (RFC 7033 section 4.4)."""

    subject: str
    aliases: tuple[str, ...]
    links: tuple[JrdLink, ...]

    def actor(self) -> str:
        """The address of the ActivityPub actor, '' where none is stated."""
        found = [link.href for link in self.links if link.rel == "self" and is_actor_type(link.type)]
        return found[0] if found else ""

    def page(self) -> str:
        """The address of the profile page, '' where none is stated."""
        found = [link.href for link in self.links if link.rel == "http://webfinger.net/rel/profile-page"]
        return found[0] if found else ""

    def feed(self) -> str:
        """The address of the account's feed (rel updates-from), '' where none is stated."""
        wanted = "http://schemas.google.com/g/2010#updates-from"
        found = [link.href for link in self.links if link.rel == wanted]
        return found[0] if found else ""


def is_actor_type(media_type: str) -> bool:
    """Whether a media type, as stated in a link, is one of ActivityPub's two."""
    text = media_type.lower().replace(" ", "").replace("'", '"')
    return text.startswith("application/activity+json") or (
        text.startswith("application/ld+json") and "activitystreams" in text
    )


def read_handle(text: str) -> Handle | None:
    """`@ann@host.example`, `ann@host.example:8443`, `acct:ann@...`, `!group@...` as a Handle; None where it is none."""
    text = text.strip().removeprefix("acct:").removeprefix("ACCT:")
    if len(text) > LONGEST:
        return None
    match = _HANDLE.fullmatch(text)
    host = read_host(match["host"]) if match else ""
    if match is None or not host or "." not in host:
        return None
    port = int(match["port"] or 0)
    if port > 65535 or not match["user"].strip("."):
        return None
    return Handle(match["user"], f"{host}:{port}" if port and port != 443 else host)


def read_host(text: str) -> str:
    """A host name in lower case and ASCII, without a final dot; '' where it is none (an address in digits included)."""
    text = text.strip().rstrip(".").lower()
    if not text.isascii():
        try:
            text = idna.encode(text, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return ""
    labels = text.split(".")
    if len(text) > 253 or labels[-1].isdigit() or not all(len(x) <= 63 and _LABEL.fullmatch(x) for x in labels):
        return ""
    return text


def webfinger_address(handle: Handle) -> str:
    """Where the handle's host answers who it is (RFC 7033 section 4.1: the resource is percent-encoded)."""
    return f"https://{handle.host}/.well-known/webfinger?" + urlencode(
        {"resource": f"acct:{handle.user}@{handle.host}"}
    )


def elsewhere(host_meta: bytes, handle: Handle) -> str:
    """Where a host-meta document (RFC 6415 section 3.1.1) sends questions about accounts; '' where it does not.

    Only the place that it marks is filled, with a percent-encoded resource."""
    text = host_meta[:20_000].decode("utf-8", errors="replace")
    for link in re.findall(r"<Link\b[^>]{0,600}>", text):
        template = re.search(r"""template\s*=\s*["'](https://[^"'<>\s]{1,400})["']""", link)
        if template and re.search(r"""rel\s*=\s*["']lrdd["']""", link) and template[1].count("{uri}") == 1:
            return template[1].replace("{uri}", quote(f"acct:{handle.user}@{handle.host}", safe=""))
    return ""


def read_jrd(body: bytes) -> Jrd:
    """A JRD from bytes. Raises Unreadable where it is none."""
    try:
        data: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("That host does not say who is behind this name.", "not a jrd") from None
    if not isinstance(data, dict) or not isinstance(data.get("subject", ""), str):
        raise Unreadable("That host does not say who is behind this name.", "not a jrd")
    return Jrd(data.get("subject", ""), _strings(data.get("aliases")), _links(data.get("links")))


def confirms(jrd: Jrd, asked: Handle) -> bool:
    """Whether the document is about the account that was asked for, and not about somebody else's (subject round trip).

    A document without a subject is taken at its word only where an alias lives on the asked host."""
    if jrd.subject:
        return asked.same_as(read_handle(jrd.subject)) or jrd.subject in _own_addresses(jrd, asked)
    return bool(_own_addresses(jrd, asked))


def _own_addresses(jrd: Jrd, asked: Handle) -> tuple[str, ...]:
    starts = f"https://{asked.host}/"
    return tuple(alias for alias in jrd.aliases if alias.startswith(starts))


def _strings(value: object) -> tuple[str, ...]:
    return tuple(x for x in value[:MOST_LINKS] if isinstance(x, str)) if isinstance(value, list) else ()


def _links(value: object) -> tuple[JrdLink, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(
        JrdLink(_text(link, "rel"), _text(link, "type"), _text(link, "href"))
        for link in value[:MOST_LINKS]
        if isinstance(link, dict)
    )


def _text(link: dict[str, Any], key: str) -> str:
    value = link.get(key)
    return value if isinstance(value, str) else ""

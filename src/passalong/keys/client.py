"""Who is it that asks, and where may the answer go? An app is an address; what it calls itself proves nothing.

Only what leads to a safe place is ever redirected to: until then, a wrong request ends on a page of ours
(RFC 6749, 4.1.2.1).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlencode, urlsplit

from passalong.keys.issue import Refused, Wish
from passalong.keys.scopes import known, unknown
from passalong.net.get import get
from passalong.net.shapes import Ask, Failed
from passalong.wire.client import LARGEST, LONGEST_ADDRESS, Client, canonical, read
from passalong.wire.shapes import Unreadable

DEADLINE = 5.0
"""Seconds: a person waits."""
LOOPBACK = ("127.0.0.1", "::1", "localhost")
LOOPBACK_NUMBERS = ("127.0.0.1", "::1")
"""The name is not among them: it may lead elsewhere (RFC 8252, 8.3)."""
NEVER = frozenset({"javascript", "data", "vbscript", "file", "blob", "about", "filesystem", "view-source"})
"""Schemes that run, show or send something here instead of opening an app."""
_PLAIN = re.compile(r"[\x21-\x7e]+")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*", re.ASCII)
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
LONGEST_STATE = 4_000


class Unsafe(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """Why nothing may be sent back to this app; one sentence for the person, `str()`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to act for somebody, checked: where the answer goes is safe."""

    client_id: str
    host: str
    """host[:port] of the app: the one thing that is sure about it."""
    name: str
    redirect_uri: str
    state: str
    challenge: str = ""
    scope: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()
    """Scopes that mean nothing here."""

    def wish(self, scope: tuple[str, ...]) -> Wish:
        return Wish(self.client_id, (self.name or self.host)[:200], self.redirect_uri, self.challenge, scope)


def _split(address: str) -> SplitResult:
    """Raises Unsafe. Letters that browsers and servers read differently are refused, not mended."""
    if not _PLAIN.fullmatch(address) or "\\" in address or len(address) > LONGEST_ADDRESS:
        raise Unsafe("The app gave an address that cannot be read safely.")
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError:
        raise Unsafe("The app gave an address that cannot be read.") from None
    if "#" in address or "@" in parts.netloc:
        raise Unsafe("The app gave an address with a part that does not belong there.")
    return parts


def check_client_id(client_id: str) -> SplitResult:
    """IndieAuth, 3.3. Raises Unsafe."""
    parts = _split(client_id)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host:
        raise Unsafe("The app does not say by a web address which app it is.")
    if any(segment in (".", "..") for segment in parts.path.split("/")):
        raise Unsafe("The app's address has dots for a path.")
    if _is_number(host) and host not in LOOPBACK:
        raise Unsafe("The app names itself by a number: it needs a name.")
    return parts


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def look_up(client_id: str, parts: SplitResult) -> Client:
    """What the app says of itself; an empty Client where it cannot be asked. Those on this machine never are
    (IndieAuth, 4.2), and nobody is followed elsewhere."""
    if parts.hostname in LOOPBACK or (parts.hostname or "").endswith(".localhost"):
        return Client()
    accept = {"Accept": "application/json, text/html;q=0.9"}
    try:
        found = get(Ask(client_id, accept, limit=LARGEST, deadline=DEADLINE, hops=0, pace=0))
        if found.status != 200:
            return Client()
        return read(found.body, client_id, found.headers.get("content-type", ""), found.headers.get("link", ""))
    except (Failed, Unreadable):
        return Client()


def check_redirect(redirect_uri: str, app: SplitResult, listed: tuple[str, ...]) -> None:
    """IndieAuth, 4.2.2: at the app's own place, or listed by it letter by letter; of a loopback address the port is
    left open (RFC 8252, 7.3). Raises Unsafe."""
    parts = _split(redirect_uri)
    if not _SCHEME.fullmatch(parts.scheme) or parts.scheme in NEVER:
        raise Unsafe("The app wants the answer sent to a place that is no address.")
    if parts.scheme in ("http", "https") and not parts.hostname:
        raise Unsafe("The app wants the answer sent to no host.")
    if redirect_uri in listed or _place(parts) == _place(app):
        return
    if (mine := _without_port(redirect_uri)) and mine in map(_without_port, listed):
        return
    # RFC 8252, 7.3: a program on this machine listens where there is room.
    if parts.hostname in LOOPBACK and (parts.scheme, parts.hostname) == (app.scheme, app.hostname):
        return
    raise Unsafe(
        f"The app at {app.netloc} wants the answer sent to {parts.netloc or parts.scheme}, and does not list it."
    )


def _without_port(address: str) -> tuple[str, str, str] | None:
    """(number, path, query) of an http address on this machine; None for every other."""
    try:
        parts = _split(address)
    except Unsafe:
        return None
    host = parts.hostname or ""
    return (host, parts.path, parts.query) if parts.scheme == "http" and host in LOOPBACK_NUMBERS else None


def _place(parts: SplitResult) -> tuple[str, str | None, int | None]:
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname, parts.port or usual


def read_request(said: Mapping[str, str]) -> Asked:
    """The parameters of an authorization request (IndieAuth, 5.2).

    Raises Unsafe where the answer has no safe place to go, and NotSo (with the place) for everything else.
    """
    client_id, redirect_uri = canonical(said.get("client_id", "")), said.get("redirect_uri", "")
    if not client_id or not redirect_uri:
        raise Unsafe("The app did not say which app it is and where the answer goes.")
    parts = check_client_id(client_id)
    client = look_up(client_id, parts)
    check_redirect(redirect_uri, parts, client.redirect_uris)
    words = said.get("scope", "").split()[:50]
    asked = Asked(
        client_id, parts.netloc, client.name, redirect_uri, said.get("state", ""),
        said.get("code_challenge", ""), known(words), tuple(word[:60] for word in unknown(words)),
    )  # fmt: skip
    _check_rest(said, asked)
    return asked


class NotSo(Refused):
    """A wrong request, said to the app itself at `asked.redirect_uri`."""

    def __init__(self, code: str, sentence: str, asked: Asked) -> None:
        super().__init__(code, sentence)
        self.asked = asked


def _check_rest(said: Mapping[str, str], asked: Asked) -> None:
    if said.get("response_type") != "code":
        code = "unsupported_response_type" if said.get("response_type") else "invalid_request"
        raise NotSo(code, "Ask with response_type=code.", asked)
    if len(asked.state) > LONGEST_STATE:
        raise NotSo("invalid_request", "The state is too long.", asked)
    if said.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(asked.challenge):
        raise NotSo("invalid_request", "A code_challenge with code_challenge_method=S256 is needed.", asked)


def answer_to(asked: Asked, issuer: str, **said: str) -> str:
    """Where the browser goes with the answer: state as it came, and who says so (RFC 9207)."""
    fields = said | {"iss": issuer}
    if asked.state:
        fields["state"] = asked.state
    joint = "&" if "?" in asked.redirect_uri else "?"
    return f"{asked.redirect_uri}{joint}{urlencode(fields)}"

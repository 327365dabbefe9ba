"""One ask, from the first look at the address to the last byte, all hops on the way."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

import aiohttp
from yarl import URL

from . import failures
from .dial import Door
from .guard import Target, check_url
from .reading import Room, paused, read_body
from .shapes import Answer, Ask, Failed, Hop
from .turns import Turn, give_back, is_free, take

REDIRECTS = frozenset((301, 302, 303, 307, 308))
SAME_AGAIN = frozenset((307, 308))
"""Redirects that a POST follows (RFC 9110, 15.4): after the others it would become a GET, and the message be lost."""
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
OURS = (
    "host cookie cookie2 connection content-length transfer-encoding te trailer upgrade expect keep-alive "
    "accept-encoding content-encoding forwarded via user-agent"
)
"""Headers not to be set from outside, with all x-... and proxy-...: they would change who is asked, or as whom."""
HARMLESS = frozenset(("x-hub-signature",))
"""Signs a message (WebSub, 7.1) and changes nothing else."""
ONE_VALUE = frozenset(("content-type", "etag", "last-modified", "location", "content-location", "date", "retry-after"))


@dataclass(slots=True)
class Errand:
    """One ask on its way."""

    door: Door
    ask: Ask
    target: Target
    headers: dict[str, str]
    limit: asyncio.Timeout
    room: Room | None
    """Of the get_many it belongs to; there, waiting for others does not count against the deadline."""
    hops: list[Hop] = field(default_factory=list)


async def fetch(door: Door, ask: Ask, target: Target, *, room: Room | None = None, keep: bool = True) -> Answer:
    """Raises Failed. `target` is what check_url made of the ask's address; without `keep`, the connection is not kept
    open for a next request."""
    headers = check_headers(ask.headers)
    if target.authorization:
        headers.setdefault("authorization", target.authorization)
    if not keep:
        headers["connection"] = "close"
    try:
        async with asyncio.timeout(ask.deadline) as limit:
            return await walk(Errand(door, ask, target, headers, limit, room))
    except TimeoutError:
        raise failures.slow() from None


def check_headers(given: Mapping[str, str]) -> dict[str, str]:
    """Extra headers with names in lower case. Raises Failed('header')."""
    headers = {name.lower(): value for name, value in given.items()}
    for name, value in headers.items():
        barred = name in OURS.split() or (name.startswith(("x-", "proxy-", "sec-")) and name not in HARMLESS)
        if barred or not TOKEN.match(name) or any(mark in value for mark in "\r\n\0"):
            raise Failed(f"The header {name!r} cannot be sent with a request.", "header")
    return headers


async def walk(errand: Errand) -> Answer:
    """Follow redirects ourselves: every hop passes the guard anew, and credentials stay with their origin."""
    try:
        while True:
            found = await step(errand)
            if isinstance(found, Answer):
                return found
            go_on(errand, *found)
    except Failed as failed:
        failed.led = failed.led or (errand.target.url if errand.hops else "")
        raise


async def step(errand: Errand) -> Answer | tuple[int, str]:
    """One request in its host's turn."""
    turn = await wait_turn(errand)
    try:
        return await visit(errand)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise failures.explain(error, errand.target) from error
    finally:
        give_back(turn)


def go_on(errand: Errand, status: int, place: str) -> None:
    """Turn to where a redirect leads. Raises Failed: redirects, and all that check_url raises."""
    if len(errand.hops) >= errand.ask.hops:
        raise Failed("The address redirects again and again and leads nowhere.", "redirects")
    errand.hops.append(Hop(status, errand.target.url))
    try:
        onward = check_url(place, errand.door.rules, base=errand.target.url)
    except Failed as failed:
        wrong = failures.onward(failed)
        wrong.led = "" if failed.code == "address" else urljoin(errand.target.url, place)
        raise wrong from None
    if onward.origin != errand.target.origin:
        errand.headers.pop("authorization", None)
    if errand.ask.data is not None and errand.target.url.startswith("https:") and onward.url.startswith("http:"):
        raise Failed("The address leads from a protected connection to an open one, so nothing was sent.", "redirects")
    errand.target = onward


async def wait_turn(errand: Errand) -> Turn:
    turns, place, pace = errand.door.turns, (errand.target.host, errand.target.port), errand.ask.pace
    if errand.room is None or is_free(turns, place, pace):
        return await take(turns, place, pace)
    async with paused(errand.limit):
        return await take(turns, place, pace)


async def visit(errand: Errand) -> Answer | tuple[int, str]:
    """One request: an answer, or the status and the place of a redirect."""
    door, target = errand.door, errand.target
    by_proxy = door.proxied is not None and not target.near
    session = door.proxied if by_proxy and door.proxied else door.direct
    response = await session.request(
        "GET" if errand.ask.data is None else "POST",
        URL(target.url, encoded=True),
        headers=errand.headers,
        data=errand.ask.data,
        allow_redirects=False,
        proxy=door.proxy if by_proxy else None,
        proxy_headers=door.proxy_headers if by_proxy else None,
    )
    try:
        place = response.headers.get("Location")
        if response.status in (REDIRECTS if errand.ask.data is None else SAME_AGAIN) and place is not None:
            return response.status, place
        if response.status < 200:
            raise failures.garbled()
        if by_proxy and response.status >= 500:
            failed = failures.explain_proxy(response.status, response.headers, target)
            if failed:
                raise failed
        body, cut = await read_body(response, errand.ask, errand.limit, errand.room)
        return Answer(target.url, response.status, read_headers(response.headers), body, tuple(errand.hops), cut)
    finally:
        response.release()


def read_headers(received: Mapping[str, str]) -> dict[str, str]:
    """Names in lower case, repeated ones joined (RFC 9110, 5.3), or the last where only one makes sense. Cookies are
    left out."""
    headers: dict[str, str] = {}
    for name, value in received.items():
        name = name.lower()
        if not value.isascii():
            value = readable(name, value)
        if name in headers and name not in ONE_VALUE:
            value = f"{headers[name]}, {value}"
        if value or name not in headers:
            headers[name] = value
    headers.pop("set-cookie", None)
    return headers


def readable(name: str, value: str) -> str:
    """Bytes that are no UTF-8 are read as Latin-1. A validator of such bytes could not be sent back byte for byte, so
    it is not handed on."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        if name in ("etag", "last-modified"):
            return ""
        return value.encode("utf-8", "surrogateescape").decode("latin-1")
    return value

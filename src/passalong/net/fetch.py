"""One ask, from the first look at the address to the last byte, all hops on the way."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field

import aiohttp
from yarl import URL

from . import failures
from .body import Body, unpack
from .dial import Door
from .guard import Target, check_url
from .shapes import Answer, Ask, Failed, Hop
from .turns import Turn, give_back, take

REDIRECTS = frozenset((301, 302, 303, 307, 308))
QUICKACK = getattr(socket, "TCP_QUICKACK", 0)  # Linux only
SLOWEST_RATE, RATE_SECONDS = 100, 10.0
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
OURS = (
    "host cookie cookie2 connection content-length transfer-encoding te trailer upgrade expect keep-alive "
    "accept-encoding content-encoding forwarded via user-agent"
)
"""Headers not to be set from outside, with all x-... and proxy-...: they would change who is asked, or as whom."""
ONE_VALUE = frozenset(("content-type", "etag", "last-modified", "location", "content-location", "date", "retry-after"))


@dataclass(slots=True)
class Errand:
    """One ask on its way."""

    door: Door
    ask: Ask
    target: Target
    headers: dict[str, str]
    limit: asyncio.Timeout
    patient: bool
    hops: list[Hop] = field(default_factory=list)


async def fetch(door: Door, ask: Ask, *, patient: bool = False, keep: bool = True) -> Answer:
    """Raises Failed. With `patient`, waiting for one's turn at a host does not count against the deadline; without
    `keep`, the connection is not kept open for a next request."""
    target = check_url(ask.url, door.rules)
    headers = check_headers(ask.headers)
    if target.authorization:
        headers.setdefault("authorization", target.authorization)
    if not keep:
        headers["connection"] = "close"
    try:
        async with asyncio.timeout(ask.deadline) as limit:
            return await walk(Errand(door, ask, target, headers, limit, patient))
    except TimeoutError:
        raise failures.slow() from None


def check_headers(given: Mapping[str, str]) -> dict[str, str]:
    """Extra headers with names in lower case. Raises Failed('header')."""
    headers = {name.lower(): value for name, value in given.items()}
    for name, value in headers.items():
        barred = name in OURS.split() or name.startswith(("x-", "proxy-", "sec-"))
        if barred or not TOKEN.match(name) or any(mark in value for mark in "\r\n\0"):
            raise Failed(f"The header {name!r} cannot be sent with a request.", "header")
    return headers


async def walk(errand: Errand) -> Answer:
    """Follow redirects ourselves: every hop passes the guard anew, and credentials stay with their origin."""
    while True:
        turn = await wait_turn(errand)
        try:
            found = await visit(errand)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise failures.explain(error, errand.target) from error
        finally:
            give_back(turn)
        if isinstance(found, Answer):
            return found
        go_on(errand, *found)


def go_on(errand: Errand, status: int, place: str) -> None:
    """Turn to where a redirect leads. Raises Failed: redirects, and all that check_url raises."""
    if len(errand.hops) >= errand.ask.hops:
        raise Failed("The address redirects again and again and leads nowhere.", "redirects")
    errand.hops.append(Hop(status, errand.target.url))
    onward = check_url(place, errand.door.rules, base=errand.target.url)
    if onward.origin != errand.target.origin:
        errand.headers.pop("authorization", None)
    errand.target = onward


async def wait_turn(errand: Errand) -> Turn:
    turns, place, pace = errand.door.turns, (errand.target.host, errand.target.port), errand.ask.pace
    when = errand.limit.when()
    if not errand.patient or when is None or errand.limit.expired():
        return await take(turns, place, pace)
    now = asyncio.get_running_loop().time
    left = when - now()
    errand.limit.reschedule(None)
    turn = await take(turns, place, pace)
    errand.limit.reschedule(now() + left)
    return turn


async def visit(errand: Errand) -> Answer | tuple[int, str]:
    """One request: an answer, or the status and the place of a redirect."""
    door, target = errand.door, errand.target
    by_proxy = door.proxied is not None and not target.near
    session = door.proxied if by_proxy and door.proxied else door.direct
    response = await session.request(
        "GET",
        URL(target.url, encoded=True),
        headers=errand.headers,
        allow_redirects=False,
        proxy=door.proxy if by_proxy else None,
        proxy_headers=door.proxy_headers if by_proxy else None,
    )
    try:
        place = response.headers.get("Location")
        if response.status in REDIRECTS and place is not None:
            return response.status, place
        if by_proxy and response.status >= 500:
            failed = failures.explain_proxy(response.status, response.headers, target)
            if failed:
                raise failed
        body, cut = await read_body(response, errand)
        return Answer(target.url, response.status, read_headers(response.headers), body, tuple(errand.hops), cut)
    finally:
        response.release()


async def read_body(response: aiohttp.ClientResponse, errand: Errand) -> tuple[bytes, bool]:
    """The decoded body, and whether it was cut. Raises Failed: too big, cut short, protocol."""
    ask = errand.ask
    body = Body(response.headers.get("Content-Encoding", ""), ask.limit)
    broken = False
    watch = watch_rate(body, errand.limit)
    if not response.content.is_eof():
        hurry(response)
    try:
        while not body.full:
            data = await response.content.readany()
            if not data:
                break
            body.add(data)
    except (aiohttp.ClientPayloadError, aiohttp.ClientOSError):
        if not ask.cut_ok:
            raise
        broken = True
    finally:
        watch[-1].cancel()
    data = body.end(broken)
    if not body.full and errand.target.url.partition("?")[0].endswith(".gz"):
        data, body.full = unpack(data, ask.limit)
    if body.full and not ask.cut_ok:
        raise failures.too_big(ask.limit)
    return data, body.full or broken


def hurry(response: aiohttp.ClientResponse) -> None:
    """Acknowledge the head of the answer at once: a server that writes head and body apart under Nagle's rule holds
    the body back for 40 ms otherwise."""
    transport = response.connection.transport if response.connection else None
    if QUICKACK and transport and (sock := transport.get_extra_info("socket")):
        sock.setsockopt(socket.IPPROTO_TCP, QUICKACK, 1)


def watch_rate(body: Body, limit: asyncio.Timeout) -> list[asyncio.TimerHandle]:
    """End the wait for a body that only drips. The last handle is the one to cancel."""
    loop = asyncio.get_running_loop()
    handles: list[asyncio.TimerHandle] = []
    before = 0

    def look() -> None:
        nonlocal before
        if body.arrived - before < SLOWEST_RATE * RATE_SECONDS:
            if not limit.expired():
                limit.reschedule(loop.time())
            return
        before = body.arrived
        handles[:] = [loop.call_later(RATE_SECONDS, look)]

    handles.append(loop.call_later(RATE_SECONDS, look))
    return handles


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

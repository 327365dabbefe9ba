"""The body of an answer, read from the connection: never too much, never too slow, never too many large ones."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from . import failures
from .body import Body, unpack
from .shapes import Ask

LARGE, MOST_LARGE = 1024 * 1024, 4
SLOWEST_RATE, RATE_SECONDS = 100, 10.0
QUICKACK = getattr(socket, "TCP_QUICKACK", 0)  # Linux only


@dataclass(slots=True)
class Room:
    """Place for few large bodies at a time in one get_many; each keeps its place until the consumer has taken it. So 64
    in flight are 64 MB and some at worst, not 640."""

    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_LARGE))


@asynccontextmanager
async def paused(limit: asyncio.Timeout) -> AsyncIterator[None]:
    """The deadline's clock stands still: what is waited for is our own affair, not the site's."""
    when = limit.when()
    if when is None or limit.expired():
        yield
        return
    now = asyncio.get_running_loop().time
    left = when - now()
    limit.reschedule(None)
    yield
    limit.reschedule(now() + left)


@dataclass(slots=True)
class Seat:
    """One body's place in the room, or none."""

    room: Room | None
    held: bool = False

    async def fit(self, size: int, limit: asyncio.Timeout) -> None:
        """Hold a place where the body is large, and none where it is not."""
        if self.room is None or self.held == (size > LARGE):
            return
        if self.held:
            self.leave()
        elif self.room.places.locked():
            async with paused(limit):
                self.held = await self.room.places.acquire()
        else:
            self.held = await self.room.places.acquire()

    def leave(self) -> None:
        if self.room and self.held:
            self.held = False
            self.room.places.release()


async def read_body(
    response: aiohttp.ClientResponse, ask: Ask, limit: asyncio.Timeout, room: Room | None
) -> tuple[bytes, bool]:
    """The decoded body, and whether it was cut. With `room`, a body over LARGE has then a place there.
    Raises Failed: too big, cut short, protocol."""
    body, seat = Body(response.headers.get("Content-Encoding", ""), ask.limit), Seat(room)
    try:
        broken = await pour(response, body, seat, limit, ask.cut_ok)
        if body.full and not ask.cut_ok:
            raise failures.too_big(ask.limit)
        data = body.end(broken)
        if response.url.raw_path.endswith(".gz") and not (body.full or broken):
            data, body.full = unpack(data, ask.limit)
        if body.full and not ask.cut_ok:
            raise failures.too_big(ask.limit)
        await seat.fit(len(data), limit)
    except BaseException:
        seat.leave()
        raise
    return data, body.full or broken


async def pour(response: aiohttp.ClientResponse, body: Body, seat: Seat, limit: asyncio.Timeout, cut_ok: bool) -> bool:
    """From the connection into the body until it ends or is full. True where it broke off and that is borne with."""
    if response.content.is_eof():
        body.add(response.content.read_nowait())
        return False
    watch, lost = watch_rate(body, limit), watch_end(response)
    hurry(response)
    try:
        while not body.full and (data := await response.content.readany()):
            body.add(data)
            await seat.fit(body.size, limit)
        if lost and lost.done():
            lost.result()
    except (aiohttp.ClientPayloadError, aiohttp.ClientConnectionError):
        if not cut_ok:
            raise
        return True
    finally:
        watch[-1].cancel()
    return False


def watch_end(response: aiohttp.ClientResponse) -> asyncio.Future[None] | None:
    """Where the end of the connection is the end of the body, how it ended: aiohttp takes a reset for an end too."""
    framed = "Content-Length" in response.headers or "Transfer-Encoding" in response.headers
    if framed or response.connection is None or response.connection.protocol is None:
        return None
    return response.connection.protocol.closed


def hurry(response: aiohttp.ClientResponse) -> None:
    """Acknowledge the head of the answer at once: a server that writes head and body apart under Nagle's rule holds
    the body back for 40 ms otherwise."""
    transport = response.connection.transport if response.connection else None
    if QUICKACK and transport and (sock := transport.get_extra_info("socket")):
        sock.setsockopt(socket.IPPROTO_TCP, QUICKACK, 1)


def watch_rate(body: Body, limit: asyncio.Timeout) -> list[asyncio.TimerHandle]:
    """End the wait for a body that only drips. The last handle is the one to cancel."""
    loop = asyncio.get_running_loop()
    before = 0

    def look() -> None:
        nonlocal before
        if limit.expired():
            return
        if limit.when() is not None and body.arrived - before < SLOWEST_RATE * RATE_SECONDS:
            limit.reschedule(loop.time())
        before = body.arrived
        handles.append(loop.call_later(RATE_SECONDS, look))

    handles = [loop.call_later(RATE_SECONDS, look)]
    return handles

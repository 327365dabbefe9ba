"""Fetches per CPU second: 1,000 small feeds on 1,000 hosts, cold and all-304, through the door and, as the limit, with
bare aiohttp (no guard, no names, no limits, no turns). One command: python bench/fetch.py

The server is a process of its own; the CPU time is the client's alone, user and system."""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection

import aiohttp

from passalong.net import get
from passalong.net.guard import Rules, parse_allowed
from passalong.net.shapes import Answer, Ask

FEEDS = 1000
IN_FLIGHT = 64
ROUNDS = 5
ETAG = '"v1"'
ENTRY = "<item><title>A thing worth passing along</title><link>https://site.example/%d</link><guid>%d</guid></item>"
ENTRIES = "".join(ENTRY % (n, n) for n in range(20))
FEED = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Small</title>{ENTRIES}</channel></rss>'.encode()
HEAD = b'Content-Type: application/rss+xml\r\nETag: "v1"\r\nDate: Mon, 23 Nov 2026 12:00:00 GMT\r\nServer: small\r\n'
COLD = b"HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s" % (HEAD, len(FEED), FEED)
SAME = b"HTTP/1.1 304 Not Modified\r\n%s\r\n" % HEAD


class Small(asyncio.Protocol):
    """As little of a server as will do."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        # Closing is left to the client: its side then waits out the port, and the next connection finds another.
        self.transport.write(SAME if b"if-none-match" in data.lower() else COLD)


def serve(pipe: Connection) -> None:
    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(Small, "127.0.0.1", 0, backlog=1024)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def by_the_door(port: int, headers: dict[str, str]) -> int:
    asks = (Ask(f"http://site{n}.example:{port}/feed", headers=headers) for n in range(FEEDS))
    return sum(isinstance(found, Answer) for _, found in get.get_many(asks, in_flight=IN_FLIGHT))


def bare(port: int, headers: dict[str, str]) -> int:
    async def run() -> int:
        connector = aiohttp.TCPConnector(limit=IN_FLIGHT)
        async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

            async def one(n: int) -> int:
                async with session.get(f"http://127.0.0.1:{port}/feed{n}", headers={"Connection": "close"}) as answer:
                    await answer.read()
                    return 1

            return sum(await asyncio.gather(*(one(n) for n in range(FEEDS))))

    return asyncio.run(run())


def cpu_seconds(work: Callable[[int, dict[str, str]], int], port: int, headers: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_SELF)
    assert work(port, headers) == FEEDS
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def compare(state: str, port: int, headers: dict[str, str]) -> None:
    """Turn by turn, and the best of each: whatever else the machine does only adds."""
    pairs = [(cpu_seconds(by_the_door, port, headers), cpu_seconds(bare, port, headers)) for _ in range(ROUNDS)]
    door, limit = (FEEDS / min(column) for column in zip(*pairs, strict=True))
    print(f"{state:5} the door {door:6.0f}   bare aiohttp {limit:6.0f}   fetches per CPU second; {limit / door:.1f} x")


def main() -> int:
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    port = ours.recv()
    get.configure(Rules(allow_private=parse_allowed(f"127.0.0.1:{port}"), resolver=lambda host: ["127.0.0.1"]))
    try:
        compare("cold", port, {})
        compare("304", port, {"If-None-Match": ETAG})
    finally:
        get.close()
        server.terminate()
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Fetches per CPU second: 1,000 small feeds on 1,000 hosts, cold and all-304, through the door and, as the limit, with
bare aiohttp (no guard, no names, no limits, no turns). One command: python bench/fetch.py

The server is a process of its own; the CPU time is the client's alone, user and system."""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

import aiohttp

from passalong.net import get
from passalong.net.guard import Rules, parse_allowed
from passalong.net.shapes import Answer, Ask

FEEDS = 1000
IN_FLIGHT = 64
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
        self.transport.write(SAME if b"If-None-Match" in data or b"if-none-match" in data else COLD)
        if b"close" in data:
            self.transport.close()


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


def measure(name: str, fetch: Callable[[int, dict[str, str]], int], port: int, headers: dict[str, str]) -> None:
    cpus, walls = [], []
    for _ in range(5):
        before, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
        assert fetch(port, headers) == FEEDS
        after = resource.getrusage(resource.RUSAGE_SELF)
        cpus.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
        walls.append(time.perf_counter() - began)
    cpu, wall = sorted(cpus)[2], sorted(walls)[2]
    print(f"{name:24} {FEEDS / cpu:8.0f} fetches/CPU second {FEEDS / wall:8.0f} fetches/second")


def main() -> int:
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    port = ours.recv()
    get.configure(Rules(allow_private=parse_allowed(f"127.0.0.1:{port}"), resolver=lambda host: ["127.0.0.1"]))
    try:
        for state, headers in (("cold", {}), ("304", {"If-None-Match": ETAG})):
            measure(f"the door, {state}", by_the_door, port, headers)
            measure(f"bare aiohttp, {state}", bare, port, headers)
    finally:
        get.close()
        server.terminate()
    return 0


if __name__ == "__main__":
    sys.exit(main())

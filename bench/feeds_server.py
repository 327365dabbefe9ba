"""A loopback server of generated feeds for the benchmarks: run as a process of its own.

`python bench/feeds_server.py PORT COUNT ENTRIES` serves http://127.0.X.Y:PORT/feed/N (a host of its own for each feed),
with ETags and 304. `/change?every=20` gives every 20th feed one new entry and a new ETag.
"""

from __future__ import annotations

import random
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from aiohttp import web

START = datetime(2026, 11, 1, 8, tzinfo=UTC)
WORDS = [
    "seed",
    "library",
    "garden",
    "teacher",
    "lesson",
    "river",
    "circle",
    "paper",
    "open",
    "question",
    "archive",
    "notebook",
    "school",
    "winter",
    "bread",
    "map",
    "letter",
    "method",
    "reading",
    "measure",
    "field",
    "sound",
    "stone",
    "window",
    "harbour",
    "bridge",
    "orchard",
    "lantern",
    "thread",
]
BODY_BYTES = 4096


def address(port: int, number: int) -> str:
    return f"http://127.0.{number // 250}.{number % 250 + 1}:{port}/feed/{number}"


def body(feed: int, entry: int) -> str:
    """About 4 KB of HTML, the same for the same numbers."""
    chance = random.Random(feed * 1000 + entry)
    parts = []
    while sum(map(len, parts)) < BODY_BYTES:
        words = " ".join(chance.choices(WORDS, k=60))
        link = f'<a href="https://site{chance.randrange(5000)}.example/page/{chance.randrange(100)}">{chance.choice(WORDS)}</a>'
        parts.append(f"<p>{words}, <em>{chance.choice(WORDS)}</em> {link}.</p>")
    return "".join(parts)


def document(feed: int, entries: int, version: int) -> bytes:
    items = []
    for entry in range(entries + version - 1, version - 1, -1):
        at = format_datetime(START + timedelta(hours=entry, seconds=feed))
        link = f"https://blog{feed}.example/{entry}"
        items.append(
            f"<item><title>Entry {entry} of {feed}</title><link>{link}</link><guid>{link}</guid><pubDate>{at}</pubDate>"
            f"<description><![CDATA[{body(feed, entry)}]]></description></item>"
        )
    head = f"<title>Blog {feed}</title><link>https://blog{feed}.example/</link><description>Notes</description>"
    text = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{head}{"".join(items)}</channel></rss>'
    return text.encode()


def main() -> None:
    port, count, entries = map(int, sys.argv[1:4])
    documents = {number: document(number, entries, 0) for number in range(count)}
    versions = dict.fromkeys(range(count), 0)

    async def feed(request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        tag = f'"{number}-{versions[number]}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        return web.Response(body=documents[number], content_type="application/rss+xml", headers={"ETag": tag})

    async def change(request: web.Request) -> web.Response:
        for number in range(0, count, int(request.query["every"])):
            versions[number] += 1
            documents[number] = document(number, entries, versions[number])
        return web.Response(text="changed")

    app = web.Application()
    app.add_routes([web.get("/feed/{number}", feed), web.get("/change", change)])
    print("serving", flush=True)
    web.run_app(app, host="0.0.0.0", port=port, print=None, access_log=None)


if __name__ == "__main__":
    main()

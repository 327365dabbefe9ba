"""The river at 10 k, 200 k and 1 M items: server time p50 and p95, and bytes sent, for each page one reads.

python bench/river.py [--sizes 10000,200000,1000000] [--rounds 60]

A thousand sources, a few of them loud and most of them quiet, fill a fresh SQLite home; the server is the real one,
asked over loopback on one kept connection. One core is taken: the asker and the server take turns.
"""

from __future__ import annotations

import argparse
import http.client
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from measure import beside, environment, free_port, milliseconds, passalong, percentile

SOURCES = 1000
WORDS = ("seed", "rain", "garden", "library", "river", "paper", "school", "open", "field", "notes", "light", "map")
AIM_MS, AIM_BYTES, AIM_GROWTH = 20, 100_000, 2


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


def words(dice: random.Random, count: int) -> str:
    return " ".join(dice.choices(WORDS, k=count)).capitalize()


def insert(database: sqlite3.Connection, table: str, rows: Iterator[dict[str, object]]) -> None:
    """Rows as they come; columns they leave out take what their type is when empty."""
    (made,) = database.execute("SELECT sql FROM sqlite_master WHERE name = ?", (f"passalong_{table}",)).fetchone()
    empty: dict[str, object] = {}
    for _, name, kind, needed, _, _ in database.execute(f"PRAGMA table_info(passalong_{table})"):
        number = "int" in kind.lower() or kind in ("bool", "real")
        empty[name] = None if not needed else "{}" if f'JSON_VALID("{name}")' in made else 0 if number else ""
    marks = ", ".join(f":{name}" for name in empty)
    database.executemany(f"INSERT INTO passalong_{table} VALUES ({marks})", (empty | row for row in rows))


def fill(home: Path, size: int) -> None:
    """A home with `size` items of SOURCES people whom its owner follows."""
    subprocess.run(passalong("river", "--limit", "1"), env=environment(home), check=True, capture_output=True)
    database = sqlite3.connect(home / "passalong.sqlite3")
    database.execute("PRAGMA synchronous=OFF")
    (me,) = database.execute("SELECT id FROM passalong_person").fetchone()
    dice, now = random.Random(1), datetime.now(UTC)
    ids = range(1000, 1000 + SOURCES)
    weights = [1 / (rank + 3) for rank in range(SOURCES)]
    seen_until = now - timedelta(days=2)
    insert(database, "person", ({"id": n, "url": f"https://p{n}.example/", "name": words(dice, 2), "made": stamp(now),
                                 "changed": stamp(now), "lang": "en"} for n in ids))  # fmt: skip
    insert(database, "source", ({"id": n, "person_id": n, "url": f"https://p{n}.example/feed", "kind": "feed",
                                 "home": f"https://p{n}.example/", "title": words(dice, 2), "state": "fine",
                                 "rarity": 20 * weights[n - 1000], "newest": stamp(now), "made": stamp(now)}
                                for n in ids))  # fmt: skip
    owners = dice.choices(list(ids), weights, k=size)
    step = timedelta(days=365) / size
    insert(database, "page", ({"id": n, "url": f"https://p{owner}.example/{n}", "key": f"p{owner}.example/{n}"}
                              for n, owner in enumerate(owners, 1)))  # fmt: skip
    insert(database, "item", (
        {"id": n, "source_id": owner, "guid": f"tag:{n}", "page_id": n, "link_key": f"p{owner}.example/{n}",
         "kind": "article", "title": words(dice, 7), "excerpt": words(dice, 35), "media": "[]",
         "tags": '["open", "seeds"]', "audience": "public", "lang": "en",
         "picture": f"https://p{owner}.example/{n}.jpg" if n % 3 == 0 else "",
         "published": stamp(arrived), "arrived": stamp(arrived), "changed": stamp(arrived)}
        for n, owner in enumerate(owners, 1) for arrived in (now - timedelta(minutes=1) - step * (size - n),)
    ))  # fmt: skip
    fresh = dict.fromkeys(ids, 0)
    for owner in owners[size - int(timedelta(days=2) / step) :]:
        fresh[owner] += 1
    insert(database, "follow", ({"id": n, "person_id": me, "source_id": n, "via": "river", "state": "yes",
                                 "since": stamp(seen_until), "seen_until": stamp(seen_until), "unseen": fresh[n]}
                                for n in ids))  # fmt: skip
    insert(database, "mark", ({"id": n, "person_id": me, "item_id": 1 + n * (size // 2000), "seen": stamp(now),
                               "kept": stamp(now - timedelta(minutes=n))} for n in range(1, 1000)))  # fmt: skip
    database.commit()
    database.execute("PRAGMA optimize")
    database.close()


def signed_in(port: int, hello: str) -> tuple[http.client.HTTPConnection, dict[str, str]]:
    server = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    server.request("GET", hello)
    answer = server.getresponse()
    answer.read()
    cookies = [value.partition(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
    return server, {"Cookie": "; ".join(cookies)}


def ask(server: http.client.HTTPConnection, path: str, cookie: dict[str, str]) -> tuple[float, str]:
    started = time.perf_counter()
    server.request("GET", path, headers=cookie)
    answer = server.getresponse()
    body = answer.read()
    took = time.perf_counter() - started
    if answer.status != 200:
        raise SystemExit(f"{path} answered {answer.status}")
    return took, body.decode()


def pages(server: http.client.HTTPConnection, cookie: dict[str, str]) -> dict[str, str]:
    """Path by what it is: a deep page is where thirty times "Load more" leads."""
    deep = "/river"
    for _ in range(30):
        found = re.search(r'data-load-more href="([^"]+)"', ask(server, deep, cookie)[1])
        if not found:
            break
        deep = found[1].replace("&amp;", "&")
    return {
        "river": "/river",
        "unseen": "/river?show=unseen",
        "kept": "/river?show=kept",
        "deep in it": deep,
        "a loud person": "/river?of=1000",
        "a quiet person": f"/river?of={1000 + SOURCES - 1}",
    }


def bench(size: int, rounds: int) -> dict[str, float]:
    """Prints a row for each page; returns their p95 in seconds."""
    found = {}
    with tempfile.TemporaryDirectory() as name:
        home, port = Path(name) / "home", free_port()
        started = time.perf_counter()
        fill(home, size)
        print(f"\n{size:,} items (filled in {time.perf_counter() - started:.0f} s)", flush=True)
        with beside(passalong("up", "--no-open", "--port", str(port)), "Ready:", environment(home)) as process:
            assert process.stdout
            hello = process.stdout.readline().partition(f":{port}")[2].strip()
            server, cookie = signed_in(port, hello)
            for what, path in pages(server, cookie).items():
                taken = [ask(server, path, cookie) for _ in range(rounds)]
                times, sent = [each for each, _ in taken[3:]], len(taken[0][1].encode())
                found[what] = percentile(times, 0.95)
                print(f"  {what:16} {milliseconds(times)}, {sent / 1000:.0f} kB", flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="10000,200000,1000000")
    parser.add_argument("--rounds", type=int, default=60)
    given = parser.parse_args()
    every = [bench(int(size), given.rounds) for size in given.sizes.split(",")]
    print(f"\nAim: p95 under {AIM_MS} ms and {AIM_BYTES // 1000} kB at 1 M, and within {AIM_GROWTH}x of 10 k.")
    for what in every[0]:
        print(f"  {what:16} grew {every[-1][what] / every[0][what]:.2f}x")


if __name__ == "__main__":
    sys.exit(main())

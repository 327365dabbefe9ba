"""Already in one's network, at 1 M items: how long the question takes that is asked while one shares a link.

python bench/nearby.py [--sizes 10000,1000000] [--rounds 400]

The home of bench/river.py, in which every thing points to two pages, a few of them named by thousands. Asked over
loopback as the box asks it (/share/nearby), for pages nobody, few and very many shared. Aim: p95 within 100 ms.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from measure import beside, environment, free_port, milliseconds, passalong, percentile
from river import ask, fill, insert, signed_in, stamp

AIM_MS = 100
FAMOUS = 20


def point(home: Path, size: int) -> None:
    """Two links from every thing: to a page of its own, or to one of the FAMOUS that a hundredth of all point to."""
    database = sqlite3.connect(home / "passalong.sqlite3")
    database.execute("PRAGMA synchronous=OFF")
    dice, now = random.Random(2), stamp(datetime.now(UTC))
    first = 10_000_000
    every = size + FAMOUS
    insert(database, "page", ({"id": first + n, "url": f"https://web.example/{n}", "key": f"web.example/{n}"}
                              for n in range(every)))  # fmt: skip
    insert(database, "link", (
        {"id": 2 * n + which, "item_id": n, "rel": "link", "made": now, "page_id": first + page}
        for n in range(1, size + 1)
        for which, page in enumerate((
            size + dice.randrange(FAMOUS) if dice.random() < 0.01 else n % size, (n + size // 2) % size,
        ))
    ))  # fmt: skip
    database.commit()
    database.execute("PRAGMA optimize")
    database.close()


def bench(size: int, rounds: int) -> float:
    """Prints a row for each kind of page; returns the worst p95 in seconds."""
    dice, worst = random.Random(3), 0.0
    with tempfile.TemporaryDirectory() as name:
        home, port = Path(name) / "home", free_port()
        fill(home, size)
        point(home, size)
        print(f"\n{size:,} items, {2 * size:,} links", flush=True)
        with beside(passalong("up", "--no-open", "--port", str(port)), "Ready:", environment(home)) as process:
            assert process.stdout
            server, cookie = signed_in(port, process.stdout.readline().partition(f":{port}")[2].strip())
            kinds = {
                "shared by nobody": lambda: f"https://nobody.example/{dice.random()}",
                "shared by a few": lambda: f"http://www.web.example/{dice.randrange(size)}/",
                "shared by very many": lambda: f"https://web.example/{size + dice.randrange(FAMOUS)}",
            }
            for what, address in kinds.items():
                paths = [f"/share/nearby?url={quote(address(), safe='')}" for _ in range(rounds)]
                times = [ask(server, path, cookie)[0] for path in paths][3:]
                worst = max(worst, percentile(times, 0.95))
                print(f"  {what:20} {milliseconds(times)}", flush=True)
    return worst


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="10000,1000000")
    parser.add_argument("--rounds", type=int, default=400)
    given = parser.parse_args()
    worst = max(bench(int(size), given.rounds) for size in given.sizes.split(","))
    print(f"\nAim: p95 under {AIM_MS} ms. Worst: {worst * 1000:.1f} ms.")


if __name__ == "__main__":
    sys.exit(main())

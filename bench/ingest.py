"""Ingest: 1,000 feeds of 20 entries of 4 KB, cold, unchanged, 5 % changed; against PyPI's `reader` and the floor.

python bench/ingest.py [FEEDS]
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from feeds_server import address, document
from measure import HERE, ROOT, Run, beside, environment, free_port, measured, passalong

sys.path.insert(0, str(ROOT / "src"))
from passalong.net.get import configure, get_many
from passalong.net.guard import Rules, parse_allowed
from passalong.net.shapes import Answer, Ask
from passalong.wire.feed import read

ENTRIES = 20
PEER = """
import sys
from reader import make_reader
reader = make_reader(sys.argv[1])
if sys.argv[2] == "add":
    for line in open(sys.argv[3]):
        reader.add_feed(line.strip())
reader.update_feeds(scheduled=False, workers=8)
print(reader.get_entry_counts().total)
"""


def opml(addresses: list[str]) -> str:
    rows = "".join(f'<outline type="rss" text="{one}" xmlUrl="{one}"/>' for one in addresses)
    return f'<opml version="2.0"><head><title>People</title></head><body>{rows}</body></opml>'


def show(name: str, ours: Run, peer: Run, aim: float) -> None:
    ratio = ours.cpu / peer.cpu
    print(
        f"{name:10} passalong {ours.cpu:6.2f} CPU s {ours.wall:6.2f} s wall | reader {peer.cpu:6.2f} CPU s"
        f" {peer.wall:6.2f} s wall | ratio of CPU {ratio:.2f} (aim {aim:.2f})",
        flush=True,
    )


def floors(addresses: list[str], folder: Path) -> None:
    """Fetch only, parse only, insert only, in this process."""
    configure(Rules(allow_private=parse_allowed("127.0.0.0/8")))
    started = time.process_time()
    bodies = [answer.body for _, answer in get_many([Ask(one) for one in addresses]) if isinstance(answer, Answer)]
    print(f"floor: fetch only  {time.process_time() - started:.2f} CPU s")
    started = time.process_time()
    feeds = [read(body, content_type="application/rss+xml", url="https://blog.example/") for body in bodies]
    print(f"floor: parse only  {time.process_time() - started:.2f} CPU s")
    started = time.process_time()
    with sqlite3.connect(folder / "floor.sqlite3") as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE entry (guid TEXT UNIQUE, title TEXT, html TEXT)")
        for feed in feeds:
            database.executemany(
                "INSERT INTO entry VALUES (?, ?, ?)", [(e.guid, e.title, e.html) for e in feed.entries]
            )
            database.commit()
    database.close()
    print(f"floor: insert only {time.process_time() - started:.2f} CPU s")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    port = free_port()
    addresses = [address(port, number) for number in range(count)]
    with (
        tempfile.TemporaryDirectory() as name,
        beside([sys.executable, str(HERE / "feeds_server.py"), str(port), str(count), str(ENTRIES)], "serving"),
    ):
        folder = Path(name)
        (folder / "people.opml").write_text(opml(addresses))
        (folder / "people.txt").write_text("\n".join(addresses))
        (folder / "peer.py").write_text(PEER)
        print(f"{count} feeds of {ENTRIES} entries, {len(document(1, ENTRIES, 0)) // 1024} KB each")
        env = environment(folder / "home", PASSALONG_ALLOW_PRIVATE="127.0.0.0/8")
        measured(passalong("import", str(folder / "people.opml")), env)
        peer = [sys.executable, str(folder / "peer.py"), str(folder / "peer.sqlite3")]
        ours, theirs = measured(passalong("fetch", "--all"), env), measured([*peer, "add", str(folder / "people.txt")])
        print(ours.output.strip().splitlines()[-1], "| reader:", theirs.output.strip())
        show("cold", ours, theirs, 0.25)
        show("all 304", measured(passalong("fetch", "--all"), env), measured([*peer, "update"]), 0.33)
        urllib.request.urlopen(f"http://127.0.0.1:{port}/change?every=20").close()
        ours, theirs = measured(passalong("fetch", "--all"), env), measured([*peer, "update"])
        print(ours.output.strip().splitlines()[-1], "| reader:", theirs.output.strip())
        show("5 % new", ours, theirs, 0.33)
        floors(addresses, folder)


if __name__ == "__main__":
    main()

"""Share and serve: 200 shares in a row; 8 clients sharing while a worker ingests, each share counted; public pages,
permalinks and feeds in requests a second: cold, warm and conditional.

python bench/serve.py
"""

from __future__ import annotations

import http.client
import json
import re
import sqlite3
import sys
import tempfile
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from feeds_server import address
from ingest import opml
from measure import HERE, beside, environment, free_port, measured, milliseconds, passalong

ROW = 200
CLIENTS = 8
EACH = 100
SECONDS = 4.0


class Client:
    """One kept-alive connection of a signed-in person."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookies = dict(cookies or {})

    def ask(self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        send = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())} | (headers or {})
        self.connection.request(method, path, body or None, send)
        answer = self.connection.getresponse()
        content = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or []:
            key, _, value = line.split(";")[0].partition("=")
            self.cookies[key] = value
        self.answer = answer
        return answer.status, content

    def share(self, text: str) -> int:
        token = self.cookies["csrftoken"]
        body = urllib.parse.urlencode({"what": text, "csrfmiddlewaretoken": token})
        form = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://127.0.0.1:{self.connection.port}",
        }
        return self.ask("POST", "/share", body, form)[0]


def signed_in(port: int, hello: str) -> Client:
    client = Client(port)
    client.ask("GET", urllib.parse.urlsplit(hello).path)
    client.ask("GET", "/")
    assert "csrftoken" in client.cookies, "the owner's page has a form"
    return client


def in_a_row(client: Client) -> None:
    took = []
    for number in range(ROW):
        started = time.perf_counter()
        status = client.share(f"Row {number} https://row.example/{number}")
        took.append(time.perf_counter() - started)
        assert status in (200, 201, 302, 303), status
    print(f"share, {ROW} in a row: {milliseconds(took)} (aim p95 under 50)", flush=True)


def many_clients(port: int, cookies: dict[str, str]) -> tuple[Counter[int], float]:
    statuses: Counter[int] = Counter()

    def go(who: int) -> None:
        client = Client(port, cookies)
        for number in range(EACH):
            statuses[client.share(f"Many {who}-{number} once")] += 1

    threads = [threading.Thread(target=go, args=(who,)) for who in range(CLIENTS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses, time.perf_counter() - started


def counted(home: Path) -> Counter[str]:
    """How often each share of the many clients is there."""
    with sqlite3.connect(home / "passalong.sqlite3") as database:
        rows = database.execute("SELECT excerpt FROM passalong_item WHERE excerpt LIKE 'Many %'").fetchall()
    database.close()
    return Counter(found[0] for (text,) in rows if (found := re.search(r"\d+-\d+", text)))


def rate(port: int, path: str, headers: Callable[[int], dict[str, str]], clients: int = 4) -> float:
    done = [0] * clients
    stop = time.perf_counter() + SECONDS

    def go(who: int) -> None:
        client = Client(port)
        while time.perf_counter() < stop:
            status, _ = client.ask("GET", path, headers=headers(done[who] * clients + who))
            assert status in (200, 304), (path, status)
            done[who] += 1

    threads = [threading.Thread(target=go, args=(who,)) for who in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / SECONDS


def reading(port: int, handle: str, permalink: str) -> None:
    for name, path, aim in (
        ("public page", f"/@{handle}", 600),
        ("permalink", permalink, 600),
        ("feed (Atom)", f"/@{handle}/feed.atom", 1500),
        ("feed (JSON)", f"/@{handle}/feed.json", 1500),
    ):
        client = Client(port)
        client.ask("GET", path)
        tag = client.answer.headers["ETag"]
        cold = rate(port, path, lambda n: {"Accept": f"text/html, */*;q=0.9, x-cold/{n}"})
        warm = rate(port, path, lambda _: {})
        same = rate(port, path, lambda _, tag=tag: {"If-None-Match": tag})
        print(f"{name:12} cold {cold:6.0f}/s, warm {warm:6.0f}/s, unchanged {same:6.0f}/s (aim {aim})", flush=True)


def main() -> None:
    feeds, port, web = 1000, free_port(), free_port()
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "home"
        env = environment(home, PASSALONG_ALLOW_PRIVATE="127.0.0.0/8")
        (Path(name) / "people.opml").write_text(opml([address(port, number) for number in range(feeds)]))
        with (
            beside([sys.executable, str(HERE / "feeds_server.py"), str(port), str(feeds), "20"], "serving"),
            beside(passalong("up", "--no-open", "--name", "Ann", "--port", str(web)), "Ready:", env) as process,
        ):
            assert process.stdout
            hello = process.stdout.readline().split()[-1]
            client = signed_in(web, hello)
            in_a_row(client)
            measured(passalong("import", str(Path(name) / "people.opml")), env)
            time.sleep(1)
            before = counted_items(home)
            statuses, took = many_clients(web, client.cookies)
            there, ingested = counted(home), counted_items(home) - before
            ok = sum(n for status, n in statuses.items() if status < 400)
            print(f"share, {CLIENTS} clients while a worker ingests: {ok / took:.0f}/s (aim 200)")
            print(f"  answers {dict(statuses)}")
            print(f"  counted: {len(there)} of {ok} there, {sum(n > 1 for n in there.values())} twice;")
            print(f"  meanwhile {ingested - len(there)} items were ingested")
            _, listing = Client(web).ask("GET", "/@ann/feed.json")
            permalink = urllib.parse.urlsplit(json.loads(listing)["items"][0]["url"]).path
            reading(web, "ann", permalink)


def counted_items(home: Path) -> int:
    with sqlite3.connect(home / "passalong.sqlite3") as database:
        found: int = database.execute("SELECT COUNT(*) FROM passalong_item").fetchone()[0]
    database.close()
    return found


if __name__ == "__main__":
    main()

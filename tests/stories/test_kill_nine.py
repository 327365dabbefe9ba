"""kill -9 of the web process, the worker or a fetch, at any moment, many times over (P1, P2, P4, F01, F03).

Nothing that was acknowledged is lost, nothing is there twice, and no repair is needed. PASSALONG_KILLS says how many
times: 40 by default, so that the suite takes minutes; before a release, 200.
"""

from __future__ import annotations

import http.client
import os
import random
import re
import signal
import sqlite3
import subprocess
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.node import PROGRAM, Browser, Node, environment

KILLS = int(os.environ.get("PASSALONG_KILLS", "40"))
FEEDS = 12
ENTRIES = 40
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


class Blogs(BaseHTTPRequestHandler):
    """/N: a feed of ENTRIES entries; a little slow, so that a kill finds something under way."""

    def do_GET(self) -> None:
        number = self.path.strip("/")
        entries = "".join(
            f"<item><guid>{number}-{n}</guid><title>Entry {n}</title><link>http://blog{number}.example/{n}</link>"
            f"<description>Words of {n}</description></item>"
            for n in range(ENTRIES)
        )
        body = f'<rss version="2.0"><channel><title>Blog {number}</title>{entries}</channel></rss>'.encode()
        time.sleep(0.02)
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass

    def handle(self) -> None:
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


@contextmanager
def blogs() -> Iterator[int]:
    server = ThreadingHTTPServer(("0.0.0.0", 0), Blogs)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def rows(home: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(home / "passalong.sqlite3", timeout=20)) as database:
        return database.execute(query).fetchall()


class Sharer(threading.Thread):
    """Shares without pause, each with a key of its own; tries again with the same key until it is told "shared"."""

    def __init__(self, browser: Browser) -> None:
        super().__init__(daemon=True)
        self.browser, self.stopping = browser, threading.Event()
        self.acknowledged: list[str] = []
        self.refused: list[int] = []

    def run(self) -> None:
        number = 0
        while not self.stopping.is_set():
            text = f"thought-{number:05d} #kept https://page{number}.example/x"
            while not self.stopping.is_set() and not self._sent(text, f"key-{number:05d}-of-this-story"):
                time.sleep(0.05)
            number += 1

    def _sent(self, text: str, key: str) -> bool:
        """One form, sent; True when the answer said that it is shared."""
        cookies = {cookie.name: cookie.value or "" for cookie in self.browser.jar}
        form = urllib.parse.urlencode({"what": text, "key": key, "csrfmiddlewaretoken": cookies["csrftoken"]})
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": self.browser.base,
        }
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(self.browser.base).netloc, timeout=20)
        try:
            connection.request("POST", "/share", form, headers)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        if status == 303:
            self.acknowledged.append(text[:13])
        else:
            self.refused.append(status)
        return status == 303


def test_web_and_worker_killed_while_sharing(tmp_path: Path) -> None:
    chance = random.Random(20261123)
    with Node(tmp_path / "home") as node:
        browser = node.browser()
        browser.get("/")
        sharer = Sharer(browser)
        sharer.start()
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.1, 0.9))
            victims = node.children()
            if victims:
                with suppress(ProcessLookupError):  # one that was killed before may just now be gone from the list
                    os.kill(chance.choice(victims), signal.SIGKILL)
        enough, wanted = time.monotonic() + 60, len(sharer.acknowledged) + 20
        while len(sharer.acknowledged) < wanted and time.monotonic() < enough:
            time.sleep(0.2)
        assert node.process.poll() is None, "the node gave up"
        sharer.stopping.set()
        sharer.join(30)
        there = [str(text) for (text,) in rows(node.home, "SELECT text FROM passalong_body")]
    found = Counter(match[0] for text in there if (match := re.search(r"thought-\d+", text)))
    assert len(sharer.acknowledged) >= wanted, "it goes on sharing after the last kill"
    assert sharer.refused == []
    assert [text for text in sharer.acknowledged if found[text] != 1] == []
    assert [text for text, times in found.items() if times > 1] == []
    half = rows(
        tmp_path / "home",
        "SELECT id FROM passalong_item WHERE body_id IS NULL OR page_id IS NULL"
        " OR id NOT IN (SELECT item_id FROM passalong_link)",
    )
    assert half == []
    assert rows(tmp_path / "home", "PRAGMA integrity_check") == [("ok",)]


def test_a_fetch_killed_in_the_middle(tmp_path: Path) -> None:
    chance = random.Random(23112026)
    with blogs() as port:
        extra = {"PASSALONG_ALLOW_PRIVATE": "127.0.0.0/8"}
        home = tmp_path / "home"
        addresses = [f"http://127.0.0.{n + 1}:{port}/{n}" for n in range(FEEDS)]
        outlines = "".join(f'<outline type="rss" text="x" xmlUrl="{one}"/>' for one in addresses)
        people = tmp_path / "people.opml"
        people.write_text(f'<opml version="2.0"><head/><body>{outlines}</body></opml>')
        subprocess.run(
            [*PROGRAM, "import", str(people)], env=environment(home, **extra), check=True, capture_output=True
        )
        for _ in range(KILLS):
            fetching = subprocess.Popen(
                [*PROGRAM, "fetch", "--all"],
                env=environment(home, **extra),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            try:
                fetching.wait(chance.uniform(0.3, 1.2))
            except subprocess.TimeoutExpired:
                os.killpg(fetching.pid, signal.SIGKILL)
                fetching.wait()
            forget_leases(home)
        done = subprocess.run(
            [*PROGRAM, "fetch", "--all"], env=environment(home, **extra), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    every = rows(home, "SELECT source_id, guid, COUNT(*) FROM passalong_item GROUP BY source_id, guid")
    assert len(every) == FEEDS * ENTRIES
    assert {times for _, _, times in every} == {1}
    assert rows(home, "SELECT id FROM passalong_item WHERE body_id IS NULL OR page_id IS NULL") == []
    assert rows(home, "SELECT item_id FROM passalong_body GROUP BY item_id HAVING COUNT(*) > 1") == []
    assert rows(home, "PRAGMA integrity_check") == [("ok",)]


def forget_leases(home: Path) -> None:
    """The clock moved on by more than a lease."""
    with closing(sqlite3.connect(home / "passalong.sqlite3", timeout=20)) as database, database:
        database.execute(
            "UPDATE passalong_source SET leased_until = '2020-01-01 00:00:00' WHERE leased_until IS NOT NULL"
        )

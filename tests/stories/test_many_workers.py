"""Many machines: the web and two workers on PostgreSQL and Redis, a hundred feeds, and one worker killed in the middle.

Needs both servers: PASSALONG_TEST_POSTGRES (postgres://user@host:port/database, whose user may create databases) and
PASSALONG_TEST_REDIS (redis://host:port/0); `make services` starts both and prints them. Without them it is skipped,
with REQUIRE_POSTGRES=1 it fails.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests.node import PROGRAM, Node, environment, run

FEEDS = 100
ENTRIES = 7
POSTGRES, REDIS = (os.environ.get(f"PASSALONG_TEST_{name}", "") for name in ("POSTGRES", "REDIS"))
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


class Feeds(ThreadingHTTPServer):
    """/N: a feed. Each takes a moment, so that a kill finds some under way."""

    daemon_threads = True
    request_queue_size = 200

    def __init__(self) -> None:
        super().__init__(("0.0.0.0", 0), Answer)
        self.asked: Counter[int] = Counter()
        self.lock = threading.Lock()

    def document(self, number: int) -> bytes:
        entries = "".join(
            f"<item><guid>{number}-{n}</guid><title>Entry {n}</title><link>http://blog{number}.example/{n}</link>"
            f"<description>Words of {n}</description></item>"
            for n in range(ENTRIES)
        )
        return f'<rss version="2.0"><channel><title>Blog {number:03}</title>{entries}</channel></rss>'.encode()


class Answer(BaseHTTPRequestHandler):
    server: Feeds

    def do_GET(self) -> None:
        number = int(self.path.strip("/"))
        with self.server.lock:
            self.server.asked[number] += 1
        time.sleep(0.3 + number % 7 / 10)
        body = self.server.document(number)
        with contextlib.suppress(OSError):
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    server = Feeds()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def database() -> Iterator[str]:
    """A database of this story's own."""
    if not POSTGRES or not REDIS:
        if os.environ.get("REQUIRE_POSTGRES") == "1":
            pytest.fail("PASSALONG_TEST_POSTGRES and PASSALONG_TEST_REDIS must say where the servers are")
        pytest.skip("no servers: set PASSALONG_TEST_POSTGRES and PASSALONG_TEST_REDIS (`make services`)")
    name = f"story_{secrets.token_hex(6)}"
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    yield urlunsplit(urlsplit(POSTGRES)._replace(path=f"/{name}"))
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def rows(database: str, query: str, *values: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(database, autocommit=True) as here:
        done = here.execute(query, values)  # type: ignore[arg-type]
        return done.fetchall() if done.description else []


def wait_for(what: str, seconds: float, true: Any) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, f"not within {seconds} s: {what}"
        time.sleep(0.05)


@contextlib.contextmanager
def working(home: Path, log: Path, **extra: str) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as written:
        worker = subprocess.Popen(
            [*PROGRAM, "work"], env=environment(home, **extra), stdout=written, stderr=subprocess.STDOUT
        )
        try:
            yield worker
        finally:
            worker.kill()
            worker.wait(10)


def follow_all(home: Path, feeds: Feeds, extra: dict[str, str]) -> None:
    lines = "".join(
        f'<outline type="rss" text="Blog {n:03}" xmlUrl="http://127.0.1.{n + 1}:{feeds.server_port}/{n}"/>'
        for n in range(FEEDS)
    )
    home.mkdir(exist_ok=True)
    (home / "people.opml").write_text(f'<opml version="2.0"><body>{lines}</body></opml>')
    done = run(home, "import", str(home / "people.opml"), **extra)
    assert f"{FEEDS} came in" in done.stdout, done.stderr


def test_web_and_two_workers_and_one_is_killed(tmp_path: Path, database: str, feeds: Feeds) -> None:
    extra = {
        "DATABASE_URL": database,
        "PASSALONG_QUEUE_URL": REDIS,
        "PASSALONG_ALLOW_PRIVATE": "127.0.0.0/8",
        "PASSALONG_LOG": "warning",
    }
    home = tmp_path / "home"
    follow_all(home, feeds, extra)
    with contextlib.ExitStack() as stack:
        web = stack.enter_context(Node(home, "web", **extra))
        one = stack.enter_context(working(home, tmp_path / "one.log", **extra))
        wait_for("the first is at work", 60, lambda: feeds.asked)
        two = stack.enter_context(working(home, tmp_path / "two.log", **extra))
        wait_for("a third is asked for", 60, lambda: len(feeds.asked) > FEEDS // 3)
        os.kill(one.pid, signal.SIGKILL)
        one.wait(10)
        wait_for("everything but what the dead one held", 60, lambda: left_to(database, feeds))
        query = "SELECT url FROM passalong_source WHERE fetched IS NULL AND fetch_at IS NOT NULL"
        held = {int(url.rpartition("/")[2]) for (url,) in rows(database, query)}
        assert held, "nothing was lost: the kill came too late to show anything"
        assert set(feeds.asked.values()) == {1}
        # Five minutes later the dead worker's leases end: here we do not wait for them.
        rows(
            database, "UPDATE passalong_source SET leased_until = now() WHERE fetched IS NULL AND fetch_at IS NOT NULL"
        )
        wait_for("the rest", 60, lambda: not unfetched(database))
        time.sleep(1)
        assert {number for number, times in feeds.asked.items() if times > 1} <= held
        assert web.process.poll() is None
        assert two.poll() is None
        two.send_signal(signal.SIGTERM)
        assert two.wait(5) == 0
    assert sorted(feeds.asked) == list(range(FEEDS))
    found = rows(database, "SELECT source_id, count(*), count(DISTINCT guid) FROM passalong_item GROUP BY 1")
    assert len(found) == FEEDS
    assert {(count, distinct) for _, count, distinct in found} == {(ENTRIES, ENTRIES)}
    assert rows(database, "SELECT count(*) FROM passalong_follow WHERE unseen = 3") == [(FEEDS,)]
    assert "Traceback" not in (tmp_path / "two.log").read_text()


def unfetched(database: str) -> int:
    query = "SELECT count(*) FROM passalong_source WHERE fetched IS NULL AND fetch_at IS NOT NULL"
    return int(rows(database, query)[0][0])


def left_to(database: str, feeds: Feeds) -> bool:
    """Is all that is left in the hands of somebody who does nothing any more?"""
    before = (unfetched(database), sum(feeds.asked.values()))
    time.sleep(2)
    free = rows(
        database,
        "SELECT count(*) FROM passalong_source WHERE fetched IS NULL AND fetch_at IS NOT NULL AND leased_until IS NULL",
    )
    return before == (unfetched(database), sum(feeds.asked.values())) and free == [(0,)]


def test_a_follow_wakes_the_worker_at_once(tmp_path: Path, database: str, feeds: Feeds) -> None:
    extra = {
        "DATABASE_URL": database,
        "PASSALONG_QUEUE_URL": database,
        "PASSALONG_ALLOW_PRIVATE": "127.0.0.0/8",
    }
    home = tmp_path / "home"
    with Node(home, "web", **extra), working(home, tmp_path / "one.log", **extra):
        time.sleep(3)
        follow_all(home, feeds, extra)
        wait_for("the first feed is asked for", 5, lambda: feeds.asked)
        wait_for("everything", 60, lambda: not unfetched(database))
    assert set(feeds.asked.values()) == {1}

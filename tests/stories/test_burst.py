"""A thousand pages say at once that they answer Ann, while a hundred people read (F51). How quickly these read is
measured by `bench/burst.py`; here all those pages are silent until everybody is served, so nobody can wait for them."""

from __future__ import annotations

import http.client
import sqlite3
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.node import Node

pytestmark = pytest.mark.slow
HOSTS = 250
KNOCKS = 1000
READERS = 100
DRAINED_WITHIN = 150.0


class Elsewhere(BaseHTTPRequestHandler):
    """Every address of this machine's loopback network is a site of its own; each page answers Ann."""

    target = ""
    may_speak = threading.Event()
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.may_speak.wait(60)
        body = f'<div class="h-entry"><a class="u-in-reply-to" href="{self.target}">Ann</a> Me too</div>'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def elsewhere() -> Iterator[int]:
    """The port at which all the others are."""
    Elsewhere.may_speak.clear()
    with ThreadingHTTPServer(("0.0.0.0", 0), Elsewhere) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_port
        Elsewhere.may_speak.set()
        server.shutdown()
        thread.join(10)


def sources(port: int) -> list[str]:
    return [f"http://127.0.1.{1 + number % HOSTS}:{port}/{number}" for number in range(KNOCKS)]


def knock_all(node: Node, some: list[str]) -> Counter[int]:
    answers: Counter[int] = Counter()
    line = http.client.HTTPConnection("127.0.0.1", node.port, timeout=30)  # the pages are silent for longer
    with closing(line):
        for source in some:
            fields = urllib.parse.urlencode({"source": source, "target": Elsewhere.target})
            line.request("POST", "/webmention", fields, {"Content-Type": "application/x-www-form-urlencoded"})
            answer = line.getresponse()
            answer.read()
            answers[answer.status] += 1
    return answers


def read_once(node: Node, path: str) -> None:
    line = http.client.HTTPConnection("127.0.0.1", node.port, timeout=60)
    with closing(line):
        line.request("GET", path)
        answer = line.getresponse()
        assert answer.status == 200
        answer.read()


def left(home: Path, condition: str) -> int:
    with closing(sqlite3.connect(home / "passalong.sqlite3", timeout=30)) as database:
        return int(database.execute(f"SELECT COUNT(*) FROM passalong_arrival WHERE {condition}").fetchone()[0])


def test_f51_a_thousand_answers_while_a_hundred_read(tmp_path: Path, elsewhere: int) -> None:
    with Node(tmp_path, PASSALONG_ALLOW_PRIVATE="127.0.0.0/8") as node, ThreadPoolExecutor(14) as people:
        shared = node.run("share", "Who grows beans?")
        Elsewhere.target = shared.stdout.strip()
        path = Elsewhere.target.removeprefix(node.url)
        every = sources(elsewhere)
        knocking = [people.submit(knock_all, node, every[start::4]) for start in range(4)]
        reading = [people.submit(read_once, node, path) for _ in range(READERS)]
        for one in reading:
            one.result()
        answers = sum((one.result() for one in knocking), Counter())
        assert answers == {202: KNOCKS}
        assert left(tmp_path, "1") == KNOCKS
        Elsewhere.may_speak.set()
        time.sleep(1)  # what was given up meanwhile is put down
        with closing(sqlite3.connect(tmp_path / "passalong.sqlite3", timeout=30)) as database:
            # The minute over which a crowd is spread has gone by.
            database.execute("UPDATE passalong_arrival SET try_at = knocked WHERE try_at IS NOT NULL")
            database.commit()
        started = time.monotonic()
        while left(tmp_path, "try_at IS NOT NULL") and time.monotonic() - started < DRAINED_WITHIN:
            read_once(node, path)
            time.sleep(1)
        assert not left(tmp_path, "looked IS NULL OR state = 'new'")
        assert left(tmp_path, "state = 'asking'") == 200, "the list stays short"

"""The tutorial is run, command by command, against a small web of its own."""

from __future__ import annotations

import re
import shlex
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.node import Node

TUTORIAL = Path(__file__).resolve().parents[2] / "docs" / "tutorial.md"
FEED = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Ben's notebook</title><id>tag:ben.example,2026:notebook</id>
<updated>2026-11-20T10:00:00Z</updated><author><name>Ben</name></author><link href="http://ben.example/"/>
<entry><title>Winter seeds</title><id>tag:ben.example,2026:1</id><link href="http://ben.example/seeds"/>
<updated>2026-11-20T10:00:00Z</updated><content type="html">&lt;p&gt;Sow them in the cold.&lt;/p&gt;</content>
</entry></feed>"""
HOME = """<!doctype html><html><head><title>Ben's notebook</title>
<link rel="alternate" type="application/atom+xml" href="/feed.atom"></head>
<body><h1>Ben's notebook</h1></body></html>"""


class BensWeb(BaseHTTPRequestHandler):
    """A forward proxy behind which only http://ben.example exists."""

    def do_GET(self) -> None:
        pages = {
            "http://ben.example/": ("text/html", HOME),
            "http://ben.example/seeds": ("text/html", HOME),
            "http://ben.example/feed.atom": ("application/atom+xml", FEED),
        }
        kind, text = pages.get(self.path, ("text/plain", ""))
        self.send_response(200 if text else 404)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def do_CONNECT(self) -> None:
        self.send_error(502)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def bens_web() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BensWeb)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def steps(text: str) -> list[tuple[list[str], str]]:
    """(command, expected output) of each ```sh block; a ```text block after it is what it prints."""
    found = re.findall(r"```sh\n(.*?)```(?:\n\n```text\n(.*?)```)?", text, re.DOTALL)
    return [(shlex.split(command), expected.strip()) for command, expected in found]


def looks_like(expected: str, printed: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in expected.split("…"))
    return re.search(pattern, printed, re.DOTALL) is not None


@pytest.mark.slow
def test_the_tutorial_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "worksheet.txt").write_text("Name three seeds that need the cold.\n")
    every = steps(TUTORIAL.read_text())
    assert len(every) >= 7
    with bens_web() as proxy, Node(tmp_path / "home", PASSALONG_PROXY=proxy) as node:
        first = ""
        for command, expected in every:
            assert command[0] == "passalong"
            words = [first if word == "PERMALINK" else word for word in command[1:]]
            done = node.run(*words)
            assert done.returncode == 0, (command, done.stderr)
            assert "Traceback" not in done.stderr
            assert looks_like(expected.replace("http://127.0.0.1:8000", node.url), done.stdout), (command, done.stdout)
            first = first or done.stdout.strip()
        browser = node.browser()
        browser.get(first)
        assert browser.status == 410
    assert "ben.example/feed.atom" in (tmp_path / "people.opml").read_text()

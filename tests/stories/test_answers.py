"""Ann shares at her node, Ben answers at his: both nodes real, over HTTP. And a letter that survives kill -9 (F03)."""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.node import Browser, Node

pytestmark = pytest.mark.slow
WITHIN = 25.0
"""Seconds; the worker needs two or three on an idle machine."""
LOOPBACK = {"PASSALONG_ALLOW_PRIVATE": "127.0.0.0/8"}


def until(is_so: Callable[[], object], what: str) -> float:
    started = time.monotonic()
    while time.monotonic() - started < WITHIN:
        if is_so():
            return time.monotonic() - started
        time.sleep(0.2)
    raise AssertionError(f"not within {WITHIN:.0f} s: {what}")


@pytest.fixture
def ann(tmp_path: Path) -> Iterator[Node]:
    with Node(tmp_path / "ann", **LOOPBACK) as node:
        yield node


@pytest.fixture
def ben(tmp_path: Path) -> Iterator[Node]:
    with Node(tmp_path / "ben", "up", "--no-open", "--name", "Ben", **LOOPBACK) as node:
        yield node


def share(node: Node, *what: str) -> str:
    done = node.run("share", *what)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_an_answer_goes_round(ann: Node, ben: Node) -> None:
    browser, bens = ann.browser(), ben.browser()
    mine = share(ann, "Which seeds keep for years?")
    theirs = share(ben, "Beans do, Ben said.", "--reply-to", mine)
    contact = "/came-back/first-contact"
    until(lambda: "Beans do" in browser.get(contact), "it waits for Ann's word")
    assert f"via {ben.url.split('/')[2].partition(':')[0]}" in browser.page
    assert "Beans do" not in Browser(ann.url).get(mine), "and nobody else sees it"
    number = browser.page.split(f'action="{contact}/')[1].partition('"')[0]
    browser.post(f"{contact}/{number}", say="always")
    assert "Beans do" in browser.get("/came-back")
    told = re.compile(r"Told \u2068\S[^<]*\u2069 \(127\.0\.0\.1\)\.")
    until(lambda: told.search(bens.get(theirs)), "Ben sees that Ann was told, by name and place")

    bens.post(f"{theirs}/edit", what="Beans and peas do.", reply_to=mine)
    until(lambda: "Beans and peas" in browser.get("/came-back"), "an edit travels")
    again = share(ben, "Tomatoes too.", "--reply-to", mine)
    until(lambda: "Tomatoes too." in browser.get("/came-back"), "who is welcome comes straight in")
    assert ben.run("unshare", theirs).returncode == 0
    until(lambda: "Beans and peas" not in browser.get("/came-back"), "what is taken back leaves")
    assert again
    assert "Tomatoes too." in browser.page


def test_f03_a_letter_survives_kill_nine(tmp_path: Path, httpserver: HTTPServer) -> None:
    """Killed while its message is at the receiver: that sees it once or twice, with the same content, and we know."""
    heard: list[bytes] = []
    first = threading.Event()

    def hear(request: Request) -> Response:
        heard.append(request.get_data())
        if len(heard) == 1:
            first.set()
            time.sleep(2)
        return Response("", 202)

    httpserver.expect_request("/page").respond_with_data("x", headers={"Link": "</wm>; rel=webmention"})
    httpserver.expect_request("/wm").respond_with_handler(hear)
    node = Node(tmp_path, **LOOPBACK)
    node.start()
    address = share(node, httpserver.url_for("/page"))
    assert first.wait(WITHIN)
    node.kill()
    with closing(sqlite3.connect(tmp_path / "passalong.sqlite3")) as database:
        assert database.execute("SELECT state FROM passalong_delivery").fetchone() == ("waiting",)
        database.execute("UPDATE passalong_delivery SET leased_until = '2020-01-01 00:00:00'")  # its lease has run out
        database.commit()
    node.start()
    try:
        browser = node.browser()
        until(lambda: "Told localhost." in browser.get(address), "the letter is sent in the end")
    finally:
        node.stop()
    assert 1 <= len(heard) <= 2
    assert len(set(heard)) == 1

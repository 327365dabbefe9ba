"""The open web's loop, with real nodes: Ann shares, Ben follows and passes it along, Cas only links to it from a page
served plainly. All of it comes back to Ann: who, where, what."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.node import Node

pytestmark = pytest.mark.slow
SLOW = 25
"""Seconds that a busy machine may add: each look at the list starts a program of its own.
`bench/told.py` measures the five."""
PRIVATE = {"PASSALONG_ALLOW_PRIVATE": "127.0.0.0/8"}
CAS = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Garden notes</title></head><body>
<article class="h-entry"><h1 class="p-name">Garden notes</h1><p class="p-author h-card">Cas</p>
<div class="e-content"><p>I tried <a href="{url}?utm_source=rss">what Ann wrote</a>, and it works.</p></div></article>
</body></html>"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def pages(folder: Path) -> Iterator[str]:
    """A plain web server at an address of its own."""
    with ThreadingHTTPServer(("127.0.0.3", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.3:{server.server_port}"
        server.shutdown()


def say(node: Node, *words: str) -> str:
    done = node.run(*words)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def back(node: Node) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(say(node, "came-back", "--json"))["items"]
    return found


def within(seconds: float, what: Callable[[], Any]) -> Any:
    """What it gives, as soon as that is something; the last answer counts when the time is over."""
    until = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < until:
        time.sleep(0.3)
    return found or what()


def deeds(node: Node, host: str) -> list[str]:
    return [item["_passalong"]["did"] for item in back(node) if item["_passalong"]["host"] == host]


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[tuple[Node, Node]]:
    bens = ("up", "--no-open", "--name", "Ben")
    with Node(tmp_path / "ann", **PRIVATE) as ann, Node(tmp_path / "ben", *bens, **PRIVATE) as ben:
        yield ann, ben


def test_ann_sees_what_came_of_it(nodes: tuple[Node, Node], tmp_path: Path) -> None:
    ann, ben = nodes
    seeds = say(ann, "share", "How I share seeds with the whole street")
    say(ann, "follow", ben.url)
    say(ben, "follow", ann.url)
    place = f"127.0.0.1:{ben.port}"
    assert within(15, lambda: [item for item in back(ann) if item["_passalong"]["did"] == "follow"])

    passed = say(ben, "share", "--pass-along", seeds, "For my street too")
    came = within(5 + SLOW, lambda: [item for item in back(ann) if item.get("url") == passed])
    assert came
    assert came[0]["_passalong"]["mine"] == [seeds]
    assert came[0]["_passalong"]["who"] == "Ben"
    assert came[0]["_passalong"]["did"] == "via"

    cas = tmp_path / "cas"
    cas.mkdir()
    (cas / "notes.html").write_text(CAS.format(url=seeds))
    with pages(cas) as site:
        say(ann, "follow", f"{site}/notes.html")
        (found,) = [item for item in back(ann) if item.get("url") == f"{site}/notes.html"]
        assert found["_passalong"]["mine"] == [seeds]
        assert (found["_passalong"]["did"], found["_passalong"]["who"]) == ("link", "Cas")
        assert found["_passalong"]["told"] is False
        assert found["_passalong"]["host"] == "127.0.0.3"
    page = ann.browser()
    page.get("/came-back")
    assert "Garden notes" in page.page
    assert place.partition(":")[0] in page.page

    say(ben, "unshare", passed)
    assert within(5 + SLOW, lambda: not [item for item in back(ann) if item.get("url") == passed])

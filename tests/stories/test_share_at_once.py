"""Many at once: every answered share is there, once; one form sent eight times at the same moment is one share."""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tests.node import Browser, Node

CLIENTS, EACH = 8, 15
pytestmark = pytest.mark.slow


def same_person(browser: Browser) -> Browser:
    other = Browser(browser.base)
    for cookie in browser.jar:
        other.jar.set_cookie(cookie)
    return other


def test_eight_share_at_once(tmp_path: Path) -> None:
    with Node(tmp_path / "home", PASSALONG_WORKERS="2") as node:
        first = node.browser()
        first.get("/")
        statuses: Counter[int] = Counter()
        ready = threading.Barrier(CLIENTS)

        def share(who: int) -> None:
            browser = same_person(first)
            ready.wait(20)
            browser.post("/share", what="the same for all", key="one form")
            statuses[browser.status] += 1
            for number in range(EACH):
                browser.post("/share", what=f"thing {who}-{number} #tag", key=f"{who}-{number}")
                statuses[browser.status] += 1

        threads = [threading.Thread(target=share, args=(who,)) for who in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        with closing(sqlite3.connect(node.home / "passalong.sqlite3")) as database:
            there = Counter(text for (text,) in database.execute("SELECT text FROM passalong_body"))
    assert statuses == {200: CLIENTS * (EACH + 1)}
    wanted = {f"thing {who}-{number} #tag" for who in range(CLIENTS) for number in range(EACH)}
    assert there == dict.fromkeys(wanted | {"the same for all"}, 1)

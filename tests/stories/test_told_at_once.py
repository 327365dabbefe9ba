"""Two nodes on loopback: Ben follows Ann; what she shares, changes and takes back is at Ben's at once."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.endpoints.listener import listening
from tests.node import Node

pytestmark = pytest.mark.slow
LOOPBACK = "127.0.0.1"
WITHIN = 25.0
"""Seconds, for a busy machine; `bench/told.py` measures. Nobody asks again before an hour is over."""


def rows(node: Node, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(node.home / "passalong.sqlite3", timeout=20)) as database:
        return database.execute(query).fetchall()


def seconds_until(true: Callable[[], object], most: float) -> float:
    started = time.monotonic()
    while not true():
        assert time.monotonic() - started < most
        time.sleep(0.05)
    return time.monotonic() - started


def test_what_ann_shares_is_at_bens_at_once(tmp_path: Path) -> None:
    allowed = {"PASSALONG_ALLOW_PRIVATE": LOOPBACK}
    with (
        Node(tmp_path / "ann", "up", "--no-open", "--name", "Ann", **allowed) as ann,
        Node(tmp_path / "ben", "up", "--no-open", "--name", "Ben", **allowed) as ben,
    ):
        hers, his = ann.browser(), ben.browser()
        hers.get("/")
        hers.post("/share", what="What was there before", key="0")
        his.get("/people")
        his.post("/follow", address=f"{ann.url}/@ann")
        seconds_until(lambda: rows(ben, "SELECT 1 FROM passalong_source WHERE told_until IS NOT NULL"), 40)
        (pk,) = rows(ben, "SELECT person_id FROM passalong_source WHERE told_until IS NOT NULL")[0]
        assert "It tells us at once." in his.get(f"/people/{pk}")

        hers.post("/share", what="Fresh from Ann's garden", key="1")
        seconds_until(lambda: "Fresh from Ann" in his.get("/river"), WITHIN)
        (address,) = rows(ann, "SELECT guid FROM passalong_item ORDER BY id DESC")[0]
        hers.get(f"{address}/edit")
        hers.post(f"{address}/edit", what="Fresh from Ann's orchard")
        seconds_until(lambda: "orchard" in his.get("/river"), WITHIN)
        assert "garden" not in his.page
        hers.post(f"{address}/take-back")
        seconds_until(lambda: "orchard" not in his.get("/river"), WITHIN)
        hers.post(f"{address}/bring-back")
        seconds_until(lambda: "orchard" in his.get("/river"), WITHIN)

        his.post("/unfollow", source=str(rows(ben, "SELECT id FROM passalong_source WHERE hub != ''")[0][0]))
        seconds_until(lambda: not rows(ann, "SELECT 1 FROM passalong_subscriber"), 30)
        assert rows(ben, "SELECT 1 FROM passalong_subscription") == []


def test_f03_the_worker_killed_while_it_tells(tmp_path: Path) -> None:
    """kill -9 after the message has left and before it is written down: the subscriber hears once or twice, and the row
    says so in the end. (The dead worker's lease is made to end at once: nobody has to wait a minute for it.)"""
    with (
        listening() as ear,
        Node(tmp_path / "ann", "up", "--no-open", "--name", "Ann", PASSALONG_ALLOW_PRIVATE=LOOPBACK) as ann,
    ):
        browser = ann.browser()
        browser.get("/")
        asked = {"hub.mode": "subscribe", "hub.topic": f"{ann.url}/@ann/feed.atom"}
        asked["hub.callback"] = ear.url(host=LOOPBACK)
        urllib.request.urlopen(f"{ann.url}/websub", urllib.parse.urlencode(asked).encode(), 10).close()
        seconds_until(lambda: rows(ann, "SELECT 1 FROM passalong_subscriber WHERE until IS NOT NULL"), 20)
        ear.slow = 3.0
        browser.post("/share", what="Hello", key="1")
        seconds_until(lambda: ear.messages, 10)
        for pid in ann.children():
            os.kill(pid, signal.SIGKILL)
        assert rows(ann, "SELECT state FROM passalong_delivery WHERE kind = 'hub'") == [("waiting",)]
        ear.slow = 0.0
        with closing(sqlite3.connect(ann.home / "passalong.sqlite3", timeout=20)) as database, database:
            database.execute("UPDATE passalong_delivery SET leased_until = '2020-01-01 00:00:00'")
        told = "SELECT 1 FROM passalong_delivery WHERE kind = 'hub' AND state = 'told'"
        seconds_until(lambda: rows(ann, told), 40)
        assert len(ear.messages) == 2

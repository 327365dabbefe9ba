"""Two nodes on loopback: Ben follows Ann; what she shares, changes and takes back is at Ben's within five seconds."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.node import Node

pytestmark = pytest.mark.slow
LOOPBACK = "127.0.0.1"
WITHIN = 5.0


def rows(node: Node, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(node.home / "passalong.sqlite3", timeout=20)) as database:
        return database.execute(query).fetchall()


def seconds_until(true: Callable[[], object], most: float) -> float:
    started = time.monotonic()
    while not true():
        assert time.monotonic() - started < most
        time.sleep(0.05)
    return time.monotonic() - started


def test_what_ann_shares_is_at_bens_within_five_seconds(tmp_path: Path) -> None:
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

        his.post("/unfollow", source=str(rows(ben, "SELECT id FROM passalong_source WHERE hub != ''")[0][0]))
        seconds_until(lambda: not rows(ann, "SELECT 1 FROM passalong_subscriber"), 30)
        assert rows(ben, "SELECT 1 FROM passalong_subscription") == []

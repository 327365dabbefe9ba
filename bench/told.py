"""Told: two nodes; seconds until what Ann shares is in Ben's river (WebSub), and his answer at Ann's (Webmention).

python bench/told.py
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

from measure import beside, environment, free_port, measured, milliseconds, passalong, percentile

SHARES = 20
LIMIT = 5.0
"""Seconds, each way."""
PATIENCE = 60.0
PRIVATE = {"PASSALONG_ALLOW_PRIVATE": "127.0.0.0/8"}


def until(home: Path, question: str, *words: str) -> float:
    """The clock when a row is there."""
    over = time.perf_counter() + PATIENCE
    with closing(sqlite3.connect(home / "passalong.sqlite3", timeout=20)) as database:
        while not database.execute(question, words).fetchone():
            if time.perf_counter() > over:
                raise SystemExit(f"not within {PATIENCE:.0f} s: {question} {words}")
            time.sleep(0.02)
    return time.perf_counter()


def times(env: dict[str, str], there: Callable[[str], float], *how: str) -> list[float]:
    """From the end of the command, when the share is acknowledged, to the row at the other node."""
    took = []
    for number in range(SHARES):
        address = measured(passalong("share", *how, f"Number {number}"), env).output.strip()
        acknowledged = time.perf_counter()
        took.append(max(0.0, there(address) - acknowledged))
    return took


def report(what: str, took: list[float]) -> None:
    part = percentile(took, 0.95) / LIMIT
    print(f"{what}: {milliseconds(took)}, {part:.2f} of the limit of {LIMIT:.0f} s", flush=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as name, ExitStack() as nodes:
        homes, ports = [Path(name) / who for who in ("ann", "ben")], [free_port(), free_port()]
        envs = [environment(home, **PRIVATE) for home in homes]
        for who, env, port in zip(("Ann", "Ben"), envs, ports, strict=True):
            words = passalong("up", "--no-open", "--name", who, "--port", str(port))
            nodes.enter_context(beside(words, "Ready:", env))
        (ann, ben), (hers, his) = homes, envs
        first = measured(passalong("share", "What was there before"), hers).output.strip()
        measured(passalong("follow", f"http://127.0.0.1:{ports[0]}/@ann"), his)
        until(ben, "SELECT 1 FROM passalong_source WHERE told_until IS NOT NULL")
        measured(passalong("follow", f"http://127.0.0.1:{ports[1]}/@ben"), hers)
        shared = "SELECT 1 FROM passalong_item WHERE guid = ?"
        report("a share, in the river of who follows", times(hers, lambda address: until(ben, shared, address)))
        answered = "SELECT 1 FROM passalong_arrival WHERE source = ? AND looked IS NOT NULL"
        answering = times(his, lambda address: until(ann, answered, address), "--reply-to", first)
        report("an answer, at the one answered", answering)


if __name__ == "__main__":
    sys.exit(main())

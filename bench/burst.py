"""A burst: 1,000 pages say at once that they answer a share while 100 people read it; and those readers alone.

python bench/burst.py
"""

from __future__ import annotations

import http.client
import sys
import tempfile
import time
import urllib.parse
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from measure import beside, environment, free_port, measured, milliseconds, passalong, percentile

KNOCKS = 1000
AT_ONCE = 4
READERS = 100
READING_AT_ONCE = 10
LIMIT = 0.5
"""Seconds for 95 of 100 readers (fault F51)."""


def knock(port: int, target: str, numbers: Sequence[int]) -> Counter[int]:
    answers: Counter[int] = Counter()
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as line:
        for number in numbers:
            source = f"http://127.0.1.{1 + number % 250}:9/{number}"
            fields = urllib.parse.urlencode({"source": source, "target": target})
            line.request("POST", "/webmention", fields, {"Content-Type": "application/x-www-form-urlencoded"})
            answer = line.getresponse()
            answer.read()
            answers[answer.status] += 1
    return answers


def read(port: int, path: str) -> float:
    """Seconds."""
    started = time.perf_counter()
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as line:
        line.request("GET", path)
        answer = line.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
    return time.perf_counter() - started


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "home"
        port = free_port()
        env = environment(home, PASSALONG_ALLOW_PRIVATE="127.0.0.0/8")
        with (
            beside(passalong("up", "--no-open", "--name", "Ann", "--port", str(port)), "Ready:", env),
            ThreadPoolExecutor(AT_ONCE) as strangers,
            ThreadPoolExecutor(READING_AT_ONCE) as people,
        ):
            target = measured(passalong("share", "Who grows beans?"), env).output.strip()
            path = urllib.parse.urlsplit(target).path
            calm = list(people.map(lambda _: read(port, path), range(READERS)))
            started = time.perf_counter()
            knocking = [
                strangers.submit(knock, port, target, range(start, KNOCKS, AT_ONCE)) for start in range(AT_ONCE)
            ]
            burst = list(people.map(lambda _: read(port, path), range(READERS)))
            answers = sum((one.result() for one in knocking), Counter())
            took = time.perf_counter() - started
    assert answers == {202: KNOCKS}, answers
    print(f"{READERS} readers, nothing else going on: {milliseconds(calm)}")
    late = percentile(burst, 0.95)
    print(f"the same beside {KNOCKS} webmentions ({KNOCKS / took:.0f} a second taken): {milliseconds(burst)}")
    print(f"{late / LIMIT:.2f} of the limit of {LIMIT * 1000:.0f} ms")


if __name__ == "__main__":
    sys.exit(main())

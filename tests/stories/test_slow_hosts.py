"""Six slow hosts at once do not make the node deaf: a real node, and real servers that never answer."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.node import Node

pytestmark = pytest.mark.slow

SLOW = 6
"""As many as the node has threads for the web."""


@pytest.fixture
def silent() -> Iterator[list[int]]:
    """Ports that take a connection and say nothing."""
    with ExitStack() as held:
        ports = []
        for _ in range(SLOW):
            listening = held.enter_context(socket.create_server(("127.0.0.1", 0), backlog=20))
            ports.append(listening.getsockname()[1])
        yield ports


def test_following_slow_hosts_leaves_the_pages_quick(tmp_path: Path, silent: list[int]) -> None:
    with Node(tmp_path / "home", PASSALONG_ALLOW_PRIVATE="127.0.0.0/8") as node:
        browsers = [node.browser()]
        for _ in range(SLOW):
            one = type(browsers[0])(node.url)
            one.jar = browsers[0].jar
            one.opener = browsers[0].opener
            browsers.append(one)
        ann = browsers.pop()
        ann.get("/people")
        took: list[float] = []

        def follow(number: int) -> None:
            start = time.monotonic()
            browsers[number].post("/follow", address=f"http://127.0.0.1:{silent[number]}/")
            took.append(time.monotonic() - start)

        threads = [threading.Thread(target=follow, args=(number,)) for number in range(SLOW)]
        for thread in threads:
            thread.start()
        time.sleep(1)
        start = time.monotonic()
        ann.get("/river")
        assert ann.status == 200
        assert time.monotonic() - start < 4, "they keep silent for much longer"
        for thread in threads:
            thread.join()
        busy = [one for one in browsers if one.status == 503]
        assert len(busy) == SLOW - 2
        assert all("Press Follow again in a moment" in one.page for one in busy)
        assert all(f'value="http://127.0.0.1:{port}/"' in one.page for one, port in zip(browsers, silent, strict=True))
        assert sum(1 for seconds in took if seconds > 3) == 2

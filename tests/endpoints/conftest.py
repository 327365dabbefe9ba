"""A far internet on this machine: every name leads to the test's own server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from passalong.net import get
from passalong.net.guard import Rules, parse_allowed
from tests.endpoints.listener import Listener, listening


@pytest.fixture(autouse=True)
def door() -> Iterator[None]:
    get.configure(Rules(allow_private=parse_allowed("127.0.0.0/8"), resolver=lambda host: ["127.0.0.1"]))
    yield
    get.configure(Rules())


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as server:
        yield server

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_httpserver import HTTPServer

from passalong.credit import trace, verify
from passalong.net import get
from passalong.net.guard import Rules, parse_allowed

from .pages_elsewhere import Site


@pytest.fixture(autouse=True)
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(verify, "PACE", 0.0)
    verify.memory.clear()
    trace._vain.clear()
    trace._silent.clear()
    get.configure(Rules(allow_private=parse_allowed("127.0.0.0/8"), resolver=lambda host: ["127.0.0.1"]))
    yield
    get.configure(Rules())


@pytest.fixture
def cas(httpserver: HTTPServer) -> Site:
    return Site(httpserver)

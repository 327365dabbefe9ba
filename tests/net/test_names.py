"""Names that mean this machine are not asked of anybody (RFC 6761, section 6.3)."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from passalong.net import names
from passalong.net.guard import LOOPBACK


def test_names_below_localhost_are_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(host: str) -> list[str]:
        raise AssertionError(host)

    monkeypatch.setattr(names, "ask_system", nobody)
    # In a thread of its own: browser tests in the same worker leave a loop running in this one.
    with ThreadPoolExecutor(1) as apart:
        found = apart.submit(asyncio.run, names.look_up("reading-room.localhost", None)).result(10)
    assert found == list(LOOPBACK)

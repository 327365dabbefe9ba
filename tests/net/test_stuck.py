"""Nothing waits for ever, even where the loop that keeps the deadlines is itself stuck."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from passalong.net import get, island
from passalong.net.shapes import Ask, Failed
from tests.net.raw import Raw, ok

pytestmark = pytest.mark.slow


def stick(seconds: float) -> None:
    """The loop does nothing else meanwhile."""
    island.call(island.reach(), lambda: time.sleep(seconds))


def test_one_fetch_is_given_up_from_outside(server: Raw, monkeypatch: pytest.MonkeyPatch) -> None:
    server.answers["/"] = ok()
    monkeypatch.setattr(get, "GRACE", 0.2)
    stick(2)
    began = time.monotonic()
    with pytest.raises(Failed) as failed:
        get.get(Ask(server.url(), deadline=0.2))
    assert failed.value.code == "timeout"
    assert time.monotonic() - began < 1.9


def test_many_are_given_up_when_nothing_comes(server: Raw, monkeypatch: pytest.MonkeyPatch) -> None:
    server.answers["/"] = ok()
    monkeypatch.setattr(get, "STUCK", 0.3)
    stick(2)
    began = time.monotonic()
    found = list(get.get_many([Ask(server.url()), Ask(server.url("/other"))]))
    assert [outcome.code for _, outcome in found if isinstance(outcome, Failed)][:1] == ["timeout"]
    assert time.monotonic() - began < 1.9


def test_codecs_are_loaded_before_there_are_threads() -> None:
    """A module that one thread was loading when another forked stays locked in the child: every fetch hung there."""
    asks = "import sys, passalong.net.get; print('encodings.idna' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"

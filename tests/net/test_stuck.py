"""Nothing waits for ever, even where the loop that keeps the deadlines is itself stuck."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from passalong.net import get, island
from passalong.net.shapes import Ask, Failed
from tests.net.raw import Raw, ok

pytestmark = pytest.mark.slow


@pytest.fixture
def stuck(server: Raw) -> Iterator[None]:
    """The loop does nothing else meanwhile: for twenty seconds, or until the test is over."""
    over = threading.Event()
    island.call(island.reach(), lambda: over.wait(20))
    yield
    over.set()


def test_one_fetch_is_given_up_from_outside(server: Raw, stuck: None, monkeypatch: pytest.MonkeyPatch) -> None:
    server.answers["/"] = ok()
    monkeypatch.setattr(get, "GRACE", 0.2)
    began = time.monotonic()
    with pytest.raises(Failed) as failed:
        get.get(Ask(server.url(), deadline=0.2))
    assert failed.value.code == "timeout"
    assert time.monotonic() - began < 15, "it is stuck for twenty"


def test_many_are_given_up_when_nothing_comes(server: Raw, stuck: None, monkeypatch: pytest.MonkeyPatch) -> None:
    server.answers["/"] = ok()
    monkeypatch.setattr(get, "STUCK", 0.3)
    began = time.monotonic()
    found = list(get.get_many([Ask(server.url()), Ask(server.url("/other"))]))
    assert [outcome.code for _, outcome in found if isinstance(outcome, Failed)][:1] == ["timeout"]
    assert time.monotonic() - began < 15, "it is stuck for twenty"


def test_codecs_are_loaded_before_there_are_threads() -> None:
    """A module that one thread was loading when another forked stays locked in the child: every fetch hung there."""
    asks = "import sys, passalong.net.get; print('encodings.idna' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"

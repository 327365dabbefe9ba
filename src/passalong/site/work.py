"""The one dispatcher: what is due is a row with a lease; the queue only wakes. Runs until SIGTERM."""

from __future__ import annotations

import signal
import threading
from types import FrameType

_stop = threading.Event()


def _on_signal(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    _stop.set()


def work() -> None:
    """Works until SIGTERM or SIGINT, then finishes what it holds and returns."""
    signal.signal(signal.SIGTERM, _on_signal)
    signal.signal(signal.SIGINT, _on_signal)
    _stop.wait()

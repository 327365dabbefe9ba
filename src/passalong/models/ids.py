"""Ids: 64 bits, ordered by time, made without asking the database.

41 bits of milliseconds since 2020, 10 bits of the process, 12 bits of a counter: sorted by id is sorted by making,
rows may be made on many machines, and no import ever has to fight over a sequence.
"""

from __future__ import annotations

import os
import platform
import threading
import time
import zlib

EPOCH_MS = 1_577_836_800_000
COUNTER_BITS = 12
PROCESS_BITS = 10


class _Clock:
    """The last millisecond and counter used; never goes back, even when the machine's clock does."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self.last = 0
        place = f"{platform.node()}:{os.getpid()}".encode()
        self.process = zlib.crc32(place) % (1 << PROCESS_BITS)

    def next(self, count: int) -> list[int]:
        with self.lock:
            now = (time.time_ns() // 1_000_000 - EPOCH_MS) << COUNTER_BITS
            first = max(self.last + 1, now)
            self.last = first + count - 1
            process = self.process << COUNTER_BITS
        low = (1 << COUNTER_BITS) - 1
        return [((tick & ~low) << PROCESS_BITS) | process | (tick & low) for tick in range(first, first + count)]


_clock = _Clock()
os.register_at_fork(after_in_child=_clock.forget)


def new_id() -> int:
    """A new id, larger than every id this process made before."""
    return _clock.next(1)[0]


def new_ids(count: int) -> list[int]:
    """So many new ids, ascending, each larger than every id this process made before."""
    return _clock.next(count)

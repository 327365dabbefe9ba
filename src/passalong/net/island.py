"""One event loop in one daemon thread, started on first use: everybody else stays synchronous."""

from __future__ import annotations

import asyncio
import atexit
import encodings.idna  # noqa: F401 - loaded before there are threads: a module half loaded at a fork stays locked
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from .dial import Door, open_door, shut_door
from .guard import Rules
from .rules import in_force

T = TypeVar("T")
CLOSE_SECONDS = 2.0


@dataclass(slots=True)
class Island:
    loop: asyncio.AbstractEventLoop
    thread: threading.Thread
    door: Door


_island: Island | None = None
_lock = threading.Lock()


def reach() -> Island:
    global _island
    with _lock:
        if _island is None:
            _island = start(in_force())
        return _island


def start(rules: Rules) -> Island:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="passalong-net", daemon=True)
    thread.start()

    async def begin() -> Door:
        return open_door(rules)

    return Island(loop, thread, asyncio.run_coroutine_threadsafe(begin(), loop).result())


def send(island: Island, work: Coroutine[Any, Any, T]) -> Future[T]:
    return asyncio.run_coroutine_threadsafe(work, island.loop)


def call(island: Island, work: Callable[[], None]) -> None:
    with suppress(RuntimeError):  # the loop ended in between
        island.loop.call_soon_threadsafe(work)


def close() -> None:
    """End what is under way and the thread. The next use starts anew."""
    global _island
    with _lock:
        island, _island = _island, None
        if island is None or threading.current_thread() is island.thread:
            return
        with suppress(TimeoutError):
            send(island, end_all(island.door)).result(CLOSE_SECONDS)
        island.loop.call_soon_threadsafe(island.loop.stop)
        island.thread.join(CLOSE_SECONDS)
        if not island.thread.is_alive():
            island.loop.close()


async def end_all(door: Door) -> None:
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await shut_door(door)
    # A TLS connection that was left in the middle waits for the other side's goodbye; asyncio alone knows of it.
    for transport in list(getattr(asyncio.get_running_loop(), "_transports", {}).values()):
        transport.abort()
    await asyncio.sleep(0)


def forget_parent() -> None:
    """After a fork the thread is the parent's alone."""
    global _island, _lock
    _island, _lock = None, threading.Lock()


os.register_at_fork(after_in_child=forget_parent)
atexit.register(close)

"""The one way out, for everybody: `get` one thing, `get_many` things. Sync; inside, an aiohttp island."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from . import failures, island
from .fetch import fetch
from .guard import Rules, Target, check_url
from .reading import LARGE, Room
from .rules import keep_to
from .shapes import Answer, Ask, Failed
from .turns import Place

log = logging.getLogger(__name__)

GRACE = 5.0
"""Seconds after its deadline until a fetch is given up from outside: the loop may itself be stuck."""
STUCK = 180.0
"""Seconds without any outcome after which the loop is taken to be stuck."""
LOOK_AHEAD = 16
"""So many times `in_flight` asks are pulled early, to find hosts that are not busy."""


def configure(rules: Rules) -> None:
    """From now on by these rules (`rules.keep_to`); what is under way by the old ones ends. Raises ValueError."""
    keep_to(rules)
    island.close()


def close() -> None:
    """End everything under way (at exit this happens by itself)."""
    island.close()


def get(ask: Ask | str) -> Answer:
    """Fetch one thing. Raises Failed; an answer of any status is an Answer."""
    if isinstance(ask, str):
        ask = Ask(ask)
    here = island.reach()
    future = island.send(here, fetch(here.door, ask, check_url(ask.url, here.door.rules)))
    try:
        found = settle(future, ask.deadline + GRACE)
    finally:
        future.cancel()
    if isinstance(found, Failed):
        raise found
    return found


@dataclass(slots=True)
class Round:
    """One get_many on its way."""

    asks: Iterator[Ask]
    in_flight: int
    island: island.Island
    queues: dict[Place, deque[tuple[Ask, Target]]] = field(default_factory=dict)
    """Asks for hosts where one is under way; a host without a queue is free."""
    queued: int = 0
    running: dict[Future[Answer], Ask] = field(default_factory=dict)
    room: Room = field(default_factory=Room)
    done: SimpleQueue[tuple[Ask, Place | None, Answer | Failed]] = field(default_factory=SimpleQueue)
    expected: int = 0
    """Under way, or done and not yet taken by the consumer: so a slow consumer slows the fetching."""


def get_many(asks: Iterable[Ask], *, in_flight: int = 64) -> Iterator[tuple[Ask, Answer | Failed]]:
    """Fetch many things: yields each with its outcome as they come in, one at a time per host. Asks are pulled in the
    caller's thread, only as there is room; at most `in_flight` outcomes wait for a slow consumer."""
    return (found for found in get_as_they_come(asks, in_flight=in_flight) if found)


def get_as_they_come(
    asks: Iterable[Ask], *, in_flight: int = 64, lull: float | None = None
) -> Iterator[tuple[Ask, Answer | Failed] | None]:
    """As `get_many`, with a None whenever nothing came in for `lull` seconds: time to put away what did. Then asks are
    pulled again too: an iterator that had nothing more to ask may have by now."""
    work, heard = Round(iter(asks), in_flight, island.reach()), time.monotonic()
    try:
        fill(work)
        while work.expected:
            try:
                ask, place, found = work.done.get(timeout=STUCK if lull is None else lull)
                heard = time.monotonic()
            except Empty:
                if time.monotonic() - heard >= STUCK:
                    yield from [(ask, failures.slow()) for ask in work.running.values()]
                    return
                fill(work)
                yield None
                continue
            work.expected -= 1
            if isinstance(found, Answer) and len(found.body) > LARGE:
                island.call(work.island, work.room.places.release)
            if place:
                start_next(work, place)
            fill(work)
            yield ask, found
            fill(work)  # what the outcome has made possible
    finally:
        for future in list(work.running):
            future.cancel()


def fill(work: Round) -> None:
    """Pull and start as many as there is room for; what must wait for its host is queued."""
    while work.expected < work.in_flight and work.queued < work.in_flight * LOOK_AHEAD:
        ask = next(work.asks, None)
        if ask is None:
            return
        try:
            target = check_url(ask.url, work.island.door.rules)
        except Failed as failed:
            work.expected += 1
            work.done.put((ask, None, failed))
            continue
        place = target.host, target.port
        if place in work.queues:
            work.queues[place].append((ask, target))
            work.queued += 1
        else:
            work.queues[place] = deque()
            start(work, ask, target)


def start_next(work: Round, place: Place) -> None:
    queue = work.queues[place]
    if queue:
        work.queued -= 1
        start(work, *queue.popleft(), keep=bool(queue))
    else:
        del work.queues[place]


def start(work: Round, ask: Ask, target: Target, keep: bool = False) -> None:
    work.expected += 1
    place = target.host, target.port
    future = island.send(work.island, fetch(work.island.door, ask, target, room=work.room, keep=keep))
    work.running[future] = ask

    def land(future: Future[Answer]) -> None:
        work.running.pop(future, None)
        work.done.put((ask, place, settle(future)))

    future.add_done_callback(land)


def settle(future: Future[Answer], seconds: float | None = None) -> Answer | Failed:
    """The outcome; with `seconds` not waited for longer, whatever became of the loop that keeps the deadline."""
    try:
        return future.result(seconds)
    except Failed as failed:
        return failed
    except TimeoutError:
        return failures.slow()
    except CancelledError:
        return Failed("Passalong is stopping. It will try again when it runs.", "offline")
    except Exception:
        log.exception("A fetch ended in a way nobody foresaw")
        return failures.garbled()

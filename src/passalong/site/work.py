"""The one dispatcher: what is due is a row with a lease; the queue only wakes. Runs until SIGTERM.

Each job has a thread of its own, so that a slow one keeps no other waiting. A job does what is due and says whether
there was anything; then it rests until the bell rings, or for a few seconds.
"""

from __future__ import annotations

import logging
import math
import secrets
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from django.db import close_old_connections, connections
from django.utils import timezone

from passalong.credit import trace, verify
from passalong.follow import claim, push, refresh, seek
from passalong.net import get as net
from passalong.share import deliver, enrich, files, hub, hub_tell, withdraw
from passalong.site.collector import spare_what_is_loaded
from passalong.site.queue import wait, wake

log = logging.getLogger(__name__)

REST = 10.0
"""Seconds a job rests when nothing was due and nothing rings."""
SHORT_REST = 1.0
QUICK = frozenset({"tell", "tell subscribers", "listen"})
"""Jobs in which somebody waits for an answer to travel: what is due in a few seconds is not left for ten."""
STOP_WITHIN = 3.0

Stopping = Callable[[], bool]


@dataclass(slots=True)
class Every:
    """Something that a bell rung often need not make happen as often."""

    seconds: float
    last: float = -math.inf

    def due(self) -> bool:
        now = time.monotonic()
        if now - self.last < self.seconds:
            return False
        self.last = now
        return True


SWEEP = Every(REST)


def fetch(who: str, stopping: Stopping) -> bool:
    """What is due of what is followed."""
    now = timezone.now()
    claim.mend_clock(now)
    claim.spread_backlog(now)
    return refresh.refresh_due(who, stopping=stopping).sources > 0


def fetch_new(who: str, stopping: Stopping) -> bool:
    """What somebody has just begun to follow: nobody waits for the rest."""
    return refresh.refresh_due(who, stopping=stopping, only_new=True).sources > 0


def find(who: str, stopping: Stopping) -> bool:
    """What can be read at addresses that somebody wants to follow; what was found is looked at right away."""
    found = seek.seek_once(timezone.now(), who, stopping)
    if found:
        wake()
    return found > 0


def look(who: str, stopping: Stopping) -> bool:  # noqa: ARG001 - one round is short
    """Titles and pictures of the pages that were shared here."""
    now = timezone.now()
    files.forget_waiting(now)
    withdraw.forget_withdrawn(now)
    return enrich.work_once(now, who) > 0


def tell(who: str, stopping: Stopping) -> bool:  # noqa: ARG001 - one round is short
    """Letters to the pages that were linked to here."""
    return deliver.work_once(timezone.now(), who) > 0


def tell_subscribers(who: str, stopping: Stopping) -> bool:
    """Whoever subscribed to our feeds hears that they changed."""
    return hub_tell.tell_once(who, stopping) > 0


def ask_back(who: str, stopping: Stopping) -> bool:  # noqa: ARG001 - one round is short
    """Whoever wants to be told is asked whether they meant it."""
    return hub.verify_once(timezone.now(), who) > 0


def subscribe(who: str, stopping: Stopping) -> bool:  # noqa: ARG001 - one round is short
    """Whoever offers to tell us at once is asked to."""
    return push.work_once(timezone.now(), who, sweep=SWEEP.due()) > 0


def trace_short(who: str, stopping: Stopping) -> bool:  # noqa: ARG001 - one round is short
    """Where short addresses lead, so that what came back is found behind them too."""
    return trace.work_once(timezone.now()) > 0


def listen(who: str, stopping: Stopping) -> bool:  # noqa: ARG001 - one round is short
    """Pages that say they link to us."""
    return verify.work_once(timezone.now(), who) > 0


JOBS: dict[str, Callable[[str, Stopping], bool]] = {
    "fetch": fetch,
    "fetch new": fetch_new,
    "find": find,
    "look": look,
    "tell": tell,
    "tell subscribers": tell_subscribers,
    "ask back": ask_back,
    "subscribe": subscribe,
    "trace": trace_short,
    "listen": listen,
}
"""What the worker does. A job takes its worker's name and a function that says when to stop."""


@dataclass(slots=True)
class Hand:
    """A thread with one job."""

    name: str
    job: Callable[[str, Stopping], bool]
    stop: threading.Event
    ring: threading.Event = field(default_factory=threading.Event)
    who: str = field(default_factory=lambda: f"worker-{secrets.token_hex(8)}")

    def run(self) -> None:
        while not self.stop.is_set():
            close_old_connections()
            try:
                busy = self.job(self.who, self.stop.is_set)
            except Exception:
                log.exception("The job “%s” stumbled; it goes on in a moment", self.name)
                busy = False
            if not busy and not self.stop.is_set():
                self.ring.wait(min(SHORT_REST, REST) if self.name in QUICK else REST)
                self.ring.clear()
        connections.close_all()


def work() -> None:
    """Works until SIGTERM or SIGINT, then gives back what it holds and returns."""
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        stop.set()

    spare_what_is_loaded()
    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    work_until(stop)


def work_until(stop: threading.Event) -> None:
    """All jobs, until `stop` is set."""
    hands = [Hand(name, job, stop) for name, job in JOBS.items()]
    threads = [threading.Thread(target=hand.run, name=hand.name, daemon=True) for hand in hands]
    for thread in threads:
        thread.start()
    while not stop.is_set():
        if wait(0.9):
            for hand in hands:
                hand.ring.set()
    finish(hands, threads)


def finish(hands: list[Hand], threads: list[threading.Thread]) -> None:
    """What is under way outside ends, what is being written is finished, and what is still held is free again (F53)."""
    for hand in hands:
        hand.ring.set()
    net.close()
    until = time.monotonic() + STOP_WITHIN
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    for hand in hands:
        claim.release(hand.who)
        enrich.release(hand.who)
        deliver.release(hand.who)
        hub.release(hand.who)
        push.release(hand.who)
        verify.release(hand.who)
    connections.close_all()

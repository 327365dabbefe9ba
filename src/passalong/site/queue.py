"""The bell: it only wakes the worker. What is to be done is a row, so that a message lost loses nothing.

It hangs in site/bells.py: SQLite in the home folder, or PostgreSQL (LISTEN/NOTIFY) or Redis for many machines.
"""

from __future__ import annotations

import importlib
import logging
import os
import threading
import time
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

if TYPE_CHECKING:
    from passalong.site.bells import Bell

log = logging.getLogger(__name__)
View = Callable[..., HttpResponseBase]
LOOK_EVERY = 0.5
"""Seconds between two looks where the storage cannot ring by itself."""
RING = b"wake"
complained = threading.Event()
"""The bell was heard to be broken, and the log says so already."""


@lru_cache(maxsize=4)
def _bell(url: str, pid: int) -> tuple[Bell, bool]:  # noqa: ARG001 - a connection belongs to one process
    found: tuple[Bell, bool] = importlib.import_module("passalong.site.bells").hung(url, settings.HOME)
    return found


def bell() -> tuple[Bell, bool]:
    """The bell, and whether it can be heard; else one looks at it."""
    return _bell(settings.QUEUE_URL, os.getpid())


def wake() -> None:
    """Rings. Never fails: without the bell the worker finds the row by itself, a few seconds later."""
    try:
        bell()[0].enqueue(RING)
    except Exception:
        log.warning("The worker could not be woken; it will look by itself", exc_info=True)


def waking(view: View) -> View:
    """The worker hears at once of what a form asked for."""

    @wraps(view)
    def ringing(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if request.method == "POST" and response.status_code < 400:
            wake()
        return response

    return ringing


def wait(seconds: float) -> bool:
    """Waits until it rings, at most about so long. True when it rang; everything rung by then is one ring."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        try:
            ring, heard = bell()
            rung = ring.dequeue()
            complained.clear()
            if rung:
                ring.flush_queue()
                return True
            if not heard:
                time.sleep(min(LOOK_EVERY, left))
        except Exception:
            if not complained.is_set():
                log.warning("The queue does not answer; the worker looks by itself", exc_info=True)
            complained.set()
            _bell.cache_clear()
            time.sleep(left)
    return False

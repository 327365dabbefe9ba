"""discover(address): any address -> what can be followed there, best first, never a comments feed first.

`discover_steps.steps` decides what to look at; this drives it: fetches, keeps the budget, and answers in the forms
that the command and the pages need. Nothing is stored.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from urllib.parse import urlsplit

from passalong.follow.discover_steps import steps
from passalong.net.get import get
from passalong.net.shapes import Answer, Ask, Failed
from passalong.wire.shapes import Found, Unreadable

MOST_REQUESTS = 24
MOST_SECONDS = 20.0
MOST_SECONDS_EACH = 8.0
MOST_SILENCES = 2
"""So often a host may not answer at all; then it is not asked again."""
SILENT = ("timeout", "refused", "name", "offline", "tls")

Fetch = Callable[[Ask], Answer]


def discover(address: str, fetch: Fetch = get, clock: Callable[[], float] = time.monotonic) -> list[Found]:
    """What can be followed at a pasted address, handle, or text with one of them; best first.

    At most MOST_REQUESTS requests, one at a time, and about MOST_SECONDS. Raises Unreadable (one sentence for a
    person; code) where nothing can be followed."""
    search, budget = steps(address), Budget(clock() + MOST_SECONDS)
    try:
        ask = next(search)
        while True:
            ask = search.send(answer(ask, budget, fetch, budget.until - clock()))
    except StopIteration as end:
        found: list[Found] = end.value
        return found


def discover_json(address: str, fetch: Fetch = get) -> list[dict[str, str]] | dict[str, str]:
    """The answer of `passalong discover --json`: a list of {url, kind, title, person, why}, or {error, code}."""
    try:
        return [_as_json(found) for found in discover(address, fetch)]
    except Unreadable as problem:
        return {"error": str(problem), "code": problem.code}


def _as_json(found: Found) -> dict[str, str]:
    return {name: value for name, value in asdict(found).items() if name != "beside"}


@dataclass(slots=True)
class Budget:
    """The requests of one search: each address once, and no more than is allowed."""

    until: float
    """On the clock that is driven by."""
    left: int = MOST_REQUESTS
    kept: dict[tuple[str, str], Answer | Failed] = field(default_factory=dict)
    silences: Counter[str] = field(default_factory=Counter)


def answer(ask: Ask, budget: Budget, fetch: Fetch, seconds: float) -> Answer | Failed:
    """What came back, whatever it was; Failed('…', 'enough') where the budget is used up. `seconds` are left."""
    key = (ask.url, ask.headers.get("Accept", ""))
    if key not in budget.kept:
        budget.kept[key] = _fetch(ask, budget, fetch, seconds)
    return budget.kept[key]


def _fetch(ask: Ask, budget: Budget, fetch: Fetch, seconds: float) -> Answer | Failed:
    if budget.left <= 0 or seconds < 0.5:
        return Failed("Looking for something to follow took too long. Try again later.", "enough")
    place = _place(ask.url)
    if budget.silences[place] >= MOST_SILENCES:
        return Failed("The site does not answer. Try again later.", "timeout")
    budget.left -= 1
    try:
        return fetch(replace(ask, deadline=min(MOST_SECONDS_EACH, seconds)))
    except Failed as failed:
        if failed.code in SILENT:
            budget.silences[place] += 1
        return failed


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"

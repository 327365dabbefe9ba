"""What is tried at places and with programs we know: their moves, run one after the other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from html import unescape

from passalong.follow.discover_links import Candidate
from passalong.follow.discover_notes import WANT_JSON, Notes, Steps, open_page, try_feeds
from passalong.follow.discover_page import Page
from passalong.follow.platforms import Move, fill
from passalong.net.shapes import JSON_LIMIT, Answer, Ask
from passalong.wire.shapes import Unreadable

SCAN_IN = 3_000_000
"""So many characters of the markup are searched."""


def run_moves(notes: Notes, moves: Iterable[Move], url: str, page: Page | None = None) -> Steps[str]:
    """Try what is known until something is found. An address where to look instead, or ''."""
    moves = tuple(moves)
    for number, move in enumerate(moves):
        if move.verb == "go":
            excuses = [Unreadable(one.parts[1], one.parts[0]) for one in moves[number:] if one.verb == "none"]
            notes.excuse = notes.excuse or next(iter(excuses), None)
            return move.parts[0]
        if move.verb == "none":
            notes.verdict = notes.verdict or Unreadable(move.parts[1], move.parts[0])
            return ""
        if move.verb == "scan" and page is None:
            page = (yield from open_page(url)).page
        yield from try_feeds(notes, (yield from candidates_of(move, page)))
        if notes.feeds:
            return ""
    return ""


def candidates_of(move: Move, page: Page | None) -> Steps[list[Candidate]]:
    """The feeds that one move names, after asking or reading what it needs."""
    if move.verb == "feed":
        return [Candidate(url, "Feeds of this place have this form.") for url in move.parts]
    if move.verb == "scan" and page is not None:
        found = _search(move.parts[0], page.source)
        return _filled(move.parts[1:], move.values, found)
    if move.verb == "lookup":
        found = yield from _look_up(move.parts[0], move.parts[1])
        return _filled(move.parts[2:], move.values, found)
    return []


def later(moves: Iterable[Move]) -> list[Candidate]:
    """The feeds that a place names for the case that its page shows none."""
    return [
        Candidate(url, "Feeds of this place have this form.")
        for move in moves
        if move.verb == "later"
        for url in move.parts
    ]


def preferred(moves: Iterable[Move], candidates: list[Candidate]) -> list[Candidate]:
    """The candidates with those first that a program prefers for such a page."""
    wanted = [move.parts[0] for move in moves if move.verb == "prefer"]
    return sorted(candidates, key=lambda one: not any(re.search(expression, one.url) for expression in wanted))


def _filled(templates: tuple[str, ...], values: dict[str, str], found: str) -> list[Candidate]:
    if not found:
        return []
    why = "The page names what its feed's address is made of."
    return [
        Candidate(url, why) for url in (fill(x, {**values, "1": found}) for x in templates) if url.startswith("http")
    ]


def _search(expression: str, text: str) -> str:
    match = _expression(expression).search(text, 0, SCAN_IN)
    return unescape(match[1]).replace("\\/", "/") if match else ""


@cache
def _expression(text: str) -> re.Pattern[str]:
    return re.compile(text)


def _look_up(url: str, path: str) -> Steps[str]:
    """The text that the JSON at an address keeps under a path such as results.0.feedUrl; '' where it does not."""
    answer = yield Ask(url, {"Accept": WANT_JSON}, limit=JSON_LIMIT)
    if not isinstance(answer, Answer) or answer.status != 200:
        return ""
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    for key in path.split("."):
        if isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        elif isinstance(value, dict):
            value = value.get(key)
        else:
            return ""
    return value if isinstance(value, str) else ""

"""Entries and what we know, for the tests of deciding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from passalong.intake.decide import Known, Past, Verdict, decide
from passalong.intake.identity import tell_all
from passalong.wire.shapes import Author, Entry, Feed

START = datetime(2026, 5, 4, 12, tzinfo=UTC)
BEN = Past(title="Ben", names=frozenset({"Ben"}), hosts=frozenset({"ben.example"}))


def entry(number: int) -> Entry:
    return Entry(
        guid=f"urn:ben:{number}",
        url=f"https://ben.example/posts/{number}",
        title=f"Thing {number}",
        html=f"<p>What Ben says about <a href='https://ben.example/x'>thing</a> {number}.</p>",
        base="https://ben.example/feed",
        published=START - timedelta(days=number),
    )


def feed(*entries: Entry, title: str = "Ben", author: str = "Ben") -> Feed:
    return Feed(format="atom-1.0", title=title, home="https://ben.example/", authors=(Author(author),), entries=entries)


def known(*entries: Entry) -> list[Known]:
    """These entries as the items they would have become."""
    told = tell_all(entries)
    return [
        Known(number, one.guid, one.link_key, one.hash, one.entry.title, "", one.date or START)
        for number, one in enumerate(told, 1)
    ]


def decided(had: Iterable[Known], now: Feed, past: Past = BEN, room: int = 200) -> Verdict:
    return decide(list(had), tell_all(now.entries), now, past, room)


def whats(verdict: Verdict) -> list[str]:
    return [decision.what for decision in verdict.decisions]


def edited(one: Entry, **changes: object) -> Entry:
    return replace(one, **changes)  # type: ignore[arg-type]

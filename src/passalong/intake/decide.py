"""New, changed, unchanged, gone? What a document means for what we have. Pure: no database, no clock.

tell apart -> match by id -> by address -> by what it says -> hold what looks like somebody else's -> guard the flood
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from passalong.wire.shapes import Feed

from .identity import MARK, Told, keep_apart, newest_first

SHOWN_OF_A_FLOOD = 200
MOST_ASIDE = 20_000
"""Of one source: a flood that never ends is not kept for ever."""
MOST_AT_FIRST = 999
"""A first document may bring this many, quietly, at their own dates: one less than wire.feed hands on at most."""

What = Literal["new", "aside", "changed", "unchanged", "gone"]


@dataclass(frozen=True, slots=True)
class Known:
    """What matters of an item we have."""

    id: int
    guid: str
    link_key: str
    content_hash: str
    title: str
    author: str
    published: datetime
    gone: datetime | None = None
    """Since when its source says that it is taken back."""
    answers: int | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """What the source was like until now."""

    title: str = ""
    names: frozenset[str] = frozenset()
    """Names its person goes by."""
    hosts: frozenset[str] = frozenset()
    """Of its home and its own address."""
    new: bool = False
    """Nothing came from it yet, or its follower has just vouched for it."""


@dataclass(frozen=True, slots=True)
class Decision:
    what: What
    told: Told | None = None
    """None for gone."""
    item: int = 0
    """Id of the known item; 0 for new, but for what is new to its source and came by knocking before."""
    renamed: bool = False
    """The item's identity changed: keep the new one."""
    words: bool = False
    """What one reads changed, not only what is behind it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    decisions: tuple[Decision, ...]
    held: bool = False
    """It looks like somebody else's: nothing is taken until the follower says so."""
    left_out: int = 0
    """Entries of a flood that are not taken, since too many were put aside before."""

    def of(self, what: What) -> list[Decision]:
        return [decision for decision in self.decisions if decision.what == what]


def decide(
    known: Sequence[Known],
    told: Sequence[Told],
    feed: Feed,
    past: Past,
    room: int = SHOWN_OF_A_FLOOD,
    room_aside: int = MOST_ASIDE,
) -> Verdict:
    """What to do about every entry (`told`) of a document (`feed`).

    `known` holds at least the items with the ids in the document and the newest ones of the source; `room` is how
    many new entries may come in, `room_aside` how many more may be put aside. An item that is only missing from the
    document is not decided about: it stays.
    """
    doubled = {item.guid.partition(MARK)[0] for item in known if MARK in item.guid}
    told = [keep_apart(one) if one.stated in doubled else one for one in told]
    matched = match(known, told)
    if not past.new and not matched and looks_foreign(known, told, feed, past):
        return Verdict((), held=True)
    taken_back = frozenset(feed.gone)
    decisions = [judge(one, matched.get(one.key), taken_back) for one in told]
    most = MOST_AT_FIRST if past.new and not known else room
    decisions, left_out = guard_flood(decisions, told, most, room, room_aside)
    return Verdict((*decisions, *gone(known, feed)), left_out=left_out)


def match(known: Sequence[Known], told: Sequence[Told]) -> dict[tuple[str, str, str], Known]:
    """Which entry is which known item: `Told.key` -> Known."""
    found: dict[tuple[str, str, str], Known] = {}
    by_guid = {item.guid: item for item in known}
    for one in told:
        item = by_guid.get(one.guid)
        if item is None and one.guid != one.stated:
            plain = by_guid.get(one.stated)
            item = plain if plain and _agrees(plain, one) else None
        if item:
            found[one.key] = item
    _match_rest(known, told, found, lambda one: one.link_key, lambda item: item.link_key, _agrees)
    _match_rest(known, told, found, lambda one: one.words, lambda item: item.content_hash[:32], _same_time)
    _match_rest(known, told, found, _title_and_time, lambda item: (item.title, item.published), lambda *_: True)
    return found


def _match_rest(
    known: Iterable[Known],
    told: Iterable[Told],
    found: dict[tuple[str, str, str], Known],
    of_told: Callable[[Told], Hashable],
    of_known: Callable[[Known], Hashable],
    agrees: Callable[[Known, Told], bool],
) -> None:
    """Matches what is left over, where the property is set and belongs to one entry and one item only."""
    taken = {item.id for item in found.values()}
    left = [one for one in told if one.key not in found and of_told(one)]
    if not left:
        return
    times = Counter(of_told(one) for one in told)
    pool: dict[Hashable, list[Known]] = defaultdict(list)
    for item in known:
        if item.id not in taken:
            pool[of_known(item)].append(item)
    for one in left:
        items = pool.get(of_told(one), [])
        if len(items) == 1 and times[of_told(one)] == 1 and agrees(items[0], one):
            found[one.key] = items[0]


def _same_time(item: Known, one: Told) -> bool:
    return one.date is None or one.date == item.published


def _agrees(item: Known, one: Told) -> bool:
    """Besides its address, something else is as it was: it is no second sharing of the same page."""
    same_title = bool(item.title) and item.title == one.entry.title[:500]
    return item.published == one.date or item.content_hash[:32] == one.words or same_title


def _title_and_time(one: Told) -> Hashable:
    return (one.entry.title[:500], one.date) if one.entry.title and one.date else None


def judge(one: Told, item: Known | None, taken_back: frozenset[str] = frozenset()) -> Decision:
    if item is None:
        return Decision("new", one)
    renamed = item.guid != one.guid
    if item.gone:
        if item.guid not in taken_back and one.entry.updated and one.entry.updated > item.gone:
            return Decision("changed", one, item.id, words=True)  # brought back (RFC 6721, section 3)
        return Decision("unchanged", one, item.id)
    if item.content_hash == one.hash:
        return Decision("unchanged", one, item.id, renamed=renamed)
    return Decision("changed", one, item.id, renamed=renamed, words=item.content_hash[:32] != one.words)


def guard_flood(
    decisions: list[Decision], told: Sequence[Told], most: int, room: int, room_aside: int
) -> tuple[list[Decision], int]:
    """More new entries than fit: only those among the newest of the whole document come in, the rest is put aside."""
    new = [decision for decision in decisions if decision.what == "new"]
    if len(new) <= most:
        return decisions, 0
    newest = {one.key for one in newest_first(told)[:room]}
    kept = [one for one in decisions if one.what != "new" or (one.told and one.told.key in newest)]
    rest = [one for one in decisions if one.what == "new" and one.told and one.told.key not in newest]
    return [*kept, *(replace(one, what="aside") for one in rest[:room_aside])], max(0, len(rest) - room_aside)


def gone(known: Iterable[Known], feed: Feed) -> list[Decision]:
    """Items the document says were taken back (RFC 6721)."""
    stated = set(feed.gone)
    return [Decision("gone", item=item.id) for item in known if item.guid in stated and not item.gone]


def host_of(link_key: str) -> str:
    """The host in an address key, without port."""
    return link_key.removeprefix("//").partition("/")[0].partition(":")[0]


def looks_foreign(known: Sequence[Known], told: Sequence[Told], feed: Feed, past: Past) -> bool:
    """A lapsed address that woke up as somebody else: title, names, hosts and every id changed at once."""
    if not known or not told or not past.title or feed.title == past.title:
        return False
    hosts = {host_of(one.link_key) for one in told} - {""}
    old_hosts = ({host_of(item.link_key) for item in known} | past.hosts) - {""}
    names = {author.name for entry in feed.entries for author in entry.authors} | {one.name for one in feed.authors}
    old_names = past.names | {item.author for item in known}
    return bool(hosts) and not hosts & old_hosts and not (names - {""}) & old_names

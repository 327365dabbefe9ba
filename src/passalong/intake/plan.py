"""What a document means for what we have: everything worked out, nothing written.

Feed -> tell apart -> what do we know? -> decide -> make ready (safe, short) = a Plan for `take_in.write`
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from passalong.models import Follow, Item, Source
from passalong.wire.shapes import Feed

from .decide import MOST_ASIDE, SHOWN_OF_A_FLOOD, Decision, Known, Past, decide
from .identity import Told, newest_first, tell_all
from .knocked import Before, adopt, came_before, merged
from .ready import Place, Ready, arrival, bare_host, make_ready
from .rows import select
from .who import home_of, said_of_person, said_of_source

NEWEST_KNOWN = 500
A_DAY_HOLDS = 1000
"""New entries a day from one source."""
WEEKS = 8
WRITTEN = ("new", "aside", "changed")


@dataclass(frozen=True, slots=True)
class Counts:
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    aside: int = 0
    """Entries of a flood that are kept out of the river."""
    left_out: int = 0
    """Entries of a flood that are not kept."""
    held: bool = False
    """Nothing is taken: it looks like somebody else's."""
    per_week: float = 0.0
    """Entries a week, over the last weeks."""


@dataclass(slots=True)
class Reader:
    """A follow, as far as the counting of unseen items needs it."""

    id: int
    person: int
    since: datetime
    seen_until: datetime


@dataclass(slots=True)
class Plan:
    """What a document means, ready to be written."""

    source: Source
    now: datetime
    counts: Counts
    first: bool = False
    """Nothing came from this source before."""
    readers: list[Reader] = field(default_factory=list)
    ready: list[Ready] = field(default_factory=list)
    """New and changed entries, the newest last, so that ids follow time."""
    renamed: list[Decision] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    """Of items that are otherwise as they were: how many answers they have by now."""
    source_says: dict[str, Any] = field(default_factory=dict)
    """Columns of Source that change."""
    person_says: dict[str, Any] = field(default_factory=dict)
    home: str = ""
    """By which its person is known from now on."""


def plan(source: Source, feed: Feed, now: datetime) -> Plan:
    """What is to be done about a document; writes nothing. `source.person` should be loaded."""
    told = tell_all(feed.entries)
    known = known_items(source, told, feed.gone)
    room, room_aside = room_today(source, told, known, now), room_for_more(source, told, known)
    verdict = decide(known, told, feed, past_of(source), room, room_aside)
    if verdict.held:
        return Plan(source, now, Counts(held=True))
    made = Plan(source, now, Counts(), source.newest is None, readers_of(source))
    before = came_before(source, (one.told for one in verdict.of("new") if one.told))
    made.ready = list(make_all_ready(made, feed, adopt(verdict.decisions, before), told, before))
    made.renamed = [one for one in verdict.decisions if one.renamed and one.what == "unchanged"]
    made.gone = [one.item for one in verdict.of("gone")]
    made.answers = answered_since(known, verdict.decisions)
    arrivals = [one.columns["arrived"] for one in made.ready if one.decision.what == "new"]
    per_week = how_often(source, arrivals, now) if arrivals else source.rarity
    made.source_says = said_of_source(source, feed) | ({"rarity": per_week} if arrivals else {})
    made.person_says = said_of_person(source, feed)
    made.home = home_of(source, feed)
    unchanged = len(verdict.of("unchanged"))
    changed, aside = len(verdict.of("changed")), len(verdict.of("aside"))
    made.counts = Counts(len(arrivals), changed, unchanged, len(made.gone), aside, verdict.left_out, per_week=per_week)
    return made


def answered_since(known: Iterable[Known], decisions: Iterable[Decision]) -> list[dict[str, Any]]:
    """Rows of Item for those that are unchanged but for the number of their answers. That is no edit."""
    had = {item.id: item.answers for item in known if not item.gone}
    stated = {one.item: one.told.entry.answers for one in decisions if one.told and one.what == "unchanged"}
    return [
        {"id": item, "answers": count}
        for item, count in stated.items()
        if item in had and count is not None and count != had[item]
    ]


def known_items(source: Source, told: Sequence[Told], gone: Sequence[str] = ()) -> list[Known]:
    """Items the document speaks of by id; where it holds others, the newest of the source too."""
    if source.newest is None:
        return []
    guids = {one.guid for one in told} | {one.stated for one in told} | set(gone)
    items = Item.objects.filter(source=source)
    found = {known.id: known for known in _known(items.filter(guid__in=guids))}
    seen = {known.guid for known in found.values()}
    if any(one.guid not in seen for one in told):
        newest = items.order_by("-arrived", "-id")[: max(NEWEST_KNOWN, 2 * len(told))]
        found |= {known.id: known for known in _known(newest)}
    return list(found.values())


def _known(items: Any) -> Iterator[Known]:
    columns = ("id", "guid", "link_key", "content_hash", "title", "author", "published", "gone", "answers")
    for row in items.values_list(*columns):
        yield Known(*row)


def past_of(source: Source) -> Past:
    return Past(
        title=source.title,
        names=frozenset({source.person.name} - {""}),
        hosts=frozenset({bare_host(source.home), bare_host(source.url)}),
        new=source.newest is None or source.state == Source.State.NEW,
    )


def looks_like_a_flood(told: Sequence[Told], known: Sequence[Known]) -> bool:
    guids = {one.guid for one in known}
    return sum(1 for one in told if one.guid not in guids) >= SHOWN_OF_A_FLOOD // 4


def room_today(source: Source, told: Sequence[Told], known: Sequence[Known], now: datetime) -> int:
    """How many new entries fit; asked of the database only where a day's measure could be full."""
    if source.newest is None or not looks_like_a_flood(told, known):
        return SHOWN_OF_A_FLOOD
    today = Item.objects.filter(source=source, arrived__gt=now - timedelta(days=1), audience=Item.Audience.PUBLIC)
    return max(0, min(SHOWN_OF_A_FLOOD, A_DAY_HOLDS - today.count()))


def room_for_more(source: Source, told: Sequence[Told], known: Sequence[Known]) -> int:
    """How much of a flood can still be put aside."""
    if source.newest is None or not looks_like_a_flood(told, known):
        return MOST_ASIDE
    return max(0, MOST_ASIDE - Item.objects.filter(source=source, audience=Item.Audience.ASIDE).count())


def readers_of(source: Source) -> list[Reader]:
    wanted = {"source_id": source.pk, "state": Follow.State.YES.value, "via": Follow.Via.RIVER.value}
    return [Reader(*row) for row in select(Follow, ("id", "person_id", "since", "seen_until"), wanted)]


def how_often(source: Source, arrivals: Sequence[datetime], now: datetime) -> float:
    """Entries a week over the last weeks, those just arriving included."""
    lately = now - timedelta(weeks=WEEKS)
    before = Item.objects.filter(source=source, arrived__gt=lately, audience=Item.Audience.PUBLIC)
    had = before.count() if source.newest else 0
    return (had + sum(1 for arrived in arrivals if arrived > lately)) / WEEKS


def make_all_ready(
    made: Plan, feed: Feed, decisions: Iterable[Decision], told: Sequence[Told], before: Before
) -> Iterator[Ready]:
    source, now = made.source, made.now
    home = feed.home or source.home or source.url
    names = frozenset({source.person.name, source.title, feed.title, *(author.name for author in feed.authors)})
    place = Place(source.pk, bare_host(home), names, feed.lang or source.lang, feed.licence or source.licence)
    since = min((reader.since for reader in made.readers), default=source.made)
    order = {one.key: number for number, one in enumerate(newest_first(told))}
    wanted = [(order[one.told.key], one.told, one) for one in decisions if one.told and one.what in WRITTEN]
    for number, one, decision in sorted(wanted, key=lambda row: row[0], reverse=True):
        ready = make_ready(decision, place, now, arrival(one, now, since, made.first, number))
        yield merged(ready, before[one.link_key]) if decision.what == "new" and decision.item else ready

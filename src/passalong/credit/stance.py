"""How somebody here stands to whoever wrote a page elsewhere: followed, always let in, shut out, or new.

Whose page is it? whose own address its author states -> below whose address it lives, the nearest one ->
at whose place it was read before. Where that leaves two people, it is neither's: nobody is named for their host.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from passalong.intake.pages import normal
from passalong.models import Follow, Item, Person, Source
from passalong.models.shown import host
from passalong.wire.address import key
from passalong.wire.hands import reach, same_hands
from passalong.wire.mention import Mention

BOTH = (Follow.Via.RIVER, Follow.Via.ANSWERS)


@dataclass(frozen=True, slots=True)
class Stance:
    welcome: bool = False
    barred: bool = False
    person: Person | None = None
    """The author, where they are followed."""


def stance(me: Person, mention: Mention) -> Stance:
    """Does the page that was read belong to somebody I follow or said yes to?"""
    perhaps = list(_perhaps(me, mention.url))
    near = _nearest(perhaps, mention.url)
    if mention.disowned:
        others = [follow for follow in perhaps if follow.source.person.url == mention.person]
        near, theirs = near + others, others
    else:
        theirs = _by_author(perhaps, mention) or near
    if len(_people(theirs)) != 1:
        theirs = _read_there(theirs or perhaps, mention.url) or theirs
    people = _people(theirs)
    barred = any(_is_barred(follow) for follow in (*theirs, *near))
    if len(people) != 1 or barred:
        return Stance(barred=barred)
    followed = any(follow.state == Follow.State.YES for follow in theirs)
    return Stance(followed, person=people.pop() if followed else None)


def _people(follows: Iterable[Follow]) -> set[Person]:
    return {follow.source.person for follow in follows}


def _is_barred(follow: Follow) -> bool:
    return follow.via == Follow.Via.ANSWERS and follow.state == Follow.State.ENDED


def _perhaps(me: Person, url: str) -> QuerySet[Follow]:
    """My follows of whatever is at the same host."""
    name = host(url)
    places = [f"{scheme}://{www}{name}" for scheme in ("https", "http") for www in ("", "www.")]
    same = Q(source__host__startswith=name) | Q(source__host__startswith=f"www.{name}")
    for place in places:
        same |= Q(source__person__url__startswith=place) | Q(source__home__startswith=place)
    return Follow.objects.filter(same, person=me, via__in=BOTH).select_related("source__person")


def _homes(source: Source) -> set[str]:
    """Their own addresses; what a feed says of its home, only where both are in the same hands."""
    url = source.url.partition("#")[0]
    return {source.person.url, url, source.home if same_hands(source.home, url) else ""} - {""}


def _nearest(follows: Iterable[Follow], url: str) -> list[Follow]:
    """Those whose own addresses come nearest to the page, of those that it is below."""
    reaches = {follow: found for follow in follows if (found := _reach(follow.source, url))}
    return [follow for follow, found in reaches.items() if found == max(reaches.values())]


def _reach(source: Source, url: str) -> int:
    """How near the nearest of their addresses comes; 0: it is below none. A page that is watched stands for itself
    alone: who writes beside it may be anybody."""
    watched = {source.url, source.home} if source.kind == Source.Kind.WATCHED else set()
    return max(reach(home, url, alone=home in watched) for home in _homes(source))


def _by_author(follows: Iterable[Follow], mention: Mention) -> list[Follow]:
    """Those of the person whose own address the author states."""
    stated = normal(mention.author.url)
    return [follow for follow in follows if stated and key(stated) in _keys(follow.source)]


def _keys(source: Source) -> set[str]:
    return {key(home) for home in map(normal, _homes(source)) if home}


def _read_there(follows: Iterable[Follow], url: str) -> list[Follow]:
    """Those at whose place, in the same hands, the very page was read before."""
    there = set(Item.objects.filter(page__key=key(url), gone__isnull=True).values_list("source_id", flat=True))
    return [follow for follow in follows if follow.source_id in there and same_hands(follow.source.url, url)]

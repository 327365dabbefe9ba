"""Whom somebody follows, as lists; and what came from one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, Q, QuerySet

from passalong.models import Follow, Item, Person, Source
from passalong.models.listed import Listed, listed

PAGE = 30
PEOPLE = 200
MOST_WORDS = 8
LARGEST = 2**63 - 1
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Shared:
    """A page of what a person shared."""

    rows: Sequence[Listed]
    next: str
    """Where the list goes on; '' at its end."""


def followed_sources(person: Person) -> QuerySet[Follow]:
    """Follows with their sources and people, by name."""
    follows = Follow.objects.filter(person=person, via=Follow.Via.RIVER, state=Follow.State.YES)
    return follows.select_related("source__person").order_by("source__person__name", "source_id")


def followed_page(person: Person, after: str = "", find: str = "") -> tuple[list[Follow], int | None]:
    """Some of them, from the one after the source with the id `after`; and the id where the list goes on.

    With `find` only those in whose name, title or address each of its words stands.
    """
    follows = followed_sources(person)
    for word in find.split()[:MOST_WORDS]:
        named = Q(source__person__name__icontains=word) | Q(source__title__icontains=word)
        follows = follows.filter(named | Q(source__url__icontains=word) | Q(source__home__icontains=word))
    last = Source.objects.select_related("person").filter(pk=id_from(after)).first()
    if last:
        later = Q(source__person__name__gt=last.person.name)
        follows = follows.filter(later | Q(source__person__name=last.person.name, source_id__gt=last.pk))
    rows = list(follows[: PEOPLE + 1])
    return rows[:PEOPLE], rows[PEOPLE - 1].source_id if len(rows) > PEOPLE else None


def how_many(person: Person) -> dict[str, int]:
    """{people: followed, trouble: sources that do not answer as they should}."""
    fine = Q(source__state__in=(Source.State.FINE, Source.State.NEW))
    found = (
        followed_sources(person)
        .order_by()
        .aggregate(people=Count("source__person", distinct=True), trouble=Count("pk", filter=~fine))
    )
    return dict(found)


def known_to(me: Person, pk: int) -> Person | None:
    """Somebody elsewhere whom `me` follows or followed: other people's people are not theirs to see (T65)."""
    return Person.objects.filter(pk=pk, user__isnull=True, sources__follows__person=me).distinct().first()


def others(me: Person, person: Person) -> list[str]:
    """Names of the other people `me` follows, to choose from."""
    names = Person.objects.filter(sources__follows__person=me, sources__follows__state=Follow.State.YES)
    names = names.exclude(pk=person.pk).exclude(name="").order_by("name").distinct()
    return list(names.values_list("name", flat=True)[:PEOPLE])


def places(me: Person, person: Person) -> list[tuple[Source, Follow]]:
    """Where that person shares, as far as `me` follows or followed it there."""
    follows = Follow.objects.filter(person=me, source__person=person, via=Follow.Via.RIVER)
    rows = follows.select_related("source__person").order_by("state", "source_id")
    ordered = sorted(rows, key=lambda follow: follow.state != Follow.State.YES)
    return [(follow.source, follow) for follow in ordered]


def shared_by(sources: Sequence[Source], reader: Person, before: str = "", *, everything: bool = False) -> Shared:
    """What came from these sources, newest first, a page at a time, by keyset; with `everything` also what was put
    aside of a flood."""
    cursor = read_place(before)
    found: list[tuple[datetime, int]] = []
    for source in sources:
        items = Item.objects.filter(source=source, gone__isnull=True)
        if not everything:
            items = items.filter(audience=Item.Audience.PUBLIC)
        if cursor:
            moment, pk = cursor
            items = items.filter(arrived__lte=moment).filter(Q(arrived__lt=moment) | Q(pk__lt=pk))
        found += items.order_by("-arrived", "-id").values_list("arrived", "pk")[: PAGE + 1]
    found.sort(reverse=True)
    more = len(found) > PAGE
    found = found[:PAGE]
    rows = listed([pk for _, pk in found], reader)
    return Shared(rows, place_of(*found[-1]) if more else "")


def put_aside(sources: Sequence[Source]) -> int:
    """How much of floods is kept out of the river."""
    return Item.objects.filter(source__in=sources, audience=Item.Audience.ASIDE, gone__isnull=True).count()


def id_from(text: str) -> int:
    """An id somebody sent; 0, which no row has, for anything that is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST else 0


def place_of(moment: datetime, pk: int) -> str:
    return f"{(moment - EPOCH) // MICROSECOND:x}-{pk:x}"


def read_place(text: str) -> tuple[datetime, int] | None:
    """The place a list gave out; None for anything else."""
    moment, dash, pk = text.partition("-")
    if not dash or len(text) > 40:
        return None
    try:
        return EPOCH + int(moment, 16) * MICROSECOND, int(pk, 16) % (LARGEST + 1)
    except (ValueError, OverflowError):
        return None

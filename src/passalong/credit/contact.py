"""First contact: whom you follow, or said yes to for good, comes straight in; everybody else waits for your word.

Nothing of what waits is shown to anyone but the person it is for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from passalong.credit.stance import stance
from passalong.intake.mentioned import let_go, take_in
from passalong.models import Arrival, Follow, Item, Person
from passalong.models.shown import host
from passalong.wire.address import key
from passalong.wire.html import excerpt, plain
from passalong.wire.mention import Mention, read_back, rel_to

MOST_WAITING = 200
"""Newest of what waits for a word, of this node."""
MOST_WAITING_OF_HOST = 20
OPENING = 280
ASKING = Arrival.State.ASKING


def concerned(arrival: Arrival) -> Person | None:
    """Whose page it is about: the sharer's; for pages of the whole node its owner's."""
    if arrival.about is not None:
        return arrival.about.source.person
    for person in Person.objects.filter(user__isnull=False):
        if arrival.target == person.url or arrival.target.startswith(f"{person.url}/"):
            return person
    return Person.objects.filter(user__is_superuser=True).order_by("pk").first()


def asking_of(me: Person) -> list[Arrival]:
    """What waits for this person's word, the newest first."""
    mine = Q(about__source__person=me) | Q(about=None, target__startswith=f"{me.url}/") | Q(about=None, target=me.url)
    if me.user and me.user.is_superuser:
        mine |= Q(about=None, target__startswith=f"{settings.BASE_URL}/") & ~Q(target__contains="/@")
    waiting = Arrival.objects.filter(mine, state=ASKING).select_related("about__page", "about__source__person")
    return list(waiting.order_by("-knocked")[:MOST_WAITING])


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the list."""

    arrival: Arrival
    who: str
    rel: str
    words: str
    place: str

    @property
    def id(self) -> str:
        return str(self.arrival.pk)


def shown(waiting: Iterable[Arrival]) -> list[Shown]:
    return [_shown(arrival, read_back(arrival.said)) for arrival in waiting]


def _shown(arrival: Arrival, mention: Mention) -> Shown:
    entry = mention.entry
    words = entry.title or excerpt(plain(entry.html or entry.summary), OPENING)
    return Shown(arrival, mention.author.name, rel_to(entry, key(arrival.target)), words, host(mention.url))


def let_in(arrival: Arrival, mention: Mention, known: Person | None, now: datetime) -> Item:
    """The mention becomes an item, with a link to each page of ours that its page is known to link to."""
    with transaction.atomic():
        item = take_in(mention, [arrival.target, *targets_beside(arrival)], now, known)
        if arrival.made and arrival.made_id != item.pk:  # the page has moved
            let_go(arrival.made, arrival.target, (), now)
        Arrival.objects.filter(pk=arrival.pk).update(state=Arrival.State.IN, made=item, said={}, reason="")
        show_anew(arrival, now)
    return item


def targets_beside(arrival: Arrival) -> list[str]:
    """Our other pages that came in as linked to by the same page."""
    others = Arrival.objects.filter(source=arrival.source, state=Arrival.State.IN).exclude(pk=arrival.pk)
    return list(others.values_list("target", flat=True))


def show_anew(arrival: Arrival, now: datetime) -> None:
    """The public pages of whom it concerns are made anew."""
    person = concerned(arrival)
    if person:
        Person.objects.filter(pk=person.pk).update(changed=now)


def approve(me: Person, pk: int, *, always: bool = False) -> bool:
    """Lets in what waits; with `always` also everything its author answers from now on, and what waits of it already.

    Returns whether it was there.
    """
    now = timezone.now()
    found = next((arrival for arrival in asking_of(me) if arrival.pk == pk), None)
    if found is None:
        return False
    mention = read_back(found.said)
    item = let_in(found, mention, stance(me, mention).person, now)
    if always:
        yes = {"state": Follow.State.YES, "since": now}
        Follow.objects.update_or_create(person=me, source=item.source, via=Follow.Via.ANSWERS, defaults=yes)
        for other in asking_of(me):
            said = read_back(other.said)
            known = stance(me, said)
            if known.welcome:
                let_in(other, said, known.person, now)
    return True


def welcomed(me: Person) -> list[Follow]:
    """Whose answers come straight in because I said so."""
    said = Follow.objects.filter(person=me, via=Follow.Via.ANSWERS, state=Follow.State.YES)
    return list(said.select_related("source__person").order_by("-since")[:MOST_WAITING])


def ask_again(me: Person, pk: int) -> bool:
    """What they answer from now on waits for my word again; what is here stays. Returns whether there was one."""
    return Follow.objects.filter(person=me, via=Follow.Via.ANSWERS, pk=pk).delete()[0] > 0


def refuse(me: Person, pk: int) -> bool:
    """Does not let it in, now or later. Returns whether it was there."""
    if not any(arrival.pk == pk for arrival in asking_of(me)):
        return False
    Arrival.objects.filter(pk=pk, state=ASKING).update(state=Arrival.State.NO, said={}, try_at=None)
    return True


def shorten() -> None:
    """Only the newest wait: what nobody answered in time is as if it had not been let to the list."""
    waiting = Arrival.objects.filter(state=ASKING).order_by("-knocked").values_list("pk", "host")
    times: dict[str, int] = {}
    old = []
    for number, (pk, name) in enumerate(waiting):
        times[name] = times.get(name, 0) + 1
        if number >= MOST_WAITING or times[name] > MOST_WAITING_OF_HOST:
            old.append(pk)
    if old:
        Arrival.objects.filter(pk__in=old).update(state=Arrival.State.REFUSED, said={}, reason="Too many were waiting.")

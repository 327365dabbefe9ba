"""Our hub tells its subscribers: a feed that changed goes out whole, signed, to each of them (WebSub, section 7).

due rows -> one per callback's host, 64 at once, new ones as they come -> POST -> told, or later, or over (410).
Several changes before a row's turn are one message: what is sent is what the feed says at that moment.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone

from passalong.models import Delivery, Person, Subscriber
from passalong.net.get import get_as_they_come
from passalong.net.post import message
from passalong.net.shapes import Answer, Ask, Failed
from passalong.share.feeds import hub_address
from passalong.share.hub import end
from passalong.share.topics import read_topic
from passalong.wire.websub import sign, write_links

LEASE = timedelta(minutes=1)
IN_FLIGHT = 64
LULL = 0.2
"""Seconds after which what has become due meanwhile is looked for, however slow those are that are being told."""
DEADLINE = 15.0
ANSWER_LIMIT = 1024
"""What a subscriber answers is passed over (section 7)."""
TRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))
"""How long after each failure the next try comes, +-20 %; then daily."""
GIVE_UP = timedelta(days=7)
GONE = 410

Stopping = Callable[[], bool]


@dataclass(slots=True)
class Round:
    """What is being told, and to whom. Gives out messages as long as something is due."""

    who: str
    stopping: Stopping
    under_way: dict[int, tuple[Ask, Delivery]] = field(default_factory=dict)
    ready: list[Ask] = field(default_factory=list)
    busy: Counter[str] = field(default_factory=Counter)
    """Hosts that are being told something."""
    bodies: dict[str, tuple[datetime, bytes, str]] = field(default_factory=dict)
    """Of topics: read when, content, type."""
    told: int = 0

    def __iter__(self) -> Iterator[Ask]:
        return self

    def __next__(self) -> Ask:
        if not self.ready and not self.stopping():
            self.ready = prepare(self)
        if not self.ready:
            raise StopIteration
        return self.ready.pop()


def tell_once(who: str, stopping: Stopping = lambda: False) -> int:
    """Tells everyone who is to be told something. Returns how many messages went out."""
    here = Round(who, stopping)
    for found in get_as_they_come(here, in_flight=IN_FLIGHT, lull=LULL):
        if stopping():
            break
        if found is not None:
            _, row = here.under_way.pop(id(found[0]))
            here.busy.pop(row.endpoint, None)
            here.told += 1
            settle(row, found[1], timezone.now(), who)
    return here.told


def prepare(here: Round) -> list[Ask]:
    """Messages for rows that are due, leased to us. Rows nobody waits for any more go."""
    now, asks = timezone.now(), []
    for row in claim(now, here.who, list(here.busy)):
        listener = Subscriber.objects.filter(topic=row.about, callback=row.address, until__gt=now).first()
        said = content(here, row.about) if listener else None
        if listener is None:
            row.delete()
        elif said is None:
            end(listener)
        else:
            ask = write(listener, *said)
            here.under_way[id(ask)] = ask, row
            here.busy[row.endpoint] += 1
            asks.append(ask)
    return asks


def claim(now: datetime, who: str, busy: list[str]) -> list[Delivery]:
    """Rows that are due, one for each host that is not busy; they are `who`'s until the lease ends."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now) | Q(leased_until__gt=now + 2 * LEASE)
    hub = Delivery.objects.filter(kind=Delivery.Kind.HUB)
    due = hub.filter(free, try_at__lte=now).exclude(endpoint__in=busy).order_by("try_at")
    first: dict[str, int] = {}
    for pk, host in due.values_list("pk", "endpoint")[: IN_FLIGHT * 10]:
        first.setdefault(host, pk)
    chosen = list(first.values())[:IN_FLIGHT]
    if not chosen:
        return []
    until = now + LEASE
    hub.filter(free, pk__in=chosen).update(leased_until=until, leased_by=who)
    return list(hub.filter(pk__in=chosen, leased_by=who, leased_until=until))


def content(here: Round, topic: str) -> tuple[bytes, str, str] | None:
    """(body, its type, topic): the feed as it is now, made once for all who hear of it. None where it has gone."""
    newest = Person.objects.filter(handle__isnull=False).order_by("-changed").values_list("changed", flat=True).first()
    known = here.bodies.get(topic)
    if known is None or known[0] != newest:
        made = read_topic(topic)
        if made is None or newest is None:
            return None
        known = here.bodies[topic] = newest, *made
    return known[1], known[2], topic


def write(listener: Subscriber, body: bytes, kind: str, topic: str) -> Ask:
    """Content-Type of the topic, Link with hub and self, and where a secret was given the signature. A redirect is a
    failure (section 7)."""
    headers = {"Link": write_links(hub_address(), topic)}
    if listener.secret:
        headers["X-Hub-Signature"] = sign(listener.secret, body)
    ask = message(listener.callback, body, kind, headers, deadline=DEADLINE, limit=ANSWER_LIMIT)
    return replace(ask, hops=0)


def settle(row: Delivery, outcome: Answer | Failed, now: datetime, who: str) -> None:
    """Told, over, or later. What changed while it was being sent is still due."""
    status = outcome.status if isinstance(outcome, Answer) else 0
    if status == GONE:
        for listener in Subscriber.objects.filter(topic=row.about, callback=row.address):
            end(listener)
        return
    mine = Delivery.objects.filter(pk=row.pk, leased_by=who)
    unchanged = mine.filter(made=row.made)
    if 200 <= status < 300:
        unchanged.update(state=Delivery.State.TOLD, reason="", try_at=None, done=now)
    else:
        again = next_try(row.tries, row.made, now, random.uniform(0.8, 1.2))  # noqa: S311 - spreads, hides nothing
        state = Delivery.State.WAITING if again else Delivery.State.FAILED
        reason = str(outcome) if isinstance(outcome, Failed) else f"Its site answers with an error ({status})."
        unchanged.update(state=state, reason=reason[:500], try_at=again, done=None if again else now)
        unchanged.update(tries=F("tries") + 1)
    mine.update(status=status, leased_until=None, leased_by="")


def next_try(tries: int, since: datetime, now: datetime, luck: float) -> datetime | None:
    """When to try again after so many tries; None once a week has passed. `luck` is 0.8 to 1.2."""
    if now - since >= GIVE_UP:
        return None
    return now + TRIES[min(tries, len(TRIES) - 1)] * luck

"""Our hub: others ask to hear at once when one of our feeds changes; each is asked back whether they meant it.

asked (202) -> a row -> the worker asks the callback (WebSub, section 5.3) -> its exact echo makes it a subscriber.
Nothing is ever sent to an address that did not confirm, and nothing but our own feeds can be subscribed to.
"""

from __future__ import annotations

import hmac
import random
import secrets
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from passalong.models import Delivery, Subscriber
from passalong.models.hub import Wish
from passalong.net.get import get_many
from passalong.net.guard import check_url
from passalong.net.rules import in_force
from passalong.net.shapes import Answer, Ask, Failed
from passalong.share.topics import find_topic
from passalong.wire.websub import Asked, Question, write_question

LEASE = timedelta(minutes=2)
AT_ONCE = 64
DEADLINE = 10.0
PACE = 1.0
"""Least seconds between two questions to one host: whoever asks us may name somebody else's address."""
ANSWER_LIMIT = 4096
SHORTEST, USUAL, LONGEST = 24 * 3600, 7 * 24 * 3600, 10 * 24 * 3600
"""Seconds of a lease (section 8.2: short lived, 10 days is a good default)."""
AGAIN = (timedelta(minutes=1), timedelta(minutes=10))
"""When to ask again whoever could not be reached; whoever answered wrongly is not asked again."""
FORGET = timedelta(hours=1)
"""So long a wish that came to nothing is remembered: it counts among MOST_UNCONFIRMED."""
MOST_UNCONFIRMED, MOST_UNCONFIRMED_HERE = 20, 500
"""Wishes of addresses that never confirmed: of one host, of all."""
MOST_OF_HOST, MOST_OF_TOPIC, MOST_HERE = 500, 2000, 10_000
"""Subscriptions."""


class Refused(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """Why nothing comes of what was asked: `str()` is one sentence for its sender, `status` the HTTP status."""

    def __init__(self, sentence: str, status: int = 422) -> None:
        super().__init__(sentence)
        self.status = status


def ask(asked: Asked, now: datetime) -> None:
    """Keeps what a subscriber wants until the worker has asked whether they mean it. Raises Refused.

    What they had before stays as it is until then (section 5.1).
    """
    topic = find_topic(asked.topic)
    if not topic:
        raise Refused("hub.topic is no feed of this node: give the address that the feed itself states (rel=self).")
    host = check_callback(asked.callback)
    with transaction.atomic():
        known = Subscriber.objects.select_for_update().filter(topic=topic, callback=asked.callback).first()
        if known is None:
            if asked.mode == Wish.UNSUBSCRIBE:
                return
            check_room(topic, host, now)
            known = Subscriber(topic=topic, callback=asked.callback, host=host)
        note_wish(known, asked, now)
        known.save()


def check_callback(callback: str) -> str:
    """host:port of an address that may be visited. Raises Refused."""
    try:
        target = check_url(callback, in_force())
    except Failed as failed:
        raise Refused(f"hub.callback cannot be used: {failed}") from None
    ours = urlsplit(settings.BASE_URL)
    if (target.host, target.port) == (ours.hostname, ours.port or {"http": 80}.get(ours.scheme, 443)):
        raise Refused("hub.callback cannot be used: it is this node itself.")
    return f"{target.host}:{target.port}"


def check_room(topic: str, host: str, now: datetime) -> None:
    """Is there room for one more? Raises Refused."""
    new = Subscriber.objects.filter(until__isnull=True)
    if new.filter(host=host).count() >= MOST_UNCONFIRMED or new.count() >= MOST_UNCONFIRMED_HERE:
        raise Refused("Too many wishes wait to be confirmed: try again in an hour.", 429)
    everyone = Subscriber.objects.filter(until__gt=now)
    if (
        everyone.filter(host=host).count() >= MOST_OF_HOST
        or everyone.filter(topic=topic).count() >= MOST_OF_TOPIC
        or everyone.count() >= MOST_HERE
    ):
        raise Refused("This hub has no room for more subscriptions.", 503)


def note_wish(row: Subscriber, asked: Asked, now: datetime) -> None:
    """The last wish counts. One address is asked at most once a minute, however often somebody wants it."""
    held_back = row.asked + AGAIN[0] if row.tries and row.asked else now
    row.asked_mode, row.asked_topic, row.asked_secret = asked.mode, asked.topic, asked.secret
    row.asked_lease = min(max(asked.lease or USUAL, SHORTEST), LONGEST)
    row.try_at = max(now, held_back)
    row.tries = 0 if row.try_at == now else row.tries
    row.asked = now


def verify_once(now: datetime, who: str) -> int:
    """Asks those whose wish is due whether they meant it. Returns how many were asked."""
    forget(now)
    rows = {}
    for row in claim(now, who):
        question = Question(row.asked_mode, row.asked_topic, secrets.token_urlsafe(24), row.asked_lease)
        if not find_topic(row.topic):
            question = Question("denied", row.asked_topic, reason="There is no such feed here any more.")
        url = write_question(row.callback, question)
        ask = Ask(url, {"Accept": "*/*"}, ANSWER_LIMIT, DEADLINE, hops=0, cut_ok=True, pace=PACE)
        rows[id(ask)] = ask, row, question
    for ask, outcome in get_many([ask for ask, _, _ in rows.values()], in_flight=AT_ONCE):
        _, row, question = rows[id(ask)]
        settle(row, question, outcome, now, who)
    return len(rows)


def claim(now: datetime, who: str) -> list[Subscriber]:
    """Wishes that are due and nobody else is asking about, one of a host; they are `who`'s until the lease ends."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now) | Q(leased_until__gt=now + 2 * LEASE)
    due = Subscriber.objects.filter(free, try_at__lte=now).order_by("try_at")
    first = {host: pk for pk, host in reversed(list(due.values_list("pk", "host")[: AT_ONCE * 10]))}
    chosen = list(first.values())[:AT_ONCE]
    if not chosen:
        return []
    until = now + LEASE
    Subscriber.objects.filter(free, pk__in=chosen).update(leased_until=until, leased_by=who)
    return list(Subscriber.objects.filter(pk__in=chosen, leased_by=who, leased_until=until))


def settle(row: Subscriber, question: Question, outcome: Answer | Failed, now: datetime, who: str) -> None:
    """What their answer means. A wish that came in meanwhile is asked about next."""
    if question.mode == "denied":
        end(row)
        return
    echoed = isinstance(outcome, Answer) and 200 <= outcome.status < 300 and not outcome.cut
    if echoed and isinstance(outcome, Answer) and hmac.compare_digest(outcome.body, question.challenge.encode()):
        confirm(row, now, who)
        return
    silent = outcome.code != "redirects" if isinstance(outcome, Failed) else outcome.status >= 500
    again = AGAIN[row.tries] * random.uniform(0.8, 1.2) if silent and row.tries < len(AGAIN) else None  # noqa: S311
    mine = Subscriber.objects.filter(pk=row.pk, leased_by=who)
    mine.filter(asked=row.asked).update(try_at=now + again if again else None)
    if not again:
        mine.filter(asked=row.asked).update(asked_mode=Wish.NOTHING)
    mine.update(tries=min(row.tries + 1, 1000), leased_until=None, leased_by="")


def confirm(row: Subscriber, now: datetime, who: str) -> None:
    """They meant it: from now on they are told, or no longer."""
    if row.asked_mode == Wish.UNSUBSCRIBE:
        end(row)
        return
    with transaction.atomic():
        mine = Subscriber.objects.filter(pk=row.pk, leased_by=who)
        until = now + timedelta(seconds=row.asked_lease)
        if not mine.update(until=until, secret=row.asked_secret, tries=0, leased_until=None, leased_by=""):
            return
        Subscriber.objects.filter(pk=row.pk, asked=row.asked).update(asked_mode=Wish.NOTHING, try_at=None)
        Delivery.objects.get_or_create(
            kind=Delivery.Kind.HUB,
            about=row.topic,
            address=row.callback,
            defaults={"state": Delivery.State.TOLD, "endpoint": row.host},
        )


def end(row: Subscriber) -> None:
    """The subscription is over, with all that is still to be told."""
    with transaction.atomic():
        Delivery.objects.filter(kind=Delivery.Kind.HUB, about=row.topic, address=row.callback).delete()
        Subscriber.objects.filter(pk=row.pk).delete()


def forget(now: datetime) -> None:
    """Leases that ended, and wishes that came to nothing."""
    over = Q(until__lte=now) & (Q(try_at__isnull=True) | Q(asked__lt=now - FORGET))
    vain = Q(until__isnull=True, asked__lt=now - FORGET) & Q(try_at__isnull=True)
    for row in Subscriber.objects.filter(over | vain)[:1000]:
        end(row)


def release(who: str) -> None:
    """What `who` still holds is free again, and as due as it was."""
    Subscriber.objects.filter(leased_by=who, leased_until__isnull=False).update(leased_until=None, leased_by="")
    held = Delivery.objects.filter(kind=Delivery.Kind.HUB, leased_by=who, leased_until__isnull=False)
    held.update(leased_until=None, leased_by="")

"""Sources that tell us at once: whose feed names a hub is subscribed there, and a message from it makes us look.

offered -> asked with a key and a secret only the hub hears -> it asks back (confirm) -> until the lease ends its signed
messages make the source due at once (`hear`). What they carry is never taken in: the feed itself says what is true, so
that a message, forged, doubled or different, can bring nothing that the feed does not. And as long as nobody is told by
anyone, `schedule` looks as it always did; else once a day all the same.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from passalong.models import Source, Subscription
from passalong.models.hub import Wish
from passalong.net.get import get_many
from passalong.net.guard import INSIDE_NAMES, Rules, check_url
from passalong.net.post import form
from passalong.net.rules import in_force
from passalong.net.shapes import Answer, Ask, Failed
from passalong.wire.websub import Asked, Question, write_asked

from .look import SENTENCES
from .schedule import interval

LEASE = timedelta(minutes=2)
AT_ONCE = 32
WANTED = 10 * 24 * 3600
"""Seconds of the lease we ask for."""
SHORTEST, LONGEST = 300, 90 * 24 * 3600
"""Seconds of a lease we make sense of; a hub that says nothing gets UNSAID."""
UNSAID = 24 * 3600
RENEW = 0.8
"""Of the lease."""
WELL = Q(failures=0)
ANSWERS_AGAIN = WELL | Q(state=Source.State.BACKING_OFF) & ~Q(reason__startswith=SENTENCES["busy"])
"""It did not answer, and now its hub speaks: so it does. Whoever asked us to stay away is left alone all the same."""
ANSWERS_WITHIN = timedelta(minutes=10)
"""A hub that accepted (202) asks back in this time, or it is asked again."""
AGAIN = tuple(timedelta(minutes=minutes) for minutes in (1, 30, 180, 720))
"""When a hub that failed is asked again."""
ASK_ENDED = 3
"""So often an unsubscription is tried; the lease ends without it too."""
EACH_LOOK = timedelta(minutes=1)
LOOKS_AHEAD = 20
"""Looks that messages may cause in a row; then one a minute."""
MOST_MISSED = 2
DOUBT = timedelta(minutes=10)
"""Between two looks caused by messages that nobody signed."""


def work_once(now: datetime, who: str, *, sweep: bool = True) -> int:
    """Asks hubs for what is wanted. Returns how many were asked. With `sweep`, it first looks through everything that
    is followed for hubs that came or went."""
    if sweep:
        begin(now)
        stop_unwanted(now)
    rows = {id(ask): (ask, row) for row in claim(now, who) for ask in [ask_for(row)]}
    for ask, outcome in get_many([ask for ask, _ in rows.values()], in_flight=AT_ONCE):
        settle(rows[id(ask)][1], outcome, now, who)
    return len(rows)


def begin(now: datetime) -> None:
    """A subscription for every followed source that offers a hub we could hear from; anew where it names another."""
    offered = Source.objects.exclude(hub="").exclude(topic="").filter(fetch_at__isnull=False)
    other = ~Q(subscription__hub=F("hub")) | ~Q(subscription__topic=F("topic"))
    back = Q(subscription__wish=Wish.UNSUBSCRIBE)
    for source in offered.filter(Q(subscription__isnull=True) | other | back)[:100]:
        if not can_reach_us(source.hub):
            continue
        with transaction.atomic():
            Subscription.objects.filter(source=source).delete()
            Subscription.objects.create(
                source=source,
                hub=source.hub,
                topic=source.topic,
                key=secrets.token_urlsafe(32),
                secret=secrets.token_urlsafe(32),
                made=now,
                try_at=now,
            )
            lose(source, now)


def stop_unwanted(now: datetime) -> None:
    """What nobody follows any more, or no longer names a hub, is unsubscribed."""
    unwanted = Subscription.objects.filter(Q(source__fetch_at__isnull=True) | Q(source__hub=""))
    for row in unwanted.exclude(wish=Wish.UNSUBSCRIBE).select_related("source")[:100]:
        lose(row.source, now)
        Subscription.objects.filter(pk=row.pk).update(wish=Wish.UNSUBSCRIBE, try_at=now, tries=0)


def can_reach_us(hub: str) -> bool:
    """Could this hub send us anything? Not where our address means nothing outside, unless the hub is as near."""
    try:
        if check_url(hub, in_force()).near:
            return True
        host = check_url(settings.BASE_URL, Rules()).host
    except Failed:
        return False
    return "." in host and not host.endswith(tuple(f".{name}" for name in INSIDE_NAMES))


def lose(source: Source, now: datetime) -> None:
    """Nobody tells us at once any more: the next look is when it would have been."""
    Source.objects.filter(pk=source.pk, told_until__isnull=False).update(told_until=None)
    soon = now + timedelta(seconds=interval(source.rarity))
    Source.objects.filter(pk=source.pk, fetch_at__gt=soon, failures=0).update(fetch_at=soon)


def claim(now: datetime, who: str) -> list[Subscription]:
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now) | Q(leased_until__gt=now + 2 * LEASE)
    chosen = list(
        Subscription.objects.filter(free, try_at__lte=now).order_by("try_at").values_list("pk", flat=True)[:AT_ONCE]
    )
    if not chosen:
        return []
    until = now + LEASE
    Subscription.objects.filter(free, pk__in=chosen).update(leased_until=until, leased_by=who)
    # The wish is written before the hub is asked: it may ask back before it answers.
    mine = Subscription.objects.filter(pk__in=chosen, leased_by=who, leased_until=until)
    mine.filter(wish=Wish.NOTHING).update(wish=Wish.SUBSCRIBE)
    return list(mine.select_related("source"))


def ask_for(row: Subscription) -> Ask:
    """A hub that is advertised without TLS is asked with it first (WebSub, section 8.2)."""
    asked = Asked(row.wish, row.topic, f"{settings.BASE_URL}/websub/{row.key}", WANTED, row.secret)
    hub = urlsplit(row.hub)
    if hub.scheme == "http" and hub.port is None and row.tries % 2 == 0:
        hub = hub._replace(scheme="https")
    return form(hub.geturl(), write_asked(asked), pace=0.1)


def settle(row: Subscription, outcome: Answer | Failed, now: datetime, who: str) -> None:
    """What the hub answered. Where it has asked back already, `confirm` has written what counts."""
    mine = Subscription.objects.filter(pk=row.pk, leased_by=who)
    accepted = isinstance(outcome, Answer) and 200 <= outcome.status < 300
    waiting = mine.filter(wish=row.wish)
    if row.wish == Wish.UNSUBSCRIBE and row.tries + 1 >= ASK_ENDED:
        waiting.delete()
    elif accepted:
        waiting.update(try_at=now + ANSWERS_WITHIN, tries=F("tries") + 1)
    else:
        waiting.update(try_at=now + AGAIN[min(row.tries, len(AGAIN) - 1)], tries=F("tries") + 1)
    if row.tries + 1 == len(AGAIN) and row.wish == Wish.SUBSCRIBE:
        give_up(waiting, row, now)
    mine.update(leased_until=None, leased_by="")


def give_up(waiting: QuerySet[Subscription], row: Subscription, now: datetime) -> None:
    """The hub is dead or never asks back: we look by ourselves, and ask it again once in a while."""
    if waiting.update(state=Subscription.State.NO, try_at=now + timedelta(days=7), tries=0):
        lose(row.source, now)


def confirm(key: str, question: Question, now: datetime) -> bool:
    """A hub asks whether we meant it, or says no (WebSub, sections 5.2 and 5.3). True where we did."""
    row = Subscription.objects.select_related("source").filter(key=key, topic=question.topic).first()
    if row is None:
        return False
    mine = Subscription.objects.filter(pk=row.pk)
    if question.mode == "denied":
        mine.update(state=Subscription.State.NO, wish=Wish.NOTHING, try_at=None, until=None)
        lose(row.source, now)
        return True
    if question.mode == Wish.UNSUBSCRIBE:
        return row.wish == Wish.UNSUBSCRIBE and bool(mine.filter(wish=Wish.UNSUBSCRIBE).delete()[0])
    if row.wish == Wish.UNSUBSCRIBE or (row.wish == Wish.NOTHING and row.state != Subscription.State.YES):
        return False
    seconds = min(max(question.lease or UNSAID, SHORTEST), LONGEST)
    until = now + timedelta(seconds=seconds)
    renew = now + timedelta(seconds=seconds * RENEW)
    mine.update(state=Subscription.State.YES, wish=Wish.NOTHING, until=until, try_at=renew, tries=0)
    if row.missed < MOST_MISSED:
        Source.objects.filter(pk=row.source_id).update(told_until=until)
    if row.state != Subscription.State.YES:  # what came between our last look and now, nobody tells us
        look_at_once(row, now, now)
    return True


def secret_of(key: str) -> str | None:
    """The secret of a subscription that we still want; None for any other key."""
    wanted = Subscription.objects.filter(key=key).exclude(wish=Wish.UNSUBSCRIBE)
    return wanted.values_list("secret", flat=True).first()


def hear(key: str, signed: bool, now: datetime) -> None:
    """A message came: the source is due at once, as far as its budget goes. What nobody signed is worth a rare look."""
    row = Subscription.objects.select_related("source").filter(key=key).first()
    if row is None or row.state != Subscription.State.YES:
        return
    awake = WELL
    if signed:
        awake = ANSWERS_AGAIN
        look_at, spent = budget(row.spent, now)
        Subscription.objects.filter(pk=row.pk).update(spent=spent, heard=now, missed=0)
        Source.objects.filter(pk=row.source_id, told_until__isnull=True).update(told_until=row.until)
    elif row.doubted is None or not now - DOUBT < row.doubted <= now:
        look_at = now
        Subscription.objects.filter(pk=row.pk).update(doubted=now)
    else:
        return
    look_at_once(row, look_at, now, awake)


def look_at_once(row: Subscription, look_at: datetime, now: datetime, awake: Q = WELL) -> None:
    """The source is due at `look_at`, if it is not sooner."""
    # A look that is under way may have asked before this change: it loses its lease, and the next one follows it.
    mine = Source.objects.filter(awake, pk=row.source_id)
    mine.filter(fetch_at__gt=look_at).update(fetch_at=look_at)
    mine.filter(fetch_at__lte=look_at, leased_until__gt=now).update(fetch_at=look_at, leased_until=None, leased_by="")


def note_silence(sources: list[Source]) -> None:
    """A look, not caused by their hub, found something new there: twice in a row, and we look by ourselves again until
    the hub speaks. `sources` are as they were before the look."""
    looked = {source.pk: source.fetched for source in sources if source.fetched}
    for row in Subscription.objects.filter(source__in=list(looked), state=Subscription.State.YES):
        before = looked[row.source_id]
        if before < row.made + ANSWERS_WITHIN or (row.heard and row.heard > before):
            continue
        Subscription.objects.filter(pk=row.pk).update(missed=min(row.missed + 1, MOST_MISSED))
        if row.missed + 1 >= MOST_MISSED:
            Source.objects.filter(pk=row.source_id).update(told_until=None)


def budget(spent: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """(when to look, spent): each look costs a minute, and LOOKS_AHEAD minutes may be spent in advance."""
    spent = max(spent or now, now)
    early = spent - LOOKS_AHEAD * EACH_LOOK
    return (early, spent) if early > now else (now, spent + EACH_LOOK)


def release(who: str) -> None:
    """What `who` still holds is free again, and as due as it was."""
    Subscription.objects.filter(leased_by=who, leased_until__isnull=False).update(leased_until=None, leased_by="")

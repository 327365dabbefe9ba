"""Letters are sent: where does the page take them, and one message there. https://www.w3.org/TR/webmention/, 3.1

due Deliveries -> claim (a lease in the row) -> the page, once for all letters to it -> its endpoint -> POST -> done
A letter that does not get through is tried again, later and later, for a week; then it waits for the owner.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from django.conf import settings
from django.db.models import F, Q
from django.utils.translation import gettext as _

from passalong.intake.pages import LONGEST
from passalong.models import Delivery
from passalong.models.shown import host
from passalong.net.get import get_many
from passalong.net.guard import check_url
from passalong.net.post import form
from passalong.net.rules import in_force
from passalong.net.shapes import Answer, Ask, Failed
from passalong.wire import webmention
from passalong.wire.address import absolute

LEASE = timedelta(minutes=5)
AT_ONCE = 16
MOST_PER_HOST = 4
"""Of one round: so that nobody waits long for a slow host."""
PAGE_LIMIT = 1024 * 1024
DEADLINE = 20.0
PACE = 1.0
TRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, *(1440,) * 6))
"""How long after each failure the next try comes, +-20 %: the last one after seven days."""
PASSING = frozenset({408, 425, 429})
"""Refusals that may be none tomorrow, besides 5xx."""
CLOSED = frozenset({"private", "scheme", "address"})
"""`Failed.code` of what will never be visited."""
ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"


def work_once(now: datetime, who: str) -> int:
    """Sends what is due, at most AT_ONCE letters. Returns how many were looked at."""
    letters = claim_letters(now, AT_ONCE, who)
    useful = [letter for letter in letters if _can_be_looked_at(letter, who)]
    if useful:
        _send(_find_endpoints(useful, now, who), now, who)
    return len(letters)


def _can_be_looked_at(letter: Delivery, who: str) -> bool:
    """Whoever is told looks at our page: an address that only this machine or its network knows is told to nobody."""
    try:
        check_url(letter.about, in_force())
    except Failed:
        why = _(
            "%(place)s was not told: nobody there can open this node's address, %(ours)s. Set PASSALONG_URL to a public"
            " address, then try again."
        ) % {"place": host(letter.address), "ours": settings.BASE_URL}
        put_down(letter, who, state=Delivery.State.FAILED, reason=why[:500], try_at=None)
        return False
    return True


def claim_letters(now: datetime, most: int, who: str) -> list[Delivery]:
    """Letters that are due and nobody else is sending; they are `who`'s until the lease ends."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now) | Q(leased_until__gt=now + 2 * LEASE)
    due = Delivery.objects.filter(free, kind=Delivery.Kind.WEBMENTION, try_at__lte=now).order_by("try_at")
    chosen = _few_per_host(due.values_list("pk", "address")[: most * 10])[:most]
    if not chosen:
        return []
    until = now + LEASE
    Delivery.objects.filter(free, pk__in=chosen).update(leased_until=until, leased_by=who)
    return list(Delivery.objects.filter(pk__in=chosen, leased_by=who, leased_until=until).order_by("try_at"))


def _few_per_host(due: Iterable[tuple[int, str]]) -> list[int]:
    times: dict[str, int] = {}
    chosen = []
    for pk, address in due:
        times[host(address)] = times.get(host(address), 0) + 1
        if times[host(address)] <= MOST_PER_HOST:
            chosen.append(pk)
    return chosen


def release(who: str) -> None:
    """What `who` still holds is free again, and as due as it was."""
    Delivery.objects.filter(leased_by=who, leased_until__isnull=False).update(leased_until=None, leased_by="")


def _find_endpoints(letters: Sequence[Delivery], now: datetime, who: str) -> list[Delivery]:
    """Asks each page once, whatever the number of letters to it. Returns the letters that have an endpoint."""
    by_page: dict[str, list[Delivery]] = {}
    for letter in letters:
        by_page.setdefault(letter.address, []).append(letter)
    asks = [Ask(url, {"Accept": ACCEPT}, PAGE_LIMIT, DEADLINE, cut_ok=True, pace=PACE) for url in by_page]
    ready = []
    for ask, outcome in get_many(asks, in_flight=AT_ONCE):
        for letter in by_page[ask.url]:
            if found := _endpoint(letter, outcome, now, who):
                letter.endpoint = found
                ready.append(letter)
    return ready


def _endpoint(letter: Delivery, outcome: Answer | Failed, now: datetime, who: str) -> str:
    """Where the page takes letters; '' where that was put down as not to be found."""
    place = host(letter.address)
    if isinstance(outcome, Failed):
        later(letter, _("Could not reach %(place)s. %(why)s") % {"place": place, "why": outcome}, outcome, now, who)
        return ""
    found = webmention.endpoint(outcome.url, outcome.headers, outcome.body)
    if found and outcome.status < 500:
        return found
    if outcome.status < 300:
        put_down(letter, who, state=Delivery.State.NOBODY, status=outcome.status, try_at=None, reason="")
    else:
        said = {"place": place, "status": outcome.status}
        later(letter, _("The page at %(place)s does not open (it answers %(status)s).") % said, outcome, now, who)
    return ""


def _send(letters: Sequence[Delivery], now: datetime, who: str) -> None:
    asks = [_message(letter) for letter in letters]
    by_ask = {id(ask): letter for ask, letter in zip(asks, letters, strict=True)}
    for ask, outcome in get_many(asks, in_flight=AT_ONCE):
        _heard(by_ask[id(ask)], outcome, now, who)


def _message(letter: Delivery) -> Ask:
    """3.1.3: source and target as a form; a query of the endpoint stays in its address."""
    return form(letter.endpoint, {"source": letter.about, "target": letter.address}, pace=PACE)


def _heard(letter: Delivery, outcome: Answer | Failed, now: datetime, who: str) -> None:
    place = host(letter.address)
    if isinstance(outcome, Failed):
        later(letter, _("Could not tell %(place)s. %(why)s") % {"place": place, "why": outcome}, outcome, now, who)
    elif 200 <= outcome.status < 300:
        place = absolute(outcome.url, outcome.headers.get("location", "")) if outcome.status == 201 else ""
        told = {"state": Delivery.State.TOLD, "status": outcome.status, "place": place[:LONGEST]}
        put_down(letter, who, **told, done=now, try_at=None, reason="")
    else:
        said = {"place": place, "status": outcome.status}
        later(letter, _("%(place)s did not take it (it answers %(status)s).") % said, outcome, now, who)


def later(letter: Delivery, why: str, outcome: Answer | Failed, now: datetime, who: str) -> None:
    """It did not get through: when to try again, or that it is given up until somebody asks for it."""
    status = outcome.status if isinstance(outcome, Answer) else 0
    if isinstance(outcome, Failed) and outcome.code == "offline":
        put_down(letter, who, reason=why, try_at=now + TRIES[0])  # our own fault: it costs no try
        return
    final = outcome.code in CLOSED if isinstance(outcome, Failed) else status < 500 and status not in PASSING
    if final or letter.tries >= len(TRIES):
        put_down(letter, who, state=Delivery.State.FAILED, reason=why, status=status, try_at=None)
        return
    wait = TRIES[letter.tries] * random.uniform(0.8, 1.2)  # noqa: S311 - spreads, hides nothing
    try_at = max(now + wait, _asked_for(outcome, now))
    put_down(letter, who, reason=why, status=status, try_at=try_at, tries=F("tries") + 1)


def _asked_for(outcome: Answer | Failed, now: datetime) -> datetime:
    """Retry-After (RFC 9110, 10.2.3), at most a day; `now` where none is said."""
    said = outcome.headers.get("retry-after", "") if isinstance(outcome, Answer) else ""
    try:
        until = now + timedelta(seconds=int(said)) if said.isdecimal() else parsedate_to_datetime(said)
        return min(until, now + timedelta(days=1)) if until.tzinfo else now
    except (ValueError, TypeError, OverflowError):
        return now


def put_down(letter: Delivery, who: str, **said: object) -> None:
    """Keeps how it went and gives the lease back. Where the share changed meanwhile, only the latter: it is due again,
    and so the page hears last of what came last (F45)."""
    mine = Delivery.objects.filter(pk=letter.pk, leased_by=who)
    kept = mine.filter(try_at=letter.try_at).update(
        **{"endpoint": letter.endpoint[:LONGEST], **said}, leased_until=None, leased_by=""
    )
    if not kept:
        told = {"done": said["done"]} if "done" in said else {}
        mine.update(leased_until=None, leased_by="", **told)

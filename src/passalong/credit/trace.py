"""Where short addresses lead: many a share is linked to by an address from which nobody can tell it.

due Pages -> claim (their time is moved on) -> net.get_many -> the Page's key becomes that of the page it leads to.
Only what looks like a short address is asked, once, and no more than its host bears (one at a time, one a second); a
host whose addresses turn out to be no short ones is left alone. One that does not answer, or has too much to do, is
asked again in an hour, in six, in a day; then all that waits for it is given up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from passalong.intake.ours import touch
from passalong.intake.pages import normal
from passalong.models import Page
from passalong.net.get import get_many
from passalong.net.shapes import Answer, Ask, Failed
from passalong.wire.address import host, key, origin

AT_ONCE = 16
OF_ONE_HOST = 4
"""In one round: the rest waits, and learns from these."""
LEASE = timedelta(minutes=3)
DEADLINE = 10.0
PEEK = 16 * 1024
"""Decoded bytes that are read of the page at its end: where it leads is known by then."""
TOO_OLD = timedelta(days=7)
"""A short address that waited so long is not asked any more."""

AGAIN = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
"""How long all of a host's addresses wait when it does not answer, the first, second and third time."""
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
NO_ANSWER = frozenset({"name", "refused", "timeout", "tls", "cut short", "protocol", "offline"})

IN_VAIN = 4
"""So many addresses of a host that led nowhere, and none that did: its others are not asked."""
MANY_HOSTS = 10_000

_vain: Counter[str] = Counter()
"""By host: asked in vain, since this process began."""
_silent: Counter[str] = Counter()
"""By host: how often in a row it did not answer."""


def work_once(now: datetime) -> int:
    """Asks after the newest that are due, at most AT_ONCE. Returns how many were dealt with."""
    pages = claim(now)
    asked = {page.url: page for page in pages if _vain[host(page.url)] < IN_VAIN}
    _let_be([page for page in pages if page.url not in asked])
    outcomes = list(get_many([_ask(url) for url in asked], in_flight=AT_ONCE))
    with transaction.atomic():
        for ask, outcome in outcomes:
            take(asked[ask.url], outcome, now)
    return len(pages)


def take(page: Page, outcome: Answer | Failed, now: datetime) -> None:
    """What was learned about an address, or that nothing could be learned now."""
    if is_passing(outcome):
        put_off(page, now)
        return
    led = normal(led_to(outcome))
    _learn(host(page.url), bool(led))
    keep(page, led, now)


def is_passing(outcome: Answer | Failed) -> bool:
    """Nothing was learned now, but may be another time."""
    if isinstance(outcome, Failed):
        return not outcome.led and outcome.code in NO_ANSWER
    return not outcome.hops and outcome.status in PASSING


def put_off(page: Page, now: datetime) -> None:
    """Everything that waits for its host waits longer, or no more; where somebody put it off just now, it is enough."""
    name = host(page.url)
    home = Page.objects.filter(url__startswith=f"{origin(page.url)}/", lead_at__isnull=False)
    if home.filter(pk=page.pk, lead_at__gt=now + LEASE).exists():
        return
    if _silent[name] >= len(AGAIN):
        home.update(lead_at=None)
        return
    home.update(lead_at=now + AGAIN[_silent[name]])
    _silent[name] += 1


def led_to(outcome: Answer | Failed) -> str:
    """Where a redirect led, even if nobody answered there; '' where there was none."""
    if isinstance(outcome, Failed):
        return "" if outcome.code == "redirects" else outcome.led  # of a circle, any place is as good as another
    return outcome.url if outcome.hops else ""


def _learn(name: str, led: bool) -> None:
    if len(_vain) > MANY_HOSTS:
        _vain.clear()
        _silent.clear()
    _silent.pop(name, None)
    _vain[name] = -1_000_000 if led else _vain[name] + 1


def _let_be(pages: Iterable[Page]) -> None:
    """These and all others of their hosts that wait."""
    for page in pages:
        home = Q(url__startswith=f"{origin(page.url)}/")
        Page.objects.filter(home, lead_at__isnull=False).update(lead_at=None)


def _ask(url: str) -> Ask:
    return Ask(url, {"Accept": "text/html, */*;q=0.1"}, PEEK, DEADLINE, cut_ok=True, pace=1.0)


def claim(now: datetime) -> list[Page]:
    """The newest that are due; nobody else asks after them until the lease ends."""
    Page.objects.filter(lead_at__lt=now - TOO_OLD).update(lead_at=None)
    due = Page.objects.filter(lead_at__lte=now).order_by("-lead_at")[: AT_ONCE * 4]
    with transaction.atomic():
        return [page for page in _few_of_each(due) if _is_mine(page, now)]


def _few_of_each(pages: Iterable[Page]) -> list[Page]:
    hosts: Counter[str] = Counter()
    chosen: list[Page] = []
    for page in pages:
        name = host(page.url)
        hosts[name] += 1
        if hosts[name] <= OF_ONE_HOST and len(chosen) < AT_ONCE:
            chosen.append(page)
    return chosen


def _is_mine(page: Page, now: datetime) -> bool:
    return bool(Page.objects.filter(pk=page.pk, lead_at=page.lead_at).update(lead_at=now + LEASE))


def keep(page: Page, led: str, now: datetime) -> None:
    """Its key is from now on that of the page it leads to, '' where it leads nowhere else."""
    found = key(led) if led else page.key
    Page.objects.filter(pk=page.pk).update(lead_at=None, looked=now, looks=F("looks") + 1, canonical=led, key=found)
    if found != page.key:
        touch([found], now)

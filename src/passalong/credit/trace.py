"""Where short addresses lead: many a share is linked to by an address from which nobody can tell it.

due Pages -> claim (their time is moved on) -> net.get_many -> the Page's key becomes that of the page it leads to.
Only what looks like a short address is asked, once, and no more than its host bears (one at a time, one a second); a
host whose addresses turn out to be no short ones is left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F, Q

from passalong.intake.ours import touch
from passalong.intake.pages import normal
from passalong.models import Page
from passalong.net.get import get_many
from passalong.net.shapes import Answer, Ask, Failed
from passalong.wire.address import host, key, origin

AT_ONCE = 16
LEASE = timedelta(minutes=3)
DEADLINE = 10.0
PEEK = 16 * 1024
"""Decoded bytes that are read of the page at its end: where it leads is known by then."""
TOO_OLD = timedelta(days=7)
"""A short address that waited so long is not asked any more."""


IN_VAIN = 4
"""So many addresses of a host that led nowhere, and none that did: its others are not asked."""
MANY_HOSTS = 10_000

_vain: Counter[str] = Counter()
"""By host: asked in vain, since this process began."""


def work_once(now: datetime) -> int:
    """Asks after the newest that are due, at most AT_ONCE. Returns how many were dealt with."""
    pages = claim(now)
    asked = {page.url: page for page in pages if _vain[host(page.url)] < IN_VAIN}
    _let_be([page for page in pages if page.url not in asked])
    for ask, outcome in get_many([_ask(url) for url in asked], in_flight=AT_ONCE):
        led = normal(led_to(outcome))
        _learn(host(ask.url), bool(led))
        keep(asked[ask.url], led, now)
    return len(pages)


def led_to(outcome: Answer | Failed) -> str:
    """Where a redirect led, even if nobody answered there; '' where there was none."""
    if isinstance(outcome, Failed):
        return outcome.led
    return outcome.url if outcome.hops else ""


def _learn(name: str, led: bool) -> None:
    if len(_vain) > MANY_HOSTS:
        _vain.clear()
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
    due = Page.objects.filter(lead_at__lte=now).order_by("-lead_at")[:AT_ONCE]
    return [page for page in due if _is_mine(page, now)]


def _is_mine(page: Page, now: datetime) -> bool:
    return bool(Page.objects.filter(pk=page.pk, lead_at=page.lead_at).update(lead_at=now + LEASE))


def keep(page: Page, led: str, now: datetime) -> None:
    """Its key is from now on that of the page it leads to, '' where it leads nowhere else."""
    found = key(led) if led else page.key
    Page.objects.filter(pk=page.pk).update(lead_at=None, looked=now, looks=F("looks") + 1, canonical=led, key=found)
    if found != page.key:
        touch([found], now)

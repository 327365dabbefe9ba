"""A shared page's title, picture and author, read from the page itself after sharing: the card improves in place.

due Pages -> claim (a lease in the row) -> net.get_many -> wire.card.read -> Page, and the items that are about it.
A page that does not answer is tried again, later and later, then left alone: the bare link stays.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from passalong.intake.found import look_for_ours
from passalong.intake.pages import LONGEST, normal
from passalong.models import Item, Link, Page, Person
from passalong.net.get import get_many
from passalong.net.shapes import JSON_LIMIT, PAGE_LIMIT, Answer, Ask, Failed
from passalong.share.announce import announce, tag_pages_of
from passalong.share.publish import SHOWN
from passalong.wire import card as cards
from passalong.wire.address import host, key
from passalong.wire.shapes import Card, Unreadable

LEASE = timedelta(minutes=3)
AT_ONCE = 16
DEADLINE = 20.0
TRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))
"""How long after each failure the next look comes, +-20 %; after the last one there is none."""
FINAL = frozenset({400, 401, 402, 404, 405, 406, 410, 414, 451})
"""Answers that will be the same tomorrow."""
WHY = {
    401: "The page is shown only to those who sign in there.",
    402: "The page is shown only to those who pay there.",
    403: "The site does not let programs like this one read the page.",
    404: "The site says that there is no page at this address.",
    410: "The site says that the page is gone.",
    429: "The site says that it has too many visitors just now.",
    451: "The site may not show the page, for legal reasons.",
}
ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"


def work_once(now: datetime, who: str) -> int:
    """Looks at what is due, at most AT_ONCE pages. Returns how many were looked at."""
    pages = {page.url: page for page in claim_pages(now, AT_ONCE, who)}
    asks = [Ask(url, {"Accept": ACCEPT}, PAGE_LIMIT, DEADLINE, cut_ok=True, pace=1.0) for url in pages]
    wants_more: list[tuple[Page, Card]] = []
    for ask, outcome in get_many(asks, in_flight=AT_ONCE):
        page = pages[ask.url]
        card = read_answer(outcome)
        if card is not None and isinstance(outcome, Answer):
            look_for_ours(outcome.url, outcome.headers.get("content-type", ""), outcome.body, now)
        if card is None:
            later(page, outcome, now, who)
        elif card.oembed:
            wants_more.append((page, card))
        else:
            improve(page, card, now, who)
    _ask_oembed(wants_more, now, who)
    return len(pages)


def claim_pages(now: datetime, most: int, who: str) -> list[Page]:
    """Pages that are due and nobody else is looking at; they are `who`'s until the lease ends."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now) | Q(leased_until__gt=now + 2 * LEASE)
    due = Page.objects.filter(free, look_at__lte=now).order_by("look_at")
    chosen = list(due.values_list("pk", flat=True)[:most])
    if not chosen:
        return []
    until = now + LEASE
    Page.objects.filter(free, pk__in=chosen).update(leased_until=until, leased_by=who)
    return list(Page.objects.filter(pk__in=chosen, leased_by=who, leased_until=until))


def release(who: str) -> None:
    """What `who` still holds is free again, and as due as it was."""
    Page.objects.filter(leased_by=who, leased_until__isnull=False).update(leased_until=None, leased_by="")


def read_answer(outcome: Answer | Failed) -> Card | None:
    """What the page says of itself; None where it did not answer as a page."""
    if isinstance(outcome, Failed) or outcome.status != 200:
        return None
    kind = outcome.headers.get("content-type", "")
    if kind.startswith("image/"):
        return Card(url=outcome.url, image=outcome.url)
    return cards.read(outcome.body, kind, outcome.url)


def _ask_oembed(wanting: Iterable[tuple[Page, Card]], now: datetime, who: str) -> None:
    """One more question for the pages that offer to say more (oEmbed)."""
    by_url = {card.oembed: (page, card) for page, card in wanting}
    asks = [Ask(url, {"Accept": "application/json"}, JSON_LIMIT, DEADLINE) for url in by_url]
    for ask, outcome in get_many(asks, in_flight=AT_ONCE):
        page, card = by_url[ask.url]
        if isinstance(outcome, Answer) and outcome.status == 200:
            card = _with_oembed(card, outcome.body)
        improve(page, card, now, who)


def _with_oembed(card: Card, body: bytes) -> Card:
    """What the page's head leaves open, its oEmbed document may say."""
    try:
        return cards.merge(card, cards.read_oembed(body, card.url))
    except Unreadable:
        return card


def later(page: Page, outcome: Answer | Failed, now: datetime, who: str) -> None:
    """The page did not answer: when to look again, if ever."""
    final = isinstance(outcome, Answer) and outcome.status in FINAL
    private = isinstance(outcome, Failed) and outcome.code in ("private", "scheme", "address")
    done = final or private or page.looks >= len(TRIES)
    wait = TRIES[min(page.looks, len(TRIES) - 1)] * random.uniform(0.8, 1.2)  # noqa: S311 - spreads, hides nothing
    Page.objects.filter(pk=page.pk, leased_by=who).update(
        look_at=None if done else now + wait,
        looked=now if done else F("looked"),
        looks=F("looks") + 1,
        trouble=trouble_of(outcome)[:300],
        leased_until=None,
        leased_by="",
    )


def trouble_of(outcome: Answer | Failed) -> str:
    """Why there is no card, in a sentence for whoever shared the page."""
    if isinstance(outcome, Failed):
        return str(outcome)
    if outcome.status in WHY:
        return WHY[outcome.status]
    if outcome.status >= 500:
        return "The site is not working just now."
    return f"The site answered with {outcome.status} instead of a page."


def look_again(page: Page, now: datetime) -> None:
    """Somebody who shared it wants it looked at now, whatever came of it before; what is being looked at already is."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    Page.objects.filter(free, pk=page.pk).exclude(trouble="").update(look_at=now, looks=0)


def improve(page: Page, card: Card, now: datetime, who: str) -> None:
    """Keeps what the page says, and shows it in what was shared about it."""
    said = {
        "title": card.title[:500],
        "description": card.description[:1000],
        "picture": _address(card.image),
        "author": card.author[:300],
        "site": card.site[:300],
        "lang": card.lang[:35],
    }
    canonical = normal(card.url) if card.url else ""
    if canonical and host(canonical) == host(page.url):  # nobody is given to somebody else's page by their own word
        said["key"] = key(canonical)
    with transaction.atomic():
        mine = Page.objects.filter(pk=page.pk, leased_by=who).update(
            **said,
            canonical=canonical if canonical != page.url else "",
            look_at=None,
            looked=now,
            looks=F("looks") + 1,
            trouble="",
            leased_until=None,
            leased_by="",
        )
        if mine:
            _show(page, said["title"], said["picture"], now)


def _address(url: str) -> str:
    """A picture's address as it is kept: on the web, and not too long."""
    return url if url.startswith(("https://", "http://")) and len(url) <= LONGEST else ""


def _show(page: Page, title: str, picture: str, now: datetime) -> None:
    """Items of this node about the page: a title and picture of their own stay; their people's pages are made anew."""
    mine = Item.objects.filter(source__kind="here", gone__isnull=True, links__page=page)
    about = Item.objects.filter(pk__in=mine.filter(links__rel__in=(Link.Rel.ABOUT, Link.Rel.REPOST)).values("pk"))
    if title:
        about.filter(body__title="").exclude(title=title).update(title=title, changed=now)
    if picture:
        about.filter(files__isnull=True).exclude(picture=picture).update(picture=picture, changed=now)
    for item in about.filter(changed=now).select_related("source__person"):
        announce(item.source.person, tag_pages_of(item))
    shown = mine.filter(links__rel__in=SHOWN)
    Person.objects.filter(pk__in=list(shown.values_list("source__person", flat=True))).update(changed=now)

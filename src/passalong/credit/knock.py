"""Somebody says that their page links to one of ours. At the door only what costs nothing is asked; the page itself is
looked at later, by the worker. Webmention, section 3.2.1.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from passalong.intake.found import host_of
from passalong.intake.pages import normal
from passalong.models import Arrival, Follow, Item, Link, Page, Person
from passalong.wire.address import key, origin

LONGEST = 2000
EXAMPLE = "https://example.org/post"
MOST_WAITING = 5_000
"""Knocks that wait to be looked at, of everybody."""
MOST_WAITING_OF_HOST = 50
MOST_A_DAY_OF_HOST = 200
"""Pages of one host that are looked at for the first time in a day."""
SPREAD = 60.0
"""Seconds over which a crowd of knocks is spread; a lone one is looked at at once."""
SOON = timedelta(seconds=2)
LATER = timedelta(hours=1)
LOOKS_SOON = 10
"""So often in a day the same page is looked at again soon after it knocks again."""
DAY = timedelta(days=1)


class NotTaken(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """Why a knock is not taken: `str()` is one sentence; `full` says that it may be later. Programs are told in the
    words of the specification (source, target), people in theirs: `spoken`."""

    def __init__(self, sentence: str, spoken: str = "", *, full: bool = False) -> None:
        super().__init__(sentence)
        self.spoken = spoken or sentence
        self.full = full


def knock(source: str, target: str, now: datetime) -> Arrival:
    """Puts the claim down, once for each pair: knocking again only has it looked at again. Raises NotTaken."""
    theirs = _web(source, "source", _("The address of your page has to be a web address, such as %(example)s."))
    ours = _web(target, "target", _("The address of the page here has to be a web address, such as %(example)s."))
    if key(theirs) == key(ours):
        raise NotTaken(
            _("A page cannot answer itself: source and target are the same."),
            _("A page cannot answer itself: your page and the page here are the same."),
        )
    if origin(theirs) == origin(settings.BASE_URL):
        raise NotTaken(_("What is shared here is known here already."))
    place, about = ours_at(ours)
    old = Arrival.objects.filter(kind=Arrival.Kind.WEBMENTION, source=theirs, target=place).first()
    if old is None:
        return _first(theirs, place, about, now)
    waits = old.try_at is not None and (old.leased_until is None or old.leased_until <= now)
    if not waits and old.state != Arrival.State.NO:
        _once_more(old, now)
    return old


def _web(address: str, name: str, spoken: str) -> str:
    """Section 3.2.1: both are valid addresses of the web."""
    found = normal(address.strip()) if len(address) <= LONGEST else ""
    if not found:
        said = _("The %(name)s has to be a web address, such as %(example)s.")
        raise NotTaken(said % {"name": name, "example": EXAMPLE}, spoken % {"example": EXAMPLE})
    return found


def ours_at(target: str) -> tuple[str, Item | None]:
    """The address of ours that is meant, as we spell it, and what lives there. Raises NotTaken: it is not ours, or
    nothing public is there. What is unlisted has to be named by its whole address."""
    wanted = key(target)
    item = Item.objects.filter(page__key=wanted, source__kind="here").select_related("page", "source__person").first()
    if item and item.page:
        if item.gone:
            raise NotTaken(_("What was there has been taken back by who shared it."))
        return item.page.url, item
    for person in Person.objects.filter(user__isnull=False).only("url"):
        if key(person.url) == wanted:
            return person.url, None
    tag = Page.objects.filter(key=wanted, links_here__rel=Link.Rel.TAG).first()
    if tag:
        return tag.url, None
    if wanted == key(settings.BASE_URL):
        return f"{settings.BASE_URL}/", None
    raise NotTaken(
        _("There is nothing of ours at the target address: check how it is spelled."),
        _("There is no page here at that address: check how it is spelled."),
    )


def _first(source: str, target: str, about: Item | None, now: datetime) -> Arrival:
    host = host_of(source)
    _check_room(host, now)
    about_now = Q(try_at__lte=now + timedelta(seconds=SPREAD))
    waits = Arrival.objects.filter(try_at__isnull=False).aggregate(all=Count("pk"), now=Count("pk", filter=about_now))
    if waits["all"] >= MOST_WAITING:
        raise NotTaken(_("Too much is waiting here just now: try again in an hour."), full=True)
    crowd = waits["now"] // 4
    spread = 0.0 if crowd and is_known(host) else random.uniform(0, min(SPREAD, crowd))  # noqa: S311 - hides nothing
    made, _created = Arrival.objects.get_or_create(
        kind=Arrival.Kind.WEBMENTION,
        source=source,
        target=target,
        defaults={"host": host, "about": about, "knocked": now, "try_at": now + timedelta(seconds=spread)},
    )
    return made


def is_known(host: str) -> bool:
    """Does somebody here follow somebody at this host? They do not stand in line behind a crowd of strangers."""
    bare = host.removeprefix("www.")
    return Follow.objects.filter(state=Follow.State.YES, source__host__in=(bare, f"www.{bare}")).exists()


def _check_room(host: str, now: datetime) -> None:
    theirs = Arrival.objects.filter(host=host)
    if theirs.filter(try_at__isnull=False).count() >= MOST_WAITING_OF_HOST:
        raise NotTaken(_("Much of that site is waiting here already: try again in an hour."), full=True)
    if theirs.filter(knocked__gt=now - DAY).count() >= MOST_A_DAY_OF_HOST:
        raise NotTaken(_("That site has said enough for one day: try again tomorrow."), full=True)


def _once_more(old: Arrival, now: datetime) -> None:
    """An edit, or that it has gone: looked at again soon; who knocks without end is looked at once an hour."""
    fresh = old.looked is not None and old.looked > now - DAY
    looks = old.looks if fresh else 0
    wait = SOON if looks < LOOKS_SOON else LATER
    try_at = max(now, old.looked + wait) if old.looked else now + SOON
    Arrival.objects.filter(pk=old.pk).update(knocked=now, try_at=try_at, tries=0, looks=looks)

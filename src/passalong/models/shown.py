"""How what we keep is shown: template tags and filters every page may use."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import template
from django.conf import settings
from django.template import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import get_language_bidi, gettext, npgettext_lazy, pgettext

from passalong.wire.html import excerpt

from .page import Page
from .person import Person
from .sentences import spoken

register = template.Library()
register.filter(spoken)
register.filter("begins", excerpt)
SPANS: dict[str, Any] = {
    "year": npgettext_lazy("time unit", "%(num)d year", "%(num)d years", "num"),
    "month": npgettext_lazy("time unit", "%(num)d month", "%(num)d months", "num"),
    "week": npgettext_lazy("time unit", "%(num)d week", "%(num)d weeks", "num"),
    "day": npgettext_lazy("time unit", "%(num)d day", "%(num)d days", "num"),
    "hour": npgettext_lazy("time unit", "%(num)d hour", "%(num)d hours", "num"),
    "minute": npgettext_lazy("time unit", "%(num)d minute", "%(num)d minutes", "num"),
}
"""Django's own words, in our catalogs too: they stand on every card, and Arabic says "two hours" in one word."""

WITHIN = {
    "/": ("/share",),
    "/river": ("/read/",),
    "/came-back": ("/came-back/", "/conversation/", "/unanswered"),
    "/people": ("/people/", "/follow"),
    "/settings": ("/settings/", "/account/"),
}
"""The ways on top of every page, and the beginnings of what else stands in each."""


def sign(url: str) -> str:
    """A signature that only this node can make for an address."""
    digest = hmac.new(settings.SECRET_KEY.encode(), b"picture:" + url.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:18]).decode()


@register.filter
def proxied(url: str) -> str:
    """Address on this node that shows a picture from elsewhere, so that no page of ours asks a third party."""
    if not url:
        return ""
    if url.startswith((f"{settings.BASE_URL}/", "/")):
        return url
    packed = base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")
    return f"/picture/{sign(url)}/{packed}"


@register.filter
def here(url: str) -> str:
    """The path of an address of this node: forms and links stay where the reader is, however the node was reached."""
    return url.removeprefix(settings.BASE_URL) if url.startswith(f"{settings.BASE_URL}/") else url


@register.simple_tag(takes_context=True)
def current(context: Context, way: str) -> SafeString:
    """Whether a way on top leads to this page, or to the place this page is in."""
    path = getattr(context.get("request"), "path", "")
    if path == way:
        return SafeString(' aria-current="page"')
    return SafeString(' aria-current="true"' if path.startswith(WITHIN[way]) else "")


@register.filter
def said_in(tag: str, html: str) -> bool:
    """Does a link in these words lead to the tag already, so that it need not stand below them once more?"""
    return f'/tag/{quote(tag.lower(), safe="")}"' in html


@register.filter
def web(url: str) -> str:
    """The address where it is one of the web or of this node, else '': no link of ours ever runs anything."""
    return url if url.lower().startswith(("https://", "http://")) or re.match(r"/(?![/\\])", url) else ""


@register.filter
def host(url: str) -> str:
    """The part of an address a person recognises: its host without www."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


@register.filter
def in_words(page: Page) -> tuple[str, str]:
    """(what a page is called, what it says besides). A note is called by how its words begin: they stand once."""
    name, says = page.title or page.url, page.description
    if says == name:
        return name, ""
    return (says, "") if name.endswith("…") and says.startswith(name.removesuffix("…").rstrip()) else (name, says)


@register.filter
def places_of(person: Person) -> list[tuple[str, str]]:
    """(address, what it is called) of each of their other places: its host, and its path where that tells it apart."""
    addresses = person.elsewhere.split()
    hosts = [host(address) for address in addresses]
    return [
        (address, name if hosts.count(name) == 1 else f"{name}{urlsplit(address).path}".rstrip("/"))
        for address, name in zip(addresses, hosts, strict=True)
    ]


def apart(name: str) -> str:
    """A name that keeps its own direction in a right-to-left sentence (isolates of Unicode's annex 9)."""
    return f"\u2068{name}\u2069" if get_language_bidi() else name


def in_a_row(names: Iterable[str]) -> str:
    """'Ann, Ben', with the comma of the reader's script."""
    return gettext(", ").join(apart(name) for name in names)


def ago(moment: datetime) -> str:
    """How long ago, in words: just now, 3 hours ago."""
    if (timezone.now() - moment).total_seconds() < 60:
        return gettext("just now")
    return gettext("%(time)s ago") % {"time": timesince(moment, depth=1, time_strings=SPANS)}


@register.filter
def soon(moment: datetime | None) -> str:
    """How soon, in words: "in a moment", "in 5 minutes"."""
    if moment is None:
        return ""
    if (moment - timezone.now()).total_seconds() < 60:
        return gettext("in a moment")
    return gettext("in %(time)s") % {"time": timeuntil(moment, depth=1, time_strings=SPANS)}


@register.filter
def when(moment: datetime | None) -> SafeString | str:
    """<time> with words ("3 hours ago") and the exact time for machines and on hover."""
    if moment is None:
        return ""
    return format_html(
        '<time class="dt-published" datetime="{}" title="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        moment.strftime("%Y-%m-%d %H:%M UTC"),
        ago(moment),
    )


@register.filter
def day(moment: datetime, zone: str = "UTC") -> str:
    """A day as one says it where the reader lives: "today", "Tuesday", "3 May", "3 May 2025"."""
    try:
        place = ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        place = ZoneInfo("UTC")
    there, today = timezone.localtime(moment, place), timezone.localtime(timezone=place)
    ago = (today.date() - there.date()).days
    if ago < 1:
        return gettext("today")
    if ago == 1:
        return gettext("yesterday")
    return date_format(there, _day_format(ago, there.year == today.year))


def _day_format(ago: int, this_year: bool) -> str:
    """How a day is written in a sentence, as “3 May” is “le 3 mai” (Django's letters for dates)."""
    if ago < 7:
        return pgettext("date format: Tuesday", "l")
    return pgettext("date format: 3 May", "j F") if this_year else pgettext("date format: 3 May 2025", "j F Y")

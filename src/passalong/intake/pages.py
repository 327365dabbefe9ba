"""Addresses become Pages: one row for each, however many items live there or point there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from django.db import connection
from django.utils import timezone

from passalong.models import Page
from passalong.models.ids import new_ids
from passalong.wire.address import key, normalise
from passalong.wire.shapes import Unreadable
from passalong.wire.wrapped import leads_on

from .rows import add, insert

LONGEST = 2000
BATCH = 100
_SHOWN = ("id", "url", "title", "picture", "look_at", "looked")
"""What `pages_for` reads of a page; the rest is read when asked for."""
MANY = 500
"""Addresses in one question."""


@lru_cache(maxsize=2048)
def normal(url: str) -> str:
    """The address as a Page keeps it, or '' where it cannot be one."""
    try:
        found = normalise(url)
    except Unreadable:
        return ""
    return found if len(found) <= LONGEST else ""


def pages_for(urls: Iterable[str], look_at: Mapping[str, datetime] | None = None) -> dict[str, Page]:
    """Pages by the address given; addresses that cannot be pages are left out. At most three queries for 100.

    `look_at`: when the worker should look at a page, by address, for those that are new.
    """
    wanted = {url: found for url in urls if (found := normal(url))}
    known = _known(set(wanted.values()))
    new = {found: url for url, found in wanted.items() if found not in known}
    if new:
        pages = [Page(url=found, key=key(found), look_at=(look_at or {}).get(url)) for found, url in new.items()]
        add(pages, ignore=True)
        known |= {page.url: page for page in pages} if _alone() else _known(set(new))
    return {url: known[found] for url, found in wanted.items()}


def _alone() -> bool:
    """Inside a transaction on SQLite, which begins IMMEDIATE here, nobody else writes."""
    return connection.vendor == "sqlite" and connection.in_atomic_block


def page_ids(urls: Iterable[str]) -> dict[str, int]:
    """Ids of the pages with these addresses, which must be normalised already; missing pages are made.

    Made in order of address, so that two workers never wait for each other.
    """
    every = sorted(set(urls))
    found = _ids_of(every)
    missing = [url for url in every if url not in found]
    if missing:
        made = dict(zip(missing, new_ids(len(missing)), strict=True))
        now = timezone.now()
        rows = [
            {"id": made[url], "url": url, "key": key(url), "lead_at": now if leads_on(url) else None} for url in missing
        ]
        insert(Page, rows, ignore=True)
        found |= made if _alone() else _ids_of(missing)
    return found


def _ids_of(urls: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(urls), MANY):
        batch = urls[start : start + MANY]
        marks = ", ".join(["%s"] * len(batch))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT url, id FROM passalong_page WHERE url IN ({marks})", batch)  # noqa: S608 - marks only
            found.update(cursor.fetchall())
    return found


def page_for(url: str) -> Page | None:
    """The Page of one address, or None where it cannot be one."""
    return pages_for([url]).get(url)


def _known(urls: set[str]) -> dict[str, Page]:
    found: dict[str, Page] = {}
    every = list(urls)
    for start in range(0, len(every), BATCH):
        found |= {page.url: page for page in Page.objects.filter(url__in=every[start : start + BATCH]).only(*_SHOWN)}
    return found

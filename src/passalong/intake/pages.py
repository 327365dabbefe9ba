"""Addresses become Pages: one row for each, however many items live there or point there."""

from __future__ import annotations

from collections.abc import Iterable

from passalong.models import Page
from passalong.models.ids import new_id
from passalong.wire.address import key, normalise
from passalong.wire.shapes import Unreadable

from .rows import insert

LONGEST = 2000
BATCH = 100


def normal(url: str) -> str:
    """The address as a Page keeps it, or '' where it cannot be one."""
    try:
        found = normalise(url)
    except Unreadable:
        return ""
    return found if len(found) <= LONGEST else ""


def pages_for(urls: Iterable[str]) -> dict[str, Page]:
    """Pages by the address given; addresses that cannot be pages are left out. Two queries for a batch of 100."""
    wanted = {url: found for url in urls if (found := normal(url))}
    known = _known(set(wanted.values()))
    missing = [Page(url=url, key=key(url)) for url in dict.fromkeys(wanted.values()) if url not in known]
    if missing:
        Page.objects.bulk_create(missing, batch_size=BATCH, ignore_conflicts=True)
        known |= _known({page.url for page in missing})
    return {url: known[found] for url, found in wanted.items()}


def page_ids(urls: Iterable[str]) -> dict[str, int]:
    """Ids of the pages with these addresses, which must be normalised already; missing pages are made.

    For many: two statements for a batch. Made in order of address, so that two workers never wait for each other.
    """
    every = sorted(set(urls))
    found: dict[str, int] = {}
    for start in range(0, len(every), BATCH):
        batch = every[start : start + BATCH]
        found |= dict(Page.objects.filter(url__in=batch).values_list("url", "id"))
        missing = [url for url in batch if url not in found]
        insert(Page, [{"id": new_id(), "url": url, "key": key(url)} for url in missing], ignore=True)
        if missing:
            found |= dict(Page.objects.filter(url__in=missing).values_list("url", "id"))
    return found


def page_for(url: str) -> Page | None:
    """The Page of one address, or None where it cannot be one."""
    return pages_for([url]).get(url)


def _known(urls: set[str]) -> dict[str, Page]:
    found: dict[str, Page] = {}
    every = list(urls)
    for start in range(0, len(every), BATCH):
        found |= {page.url: page for page in Page.objects.filter(url__in=every[start : start + BATCH])}
    return found

"""A page that was read because somebody here shared it may link to what was shared here: it is as if it had knocked.

It goes through the same door as what knocks by itself (`credit.verify`): read again, its author found by the same
rules, known people let in at once and others at one's word. Nobody told us, and so it is said.
"""

from __future__ import annotations

from datetime import datetime

from passalong.models import Arrival, Item
from passalong.wire.address import key, split
from passalong.wire.shapes import Unreadable
from passalong.wire.webmention import links

from .ours import is_ours
from .pages import normal

FOUND = "found"
"""Arrival.kind of what we found ourselves."""
MOST = 5
"""Things of ours in one page: more is a list of links."""


def look_for_ours(url: str, content_type: str, body: bytes, now: datetime) -> int:
    """Notes which public shares of this node a page links to, to be looked into. Returns how many are new."""
    source = normal(url)
    if not source or is_ours(key(source)):
        return 0
    wanted = sorted(one for one in links(url, content_type, body) if is_ours(one))
    mine = Item.objects.filter(page__key__in=wanted[: MOST * 10], source__kind="here", gone__isnull=True)
    new = 0
    for item in mine.filter(audience=Item.Audience.PUBLIC).select_related("page").order_by("id")[:MOST]:
        if item.page and not Arrival.objects.filter(source=source, target=item.page.url).exists():
            about = {"host": host_of(source), "about": item, "knocked": now, "try_at": now}
            Arrival.objects.get_or_create(kind=FOUND, source=source, target=item.page.url, defaults=about)
            new += 1
    return new


def host_of(url: str) -> str:
    """host[:port], '' where there is none: budgets are per host."""
    try:
        parts = split(url)
    except Unreadable:
        return ""
    return f"{parts.host}:{parts.port}" if parts.port else parts.host

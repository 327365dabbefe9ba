"""What is pointed to and was read here already is shown at once, in its author's own words: nobody is asked for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from passalong.models import Item, Page
from passalong.wire.html import excerpt

TITLE = 80
SHOWN = (Item.Audience.PUBLIC, Item.Audience.ASIDE)
"""What may be shown of an item where somebody points to it."""


def introduce(pages: Iterable[Page], now: datetime) -> None:
    """Gives pages without a title that of the item living there, an excerpt, and whose it is.

    Pages to be looked at `now` are new: nothing lives there yet.
    """
    unknown = {page.pk: page for page in pages if not page.title and page.look_at != now}
    if not unknown:
        return
    living = Item.objects.filter(page__in=unknown, gone__isnull=True, audience__in=SHOWN)
    for item in living.select_related("source__person").order_by("-id"):
        page = unknown[item.page_id or 0]
        said = described(item)
        page.title, page.picture, page.looked = said["title"], said["picture"], now
        Page.objects.filter(pk=page.pk, title="").update(**said, look_at=None, looked=now)


def described(item: Item) -> dict[str, str]:
    """An item as its page is shown where somebody points to it: never more than an excerpt."""
    named = item.title or excerpt(item.excerpt, TITLE) or str(item.source.person)
    return {
        "title": named[:500],
        "description": item.excerpt if item.title else "",
        "picture": item.picture,
        "author": str(item.author or item.source.person)[:300],
        "lang": item.lang,
    }


def forget(page: Page) -> None:
    """Its author took it back: nothing of what it said is shown any more where somebody points to it."""
    Page.objects.filter(pk=page.pk).update(title="", description="", picture="", author="")

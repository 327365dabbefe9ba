"""`{% card row %}`: a card that was made before is not made again while everything it shows stays the same.

A card costs a third of a millisecond to make, and a river shows the same thirty again and again.
"""

from __future__ import annotations

import re
from itertools import chain
from threading import Lock
from typing import Any

from django.db.models import Model
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from .html_shown import with_proxied_images
from .listed import Listed
from .person import Person
from .shown import register, soon, when

MOST = 1000
"""Cards that are remembered, of about 3 kB each."""
_HEADING = re.compile(r"<(/?)h([1-6])(?=[\s>])")


def _values(row: Model | None) -> tuple[Any, ...]:
    """Every value a row of a table holds, so that no change of any is ever missed."""
    if row is None:
        return ()
    held = row.__dict__.items()
    return tuple(repr(value) if type(value) in (list, dict) else value for name, value in held if name != "_state")


def fingerprint(row: Listed, me: Person | None) -> tuple[Any, ...]:
    """All that a card can show: two rows with the same fingerprint look the same."""
    item = row.item
    rows = (
        item,
        item.source,
        item.source.person,
        item.page,
        row.follow,
        row.at_home,
        *row.files,
        *chain(*row.pages.values()),
    )
    also = tuple((other.permalink, str(other.item.source.person)) for other in row.also)
    next_try = soon(row.about.look_at) if row.about and row.about.trouble else ""
    mine = (row.seen, row.kept, row.is_new, me.pk if me else 0)
    return (get_language(), when(item.arrived), mine, also, row.words, next_try, tuple(row.pages), *map(_values, rows))


class Memory(dict[tuple[Any, ...], SafeString]):
    """The cards made last. Forgets the oldest first."""

    lock = Lock()

    def keep(self, key: tuple[Any, ...], card: SafeString) -> None:
        with self.lock:
            self[key] = card
            while len(self) > MOST:
                del self[next(iter(self))]


memory = Memory()


@register.filter
def in_card(html: str) -> SafeString:
    """Words of somebody of this node (HTML, made safe) among others': their headings stand below the card's own."""
    lower = _HEADING.sub(lambda found: f"<{found[1]}h{min(6, int(found[2]) + 2)}", html)
    return SafeString(with_proxied_images(lower))


@register.simple_tag(takes_context=True)
def card(context: Context, row: Listed) -> SafeString:
    """One card as the reader `me` sees it."""
    me = context.get("me")
    key = fingerprint(row, me)
    known = memory.get(key)
    if known is not None:
        return known
    made = SafeString(get_template("parts/card.html").render({"row": row, "me": me}))
    memory.keep(key, made)
    return made

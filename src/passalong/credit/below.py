"""`{% came_back_below item me %}`: what came back, below a share on its own public page."""

from __future__ import annotations

from typing import Any

from django import template

from passalong.credit.came_back import came_back
from passalong.credit.words import DID
from passalong.models import Item, Person

register = template.Library()
SHOWN = 50


@register.inclusion_tag("credit/below.html")
def came_back_below(item: Item, me: Person | None) -> dict[str, Any]:
    """Who answered, passed on, quoted ... this item. Strangers see what was done with it, not who shares the same."""
    owner = item.source.person
    page = came_back(owner, of=item, limit=SHOWN, reader=me)
    deeds = page.deeds if me == owner else [deed for deed in page.deeds if deed.rel != "too"]
    return {"deeds": deeds, "more": bool(page.next), "item": item, "mine": me == owner, "me": me}


@register.filter
def did(rel: str) -> str:
    """What somebody did, in a word or two, by `Deed.rel`."""
    return str(DID.get(rel, DID["link"]))

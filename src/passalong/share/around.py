"""What stands around the box: the thing it answers or quotes, and who shared already what it is about to share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from passalong.intake.pages import normal
from passalong.models import Page, Person
from passalong.models.shown import host
from passalong.share.forms import Box
from passalong.share.gesture import living_at
from passalong.share.introduce import described
from passalong.share.nearby import nearby
from passalong.share.recognise import recognise
from passalong.wire.shapes import Unreadable


@dataclass(frozen=True, slots=True)
class Towards:
    """What the words in the box are for."""

    rel: str
    url: str
    title: str
    author: str


def around(me: Person, box: Box) -> dict[str, Any]:
    """`towards` and `near` for the box's template; each None where there is nothing to say."""
    link = link_in(box.what)
    return {"towards": towards(box), "near": nearby(me, link) if link else None, "near_link": link}


def link_in(what: str) -> str:
    """The link that this text would share, '' where it would share none."""
    try:
        return recognise(what).link
    except Unreadable:
        return ""


def towards(box: Box) -> Towards | None:
    for rel, url in (("reply", box.reply_to), ("quote", box.quote_of), ("repost", box.repost_of)):
        address = normal(url)
        if not address:
            continue
        item = living_at(address)
        page = Page.objects.filter(url=address).first()
        said = described(item) if item else {}
        title = said.get("title") or (page.title if page else "") or address
        return Towards(rel, address, title, said.get("author") or (page.author if page else "") or host(address))
    return None

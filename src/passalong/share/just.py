"""What was just shared, and what is good to know about it now that it is out: whom it credits, who shared it before."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Manager
from django.http import HttpRequest

from passalong.models import File, Item, Link, Page, Person
from passalong.models.access import items_of
from passalong.models.listed import Credit
from passalong.share.credited import credits_of
from passalong.share.lists import before_of
from passalong.share.nearby import Nearby, nearby


@dataclass(frozen=True, slots=True)
class Just:
    """An item of mine, its page loaded."""

    item: Item
    credits: tuple[Credit, ...] = ()
    """Whom it was found at, and whom they had it from."""
    near: Nearby | None = None
    """Who else shared what it is about."""

    @property
    def page(self) -> Page | None:
        return self.item.page

    @property
    def files(self) -> Manager[File]:
        return self.item.files


def just_of(me: Person, item: Item) -> Just:
    links = Link.objects.filter(item=item, rel__in=(Link.Rel.ABOUT, Link.Rel.VIA)).select_related("page")
    pages = [(link.rel, link.page) for link in links.order_by("pk")]
    about = next((page for rel, page in pages if rel == Link.Rel.ABOUT), None)
    near = nearby(me, about.url, but=item) if about else None
    return Just(item, tuple(credits_of(page for rel, page in pages if rel == Link.Rel.VIA)), near)


def just_shared(request: HttpRequest, me: Person) -> Just | None:
    """What `?shared=<id>` speaks of, where it is mine and still there."""
    number = before_of(request.GET.get("shared", ""))
    if number is None:
        return None
    item = items_of(me).filter(pk=number, gone__isnull=True).select_related("page").first()
    return just_of(me, item) if item else None

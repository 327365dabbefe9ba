"""Others point to what Ann shared."""

from __future__ import annotations

from typing import Any

from passalong.models import Item, Link, Page, Source
from passalong.wire.address import key, normalise
from tests.read.cast import an_item


def page_at(url: str) -> Page:
    url = normalise(url)
    return Page.objects.get_or_create(url=url, defaults={"key": key(url)})[0]


def pointing(source: Source, to: str, rel: str = "link", **more: Any) -> Item:
    """An item of somebody else that points to an address."""
    item = an_item(source, **more)
    Link.objects.create(item=item, page=page_at(to), rel=rel, made=item.arrived)
    return item

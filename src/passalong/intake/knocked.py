"""What came by knocking before its feed brought it stays one item: from then on it is the feed's.

Its id, the marks on it and its place in conversations stay; what its page said of how it points to us is not unsaid by
a feed that says less.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db import connection

from passalong.models import Item, Link, Source
from passalong.wire.address import key
from passalong.wire.hands import same_hands

from .decide import Decision
from .identity import Told
from .ready import KINDS, Ready, bare_host

PLACES = "SELECT id, person_id FROM passalong_source WHERE kind = 'page' AND (host = %s OR person_id = %s)"


@dataclass(frozen=True, slots=True)
class Knocked:
    """An item that came by knocking."""

    id: int
    kind: str
    links: tuple[tuple[str, str], ...]
    """(rel, address in normal form)"""


Before = Mapping[str, Knocked]
"""By `Told.link_key`."""


def came_before(source: Source, told: Iterable[Told]) -> Before:
    """What these entries of a source's document already are here; only what is plainly in the same hands as it."""
    with connection.cursor() as cursor:
        cursor.execute(PLACES, [bare_host(source.url), source.person_id])
        places = dict(cursor.fetchall())
    keys = [one.link_key for one in told if one.link_key] if places else []
    if not keys:
        return {}
    items = Item.objects.filter(page__key__in=keys, source__in=places, gone__isnull=True).select_related("page")
    own = {
        item.page.key: item
        for item in items
        if item.page and (places[item.source_id] == source.person_id or same_hands(source.url, item.page.url))
    }
    links: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for pk, rel, url in Link.objects.filter(item__in=own.values()).values_list("item_id", "rel", "page__url"):
        links[pk].append((rel, url))
    return {found: Knocked(item.pk, item.kind, tuple(links[item.pk])) for found, item in own.items()}


def adopt(decisions: Iterable[Decision], before: Before) -> list[Decision]:
    """What is new to the source but not to us keeps its item. Each item is one entry's."""
    left = dict(before)
    return [
        replace(one, item=left.pop(one.told.link_key).id, words=True)
        if one.what == "new" and one.told and one.told.link_key in left
        else one
        for one in decisions
    ]


def merged(ready: Ready, known: Knocked) -> Ready:
    """The entry with what its page said of how it points: a reply stays one where the feed knows a mere link."""
    said = {key(url) for rel, url in known.links if rel != "link"}
    links = [(rel, url) for rel, url in ready.links if rel != "link" or key(url) not in said]
    kind = ready.columns["kind"]
    if known.kind in KINDS and kind not in KINDS:
        kind = known.kind
    return replace(ready, links=tuple(dict.fromkeys((*known.links, *links))), columns={**ready.columns, "kind": kind})

"""Items, bodies, links and tombstones into the tables; inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from passalong.models import Body, Item, Link, Mark
from passalong.models.ids import new_id, new_ids

from .decide import Decision
from .ours import hear
from .pages import page_ids
from .ready import Ready
from .rows import insert, update

MOST_BODIES = 50
"""Of one item's history."""


def add_items(new: Sequence[Ready]) -> None:
    pages = _pages(new)
    items: list[dict[str, Any]] = []
    bodies: list[dict[str, Any]] = []
    links: list[dict[str, Any]] = []
    ids = iter(new_ids(2 * len(new)))
    for one in new:
        item, body = next(ids), next(ids)
        items.append({**one.columns, "id": item, "page_id": pages.get(one.url), "body_id": body if one.html else None})
        if one.html:
            bodies.append(_body(one, item, body, one.columns["changed"]))
        links += _links(one, item, pages)
    insert(Item, items)
    insert(Body, bodies)
    insert(Link, links, ignore=True)
    _hear(new)


def change_items(changed: Sequence[Ready], now: datetime) -> None:
    """Edits in place. What one reads changed: the old body stays as history; else the body is only replaced."""
    if not changed:
        return
    pages = _pages(changed)
    ids = [one.decision.item for one in changed]
    current = dict(Item.objects.filter(pk__in=ids).values_list("pk", "body_id"))
    items, bodies, replaced = [], [], []
    for one in changed:
        old = current.get(one.decision.item)
        body = new_id() if one.decision.words or old is None else old
        items.append(_edited(one, pages.get(one.url), body, now))
        row = _body(one, one.decision.item, body, now)
        if body == old:
            replaced.append({"id": body, "title": row["title"], "html": row["html"]})
        else:
            bodies.append(row)
    update_each(items)
    update(Body, replaced)
    insert(Body, bodies)
    _relink(changed, pages)
    _hear(changed)
    _shorten_history([row["item_id"] for row in bodies])


def update_each(items: Iterable[dict[str, Any]]) -> None:
    """Rows with the same columns go together."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for item in items:
        groups.setdefault(tuple(item), []).append(item)
    for rows in groups.values():
        update(Item, rows)


def rename_items(decisions: Iterable[Decision]) -> None:
    """The same items under the ids and addresses their source gives them now."""
    told = [(one.item, one.told) for one in decisions if one.told]
    pages = page_ids([one.url for _, one in told if one.url])
    update(
        Item,
        [{"id": item, "guid": one.guid, "link_key": one.link_key, "page_id": pages.get(one.url)} for item, one in told],
    )


def take_back(ids: Sequence[int], now: datetime) -> list[int]:
    """Items their source takes back become tombstones; what somebody here kept stays theirs (promise P3).

    Returns the ids of those that left.
    """
    if not ids:
        return []
    kept = set(Mark.objects.filter(item__in=ids, kept__isnull=False).values_list("item_id", flat=True))
    leaving = [pk for pk in ids if pk not in kept]
    Item.objects.filter(pk__in=leaving).update(
        gone=now, changed=now, body=None, title="", excerpt="", picture="", media=[], tags=[]
    )
    Body.objects.filter(item__in=leaving).delete()
    Link.objects.filter(item__in=leaving).delete()
    return leaving


def _hear(ready: Iterable[Ready]) -> None:
    """Some of it may be about what was shared here."""
    hear((target for one in ready for _, target in one.links), timezone.now())


def _pages(ready: Iterable[Ready]) -> dict[str, int]:
    urls = {one.url for one in ready if one.url}
    urls.update(target for one in ready for _, target in one.links)
    return page_ids(urls)


def _body(one: Ready, item: int, body: int, since: datetime) -> dict[str, Any]:
    return {"id": body, "item_id": item, "since": since, "title": one.columns["title"], "html": one.html}


def _links(one: Ready, item: int, pages: dict[str, int]) -> list[dict[str, Any]]:
    made = one.columns["arrived"]
    return [
        {"id": row, "item_id": item, "page_id": pages[target], "rel": rel, "made": made}
        for row, (rel, target) in zip(new_ids(len(one.links)), one.links, strict=True)
        if target in pages
    ]


def _edited(one: Ready, page: int | None, body: int, now: datetime) -> dict[str, Any]:
    new = one.decision.what == "new"  # to its source; it came by knocking before
    stay = {"audience", "changed"} if new else {"source_id", "audience", "arrived", "published", "changed"}
    row = {name: value for name, value in one.columns.items() if name not in stay}
    row |= {"id": one.decision.item, "page_id": page, "body_id": body, "gone": None}
    return {**row, "changed": now} if one.decision.words else row


def _relink(changed: Sequence[Ready], pages: dict[str, int]) -> None:
    """Links that are no longer there go, new ones come."""
    rows = [row for one in changed for row in _links(one, one.decision.item, pages)]
    wanted = {(row["item_id"], row["page_id"], row["rel"]) for row in rows}
    existing = Link.objects.filter(item__in=[one.decision.item for one in changed])
    stale = [pk for pk, *link in existing.values_list("pk", "item_id", "page_id", "rel") if tuple(link) not in wanted]
    if stale:
        Link.objects.filter(pk__in=stale).delete()
    insert(Link, rows, ignore=True)


def _shorten_history(items: Sequence[int]) -> None:
    """A feed that says something else at every look keeps no endless history."""
    bodies: dict[int, list[int]] = {}
    for item, body in Body.objects.filter(item__in=items).order_by("-id").values_list("item_id", "pk"):
        bodies.setdefault(item, []).append(body)
    old = [body for every in bodies.values() for body in every[MOST_BODIES:]]
    if old:
        Body.objects.filter(pk__in=old).delete()

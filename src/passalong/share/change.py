"""What a person does with what they shared: change it, undo it, take it back.

A change adds a Body, so its history stays. Undo, in the first seconds, is as if it had never been shared. Taking back
leaves a tombstone: its address says that it is gone (410), and nothing it said is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from passalong.models import Body, Item, Link, Posted
from passalong.share.announce import announce, tag_pages_of
from passalong.share.draft import Draft, check
from passalong.share.files import erase
from passalong.share.introduce import forget
from passalong.share.publish import attach, describe, fill, pages_of, point, thing_of, touch, work_out
from passalong.share.tell import letters_again, unsay

UNDO = timedelta(seconds=15)
"""The button shows for 10 seconds; a slow line has a little longer."""


def change(item: Item, draft: Draft) -> Item:
    """Gives the item what the draft says; its address and identity stay. Raises CannotShare.

    `item` comes with page, body and source__person.
    """
    check(draft)
    describe(draft)
    assert item.page is not None  # what was shared here has a page
    with transaction.atomic():
        now = timezone.now()
        said = work_out(item.source.person, draft, item.page.url)
        pages = pages_of(said.pointers, now)
        attach(item, item.source.person, draft.files)
        fill(item, draft, said, now, thing_of(draft, pages))
        item.published = min(draft.published or item.published, now)
        item.body = Body.objects.create(item=item, since=now, title=draft.title, html=said.html, text=draft.said)
        item.save()
        new_tags = [url for rel, url in said.pointers if rel == "tag"]
        announce(item.source.person, [*tag_pages_of(item), *new_tags])
        _unpoint(item, {(pages[url].pk, rel): None for rel, url in said.pointers})
        point(item, said.pointers, pages, now)
        letters_again(item, said.pointers, said.html, now)
        touch(item.source.person)
    return item


def _unpoint(item: Item, wanted: dict[tuple[int, str], None]) -> None:
    """Removes the links that it no longer has; the others keep the time they were made.

    The credit is a chain, whose order is that of its links' ids: where it changed, all of it is made anew.
    """
    via = Link.Rel.VIA
    links = list(item.links.order_by("pk"))
    same = [link.page_id for link in links if link.rel == via] == [page for page, rel in wanted if rel == via]
    unwanted = [link.pk for link in links if (link.page_id, link.rel) not in wanted or (link.rel == via and not same)]
    Link.objects.filter(pk__in=unwanted).delete()


def take_back(item: Item) -> None:
    """Leaves a tombstone. Twice is as good as once."""
    with transaction.atomic():
        now = timezone.now()
        item.refresh_from_db(fields=["gone"])
        if item.gone:
            return
        announce(item.source.person, tag_pages_of(item))
        _empty(item, now)
        item.save()
        item.bodies.update(html="", text="", title="")
        item.links.all().delete()
        Posted.objects.filter(item=item).delete()
        if item.page:
            forget(item.page)
        unsay(item, now)
        files = list(item.files.all())
        item.files.update(name="", alt="")
        touch(item.source.person)
        transaction.on_commit(lambda: erase(files))


def _empty(item: Item, now: datetime) -> None:
    item.gone = item.changed = now
    item.title = item.excerpt = item.picture = item.content_hash = item.lang = ""
    item.media, item.tags = [], []


def undo(item: Item, later: Callable[[Item], None] = take_back) -> bool:
    """Within the first seconds: removes every trace. Then, or where it was used already: what is done `later`. Returns
    whether no trace is left."""
    if timezone.now() - item.arrived > UNDO:
        later(item)
        return False
    try:
        with transaction.atomic():
            files = list(item.files.all())
            announce(item.source.person, tag_pages_of(item))
            Item.objects.filter(pk=item.pk).update(body=None)
            unsay(item, timezone.now(), erased=True)
            item.files.all().delete()
            item.bodies.all().delete()
            Item.objects.filter(pk=item.pk).delete()
            touch(item.source.person)
            transaction.on_commit(lambda: erase(files))
    except ProtectedError:  # somebody here kept or answered it already
        later(item)
        return False
    return True

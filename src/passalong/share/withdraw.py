"""What is taken back is gone at once for everybody, and for one day its person can bring it back, or erase it.

The tombstone is the same as ever: 410, nothing it said is public. Beside it, private, stays the draft it could come
from, and its files wait as files do that were never shared. After a day both are forgotten, and nobody can bring it
back.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from passalong.models import File, Item, Posted, Withdrawn
from passalong.share.change import change, take_back
from passalong.share.draft import CannotShare, Draft
from passalong.share.files import WAITING, erase, waiting
from passalong.share.standing import standing


def withdraw(item: Item) -> None:
    """Takes it back; what was withdrawn before stays so."""
    if item.gone:
        return
    now = timezone.now()
    draft = standing(item)
    posted = Posted.objects.filter(item=item).first()
    with transaction.atomic():
        said: dict[str, Any] = {name: value for name, value in asdict(_without_files(draft)).items() if value}
        said["files"] = [_once_more(file, now).pk for file in draft.files]
        said["published"] = item.published.isoformat()
        more = {"more": posted.more, "html": posted.html} if posted else None
        Withdrawn.objects.update_or_create(
            item=item, defaults={"said": {"draft": said, "posted": more}, "ends": now + WAITING}
        )
        take_back(item)


def withdrawn(item: Item) -> Withdrawn | None:
    """What it can come back from; None for what stands, and for what was erased."""
    return Withdrawn.objects.filter(item=item, ends__gt=timezone.now()).first()


def _without_files(draft: Draft) -> Draft:
    return Draft(**{name: getattr(draft, name) for name in Draft.__dataclass_fields__ if name != "files"})


def _once_more(file: File, now: datetime) -> File:
    """A row of its own for the same bytes, that belongs to nothing."""
    copy = File.objects.get(pk=file.pk)
    copy.pk, copy.item, copy.place, copy.made = File().pk, None, 0, now
    copy.save(force_insert=True)
    return copy


def bring_back(item: Item) -> Item:
    """As it was, at its address. Raises CannotShare where it is not gone, or was erased."""
    if item.gone is None:
        raise CannotShare("This was not taken back.")
    kept = withdrawn(item)
    if kept is None:
        raise CannotShare("This was erased, as promised, and cannot be brought back: share it anew.")
    said, posted = dict(kept.said["draft"]), kept.said["posted"]
    files = waiting(item.source.person, map(str, said.pop("files")))
    said["published"] = datetime.fromisoformat(said["published"])
    lists: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}
    with transaction.atomic():
        item.gone = None
        item.files.all().delete()  # what the tombstone still held of them has no name
        change(item, Draft(**lists, files=tuple(files)))
        if posted:
            Posted.objects.update_or_create(item=item, defaults=posted)
        kept.delete()
    return item


def erase_now(item: Item) -> None:
    """What was taken back stays so for good: nothing it said is kept from here on."""
    kept = withdrawn(item)
    if kept is None:
        return
    files = waiting(item.source.person, map(str, kept.said["draft"].get("files", [])))
    with transaction.atomic():
        kept.delete()
        File.objects.filter(pk__in=[file.pk for file in files]).delete()
        transaction.on_commit(lambda: erase(files))


def forget_withdrawn(now: datetime) -> int:
    """Forgets what nobody brought back within the day. Returns how many."""
    return Withdrawn.objects.filter(ends__lte=now).delete()[0]

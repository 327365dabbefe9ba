"""What the owner of the demo shared and did before anybody looked, through the same doors as everybody.

share -> follow everyone -> look -> answer, pass along, thank -> look -> ... -> some are in trouble -> strangers knock
"""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from passalong.credit import verify
from passalong.credit.knock import knock
from passalong.follow import refresh
from passalong.follow.start import start
from passalong.models import File, Follow, Item, Link, Person, Source
from passalong.read import marks
from passalong.share.draft import Draft
from passalong.share.face import draw_face, wear
from passalong.share.files import keep
from passalong.share.gesture import living_at, make
from passalong.share.publish import publish
from passalong.wire.shapes import Found

from . import things
from .place import Mark
from .village import Sharer, Village

WHO = "demo"
PHASES = 3
GREEN = (110, 150, 104)
KEPT = "reading-room/drawers"
LONG_AGO = timedelta(days=3)
CROWD = timedelta(minutes=1)
"""Knocks are spread over so long where there are several."""


def make_first_day(me: Person, village: Village, mark: Mark) -> None:
    """Everything up to the moment the first visitor comes. Going through it twice does nothing twice."""
    introduce(me, village)
    for phase in range(PHASES):
        for one in village.told.owner:
            if one["phase"] == phase and one["word"] not in mark.said:
                item = do(me, village, one)
                mark.said[one["word"]] = item.pk
                village.ours[one["word"]] = item.page.url if item.page else ""
        if not phase:
            follow_everyone(me, village)
        look(me)
    fall_into_trouble(me, village)
    keep_one(me, village)
    some_knock(village)


def introduce(me: Person, village: Village) -> None:
    """A sentence and a face, once: what its owner changes or takes away later stays so."""
    if not me.note:
        Person.objects.filter(pk=me.pk).update(note=village.told.about)
        wear(me, draw_face(me, "me.png", io.BytesIO(things.face("the owner", GREEN))))


def do(me: Person, village: Village, one: dict[str, Any]) -> Item:
    """Shares, answers, passes along or thanks, dated back."""
    for gesture in ("thank", "pass-along"):
        url = village.resolve(one.get(gesture.replace("pass-", ""), ""))
        if url:
            return _date_back(make(me, gesture, url, living_at(url)), village, one["ago"])
    draft = Draft(
        words=one["words"],
        link=village.resolve(one.get("link", "")),
        reply_to=village.resolve(one.get("reply", "")),
        question=one.get("question", False),
        files=_files(me, one),
        key=f"demo {one['word']}",
    )
    return _date_back(publish(me, draft), village, one["ago"])


def _files(me: Person, one: dict[str, Any]) -> tuple[File, ...]:
    if "picture" in one:
        drawn = io.BytesIO(things.picture(one["word"], GREEN))
        return (keep(me, f"{one['word']}.png", drawn, alt=one["picture"]),)
    if "paper" in one:
        return (keep(me, f"{one['word']}.pdf", io.BytesIO(things.paper(one["paper"]))),)
    return ()


def _date_back(item: Item, village: Village, hours: float) -> Item:
    moment: datetime = village.began - timedelta(hours=hours)
    Item.objects.filter(pk=item.pk).update(published=moment, arrived=moment, changed=moment)
    item.bodies.update(since=moment)
    Link.objects.filter(item=item).update(made=moment)
    return item


def follow_everyone(me: Person, village: Village) -> None:
    for sharer in village.told.people.values():
        address = village.feed_address(sharer)
        if sharer.followed and not Follow.objects.filter(person=me, source__url=address).exists():
            start(
                me,
                Found(address, "hfeed" if sharer.wire == "hfeed" else "feed", title=sharer.name, person=sharer.name),
                now=timezone.now(),
            )


def look(me: Person) -> None:
    """Everyone is looked at now."""
    mine = Follow.objects.filter(person=me, state=Follow.State.YES, via=Follow.Via.RIVER)
    refresh.refresh_these(WHO, list(mine.values_list("source_id", flat=True)))


def source_of(village: Village, sharer: Sharer) -> Source | None:
    return Source.objects.filter(url=village.feed_address(sharer)).first()


def fall_into_trouble(me: Person, village: Village) -> None:
    """Some sites answer no longer as they did; one has said for days that it is gone."""
    village.troubled = True
    troubled = [one for one in village.told.people.values() if one.trouble]
    sources = [source for one in troubled if (source := source_of(village, one))]
    for source in sources:
        Source.objects.filter(pk=source.pk).update(gone_since=timezone.now() - LONG_AGO)
    refresh.refresh_these(WHO, [source.pk for source in sources])
    _hear_less_of(me, village)


def _hear_less_of(me: Person, village: Village) -> None:
    """One of them is muted."""
    source = source_of(village, village.told.people["classroom"])
    Follow.objects.filter(person=me, source=source).update(muted=True)


def keep_one(me: Person, village: Village) -> None:
    item = living_at(village.resolve(f"{{{KEPT}}}"))
    if item:
        marks.do(me, item, "keep")


def some_knock(village: Village) -> None:
    """Some say that they answered. Those who are not followed wait for the owner's word from the first moment on; the
    others are looked at by the worker."""
    now = timezone.now()
    telling = sorted((one for one in village.told.people.values() if one.knocks), key=lambda one: one.followed)
    for sharer in telling:
        for post in village.posts(sharer.handle):
            for target in filter(None, village.ours.values()):
                if target in (post.reply, post.like, post.repost) or f"({target})" in post.words:
                    knock(village.home(sharer.handle) + post.slug, target, now)
        if not sharer.followed:
            verify.work_once(now + CROWD, WHO)

"""Following and no longer following: who, from where, since when.

Something found -> a Person, their Source, a Follow; what they shared so far comes quietly.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from passalong.intake.identity import address_of
from passalong.intake.waiting import look_again
from passalong.models import Follow, Item, Person, Source, first_moves
from passalong.wire.shapes import Found, Unreadable

UNSEEN_AT_FIRST = 3
MOST_FOLLOWED = 20_000
KINDS = {"feed": Source.Kind.FEED, "hfeed": Source.Kind.HFEED, "page": Source.Kind.WATCHED}
"""What can be followed so far, of what can be found."""

NOTHING = "There is nothing at this address that can be followed: try their blog or home page."
TO_BE_FOUND = {"address": Source.Kind.ADDRESS}
"""What is followed before anybody has looked what is there (seek.py)."""


def start(person: Person, found: Found, *, now: datetime) -> Follow:
    """Begins to follow: from now on it is looked at, first of all at once. Raises Unreadable."""
    url = address_kept(found.url)
    if is_ours(url):
        raise Unreadable("That is this node itself: you are here already. Follow somebody else.", "self")
    if Follow.objects.filter(person=person, state=Follow.State.YES).count() >= MOST_FOLLOWED:
        raise Unreadable(f"You follow {MOST_FOLLOWED} already, the most this node takes: unfollow some first.", "limit")
    with transaction.atomic():
        source = Source.objects.select_related("person").filter(url=url).first() or make_source(url, found)
        if Follow.objects.filter(person=person, source=source, state=Follow.State.YES, via=Follow.Via.RIVER).exists():
            raise Unreadable(f"You follow {source.person} already.", "already")
        return follow_again(person, source, now)


def follow_again(person: Person, source: Source, now: datetime) -> Follow:
    """Follows a source we know; what it shared so far counts as seen, but for the newest. Twice is once."""
    with transaction.atomic():
        follow, _ = Follow.objects.select_for_update().get_or_create(
            person=person, source=source, via=Follow.Via.RIVER, defaults={"state": Follow.State.ENDED}
        )
        if follow.state != Follow.State.YES:
            follow.state, follow.since, follow.muted = Follow.State.YES, now, False
            follow.seen_until, follow.unseen = quiet(source, now)
            follow.save()
            look_again(source, now)
            first_moves.made(person, first_moves.FOLLOW)
        if source.fetch_at is None:
            source.fetch_at = now
            Source.objects.filter(pk=source.pk).update(fetch_at=now)
    follow.source = source
    return follow


def make_source(url: str, found: Found) -> Source:
    """A place we have not heard of, and its person. Who they are is known better once it was read."""
    person, _ = Person.objects.get_or_create(url=url, defaults={"name": found.person[:300], "handle": None})
    said = {
        "person": person,
        "kind": (KINDS | TO_BE_FOUND).get(found.kind, Source.Kind.FEED),
        "host": urlsplit(url).netloc[:255],
        "title": found.title[:300],
        "state": Source.State.NEW,
    }
    return Source.objects.get_or_create(url=url, defaults=said)[0]


def address_kept(url: str) -> str:
    """The address as a Source keeps it: as it is written, since some servers mind. Raises Unreadable."""
    if len(url) > 2000 or not url.lower().startswith(("http://", "https://")) or not address_of(url):
        raise Unreadable("That is not a web address that can be followed.", "address")
    return url


def is_ours(url: str) -> bool:
    ours = urlsplit(settings.BASE_URL)
    theirs = urlsplit(url)
    return (theirs.hostname, theirs.port) == (ours.hostname, ours.port)


def quiet(source: Source, now: datetime) -> tuple[datetime, int]:
    """(seen_until, unseen) of a new follow: all but the newest three count as seen."""
    latest = list(
        Item.objects.filter(source=source, gone__isnull=True, audience=Item.Audience.PUBLIC)
        .order_by("-arrived", "-id")
        .values_list("arrived", flat=True)[: UNSEEN_AT_FIRST + 1]
    )
    if not latest:
        return now, 0
    before = latest[UNSEEN_AT_FIRST] if len(latest) > UNSEEN_AT_FIRST else latest[-1] - timedelta(microseconds=1)
    return before, sum(1 for arrived in latest if arrived > before)


def stop(person: Person, source: Source) -> bool:
    """No longer follows; what came stays (promise P3). Nobody else follows it: it is not looked at any more."""
    ended = Follow.objects.filter(person=person, source=source, via=Follow.Via.RIVER, state=Follow.State.YES)
    if not ended.update(state=Follow.State.ENDED, unseen=0):
        return False
    if not Follow.objects.filter(source=source, state=Follow.State.YES).exists():
        Source.objects.filter(pk=source.pk).update(fetch_at=None, leased_until=None, leased_by="")
    return True


def mute(person: Person, source: Source, muted: bool = True) -> bool:
    """Followed, but kept out of the river. False where `person` does not follow it."""
    follows = Follow.objects.filter(person=person, source=source, via=Follow.Via.RIVER, state=Follow.State.YES)
    return bool(follows.update(muted=muted))


def look_now(source: Source, now: datetime) -> None:
    """Looks again at once, however long the plan was to wait."""
    Source.objects.filter(pk=source.pk, fetch_at__isnull=False).update(fetch_at=now)


def read_more(source: Source, now: datetime) -> None:
    """The follower wants it read although it is very large: from now on, and at once (F17)."""
    Source.objects.filter(pk=source.pk).update(reads_more=True)
    look_now(source, now)


def vouch(source: Source, now: datetime) -> None:
    """The follower says that it is still them: what was held comes in at the next look, now."""
    Source.objects.filter(pk=source.pk, state=Source.State.HELD).update(
        state=Source.State.NEW, reason="", fetch_at=now, etag="", last_modified="", body_hash=""
    )

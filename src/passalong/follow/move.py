"""A source has moved for good."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction

from passalong.models import Follow, Source


def move_source(source: Source, url: str, now: datetime) -> None:
    """The source lives at `url` now. Where we have that one already, its followers go there, and this one rests."""
    with transaction.atomic():
        there = Source.objects.filter(url=url).exclude(pk=source.pk).first()
        if there is None:
            Source.objects.filter(pk=source.pk).update(url=url, host=urlsplit(url).netloc[:255])
            return
        settled = Follow.objects.filter(source=there, via=Follow.Via.RIVER).values("person")
        Follow.objects.filter(source=source).exclude(person__in=settled).update(source=there)
        Follow.objects.filter(source=source).update(state=Follow.State.ENDED)
        Source.objects.filter(pk=there.pk, fetch_at__isnull=True).update(fetch_at=now)
        Source.objects.filter(pk=source.pk).update(
            fetch_at=None,
            state=Source.State.MOVED,
            reason=f"It moved to {there.title or there.url}, which you follow: nothing for you to do."[:500],
        )

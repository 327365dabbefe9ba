"""Who follows: as far as they let us know, which is those who asked to be told at once (WebSub)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Min, Q

from passalong.models import Person
from passalong.models.hub import Subscriber

MOST = 50


@dataclass(frozen=True, slots=True)
class Follower:
    """Somebody at a host: more is not known of them, and nothing more is guessed."""

    host: str
    since: datetime


def followers(person: Person, now: datetime) -> list[Follower]:
    """The latest first."""
    mine = Q(topic__startswith=f"{person.url}/") | Q(topic__startswith=f"{settings.BASE_URL}/feed.")
    hosts = Subscriber.objects.filter(mine, until__gt=now).values("host").annotate(since=Min("asked"))
    return [Follower(row["host"], row["since"]) for row in hosts.order_by("-since", "host")[:MOST]]

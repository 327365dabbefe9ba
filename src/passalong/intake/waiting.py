"""Whose answers wait for a word is perhaps somebody whom one begins to follow: then what waits is looked at again."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from passalong.models import Arrival, Source

from .found import host_of


def look_again(source: Source, now: datetime) -> None:
    """What waits from the hosts of this place. Whether it comes in is found out as always (`credit.verify`)."""
    hosts = {host_of(url).removeprefix("www.") for url in (source.url, source.home, source.person.url)} - {""}
    places = [*hosts, *(f"www.{host}" for host in hosts)]
    Arrival.objects.filter(Q(try_at=None) | Q(try_at__gt=now), state=Arrival.State.ASKING, host__in=places).update(
        try_at=now, tries=0
    )

"""Who sends wrong codes and tokens again and again is told to wait (T59).

A right one is never refused for the wrong ones of others: at 256 random bits nobody finds one by trying, and behind one
address there may be a whole school. What the limit saves is the work and the log.
"""

from __future__ import annotations

import hashlib
import ipaddress
import time
from collections.abc import Iterator
from contextlib import contextmanager

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

from passalong.keys.issue import Refused
from passalong.models import Token
from passalong.models.token import hashed

MOST, WITHIN = 10, 15 * 60
"""Wrong tries from one address, in so many seconds."""


class TooMany(Exception):  # noqa: N818 - reads as a sentence where it is raised
    def __init__(self, seconds: int) -> None:
        super().__init__("Too many wrong tries from this address: wait, then try once more.")
        self.seconds = seconds


def count_wrong(request: HttpRequest) -> None:
    """Counts one wrong try. Raises TooMany from the eleventh on."""
    now, key = time.time(), _key(request)
    count, until = cache.get(key, (0, now + WITHIN))
    if count >= MOST:
        raise TooMany(max(1, int(until - now)))
    cache.set(key, (count + 1, until), max(1, until - now))


def count_made_up(request: HttpRequest, text: str) -> None:
    """As `count_wrong`, for a token that opens nothing: one that once did is no guess, however often it is sent, and is
    to be told that it has ended (RFC 6750, 3.1); none at all is no try either."""
    if text and not Token.objects.filter(hash=hashed(text)).exists():
        count_wrong(request)


def _key(request: HttpRequest) -> str:
    """Of the address that asks; of a whole network for IPv6, where one household has billions."""
    said = str(get_adapter().get_client_ip(request))
    try:
        address = ipaddress.ip_address(said)
        if address.version == 6:
            said = str(ipaddress.ip_network(f"{said}/64", strict=False))
    except ValueError:
        pass
    return f"wrong-token-{hashlib.sha256(said.encode()).hexdigest()}"


@contextmanager
def trying(request: HttpRequest) -> Iterator[None]:
    """What is refused inside counts. Raises TooMany in its place from the eleventh on."""
    try:
        yield
    except Refused as problem:
        if problem.code == "invalid_grant":
            count_wrong(request)
        raise

"""Which feed of ours an address is: the topics one can subscribe to, and what they say now."""

from __future__ import annotations

import re
from urllib.parse import unquote

from django.conf import settings
from django.http import Http404

from passalong.intake.pages import normal
from passalong.share.feeds import Series, node_series, person_series, place_of, read_feed, tag_series
from passalong.wire.feed_write import CONTENT_TYPES, WRITERS, FeedKind

_PATH = re.compile(r"(?:/@(?P<handle>[\w-]{1,60})(?:/tag/(?P<tag>[^/]{1,100}))?)?/feed\.(?P<kind>atom|rss|json)")


def find_topic(address: str) -> str:
    """The address at which the feed meant by `address` calls itself, '' where that is no feed of ours.

    Spellings of one address (WebSub, section 5.1: decode what need not be encoded) are one topic; other addresses that
    lead to the same feed are none.
    """
    found = _find(address)
    return place_of(*found) if found else ""


def read_topic(topic: str) -> tuple[bytes, str] | None:
    """The feed's whole content now and its Content-Type; None where it is no longer there."""
    found = _find(topic)
    if found is None:
        return None
    series, kind = found
    return WRITERS[kind](read_feed(series, place_of(series, kind), None)), CONTENT_TYPES[kind]


def _find(address: str) -> tuple[Series, FeedKind] | None:
    path = address.removeprefix(settings.BASE_URL)
    match = _PATH.fullmatch(unquote(path)) if path != address else None
    if match is None:
        return None
    kind: FeedKind = match["kind"]  # type: ignore[assignment]
    try:
        series = _series(match["handle"], match["tag"])
    except Http404:
        return None
    return (series, kind) if normal(place_of(series, kind)) == normal(address) else None


def _series(handle: str | None, tag: str | None) -> Series:
    if handle is None:
        return node_series()
    return tag_series(handle, tag) if tag else person_series(handle)

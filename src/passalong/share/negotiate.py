"""One address, several formats: whoever asks a page of shares for a feed gets the feed (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from passalong.share.feeds import Series, feed_view
from passalong.wire.feed_write import FeedKind

HTML = "text/html"
KINDS: dict[str, FeedKind] = {
    "application/atom+xml": "atom",
    "application/rss+xml": "rss",
    "application/feed+json": "json",
    "application/json": "json",
}


def feed_wanted(request: HttpRequest) -> FeedKind | None:
    """The format the asker prefers to a page; None for browsers, and for whoever does not mind."""
    wanted = request.get_preferred_type([HTML, *KINDS])
    return KINDS.get(str(wanted)) if wanted else None


def as_feed(request: HttpRequest, series: Series, kind: FeedKind) -> HttpResponseBase:
    """The feed at the page's own address."""
    response = feed_view(request, series, kind)
    patch_vary_headers(response, ("Accept",))
    return response

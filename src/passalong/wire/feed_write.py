"""Our own feeds, as bytes: Atom 1.0 (RFC 4287), RSS 2.0 (rssboard.org/rss-specification), JSON Feed 1.1.

All three say the same about the same `OutFeed`; what a format has no word for it says by the usual extension:
paging and archives by RFC 5005, licences by RFC 4946 and creativeCommons, replies by RFC 4685, pictures by Media RSS,
in JSON by an object `_passalong`. `docs/reference/feeds.md` lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from passalong.wire.feed_write_atom import atom
from passalong.wire.feed_write_json import json_feed
from passalong.wire.feed_write_rss import rss
from passalong.wire.out_shapes import OutEntry, OutFeed

FeedKind = Literal["atom", "rss", "json"]

CONTENT_TYPES: Mapping[FeedKind, str] = {
    "atom": "application/atom+xml; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}

WRITERS: Mapping[FeedKind, Callable[[OutFeed], bytes]] = {"atom": atom, "rss": rss, "json": json_feed}

__all__ = ["CONTENT_TYPES", "WRITERS", "FeedKind", "OutEntry", "OutFeed", "atom", "json_feed", "rss"]

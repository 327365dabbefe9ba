"""feedparser's dictionaries, read into what a document states."""

from __future__ import annotations

from typing import Any

from passalong.wire.feed_raw import HTML, MOST_ATTACHMENTS, RawEntry, RawFeed, Text
from passalong.wire.shapes import Attachment, Author, Pointer

_FORMATS = {
    "rss090": "rss-0.90",
    "rss091n": "rss-0.91",
    "rss091u": "rss-0.91",
    "rss092": "rss-0.92",
    "rss093": "rss-0.93",
    "rss094": "rss-0.94",
    "rss20": "rss-2.0",
    "rss10": "rdf",
    "rss": "rss",
    "atom01": "atom-0.1",
    "atom02": "atom-0.2",
    "atom03": "atom-0.3",
    "atom10": "atom-1.0",
    "atom": "atom",
    "cdf": "cdf",
}
_POINTING = frozenset({"via", "related"})


def gather(version: str, feed: Any, entries: list[Any], url: str) -> RawFeed:
    """RawFeed from feedparser's `version`, `feed` and `entries`; a base equal to `url` is none that was stated."""
    links = _dicts(feed, "links")
    return RawFeed(
        format=_FORMATS.get(version, version or "xml"),
        base=_stated(feed.get("ours_base"), url),
        lang=_string(feed.get("language")),
        title=_text(feed, "title"),
        subtitle=_text(feed, "subtitle") or _text(feed, "summary"),
        home=_string(feed.get("link")),
        self_url=_linked(links, "self"),
        next=_linked(links, "next") or _linked(links, "prev-archive"),
        hubs=[_string(link.get("href")) for link in links if link.get("rel") == "hub"],
        people=_people(feed) or _people({"authors": [feed.get("ours_owner")]}),
        image=_image(feed) or _string(feed.get("logo")) or _string(feed.get("icon")),
        licence=_linked(links, "license"),
        moved_to=_string(feed.get("itunes_new-feed-url")) or _string(feed.get("newlocation")),
        ttl=_string(feed.get("ttl")),
        period=_string(feed.get("sy_updateperiod")),
        frequency=_string(feed.get("sy_updatefrequency")),
        skip_hours=_strings(feed, "ours_hours"),
        skip_days=_strings(feed, "ours_days"),
        entries=[_entry(entry, url) for entry in entries],
    )


def _entry(entry: Any, url: str) -> RawEntry:
    links = _dicts(entry, "links")
    source = entry.get("source")
    source = source if isinstance(source, dict) else {}
    return RawEntry(
        guid=_string(entry.get("id")),
        link=_string(entry.get("link")),
        original_link=_string(entry.get("feedburner_origlink")),
        base=_stated(entry.get("ours_base"), url),
        lang=_string(entry.get("language")),
        scope_lang=_string(entry.get("ours_lang")),
        title=_text(entry, "title", url),
        media_title=_caption(entry, "ours_media_title"),
        summary=_text(entry, "summary", url),
        contents=[_content(content, url) for content in _dicts(entry, "content")],
        media_description=_caption(entry, "ours_media_description"),
        caption=_caption(entry, "ours_file_media_description"),
        caption_title=_caption(entry, "ours_file_media_title"),
        published=_string(entry.get("published")),
        updated=_string(dict.get(entry, "updated")),
        created=_string(entry.get("created")),
        people=_people(entry),
        tags=[_string(tag.get("label")) or _string(tag.get("term")) for tag in _dicts(entry, "tags")],
        enclosures=[_enclosure(link) for link in links if link.get("rel") == "enclosure"][:MOST_ATTACHMENTS],
        media=[_media(media) for media in _dicts(entry, "media_content") if media.get("url")][:MOST_ATTACHMENTS],
        duration=_string(entry.get("itunes_duration")),
        pointers=_pointers(entry, links),
        image=_image(entry),
        thumbnail=next((url for one in _dicts(entry, "media_thumbnail") if (url := _string(one.get("url")))), ""),
        licence=_linked(links, "license"),
        total=_string(entry.get("thr_total")),
        comments=_string(entry.get("slash_comments")),
        counts=[_string(link.get("count") or link.get("thr:count")) for link in links if link.get("rel") == "replies"],
        source_title=_text(source, "title"),
        source_url=_string(source.get("link")) or _string(source.get("ours_url")),
    )


def _dicts(where: Any, key: str) -> list[Any]:
    """What feedparser gathered under a key; an element of that name may have put anything else there."""
    value = where.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _strings(where: Any, key: str) -> list[str]:
    value = where.get(key)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _caption(entry: Any, key: str) -> Text | None:
    value = entry.get(key)
    return value if isinstance(value, Text) else None


def _stated(base: Any, url: str) -> str:
    stated = _string(base)
    return "" if stated == url else stated


def _string(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _text(where: Any, key: str, url: str = "") -> Text | None:
    value = where.get(key)
    if not isinstance(value, str) or not value:
        return None
    detail = where.get(f"{key}_detail")
    if not isinstance(detail, dict) or detail.get("value") != value:
        return Text(value, HTML)
    return _content(detail, url)


def _content(content: Any, url: str) -> Text:
    kind, lang = _string(content.get("type")) or HTML, _string(content.get("language"))
    value = content.get("value")
    return Text(value if isinstance(value, str) else "", kind, _stated(content.get("base"), url), lang)


def _people(where: Any) -> list[Author]:
    return [
        Author(_string(one.get("name")), _string(one.get("href")), _string(one.get("email")))
        for one in _dicts(where, "authors")
    ]


def _image(where: Any) -> str:
    image = where.get("image")
    stated = image.get("href") if isinstance(image, dict) else ""
    return _string(stated)


def _linked(links: list[Any], rel: str) -> str:
    return next((_string(link.get("href")) for link in links if link.get("rel") == rel and link.get("href")), "")


def _pointers(entry: Any, links: list[Any]) -> list[Pointer]:
    replies = [Pointer("reply", _string(url)) for url in _strings(entry, "ours_replies")]
    return replies + [Pointer(link["rel"], _string(link.get("href"))) for link in links if link.get("rel") in _POINTING]


def _enclosure(link: Any) -> Attachment:
    # feedparser gives every link the type text/html where it states none.
    kind = _string(link.get("type")).replace("text/html", "")
    return Attachment(_string(link.get("href")), kind, count(link.get("length")), _string(link.get("title")))


def _media(media: Any) -> Attachment:
    seconds = count(media.get("duration"))
    return Attachment(
        url=_string(media.get("url")),
        type=_string(media.get("type"))
        or {"image": "image/*", "video": "video/*", "audio": "audio/*"}.get(media.get("medium", ""), ""),
        size=count(media.get("filesize")),
        title=_string(media.get("media_description")) or _string(media.get("media_title")),
        seconds=float(seconds) if seconds else None,
        width=count(media.get("width")),
        height=count(media.get("height")),
    )


def count(stated: Any) -> int | None:
    """A whole number as stated, None for anything else."""
    text = _string(stated)
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 15 else None

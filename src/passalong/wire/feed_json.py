"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/), read strictly as JSON and tolerantly as a feed."""

from __future__ import annotations

import json
from typing import Any

from passalong.wire.feed_document import MOST_ENTRIES
from passalong.wire.feed_raw import (
    HTML,
    MOST_ATTACHMENTS,
    MOST_AUTHORS,
    MOST_TAGS,
    PLAIN,
    RawEntry,
    RawFeed,
    Text,
)
from passalong.wire.shapes import Attachment, Author, Pointer, Unreadable

DEEPEST = 32
MOST_POINTERS = 50
_OURS = "_passalong"
_NOT_A_FEED = "This address gives data, but no posts that could be followed."


def read(text: str) -> RawFeed:
    """What a JSON Feed states. Raises Unreadable: bad json, cut, too deep, not a feed."""
    return _feed(parse(text))


def parse(text: str) -> Any:
    """JSON as RFC 8259 and I-JSON (RFC 7493) want it: no NaN, no key twice, at most 32 levels deep."""
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated"):
            raise Unreadable("The data at this address ends before its end.", "cut") from error
        raise Unreadable("The data at this address is not valid JSON.", "bad json") from error
    except RecursionError as error:
        raise Unreadable("The data at this address is nested too deeply.", "too deep") from error
    except ValueError as error:
        raise Unreadable("The data at this address holds a number that is none.", "bad json") from error
    _measure(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable("The data at this address says the same thing twice.", "bad json")
    return found


def _refuse_constant(name: str) -> Any:
    raise Unreadable(f"The data at this address holds {name}, which is no number.", "bad json")


def _measure(value: Any) -> None:
    level = [value]
    for _ in range(DEEPEST):
        level = (
            [
                inner
                for one in level
                for inner in (one.values() if isinstance(one, dict) else one)
                if isinstance(inner, (dict, list))
            ]
            if isinstance(value, (dict, list))
            else []
        )
        if not level:
            return
    raise Unreadable("The data at this address is nested too deeply.", "too deep")


def _feed(data: Any) -> RawFeed:
    items = data.get("items") if isinstance(data, dict) else None
    if not isinstance(items, list):
        raise Unreadable(_NOT_A_FEED, "not a feed")
    version = _string(data, "version").rstrip("/").rpartition("/")[2]
    return RawFeed(
        format=f"json-{version}" if version in ("1", "1.1") else "json",
        lang=_string(data, "language"),
        title=_text(data, "title", PLAIN),
        subtitle=_text(data, "description", PLAIN),
        home=_string(data, "home_page_url"),
        self_url=_string(data, "feed_url"),
        next=_string(data, "next_url"),
        hubs=[_string(hub, "url") for hub in _list(data, "hubs") if _string(hub, "type").lower() in ("websub", "")],
        people=_people(data),
        image=_string(data, "icon") or _string(data, "favicon"),
        licence=_string(data.get(_OURS), "licence"),
        entries=[_entry(item) for item in items[:MOST_ENTRIES] if isinstance(item, dict)],
    )


def _entry(item: dict[str, Any]) -> RawEntry:
    contents = [_text(item, "content_html", HTML), _text(item, "content_text", PLAIN)]
    external = _string(item, "external_url")
    return RawEntry(
        guid=_identity(item.get("id")),
        link=_string(item, "url"),
        lang=_string(item, "language"),
        title=_text(item, "title", PLAIN),
        summary=_text(item, "summary", PLAIN),
        # HTML says more than the text beside it, so the text stands in only where it is alone.
        contents=[text for text in contents if text][:1],
        published=_string(item, "date_published"),
        updated=_string(item, "date_modified"),
        people=_people(item),
        tags=[tag.strip() for tag in _list(item, "tags")[:MOST_TAGS] if isinstance(tag, str)],
        enclosures=[_attachment(one) for one in _list(item, "attachments")[:MOST_ATTACHMENTS]],
        pointers=[*([Pointer("link", external)] if external else []), *_pointers(item)],
        licence=_string(item.get(_OURS), "licence"),
        image=_string(item, "image") or _string(item, "banner_image"),
    )


def _identity(value: Any) -> str:
    # "If an id is presented as a number, a JSON Feed reader should coerce it to a string." (1.1, Items)
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else ""


def _people(where: dict[str, Any]) -> list[Author]:
    stated = _list(where, "authors") or [where.get("author")]
    return [
        Author(name=_string(one, "name"), url=_string(one, "url"), photo=_string(one, "avatar"))
        for one in stated[:MOST_AUTHORS]
        if isinstance(one, dict)
    ]


def _pointers(item: dict[str, Any]) -> list[Pointer]:
    """Typed links, for which JSON Feed has no word: our own extension (docs/reference/feeds.md)."""
    ours = item.get(_OURS)
    stated = _list(ours, "links")[:MOST_POINTERS] if isinstance(ours, dict) else []
    found = (Pointer(_string(one, "rel"), _string(one, "url")) for one in stated)
    return [pointer for pointer in found if pointer.rel and pointer.url]


def _attachment(one: Any) -> Attachment:
    return Attachment(
        url=_string(one, "url"),
        type=_string(one, "mime_type"),
        size=int(size) if (size := _number(one, "size_in_bytes")) is not None else None,
        title=_string(one, "title"),
        seconds=_number(one, "duration_in_seconds"),
    )


def _string(where: Any, key: str) -> str:
    value = where.get(key) if isinstance(where, dict) else None
    return value.strip() if isinstance(value, str) else ""


def _text(where: dict[str, Any], key: str, kind: str) -> Text | None:
    value = _string(where, key)
    return Text(value, kind) if value else None


def _list(where: dict[str, Any], key: str) -> list[Any]:
    value = where.get(key)
    return value if isinstance(value, list) else []


def _number(where: Any, key: str) -> float | None:
    value = where.get(key) if isinstance(where, dict) else None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 10**15:
        return None
    return float(value)

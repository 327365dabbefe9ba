"""A share as apps read it, to show it in their editor: its source as microformats2 properties (Micropub, 3.7.2)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from passalong.models import File, Item
from passalong.share.micropub import AUDIENCES, POINTS
from passalong.share.standing import standing
from passalong.wire.micropub import Properties

SEEN = {str(audience): word for word, audience in AUDIENCES.items()}


def readable(items: QuerySet[Item]) -> QuerySet[Item]:
    """With all that `source_of` reads, in a fixed number of queries."""
    return items.select_related("page", "body", "source__person", "posted").prefetch_related("links__page", "files")


def source_of(item: Item) -> Properties:
    """Every property, values in lists."""
    draft = standing(item)
    posted = getattr(item, "posted", None)
    body = item.body
    words: Any = draft.typed or draft.words
    if posted and posted.html and body and words:
        words = {"html": body.html}
    said: Properties = {
        "content": [words] if words else [],
        "name": [draft.title] if draft.title else [],
        "category": list(item.tags),
        "published": [item.published.isoformat()],
        "visibility": [SEEN[draft.audience]],
        "post-status": ["published"],
        "url": [item.page.url] if item.page else [],
    }
    if body and body.since > item.arrived:
        said["updated"] = [body.since.isoformat()]
    for name, field in POINTS.items():
        url = getattr(draft, field)
        if url and not (field == "link" and draft.typed):
            said[name] = [url]
    for file in draft.files:
        said.setdefault(_property_of(file), []).append(_shown(file))
    more: Properties = posted.more if posted else {}
    return {name: values for name, values in (said | more).items() if values}


def _property_of(file: File) -> str:
    kind = file.type.partition("/")[0]
    return "photo" if file.is_picture else kind if kind in ("video", "audio") else "file"


def _shown(file: File) -> str | dict[str, str]:
    url = settings.BASE_URL + file.address
    return {"value": url, "alt": file.alt} if file.alt else url


def only(said: Properties, names: list[str]) -> dict[str, Any]:
    """The answer to q=source: the properties asked for, or all and the type."""
    if names:
        return {"properties": {name: said[name] for name in dict.fromkeys(names) if name in said}}
    return {"type": ["h-entry"], "properties": said}

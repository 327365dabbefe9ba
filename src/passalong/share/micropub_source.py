"""A share as apps read it, to show it in their editor: its source as microformats2 properties (Micropub, 3.7.2)."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from passalong.models import File, Item
from passalong.share.micropub import AUDIENCES, POINTS
from passalong.share.standing import standing
from passalong.wire.micropub import Properties

_PICTURE = re.compile(r"!\[([^\[\]]{0,1500})\]\((https?://[^\s()]{1,2000})\)")
_PICTURE_SHOWN = re.compile(r"<p><img [^<>]{1,5000}></p>\s*\Z")
SEEN = {str(audience): word for word, audience in AUDIENCES.items()}


def readable(items: QuerySet[Item]) -> QuerySet[Item]:
    """With all that `source_of` reads, in a fixed number of queries."""
    return items.select_related("page", "body", "source__person", "posted").prefetch_related("links__page", "files")


def source_of(item: Item) -> Properties:
    """Every property, values in lists."""
    draft = standing(item)
    posted = getattr(item, "posted", None)
    body = item.body
    written, pictures = pictures_below(draft.typed or draft.words)
    words: Any = written
    if posted and posted.html and body and words:
        words = {"html": _without_last(body.html, len(pictures))}
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
    if pictures:
        said["photo"] = [*said.get("photo", []), *pictures]
    more: Properties = posted.more if posted else {}
    return {name: values for name, values in (said | more).items() if values}


def pictures_below(words: str) -> tuple[str, list[str | dict[str, str]]]:
    """(words, photos): pictures that live elsewhere stand below the words, each by itself (`micropub.understand`). An
    app that sent them as photos has them back as such, and can replace them."""
    above: list[str] = words.split("\n\n")
    below: list[str | dict[str, str]] = []
    while above and (found := _PICTURE.fullmatch(above[-1].strip())):
        above.pop()
        below.insert(0, {"value": found[2], "alt": found[1]} if found[1] else found[2])
    return "\n\n".join(above), below


def _without_last(html: str, many: int) -> str:
    """Without so many pictures at its end."""
    for _ in range(many):
        html = _PICTURE_SHOWN.sub("", html, count=1)
    return html.rstrip()


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

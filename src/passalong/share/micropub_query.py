"""What an app may ask before it shares: ?q= (Micropub, 3.7, and the stable extensions at indieweb.org)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.conf import settings
from django.http import QueryDict

from passalong.models import Item, Person
from passalong.models.access import items_of
from passalong.share.draft import CannotShare
from passalong.share.lists import before_of
from passalong.share.micropub import AUDIENCES
from passalong.share.micropub_do import NotFound, item_of
from passalong.share.micropub_source import only, readable, source_of

MOST = 50
LOOKED_AT = 2_000
"""Of the newest shares, for tags."""
POST_TYPES = {
    "note": ("Note", ("content", "category")),
    "article": ("Article", ("name", "content", "category")),
    "photo": ("Photo", ("photo", "content", "category")),
    "video": ("Video", ("video", "content", "category")),
    "audio": ("Audio", ("audio", "content", "category")),
    "bookmark": ("Link", ("bookmark-of", "name", "content", "category")),
    "reply": ("Reply", ("in-reply-to", "content")),
    "like": ("Thanks", ("like-of",)),
    "repost": ("Pass along", ("repost-of", "content")),
}
QUERIES = ("config", "source", "syndicate-to", "category", "post-types", "media-endpoint")


def answer_to(person: Person, asked: QueryDict) -> dict[str, Any]:
    """JSON. Raises CannotShare (NotFound, NotYours) for what cannot be answered."""
    query = asked.get("q", "")
    if query == "source":
        return _source(person, asked)
    if query == "category":
        return {"categories": _tags(person, asked)}
    if query not in QUERIES:
        raise CannotShare(f"Ask with q= one of: {', '.join(QUERIES)}.")
    whole = _config()
    return whole if query == "config" else {query: whole[query]}


def _config() -> dict[str, Any]:
    types = [{"type": kind, "name": name, "properties": list(of)} for kind, (name, of) in POST_TYPES.items()]
    return {
        "media-endpoint": f"{settings.BASE_URL}/micropub/media",
        "syndicate-to": [],
        "q": list(QUERIES),
        "post-types": types,
        "visibility": list(AUDIENCES),
        "mp": ["photo-alt"],
    }


def _source(person: Person, asked: QueryDict) -> dict[str, Any]:
    names = [*asked.getlist("properties"), *asked.getlist("properties[]")][:100]
    url = asked.get("url", "")
    if not url:
        return _list(person, asked, names)
    found = item_of(person, url)
    if found.gone:
        raise NotFound("This post was taken back.")
    return only(source_of(readable(Item.objects.filter(pk=found.pk)).get()), names)


def _list(person: Person, asked: QueryDict, names: list[str]) -> dict[str, Any]:
    """The newest first, from `before` on."""
    rows = readable(items_of(person).filter(gone__isnull=True)).order_by("-pk")
    before = before_of(asked.get("before", ""))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    page = list(rows[: _number(asked.get("limit", ""), 20)])
    said: dict[str, Any] = {"items": [only(source_of(item), names) for item in page]}
    return said | ({"paging": {"before": str(page[-1].pk)}} if page else {})


def _number(text: str, usual: int) -> int:
    return min(MOST, max(1, int(text))) if text.isascii() and text.isdecimal() and len(text) < 6 else usual


def _tags(person: Person, asked: QueryDict) -> list[str]:
    """The tags this person used, the most used first; `filter` is a part of them (case does not count)."""
    part = asked.get("filter", asked.get("search", "")).casefold()
    rows = items_of(person).filter(gone__isnull=True).order_by("-pk").values_list("tags", flat=True)[:LOOKED_AT]
    used = Counter(tag for tags in rows for tag in tags)
    found = [tag for tag, _ in used.most_common() if part in tag.casefold()]
    return found[: _number(asked.get("limit", ""), MOST)]

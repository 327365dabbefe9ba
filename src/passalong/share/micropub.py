"""A post as apps spell it (microformats2 properties), as a draft of ours. Micropub, 3.3 and 4.

What we have a place for becomes the draft; what we do not is kept beside it and given back (3.3.4); what cannot be
passed over, because it says who may read it or when, is refused in a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from passalong.models import File, Item, Person
from passalong.share.draft import CannotShare, Draft
from passalong.share.forms import storable
from passalong.share.recognise import recognise
from passalong.wire.markdown_from_html import from_html
from passalong.wire.micropub import Properties
from passalong.wire.shapes import Unreadable

POINTS = {
    "bookmark-of": "link",
    "in-reply-to": "reply_to",
    "like-of": "like_of",
    "repost-of": "repost_of",
    "quotation-of": "quote_of",
}
MEDIA = ("photo", "video", "audio", "file")
OURS = {
    *POINTS,
    *MEDIA,
    "content",
    "name",
    "category",
    "published",
    "updated",
    "visibility",
    "post-status",
    "url",
    "uid",
}
AUDIENCES = {"public": Item.Audience.PUBLIC, "unlisted": Item.Audience.UNLISTED}
LONGEST_MORE = 20_000
EARLY = timedelta(minutes=5)
"""Clocks differ."""
_FILE = re.compile(r"/file/([0-9a-f]{64})/[^\s/?#\"'<>()]{1,300}", re.ASCII)
_SHOWN = re.compile(r"[ \t]*!\[([^\[\]]{0,1500})\]\(([^\s()]{1,2000})\)")


@dataclass(frozen=True, slots=True)
class Sent:
    """What an app sent, understood."""

    draft: Draft
    more: Properties
    html: bool
    """The words were written as HTML."""


def understand(person: Person, said: Properties, *, uploads: Sequence[File] = (), item: Item | None = None) -> Sent:
    """The draft that these properties are. `uploads` came in the same form; `item` is what is changed. Raises
    CannotShare."""
    words, as_html = _content(said)
    files, outside = _files(person, said, item)
    words, shown = _without_ours(person, words, item)
    points: dict[str, Any] = {field: _address(said, name) for name, field in POINTS.items()}
    draft = Draft(
        words="\n\n".join(filter(None, (words, *outside))),
        title=_text(said, "name"),
        tags=tuple(storable(tag).strip() for tag in said.get("category", []) if isinstance(tag, str) and tag.strip()),
        files=tuple({file.pk: file for file in (*files, *shown, *uploads)}.values()),
        audience=_audience(said),
        published=_when(person, said),
        **points,
    )
    more = {name: values for name, values in said.items() if name not in OURS}
    if len(repr(more)) > LONGEST_MORE:
        raise CannotShare("That says more than can be kept beside a share: leave some of it out.")
    return Sent(draft if any(points.values()) or draft.title else recognised(draft), more, as_html)


def recognised(draft: Draft) -> Draft:
    """As in the box: a link that stands alone in the words is what is shared."""
    if not draft.words.strip():
        return draft
    try:
        found = recognise(draft.words, [file.name for file in draft.files])
    except Unreadable as problem:
        raise CannotShare(str(problem), "what") from None
    via = found.via or draft.via
    return replace(draft, words=found.words, link=found.link, title=found.title, via=via, typed=draft.words)


def _content(said: Properties) -> tuple[str, bool]:
    """(Markdown, whether it was written as HTML). Text is Markdown, as in the box."""
    value = next(iter(said.get("content", said.get("summary", []))), "")
    if isinstance(value, dict):
        if isinstance(value.get("markdown"), str):
            return storable(value["markdown"]).strip(), False
        if isinstance(value.get("html"), str):
            return from_html(storable(value["html"]), settings.BASE_URL), True
        value = value.get("value", "")
    if not isinstance(value, str):
        raise CannotShare("The content is neither text nor HTML.", "what")
    return storable(value).replace("\r\n", "\n").strip(), False


def _text(said: Properties, name: str) -> str:
    value = next(iter(said.get(name, [])), "")
    return " ".join(storable(value).split()) if isinstance(value, str) else ""


def _address(said: Properties, name: str) -> str:
    """'' where there is none. Raises CannotShare for several: a share points to one thing in each way, and nothing that
    was sent is passed over in silence (Micropub, 3.3.4)."""
    given = list(dict.fromkeys(filter(None, map(_url_of, said.get(name, [])))))
    if len(given) > 1:
        raise CannotShare(f"One {name} is possible, and that is {len(given)}: send a post for each.")
    return given[0] if given else ""


def _url_of(value: Any) -> str:
    """Of an object (h-cite) its url (Micropub, 3.3.3)."""
    if isinstance(value, dict):
        inside = value.get("properties", value)
        value = inside.get("url", value.get("value", "")) if isinstance(inside, dict) else ""
        value = value[0] if isinstance(value, list) and value else value
    return storable(value).strip() if isinstance(value, str) else ""


def _audience(said: Properties) -> str:
    status, seen = _text(said, "post-status") or "published", _text(said, "visibility") or "public"
    if status != "published":
        raise CannotShare("Drafts are not kept here: keep it in the app until it may be shared.")
    if seen not in AUDIENCES:
        raise CannotShare("A share here is public or unlisted: nothing can be shared as anything else.", "unlisted")
    return AUDIENCES[seen]


def _when(person: Person, said: Properties) -> datetime | None:
    text = _text(said, "published")
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        found = found if found.tzinfo else found.replace(tzinfo=ZoneInfo(person.zone or "UTC"))
        late = found > timezone.now() + EARLY
    except (ValueError, OverflowError):
        raise CannotShare(f"“{text[:40]}” is no date: it looks like 2026-11-24T10:00:00Z.") from None
    if late:
        raise CannotShare("Nothing is shared in the future here: send it when it is time.")
    return found


def _files(person: Person, said: Properties, item: Item | None) -> tuple[list[File], list[str]]:
    """(files of ours, what shows those of others): nobody waits for a stranger's server while sharing."""
    files, outside = [], []
    for name in MEDIA:
        for value in said.get(name, []):
            url = value if isinstance(value, str) else value.get("value", "") if isinstance(value, dict) else ""
            alt = value.get("alt", "") if isinstance(value, dict) else ""
            if not isinstance(url, str) or not url.strip():
                raise CannotShare(f"A {name} is an address, or an object with value and alt.", "files")
            alt = storable(alt).strip() if isinstance(alt, str) else ""
            if url.startswith(f"{settings.BASE_URL}/file/"):
                files.append(_ours(person, url, alt, item))
            else:
                mark = f"![{alt.replace('[', '(').replace(']', ')')}]" if name == "photo" else ""
                outside.append(f"{mark}({url.strip()})" if mark else url.strip())
    return files, outside


def _ours(person: Person, url: str, alt: str, item: Item | None) -> File:
    """The file at this address of ours, free to be attached: one that waits, the item's own, or the same once more."""
    found = _FILE.search(url)
    digest = found[1] if found else ""
    rows = list(File.objects.filter(Q(hash=digest) | Q(small=digest), person=person).order_by("pk")[:50])
    held = item.pk if item else None
    row = next((row for row in rows if row.item_id == held), None) or next((r for r in rows if r.waits), None)
    if row is None and rows:
        row = rows[0]
        row.pk, row.item, row.face, row.place, row.made = File().pk, None, False, 0, timezone.now()
        row.save(force_insert=True)
    if row is None:
        raise CannotShare(f"There is no file of yours at {url[:200]}: bring it in once more.", "files")
    row.alt = alt or row.alt
    return row


def _without_ours(person: Person, words: str, item: Item | None) -> tuple[str, list[File]]:
    """Pictures of ours within the words go below them, as with everything shared here; their words become theirs."""
    found: list[File] = []

    def take(shown: re.Match[str]) -> str:
        if not shown[2].startswith(f"{settings.BASE_URL}/file/"):
            return shown[0]
        found.append(_ours(person, shown[2], shown[1], item))
        return ""

    return re.sub(r"\n{3,}", "\n\n", _SHOWN.sub(take, words)).strip(), found

"""What a document says of its source and of the person behind it. A name corrected by hand is never touched."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from passalong.models import Person, Source
from passalong.wire.shapes import Author, Feed

from .identity import tidy
from .ready import address


def said_of_source(source: Source, feed: Feed) -> dict[str, Any]:
    """Columns of Source that change."""
    said = {
        "title": tidy(feed.title, 300) or source.title,
        "home": address(feed.home) or source.home,
        "lang": tidy(feed.lang, 35) or source.lang,
        "licence": address(feed.licence, 200),
        "hub": address(feed.hubs[0]) if feed.hubs else "",
    }
    return {name: value for name, value in said.items() if getattr(source, name) != value}


def said_of_person(person: Person, feed: Feed) -> dict[str, Any]:
    """Columns of Person that change: name and photo, where they have none yet."""
    if person.user_id:
        return {}
    author = feed.authors[0] if len({one.name for one in feed.authors}) == 1 else Author()
    name = "" if person.name or person.name_is_mine else tidy(author.name or feed.title, 300)
    photo = "" if person.photo else address(author.photo or feed.image)
    said = {key: value for key, value in (("name", name), ("photo", photo)) if value}
    return {**said, "changed": timezone.now()} if said else {}

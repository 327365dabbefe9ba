"""What a document says of the person behind it. A name corrected by hand is never touched."""

from __future__ import annotations

from django.utils import timezone

from passalong.models import Person, Source
from passalong.wire.shapes import Author, Feed

from .identity import tidy
from .ready import address


def name_person(source: Source, feed: Feed) -> None:
    """Fills in name, photo and language where the person has none yet."""
    person = source.person
    author = feed.authors[0] if len({one.name for one in feed.authors}) == 1 else Author()
    said = {
        "name": tidy(author.name or feed.title, 300) if not person.name and not person.name_is_mine else "",
        "photo": address(author.photo or feed.image) if not person.photo else "",
    }
    changes = {name: value for name, value in said.items() if value}
    if not changes or person.user_id:
        return
    for name, value in changes.items():
        setattr(person, name, value)
    Person.objects.filter(pk=person.pk).update(**changes, changed=timezone.now())

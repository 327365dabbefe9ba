"""What a document says of its source and of the person behind it. A name corrected by hand is never touched.

A person is known by their home on the web. What a feed says of its home is believed only where both are plainly in the
same hands: two feeds of one home are one person, and nobody becomes somebody else by saying so.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone

from passalong.models import Person, Source
from passalong.wire.shapes import Author, Feed

from .identity import address_of, tidy
from .ready import address, bare_host


def said_of_source(source: Source, feed: Feed) -> dict[str, Any]:
    """Columns of Source that change."""
    said = {
        "title": tidy(feed.title, 300) or source.title,
        "home": address(feed.home) or source.home,
        "lang": tidy(feed.lang, 35) or source.lang,
        "licence": address(feed.licence, 200),
        "hub": address(feed.hubs[0]) if feed.hubs else "",
        "topic": address(feed.url or source.url) if feed.hubs else "",
    }
    return {name: value for name, value in said.items() if getattr(source, name) != value}


def said_of_person(source: Source, feed: Feed) -> dict[str, Any]:
    """Columns of Person that change: name and photo, where they have none yet, or where what this source said of them
    has changed. Of somebody with several places the first one is believed. A name that is not what the first document
    says was given by whoever follows them (in a list they brought), and stays."""
    person = source.person
    if person.user_id:
        return {}
    author = feed.authors[0] if len({one.name for one in feed.authors}) == 1 else Author()
    stated = [tidy(name, 300) for name in (author.name, feed.title)]
    named = stated[0] or (stated[1] if person.name in ("", source.title) else "")
    said: dict[str, Any] = {"name": named, "photo": address(author.photo or feed.image)}
    if person.name and source.newest is None and person.name not in stated:
        said["name"], said["name_is_mine"] = "", True
    new = {key: value for key, value in said.items() if value and getattr(person, key) != value}
    if person.name_is_mine:
        new.pop("name", None)
    replaces = [key for key in new if getattr(person, key)]
    if replaces and not _is_first_of(source):
        new = {key: value for key, value in new.items() if key not in replaces}
    return {**new, "changed": timezone.now()} if new else {}


def _is_first_of(source: Source) -> bool:
    """Is it the place its person was first known by? Then what it says of them counts."""
    places = Source.objects.filter(person=source.person_id).exclude(kind=Source.Kind.PAGE)
    return bool(source.pk == places.order_by("pk").values_list("pk", flat=True).first())


def home_of(source: Source, feed: Feed) -> str:
    """The home to know a person by who is so far known by a feed's address; '' where there is none to be believed."""
    person = source.person
    if person.user_id or person.url != source.url or not feed.home:
        return ""
    home = address_of(feed.home)
    last = urlsplit(home).path.rstrip("/").rpartition("/")[2]
    same = bool(home) and bare_host(home) == bare_host(source.url) and last in source.url
    return home if same and home != person.url else ""


def settle(source: Source, home: str) -> None:
    """From now on the person is known by their home. Somebody known by it already is the same person."""
    old = source.person
    other = Person.objects.filter(url=home).first()
    if other is None:
        Person.objects.filter(pk=old.pk).update(url=home)
        old.url = home
    elif other.user_id is None:
        Source.objects.filter(person=old).update(person=other)
        Person.objects.filter(pk=other.pk, name="").update(name=old.name)
        if old.name_is_mine and not other.name_is_mine:
            Person.objects.filter(pk=other.pk).update(name=old.name, name_is_mine=True)
        Person.objects.filter(pk=other.pk, photo="").update(photo=old.photo)
        old.delete()
        source.person = other

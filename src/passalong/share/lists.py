"""What public pages list: newest first, by keyset, without bodies; as many queries for many things as for few."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import QuerySet

from passalong.intake.pages import normal
from passalong.models import Item, Link, Person
from passalong.models.access import public_items, public_shares
from passalong.models.listed import Listed, listed
from passalong.share.publish import here, tag_page

PAGE = 20
THANKS = 5
THANKS_AMONG = 100
LARGEST_ID = 2**63 - 1


@dataclass(slots=True)
class Shelf:
    """One page of a list."""

    rows: list[Listed] = field(default_factory=list)
    older: int | None = None
    """Where the next older page begins, or None at the end."""


def people_here() -> list[Person]:
    """The people of this node, in the order they came."""
    return list(Person.objects.filter(user__isnull=False, handle__isnull=False).order_by("id"))


def shared_by(people: Iterable[Person]) -> QuerySet[Item]:
    """Their public items. One source is asked for by its id: then the index (source, -id) answers without sorting."""
    sources = [here(person.pk) for person in people]
    return (
        public_shares().filter(source_id=sources[0])
        if len(sources) == 1
        else public_shares().filter(source__in=sources)
    )


def thanks_by(person: Person) -> list[Listed]:
    """The newest thanks among their newest things, for a quiet line: thanks are said to somebody, not to everybody."""
    newest = public_items().filter(source=here(person.pk)).order_by("-pk").values_list("pk", "kind")[:THANKS_AMONG]
    return listed([pk for pk, kind in newest if kind == Item.Kind.LIKE][:THANKS])


def tagged(person: Person, tag: str) -> QuerySet[Item]:
    return shared_by([person]).filter(links__rel=Link.Rel.TAG, links__page__url=normal(tag_page(person, tag)))


def before_of(text: str) -> int | None:
    """`?before=` as an id; None where it is none."""
    fits = text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_ID))
    return int(text) if fits and int(text) <= LARGEST_ID else None


def shelf(items: QuerySet[Item], before: int | None, reader: Person | None) -> Shelf:
    """The page of `items` that lies below the id `before`, or the newest."""
    if before is not None:
        items = items.filter(pk__lt=before)
    ids = list(items.order_by("-pk").values_list("pk", flat=True)[: PAGE + 1])
    more = len(ids) > PAGE
    return Shelf(listed(ids[:PAGE], reader), ids[PAGE - 1] if more else None)


def at_home(path: str) -> str:
    """The whole address of a path of this node."""
    return f"{settings.BASE_URL}{path}"

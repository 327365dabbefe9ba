"""Those who rarely share, first: so that quiet people are not drowned by busy ones."""

from __future__ import annotations

from django.db.models import OuterRef, Subquery

from passalong.models import Item, Person
from passalong.models.listed import Listed, listed
from passalong.read.walk import Wanted, after, follows_of, visible

RARE = 1.0
"""Entries a week: fewer is rare."""


def rarely_heard(person: Person, limit: int = 4) -> list[Listed]:
    """The newest unseen thing of each of the `limit` quiet sources that spoke last."""
    here = Item.objects.filter(source_id=OuterRef("source_id"))
    newest = after(visible(Wanted(person, "unseen"), here), None).values("id")[:1]
    quiet = follows_of(Wanted(person)).filter(unseen__gt=0, source__rarity__lt=RARE, source__newest__isnull=False)
    ids = quiet.order_by("-source__newest").annotate(newest_item=Subquery(newest)).values_list("newest_item", flat=True)
    return listed([pk for pk in ids[:limit] if pk], person)

"""Every permission question, in one place."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from .follow import Follow
from .item import Item
from .link import Link
from .mark import Mark
from .person import Person


def person_of(request: HttpRequest) -> Person | None:
    """The person of this node who is asking, or None for a stranger. Asked once per request."""
    if not hasattr(request, "_person"):
        user = request.user
        found = None
        if user.is_authenticated and user.is_active:
            found = Person.objects.filter(user_id=user.pk).first()
        request._person = found  # type: ignore[attr-defined]
    person: Person | None = request._person  # type: ignore[attr-defined]
    return person


def items_of(person: Person) -> QuerySet[Item]:
    """What this person of this node shared and may change."""
    return Item.objects.filter(source__person=person, source__kind="here")


def unlisted_of(person: Person) -> QuerySet[Item]:
    """What this person of this node shared for those who have its address: a list for nobody else's eyes."""
    return items_of(person).filter(audience=Item.Audience.UNLISTED, gone__isnull=True)


def public_items() -> QuerySet[Item]:
    """What lists and feeds of this node may show to everyone."""
    return Item.objects.filter(source__kind="here", audience=Item.Audience.PUBLIC, gone__isnull=True)


def public_shares() -> QuerySet[Item]:
    """What the lists and feeds of a person show: everything public but thanks, which stand on a line of their own."""
    return public_items().exclude(kind=Item.Kind.LIKE)


def readable_items(person: Person) -> QuerySet[Item]:
    """What this person may open and mark: what they follow or followed, what they marked, what answers
    them, what is public here."""
    followed = Follow.objects.filter(person=person, source_id=OuterRef("source_id"))
    marked = Mark.objects.filter(person=person, item_id=OuterRef("pk"))
    mine = {"page__items__source__person": person, "page__items__source__kind": "here"}
    answers = Link.objects.filter(item_id=OuterRef("pk"), **mine)
    public = Q(audience__in=(Item.Audience.PUBLIC, Item.Audience.ASIDE))
    shown = public & (Exists(followed) | Exists(marked) | Exists(answers) | Q(source__kind="here"))
    return Item.objects.filter(shown | Q(source__person=person), gone__isnull=True)

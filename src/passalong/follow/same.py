"""Who is one person: several places may be somebody's, a name may be put right, and both can be undone."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from passalong.models import Follow, Person, Source
from passalong.wire.shapes import Unreadable

LONGEST_NAME = 300


def find(me: Person, said: str) -> Person:
    """Somebody `me` follows, by name or any address of theirs. Raises Unreadable with a sentence."""
    bare = said.strip().rstrip("/")
    written = [
        scheme + bare.partition("://")[2] if "://" in bare else scheme + bare for scheme in ("https://", "http://")
    ]
    spellings = [*written, *(f"{one}/" for one in written)]
    where = Q(url__in=spellings) | Q(home__in=spellings) | Q(person__url__in=spellings)
    theirs = Source.objects.filter(follows__person=me, follows__state=Follow.State.YES)
    for asked in (where, Q(person__name__iexact=bare)):
        people = list(Person.objects.filter(sources__in=theirs.filter(asked)).distinct()[:2]) if bare else []
        if len(people) > 1:
            raise Unreadable(
                _("You follow several people of that name: paste the address of the one you mean."), "many"
            )
        if people:
            return people[0]
    raise Unreadable(
        _("You follow nobody by that name or address: follow them first, then say who they are."), "unknown"
    )


def join(me: Person, person: Person, other: Person) -> None:
    """Where `other` shares, `person` does: each place remembers whose it was. Raises Unreadable."""
    if other.pk == person.pk:
        raise Unreadable(_("That is this person already."), "same")
    _must_be_mine(me, person, other)
    with transaction.atomic():
        Source.objects.filter(person=other, was_of__isnull=True).update(was_of=other)
        Source.objects.filter(person=other).update(person=person)


def part(me: Person, source: Source) -> Person:
    """A place is its own person again. Returns them; raises Unreadable."""
    _must_be_mine(me, source.person)
    if not Source.objects.filter(person=source.person_id).exclude(pk=source.pk).exists():
        raise Unreadable(_("This is the only place they share at."), "alone")
    with transaction.atomic():
        alone = source.was_of
        if alone is None or alone.pk == source.person_id:
            # Not the address of the source itself: a person known by that is known by their home from the next look on.
            alone, _made = Person.objects.get_or_create(url=f"{source.url[:1999]}#", defaults={"name": source.title})
        Source.objects.filter(pk=source.pk).update(person=alone, was_of=None)
    return alone


def rename(me: Person, person: Person, name: str) -> None:
    """From now on they are called so, whatever their places say; '' leaves it to these again. Raises Unreadable."""
    _must_be_mine(me, person)
    name = " ".join(name.split())[:LONGEST_NAME]
    title = person.sources.exclude(title="").values_list("title", flat=True).first() or ""
    Person.objects.filter(pk=person.pk).update(name=name or title, name_is_mine=bool(name))


def _must_be_mine(me: Person, *people: Person) -> None:
    """Where somebody else of this node follows them too, who they are is not for one to say."""
    followers = Follow.objects.filter(source__person__in=people, state=Follow.State.YES)
    if any(person.user_id for person in people) or followers.exclude(person=me).exists():
        raise Unreadable(_("Somebody else here follows them too, so this stays as it is."), "shared")

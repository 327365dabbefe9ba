"""Whom nobody answered yet: my people's questions, and the first thing somebody shared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from passalong.models import Follow, Item, Link, Mark, Person, Source
from passalong.models.listed import Listed, listed

LATELY = timedelta(days=30)
WINDOW = 1000
"""Of the newest items of a river, looked through for questions."""
MOST = 30
PASSED = (Link.Rel.VIA, Link.Rel.REPOST)
"""What is passed along says and asks what somebody else did: only the words beside it are one's own."""
MARKS = ("?", "？", "؟", ";", "՞", "፧")
"""What a question ends with, in the scripts that have a mark for it (in Greek it looks like a semicolon)."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for an answer, and why it is here."""

    row: Listed
    first: bool
    """The first thing they shared; else a question."""


def unanswered(person: Person, now: datetime, limit: int = MOST) -> list[Waiting]:
    """The longest waiting of the last month first. Four to six queries."""
    older = Item.objects.filter(source__person=OuterRef("source__person"), published__lt=OuterRef("published"))
    theirs = Link.objects.filter(item=OuterRef("pk"), rel__in=PASSED)
    newest = _read_lately(person, now).annotate(has_older=Exists(older), passed=Exists(theirs))[:WINDOW]
    columns = ("pk", "kind", "title", "excerpt", "lang", "has_older", "passed", "page__key", "answers")
    wanted: dict[int, tuple[str, bool]] = {}
    for pk, kind, title, excerpt, lang, has_older, passed, page, answers in newest.values_list(*columns):
        own = excerpt if passed else title or excerpt
        question = kind == Item.Kind.QUESTION or asks(own, lang)
        first = not has_older and not passed
        if (question or first) and not answers:
            wanted[pk] = (page or "", not question)
    open_ones = _without_answer(wanted)
    rows = listed(sorted(open_ones)[:limit], person)
    return [Waiting(row, wanted[row.item.pk][1]) for row in rows]


def _read_lately(person: Person, now: datetime) -> QuerySet[Item]:
    """What people shared in this person's river in the last month, newest first. A page that is watched is nobody who
    waits."""
    follow = Follow.objects.filter(
        person=person, via=Follow.Via.RIVER, state=Follow.State.YES, muted=False, source_id=OuterRef("source_id")
    )
    recent = Item.objects.filter(
        Exists(follow), gone__isnull=True, arrived__gte=now - LATELY, published__gte=now - LATELY
    )
    recent = recent.exclude(kind__in=(Item.Kind.REPLY, Item.Kind.LIKE, Item.Kind.REPOST))
    recent = recent.exclude(source__state=Source.State.HELD).exclude(source__kind=Source.Kind.WATCHED)
    recent = recent.exclude(Exists(Mark.objects.filter(person=person, item=OuterRef("pk"), hidden__isnull=False)))
    return recent.order_by("-arrived", "-id")


def asks(text: str, lang: str = "") -> bool:
    """Does it end as a question ends?"""
    end = text.rstrip(" \t\n\"'”’»)…")[-1:]
    return end in MARKS and bool(end) and (end != ";" or lang.startswith("el"))


def _without_answer(wanted: dict[int, tuple[str, bool]]) -> list[int]:
    """A first thing is answered too by whoever passes it along with words of their own."""
    keys = {key for key, _ in wanted.values() if key}
    answers = Q(rel__in=(Link.Rel.REPLY, Link.Rel.QUOTE)) | Q(rel=Link.Rel.VIA) & ~Q(item__excerpt="")
    links = Link.objects.filter(answers, item__gone__isnull=True, page__key__in=keys)
    found = set(links.values_list("page__key", "rel")) if keys else set()
    answered = {key for key, rel in found if rel != Link.Rel.VIA}
    passed = {key for key, _ in found}
    return [pk for pk, (key, first) in wanted.items() if key not in (passed if first else answered)]

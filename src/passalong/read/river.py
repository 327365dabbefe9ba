"""The one list query: what my people shared, newest first.

walk (light rows, by index) -> fold (one thing once, nobody floods) -> listed (the cards of one page)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from passalong.models import Mark, Person
from passalong.models.cursor import Cursor, moment
from passalong.models.listed import Listed, listed
from passalong.read.fold import RUN, Fold, Shown, groups, keys_of
from passalong.read.walk import BEGINNING, Show, Step, Wanted, ask, copies, count_between, follows, walk

ROUNDS = 6
"""Walks for one page, at most: folding a flood may need more than one."""
COUNT_UP_TO = 1000
ALSO = 3
PAGE = 30


@dataclass(slots=True)
class RiverPage:
    rows: list[Listed]
    next: str = ""
    """Cursor for the next page; '' at the end."""


def river(
    person: Person,
    *,
    show: Show = "all",
    of: Person | None = None,
    before: Cursor | None = None,
    limit: int = PAGE,
    fold_floods: bool = True,
) -> RiverPage:
    """One page of `limit` cards of this person's river, going on after `before`.

    "kept" is ordered by when it was kept, everything else by when it arrived here. With `fold_floods` a page may
    be a few cards longer: it ends where somebody else speaks.
    """
    wanted = Wanted(person, show, of)
    if show == "kept":
        return _kept(wanted, before, limit)
    if show == "unseen" and not sum_of(wanted).unseen:
        return RiverPage([])
    fold = _folded(wanted, before, Fold(limit, run=RUN if fold_floods and not of else 0))
    return _page(fold.cards, person, str(fold.last.cursor) if fold.full and fold.last else "")


@dataclass(frozen=True, slots=True)
class Sum:
    """A river in three numbers; they are kept in rows, nothing is counted."""

    unseen: int
    sources: int
    newest: datetime | None
    """When something last came."""


def sum_of(wanted: Wanted) -> Sum:
    sql = f"""SELECT COALESCE(SUM(f.unseen), 0), COUNT(*), MAX(s.newest) FROM passalong_follow f
        JOIN passalong_source s ON s.id = f.source_id WHERE {follows(wanted)}"""  # noqa: S608 - our words only
    ((unseen, sources, newest),) = ask(sql, wanted)
    return Sum(int(unseen), sources, moment(newest) if newest else None)


def _folded(wanted: Wanted, before: Cursor | None, fold: Fold) -> Fold:
    ask = fold.limit + max(20, fold.limit // 4)
    for _ in range(ROUNDS):
        steps = walk(wanted, before, ask)
        others, folded = groups(copies(wanted, keys_of(steps)))
        for step in steps:
            if step.id not in folded and not fold.take(step, others.get(step.id, ())):
                return fold
        if len(steps) < ask:
            return fold
        before = steps[-1].cursor
        if fold.flooding and fold.last == steps[-1]:
            before = _leap(wanted, fold, steps[-1])
            if before is None:
                return fold
    fold.full = True
    return fold


def _leap(wanted: Wanted, fold: Fold, last: Step) -> Cursor | None:
    """Over the rest of a flood, to where somebody else speaks; None where nobody does."""
    there = walk(wanted, last.cursor, 1, skip=last.source)
    stop = there[0].cursor if there else Cursor(BEGINNING, 0)
    fold.cards[-1].rest += count_between(wanted, last.source, last.cursor, stop, COUNT_UP_TO)
    return Cursor(stop.moment, stop.id + 1) if there else None


def _page(cards: list[Shown], person: Person, more: str) -> RiverPage:
    ids = [card.step.id for card in cards]
    also = [step.id for card in cards for step in card.also[:ALSO]]
    rows = {row.item.pk: row for row in listed([*ids, *also], person)}
    for card in cards:
        row = rows.get(card.step.id)
        if row:
            row.rest, row.cursor = card.rest, str(card.step.cursor)
            row.also = [rows[step.id] for step in card.also[:ALSO] if step.id in rows]
    return RiverPage([rows[pk] for pk in ids if pk in rows], more)


def _kept(wanted: Wanted, before: Cursor | None, limit: int) -> RiverPage:
    marks = Mark.objects.filter(person=wanted.person, kept__isnull=False, item__gone__isnull=True)
    if wanted.of:
        marks = marks.filter(item__source__person=wanted.of)
    if before:
        marks = marks.filter(kept__lte=before.moment).exclude(kept=before.moment, item_id__gte=before.id)
    found = list(marks.order_by("-kept", "-item_id").values_list("kept", "item_id")[: limit + 1])
    cursors = {item: str(Cursor(kept, item)) for kept, item in found[:limit] if kept}
    rows = listed(list(cursors), wanted.person)
    for row in rows:
        row.cursor = cursors[row.item.pk]
    return RiverPage(rows, cursors[found[limit - 1][1]] if len(found) > limit else "")

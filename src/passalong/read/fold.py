"""One thing from several pipes is one card, and nobody floods the river. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from passalong.read.walk import Step

RUN = 5
"""Most cards of one source in a row; the rest folds into "n more from ..."."""
SAME_FOR = timedelta(days=30)
"""A page shared again after this long is news again."""


@dataclass(slots=True)
class Shown:
    """A card to be: the item, the same from elsewhere, and how many more of its source were folded behind it."""

    step: Step
    also: list[Step] = field(default_factory=list)
    rest: int = 0


@dataclass(slots=True)
class Fold:
    """Cards as steps come in, in order."""

    limit: int
    run: int = RUN
    """How many in a row are shown; 0 is all of them."""
    cards: list[Shown] = field(default_factory=list)
    last: Step | None = None
    """The last step that was dealt with."""
    in_a_row: int = 0
    full: bool = False

    @property
    def flooding(self) -> bool:
        """The next of the same source would be folded."""
        return bool(self.run) and self.in_a_row >= self.run

    def take(self, step: Step, others: Iterable[Step]) -> bool:
        """Deals with one step; False when the page ends before it.

        A page that folds floods ends only where another source speaks, so that no flood goes on over its edge.
        """
        same = self.last is not None and self.last.source == step.source
        if same and self.flooding:
            self.cards[-1].rest += 1
        elif len(self.cards) >= self.limit and not (same and self.run):
            self.full = True
            return False
        else:
            self.in_a_row = self.in_a_row + 1 if same else 1
            self.cards.append(Shown(step, list(others)))
        self.last = step
        return True


def groups(copies: Iterable[Step]) -> tuple[dict[int, list[Step]], set[int]]:
    """Copies of the same pages, told apart: (the others by the id of the first, ids that are shown elsewhere).

    The first to arrive stands for all that came within SAME_FOR. A source that uses one address for several
    of its items does not tell them apart by address, so there nothing is folded.
    """
    by_key: dict[str, list[Step]] = {}
    for step in sorted(copies, key=lambda step: step.cursor):
        if step.key:
            by_key.setdefault(step.key, []).append(step)
    others: dict[int, list[Step]] = {}
    folded: set[int] = set()
    for same in by_key.values():
        if len({step.source for step in same}) < len(same):
            continue
        first = same[0]
        for step in same[1:]:
            if step.arrived - first.arrived > SAME_FOR:
                first = step
            else:
                others.setdefault(first.id, []).append(step)
                folded.add(step.id)
    return others, folded


def keys_of(steps: Iterable[Step]) -> list[str]:
    return list(dict.fromkeys(step.key for step in steps if step.key))

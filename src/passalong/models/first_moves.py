"""The first moves of somebody new here: shared something, follows someone, has the button in the browser.

What is still to do is kept with the person, so that the page with the box asks nothing more than it must.
"""

from __future__ import annotations

from .person import Person

SHARE, FOLLOW, BUTTON = "share", "follow", "button"
ALL = f"{SHARE} {FOLLOW} {BUTTON}"


def made(person: Person, move: str) -> None:
    """This move is done, or not wanted. Costs a query the first time only."""
    left = person.first_moves.split()
    if move in left:
        person.first_moves = " ".join(each for each in left if each != move)
        Person.objects.filter(pk=person.pk).update(first_moves=person.first_moves)

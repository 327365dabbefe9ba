"""One connection per host at a time, and where asked a pause between two visits."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

Place = tuple[str, int]
"""Host and port."""

MOST_REMEMBERED = 10_000


@dataclass(slots=True)
class Turn:
    """Whose turn it is at one place."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    left_at: float = 0.0


def is_free(turns: dict[Place, Turn], place: Place, pace: float) -> bool:
    """Would take() return at once?"""
    turn = turns.get(place)
    return turn is None or (not turn.users and not pace)


async def take(turns: dict[Place, Turn], place: Place, pace: float) -> Turn:
    """Wait until nobody of ours is there, and until `pace` seconds have gone since the last one left."""
    turn = turns.get(place)
    if turn is None:
        if len(turns) > MOST_REMEMBERED:
            forget(turns)
        turn = turns[place] = Turn()
    turn.users += 1
    try:
        await turn.lock.acquire()
    except BaseException:
        turn.users -= 1
        raise
    try:
        if pace and turn.left_at:
            await asyncio.sleep(turn.left_at + pace - asyncio.get_running_loop().time())
    except BaseException:
        give_back(turn)
        raise
    return turn


def give_back(turn: Turn) -> None:
    turn.left_at = asyncio.get_running_loop().time()
    turn.users -= 1
    turn.lock.release()


def forget(turns: dict[Place, Turn]) -> None:
    for place in [place for place, turn in turns.items() if not turn.users]:
        del turns[place]

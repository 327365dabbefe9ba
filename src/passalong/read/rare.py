"""Those who rarely share, first: so that quiet people are not drowned by busy ones."""

from __future__ import annotations

from passalong.models import Person
from passalong.models.listed import Listed, listed
from passalong.read.walk import Wanted, ask, follows, visible

RARE = 1.0
"""Entries a week: fewer is rare."""


def rarely_heard(person: Person, limit: int = 4) -> list[Listed]:
    """The newest unseen thing of each of the `limit` quiet sources that spoke last."""
    wanted = Wanted(person, "unseen")
    sql = f"""SELECT (SELECT i.id FROM passalong_item i WHERE i.source_id = s.id AND {visible(wanted)}
            ORDER BY i.arrived DESC, i.id DESC LIMIT 1)
        FROM passalong_follow f JOIN passalong_source s ON s.id = f.source_id
        WHERE {follows(wanted)} AND f.unseen > 0 AND s.rarity < %(rare)s AND s.newest IS NOT NULL
        ORDER BY s.newest DESC LIMIT %(limit)s"""  # noqa: S608 - our words only
    return listed([pk for (pk,) in ask(sql, wanted, rare=RARE, limit=limit) if pk], person)

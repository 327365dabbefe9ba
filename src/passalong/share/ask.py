"""Before a question goes out: what my people already shared about it.

Words of the question are looked for in titles, tags and excerpts of the newest NEWEST things of my river: a bounded
window, not an index of everything. A word counts more the rarer it is among them.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from django.db.models import Exists, OuterRef

from passalong.models import Follow, Item, Person, Source
from passalong.models.listed import Listed, listed

NEWEST = 1_000
SCAN = 5_000
"""Things of everybody that are looked at for them, at most."""
MOST = 5
MOST_WORDS = 20
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_WORD = re.compile(r"[^\W_]{3,}")
_OFTEN = """about after all and any anybody anyone are been before but can could did does ever for from get good had
also has have her here him his how into its just know like made make many more most much need new not now one only
other our out over recommend she should some somebody someone something than that the their them then there these they
this those use used using want was were what when where which who whom why will with work would you your aber als auch
auf aus bei das dem den der des die ein eine einen einer für hat ich ist kann man mit nach nicht oder sich sind und uns
von was welche wer wie wir wird wo zum zur est les des une que qui pour dans avec sur pas vous nous quel quelle comment
pourquoi"""
_COMMON = frozenset(_OFTEN.split())


def words_of(text: str) -> list[str]:
    """The words that say what it is about, each once, in one form."""
    found = (_one_form(word) for word in _WORD.findall(text.casefold()) if word not in _COMMON)
    return [word for word in dict.fromkeys(found) if word not in _COMMON]


def _one_form(word: str) -> str:
    """Singular and plural of most words look the same."""
    return word[:-1] if len(word) > 4 and word.endswith(("s", "e", "n")) else word


def best(question: str, said: Sequence[tuple[int, str]]) -> list[int]:
    """Ids of what speaks about it, best first, newer before older; `said` is (id, words), the newest first."""
    asked = words_of(question)[:MOST_WORDS]
    if not asked:
        return []
    having = {pk: set(words_of(text)).intersection(asked) for pk, text in said}
    often = Counter(word for words in having.values() for word in words)
    weight = {word: math.log(1 + len(said) / often[word]) for word in often}
    enough = min(2, len(asked))
    scores = {pk: sum(map(weight.__getitem__, words)) for pk, words in having.items() if len(words) >= enough}
    return sorted(scores, key=lambda pk: -scores[pk])[:MOST]


def already_shared(me: Person, question: str) -> list[Listed]:
    """The cards of what my people shared about it already."""
    if not words_of(question):
        return []
    said = [(pk, f"{title} {excerpt} {' '.join(tags)}") for pk, title, excerpt, tags in _newest(me)]
    return listed(best(question, said), me)


def _newest(me: Person) -> list[tuple[int, str, str, list[str]]]:
    follows = Follow.objects.filter(
        person=me, source_id=OuterRef("source_id"), via=Follow.Via.RIVER, state=Follow.State.YES, muted=False
    )
    mine = Item.objects.filter(Exists(follows), gone__isnull=True, audience=Item.Audience.PUBLIC)
    mine = mine.filter(arrived__gte=_floor()).exclude(source__state=Source.State.HELD)
    return list(mine.order_by("-arrived", "-pk").values_list("pk", "title", "excerpt", "tags")[:NEWEST])


def _floor() -> datetime:
    """When the oldest thing that is looked at came: a river of few never reads the whole table."""
    arrived = Item.objects.order_by("-arrived", "-pk").values_list("arrived", flat=True)
    return next(iter(arrived[SCAN : SCAN + 1]), _BEGINNING)

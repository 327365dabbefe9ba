"""What came back, as one says it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext, gettext_lazy, ngettext

from passalong.credit.came_back import Deed
from passalong.models import Person
from passalong.models.shown import apart, in_a_row

DID = {
    "reply": gettext_lazy("answered"),
    "repost": gettext_lazy("passed on"),
    "via": gettext_lazy("passed on, with credit,"),
    "quote": gettext_lazy("quoted"),
    "translated": gettext_lazy("translated"),
    "like": gettext_lazy("thanked you for"),
    "about": gettext_lazy("shared a link to"),
    "link": gettext_lazy("linked to"),
    "too": gettext_lazy("shared the same thing after you:"),
}
"""By Link.Rel: what somebody did with something of mine."""
NAMED = 3


def who(people: Sequence[Person]) -> str:
    """Names as one says them: Ann, Ben and 2 others."""
    names = [str(person) for person in people]
    if len(names) == 1:
        return apart(names[0])
    if len(names) <= NAMED:
        return gettext("%(some)s and %(last)s") % {"some": in_a_row(names[:-1]), "last": apart(names[-1])}
    others = len(names) - NAMED + 1
    return ngettext("%(some)s and %(count)d other", "%(some)s and %(count)d others", others) % {
        "some": in_a_row(names[: NAMED - 1]),
        "count": others,
    }


def sentence(rel: str, names: str, count: int) -> str:
    """What these people did; `count` of them, for languages whose verbs mind."""
    said = {
        "reply": ngettext("%(who)s answered you", "%(who)s answered you", count),
        "pass": ngettext("%(who)s passed on what you shared", "%(who)s passed on what you shared", count),
        "quote": ngettext("%(who)s quoted you", "%(who)s quoted you", count),
        "translated": ngettext("%(who)s translated you", "%(who)s translated you", count),
        "like": ngettext("%(who)s thanked you", "%(who)s thanked you", count),
        "link": ngettext("%(who)s linked to you", "%(who)s linked to you", count),
        "too": ngettext("%(who)s shared the same after you", "%(who)s shared the same after you", count),
    }
    return said[rel] % {"who": names}


GROUPS = {"repost": "pass", "via": "pass", "about": "link"}


def week(deeds: Iterable[Deed]) -> str:
    """A week in a line: people and what they did; '' where nothing came back."""
    people: dict[str, dict[int, Person]] = {}
    for deed in deeds:
        person = deed.row.item.source.person
        people.setdefault(GROUPS.get(deed.rel, deed.rel), {})[person.pk] = person
    order = ("reply", "pass", "quote", "translated", "like", "link", "too")
    said = [sentence(rel, who(list(people[rel].values())), len(people[rel])) for rel in order if rel in people]
    return gettext("This week %(deeds)s.") % {"deeds": gettext("; ").join(said)} if said else ""

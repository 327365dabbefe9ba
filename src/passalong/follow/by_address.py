"""Whom somebody means by an address: to follow them, or to follow them no longer."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.utils import timezone

from passalong.intake.identity import address_of
from passalong.models import Follow, Person, Source
from passalong.net.get import get
from passalong.net.shapes import PAGE_LIMIT, Ask, Failed
from passalong.wire import opml, watched
from passalong.wire.address import tidy
from passalong.wire.shapes import Found, Unreadable

from .discover import discover
from .discover_say import not_working
from .lists import bring
from .start import KINDS, NOTHING, start

MOST_NAMED = 10
"""Places of one name that are listed when it is not clear which is meant."""


class Beside(Unreadable):
    """Nothing to follow speaks for itself at an address, but something was found near it: whoever pasted it is asked.

    Its sentence says what; `found` holds it, best first.
    """

    def __init__(self, found: list[Found]) -> None:
        best = found[0]
        super().__init__(
            f"This is not what you pasted, but “{best.title or best.url}” is near it. {best.why}", "beside"
        )
        self.found = found


@dataclass(frozen=True, slots=True)
class Followed:
    """Whom one follows from now on, and what was done, in a sentence."""

    follows: list[Follow]
    sentence: str


def follow_address(person: Person, address: str) -> Followed:
    """Follows the best of what is at an address: somebody, or everybody on a list.

    Raises Unreadable with a sentence where there is nothing to follow, or nothing new; Beside where somebody has to
    say whether it is what they meant.
    """
    if is_own(person, address):
        raise Unreadable("This is your own page: nobody is to be followed here but you.", "own")
    found = [one for one in discover(address) if one.kind in (*KINDS, "opml")]
    if not found:
        raise Unreadable(NOTHING, "none")
    if found[0].beside:
        raise Beside(found)
    if found[0].kind == "opml":
        return follow_list(person, found[0])
    follow = start(person, found[0], now=timezone.now())
    why = found[0].why.rstrip(".")
    how = f" {why[:1].upper()}{why[1:]}." if why else ""
    who = follow.source.person.name or found[0].title or urlsplit(found[0].url).hostname
    return Followed([follow], f"You follow {who} now.{how}")


def is_own(person: Person, address: str) -> bool:
    """Does it lead to where this person shares themselves: their page, what is below it, their handle, or the front
    page of a node that is theirs alone?"""
    home, bare = urlsplit(person.url), address.strip().lower()
    if bare.removeprefix("@") == f"{person.handle}@{home.netloc}".lower():
        return True
    try:
        place = urlsplit(tidy(address))
    except Unreadable:
        return False
    if place.netloc.lower() != home.netloc.lower():
        return False
    if place.path in ("", "/") or place.path.startswith("/feed."):
        return not Person.objects.filter(user__isnull=False).exclude(pk=person.pk).exists()
    return f"{place.path}/".startswith(f"{home.path}/")


def watch(person: Person, address: str) -> Followed:
    """Follows one page itself, which has no feed. Raises Unreadable with a sentence, code "feed" where it has one."""
    try:
        found = get(Ask(tidy(address), {"Accept": "text/html, application/xhtml+xml"}, PAGE_LIMIT))
    except Failed as problem:
        raise Unreadable(str(problem), problem.code) from problem
    if found.status >= 500:
        raise not_working(found.status)
    if found.status != 200:
        raise Unreadable(f"The page answers with an error ({found.status}): look at the spelling.", "none")
    page = watched.read(found.body, found.url, content_type=found.headers.get("content-type", ""))
    _needs_watching(person, address)
    follow = start(person, Found(found.url, "page", page.title), now=timezone.now())
    return Followed([follow], f"You follow {page.title} now. It has no feed, so the page itself is looked at.")


def _needs_watching(person: Person, address: str) -> None:
    """Raises Unreadable where something of the page itself can be followed: it says more than a look at the page."""
    try:
        there = [one for one in discover(address) if one.kind in ("feed", "hfeed") and not one.beside]
    except Unreadable:
        return
    if not there:
        return
    mine = Source.objects.filter(follows__person=person, follows__state=Follow.State.YES)
    known = mine.filter(url__in=[one.url for one in there]).select_related("person").first()
    if known:
        raise Unreadable(f"You follow {known.person} already.", "already")
    best = there[0]
    raise Unreadable(f"This page has a feed, “{best.title or best.url}”: follow that instead.", "feed")


def follow_list(person: Person, found: Found) -> Followed:
    """Follows everybody on a list of people."""
    try:
        outlines = opml.read(get(Ask(found.url)).body)
    except Failed as problem:
        raise Unreadable(str(problem), problem.code) from problem
    before = timezone.now()
    brought = bring(person, outlines, before)
    if not brought.came_in:
        raise Unreadable("You follow everybody on this list already, as far as they can be followed.", "already")
    new = Follow.objects.filter(person=person, since=before, state=Follow.State.YES).select_related("source__person")
    return Followed(list(new), _of_list(brought.came_in))


def _of_list(many: int) -> str:
    return f"You follow {many if many > 1 else 'one'} {'people' if many > 1 else 'person'} of this list now."


def followed(person: Person, address: str) -> Source:
    """The source of somebody one follows that is meant by an address: its own, its home's, its person's; the only one
    at that host; or what would be found there. Raises Unreadable with a sentence."""
    theirs = Source.objects.filter(follows__person=person, follows__state=Follow.State.YES).select_related("person")
    bare = address.strip()
    if not bare:
        raise Unreadable("Say whom: `passalong following` lists whom you follow.", "empty")
    written = (bare if "://" in bare else f"https://{bare}").rstrip("/")
    spellings = {written, written.replace("https://", "http://", 1)}
    spellings |= {f"{one}/" for one in spellings} | {bare, address_of(written)}
    spellings.discard("")  # what is no address has none, and so has a place that never answered
    for column in ("url", "home", "person__url"):
        if source := theirs.filter(**{f"{column}__in": spellings}).first():
            return source
    if named := _named(theirs, bare):
        return only(named, bare)
    there = list(theirs.filter(host__in=hosts(address_of(written)))[:2])
    if len(there) != 1:
        there = list(theirs.filter(url__in=urls_at(bare))[:1])
    if not there:
        raise Unreadable(f"You do not follow {bare}: `passalong following` lists whom you do.", "unknown")
    return there[0]


def _named(theirs: QuerySet[Source], name: str) -> list[Source]:
    """Those whose person is called so; where there are none, in letters of any case."""
    if named := list(theirs.filter(person__name=name)[:MOST_NAMED]):
        return named
    wanted = name.casefold()
    alike = [pk for pk, called in theirs.values_list("pk", "person__name") if called.casefold() == wanted]
    return list(theirs.filter(pk__in=alike[:MOST_NAMED])) if alike else []


def only(named: list[Source], name: str) -> Source:
    """The one place of that name. Raises Unreadable with their addresses where there are several: none is meant."""
    if len(named) > 1:
        where = ", ".join(source.url for source in named)
        raise Unreadable(f"You follow more than one place of {name}: {where}. Say which by its address.", "several")
    return named[0]


def hosts(address: str) -> set[str]:
    """host[:port] with and without www."""
    place = urlsplit(address).netloc.rpartition("@")[2].lower()
    return {place, place.removeprefix("www."), f"www.{place}"}


def urls_at(address: str) -> list[str]:
    """What could be followed at an address now."""
    try:
        return [one.url for one in discover(address)]
    except Unreadable:
        return []

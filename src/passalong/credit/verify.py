"""Knocks are looked into: does that page really link to ours, and whose is it? Webmention, sections 3.2.2 and 3.2.4

due Arrivals -> claim (a lease in the row) -> the page (once for all knocks about it) -> linked? -> whose? ->
known: in | new: it waits for the owner's word | not true: refused | was true: taken back
"""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from passalong.credit.contact import concerned, let_in, shorten, show_anew, targets_beside
from passalong.credit.stance import stance
from passalong.intake.mentioned import let_go
from passalong.models import Arrival
from passalong.net.get import get, get_many
from passalong.net.shapes import Answer, Ask, Failed
from passalong.wire.address import key
from passalong.wire.hands import same_hands
from passalong.wire.mention import Mention, read, with_author_page, write
from passalong.wire.webmention import links

LEASE = timedelta(minutes=5)
AT_ONCE = 32
MOST_PER_HOST = 1
"""Pages of one host in one round: so that a round waits for no pause between two visits."""
PAGE_LIMIT = 1024 * 1024
DEADLINE = 10.0
PACE = 1.0
TRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720, 1440))
"""How long after each failure the next look comes, +-20 %; after the last one there is none."""
GONE = frozenset({404, 410})
PASSING = frozenset({408, 425, 429})
ACCEPT = "text/html, application/xhtml+xml;q=0.9, application/json;q=0.5, text/plain;q=0.5, */*;q=0.1"
KEPT = 256
FOR = timedelta(days=1)
MOST_LOOKS = 20
"""So often in a day one page is fetched because others of ours are said to be linked there too."""


@dataclass(slots=True)
class Reading:
    """What a page said when it was last fetched: remembered for a day, for other knocks about the same page."""

    mention: Mention
    links: frozenset[str]
    cut: bool
    when: datetime
    looks: int = 1


memory: OrderedDict[str, Reading] = OrderedDict()
"""By source address, of this process; the oldest is forgotten first."""


def work_once(now: datetime, who: str) -> int:
    """Looks into what is due, at most AT_ONCE knocks. Returns how many."""
    arrivals = claim_arrivals(now, AT_ONCE, who)
    by_page: dict[str, list[Arrival]] = {}
    for arrival in arrivals:
        if not _from_memory(arrival, now, who):
            by_page.setdefault(arrival.source, []).append(arrival)
    asks = [Ask(url, {"Accept": ACCEPT}, PAGE_LIMIT, DEADLINE, cut_ok=True, pace=PACE) for url in by_page]
    for ask, outcome in get_many(asks, in_flight=AT_ONCE):
        look_into(by_page[ask.url], outcome, now, who)
    if arrivals:
        shorten()
    return len(arrivals)


def claim_arrivals(now: datetime, most: int, who: str) -> list[Arrival]:
    """Knocks that are due and nobody else is looking into, with all others about the same pages that are due."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now) | Q(leased_until__gt=now + 2 * LEASE)
    due = Arrival.objects.filter(free, try_at__lte=now)
    rows = due.order_by("try_at").values_list("pk", "source", "host")[: most * 20]
    chosen = _few_per_host(rows)[:most]
    if not chosen:
        return []
    until = now + LEASE
    Arrival.objects.filter(free, pk__in=chosen).update(leased_until=until, leased_by=who)
    mine = Arrival.objects.filter(pk__in=chosen, leased_by=who, leased_until=until)
    return list(mine.select_related("about__source__person", "made__page").order_by("try_at"))


def _few_per_host(rows: Iterable[tuple[int, str, str]]) -> list[int]:
    pages: dict[str, set[str]] = {}
    chosen = []
    for pk, source, host in rows:
        theirs = pages.setdefault(host, set())
        if source in theirs or len(theirs) < MOST_PER_HOST:
            theirs.add(source)
            chosen.append(pk)
    return chosen


def release(who: str) -> None:
    """What `who` still holds is free again, and as due as it was."""
    Arrival.objects.filter(leased_by=who, leased_until__isnull=False).update(leased_until=None, leased_by="")


def _from_memory(arrival: Arrival, now: datetime, who: str) -> bool:
    """A first knock about a page that was fetched within a day is answered from memory, where that can be. Who knocks
    again says that the page changed."""
    known = memory.get(arrival.source)
    if known is None or arrival.looked is not None or known.when < now - FOR:
        return False
    if key(arrival.target) not in known.links and known.looks < MOST_LOOKS:
        return False
    decide(arrival, known, now, who)
    return True


def look_into(arrivals: Sequence[Arrival], outcome: Answer | Failed, now: datetime, who: str) -> None:
    """What became of the knocks about one page."""
    if isinstance(outcome, Failed):
        for arrival in arrivals:
            later(arrival, str(outcome), outcome.code in ("private", "scheme", "address"), now, who)
    elif outcome.status in GONE:
        for arrival in arrivals:
            leave(arrival, f"The page is not there (it answers {outcome.status}).", now, who)
    elif outcome.status >= 300:
        final = outcome.status < 500 and outcome.status not in PASSING
        for arrival in arrivals:
            later(arrival, f"The page does not open (it answers {outcome.status}).", final, now, who)
    else:
        found = remember(arrivals, outcome, now)
        for arrival in arrivals:
            decide(arrival, found, now, who)


def remember(arrivals: Sequence[Arrival], answer: Answer, now: datetime) -> Reading:
    source, kind = arrivals[0].source, answer.headers.get("content-type", "")
    linked = links(answer.url, kind, answer.body)
    ours = [target for arrival in arrivals if (target := key(arrival.target)) in linked]
    mention = read(answer.url, kind, answer.body, ours)
    if mention.author_page and ours:
        mention = _ask_author(mention)
    before = memory.pop(source, None)
    looks = before.looks + 1 if before and before.when > now - FOR else 1
    found = memory[source] = Reading(mention, linked, answer.cut, now, looks)
    while len(memory) > KEPT:
        memory.popitem(last=False)
    return found


def _ask_author(mention: Mention) -> Mention:
    """One more page, of the same owner, where the post only gives its author's address."""
    try:
        page = get(Ask(mention.author_page, {"Accept": ACCEPT}, PAGE_LIMIT, DEADLINE, cut_ok=True, pace=PACE))
    except Failed:
        return mention
    if page.status != 200:
        return mention
    return with_author_page(mention, page.url, page.headers.get("content-type", ""), page.body)


def decide(arrival: Arrival, found: Reading, now: datetime, who: str) -> None:
    """The page was read: in, on the list, refused, or taken back."""
    if key(arrival.target) not in found.links:
        if not (found.cut and arrival.made_id):
            leave(arrival, "The page does not link here.", now, who)
        else:
            put_down(arrival, now, who)
        return
    me = concerned(arrival)
    if me is None:
        leave(arrival, "There is nobody here whom it could concern.", now, who)
        return
    known = stance(me, found.mention)
    if known.barred:
        leave(arrival, "", now, who)
    elif known.welcome or _was_let_in(arrival, found.mention):
        with transaction.atomic():
            if put_down(arrival, now, who):
                let_in(arrival, found.mention, known.person, now)
    else:
        _ask(arrival, found.mention, now, who)


def _ask(arrival: Arrival, mention: Mention, now: datetime, who: str) -> None:
    """It waits for the owner's word. What came in before at this address was somebody else's, and is there no more."""
    with transaction.atomic():
        said = {"state": Arrival.State.ASKING, "said": write(mention), "reason": "", "made": None}
        if put_down(arrival, now, who, **said) and arrival.made:
            let_go(arrival.made, arrival.target, (), now)
            show_anew(arrival, now)


def _was_let_in(arrival: Arrival, mention: Mention) -> bool:
    """It is a page that came in before; one that leads into other hands by now is somebody new."""
    before = arrival.made.page if arrival.made else None
    return before is not None and same_hands(before.url, mention.url)


def leave(arrival: Arrival, why: str, now: datetime, who: str) -> None:
    """It is not true; what it was true of before leaves (3.2.4)."""
    was_in = arrival.made_id is not None
    state = Arrival.State.GONE if was_in else Arrival.State.REFUSED
    with transaction.atomic():
        if put_down(arrival, now, who, state=state, reason=why, said={}) and arrival.made:
            let_go(arrival.made, arrival.target, targets_beside(arrival), now)
            show_anew(arrival, now)


def later(arrival: Arrival, why: str, final: bool, now: datetime, who: str) -> None:
    """The page could not be read. What came in by it stays; what did not is tried again, for some days."""
    if final or arrival.tries >= len(TRIES):
        state = arrival.state if arrival.state != Arrival.State.NEW else Arrival.State.REFUSED
        put_down(arrival, now, who, state=state, reason=why)
        return
    wait = TRIES[arrival.tries] * random.uniform(0.8, 1.2)  # noqa: S311 - spreads, hides nothing
    put_down(arrival, now, who, reason=why, try_at=now + wait, tries=F("tries") + 1)


def put_down(arrival: Arrival, now: datetime, who: str, **said: object) -> bool:
    """Keeps what was found and gives the lease back; who knocked again meanwhile is looked at again. False where
    somebody else has it, or the owner has said no: then nothing is to be done."""
    free: dict[str, object] = {"leased_until": None, "leased_by": ""}
    kept = {"looked": now, "looks": F("looks") + 1, **free, **said}
    held = Arrival.objects.filter(pk=arrival.pk, leased_by=who)
    mine = held.exclude(state=Arrival.State.NO)
    if mine.filter(try_at=arrival.try_at).update(**{"try_at": None, **kept}):
        return True
    kept.pop("try_at", None)
    if mine.update(**kept):
        return True
    held.update(**free, try_at=None)
    return False

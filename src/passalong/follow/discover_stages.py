"""What a page offers, stage by stage, until one finds something:

where it sends its visitors -> what is known of its place -> what it announces, and its program has for this part
-> whom it names -> feeds it links to -> what its program offers for the whole site -> itself, if it is a feed
-> lists of people -> feeds named in its markup -> pages around it -> usual addresses
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from passalong.follow import discover_around as around
from passalong.follow import discover_known as known
from passalong.follow import discover_links as links
from passalong.follow.discover_handles import actor_of_page, by_handle, handle_of_page
from passalong.follow.discover_links import Candidate
from passalong.follow.discover_notes import ENOUGH, Notes, Steps, note, open_feed, open_page, try_feeds
from passalong.follow.discover_page import Page
from passalong.follow.discover_say import is_listing, is_parked
from passalong.follow.discover_seen import Seen
from passalong.follow.discover_software import read_software
from passalong.follow.platforms import Move, Place, known_place, software_moves
from passalong.wire.shapes import Found

NAMED = "It is named in the page's markup."
USUAL = "It is at a usual address."


def on_page(notes: Notes, seen: Seen, page: Page, place: Place | None) -> Steps[str]:
    """Go through what a page offers. Where to look instead, or ''."""
    if onward := _sent_on(page):
        return onward
    here = known_place(page.url)
    if here is not None and (place is None or here.moves != place.moves):
        onward = yield from known.run_moves(notes, _usable(here), page.url, page)
        if onward or notes.done():
            return onward
    notes.opened.add(page.url)
    onward = yield from _offered(notes, page)
    if onward or notes.done():
        return onward
    for stage in _stages(notes, seen, page, here or place):
        yield from stage
        if notes.done() or notes.verdict:
            break
    notes.beside = notes.beside or is_listing(page)
    return ""


def _sent_on(page: Page) -> str:
    """Where a page sends its visitors: elsewhere, or on its own site if it has nothing to offer itself (many pages send
    browsers without scripts to a poorer one)."""
    away = page.refresh and not around.same_site(page.refresh, page.url)
    if page.refresh and page.refresh != page.url and (away or not links.announced_feeds(page)):
        return page.refresh
    return around.moved_to(page)


def _usable(place: Place) -> tuple[Move, ...]:
    return tuple(move for move in place.moves if move.verb != "inside")


def _stages(notes: Notes, seen: Seen, page: Page, place: Place | None) -> Iterator[Steps[None]]:
    """The stages after what a page offers openly, each made when its turn comes."""
    yield try_feeds(notes, links.linked_feeds(page), 5)
    yield try_feeds(notes, known.later(place.moves if place else ()))
    yield of_program(notes, page)
    yield _itself(notes, seen, page)
    if urlsplit(page.url).path.strip("/"):
        yield try_feeds(notes, links.announced_lists(page), 2)
    yield try_feeds(notes, [Candidate(url, NAMED) for url in links.named_feeds(page)], 3)
    yield look_around(notes, seen, page, place)


def _offered(notes: Notes, page: Page) -> Steps[str]:
    """What a page announces, and whom it names; for a part of a site also what its program has for such a part."""
    programs = read_software(page)
    exact = software_moves(programs, page.url, general=False)
    general = software_moves(programs, page.url, general=True)
    announced = known.preferred(exact + general, links.announced_feeds(page))
    notes.comments = notes.comments or links.announces_comments(page)
    wanted = 1 if any(move.verb == "prefer" for move in exact) else 0
    yield from try_feeds(notes, [one for n, one in enumerate(announced) if one.scope == 0 or n < wanted], enough=ENOUGH)
    if not notes.feeds:
        onward = yield from known.run_moves(notes, exact, page.url, page)
        if onward:
            return onward
        yield from try_feeds(notes, [Candidate(url, USUAL) for url in around.part_addresses(page)] if not exact else [])
        yield from try_feeds(notes, announced, enough=ENOUGH)
    yield from actor_of_page(notes, page)
    handle = handle_of_page(page.url)
    if handle is not None and not notes.done():
        yield from by_handle(notes, handle)
        notes.verdict, notes.actor_first = None, False
    return ""


def of_program(notes: Notes, page: Page) -> Steps[None]:
    """What the program that made the page offers for the whole site."""
    moves = software_moves(read_software(page), page.url, general=True)
    yield from known.run_moves(notes, moves, page.url, page)


def _itself(notes: Notes, seen: Seen, page: Page) -> Steps[None]:
    """A page that is a feed: marked up as a list of entries (h-feed), or by what it answers to a reader of feeds."""
    if page.h_feeds or page.h_entries > 1:
        notes.others.append(Found(seen.url, "hfeed", page.title, "", "The page itself can be followed."))
    elif not page.anchors or "accept" in page.headers.get("vary", "").lower():
        other = yield from open_feed(seen.url)
        note(notes, other, Candidate(other.url, "The address answers so to readers of feeds."))


def look_around(notes: Notes, seen: Seen, page: Page | None, place: Place | None) -> Steps[None]:
    """Pages the page links to, those above it, and usual addresses; not on a host where many people live."""
    crowd = place is not None and place.crowd
    onward = around.onward_pages(page)[: around.MOST_ONWARD] if page else []
    above = [] if crowd else around.places_above(seen.at, page)
    for url in [*onward, *above]:
        if url not in notes.opened:
            yield from _look_in(notes, url)
        if notes.done():
            notes.beside = notes.beside or (url not in onward and not around.leads_to(page, url))
            notes.found_on = notes.found_on or url
            return
    if not crowd:
        yield from try_usual(notes, seen.at, 30)
        notes.beside = any(not around.is_of(seen.at, page, found.url) for found in notes.feeds + notes.empty)
    if page is not None and not notes.done():
        yield from try_feeds(notes, links.announced_lists(page), 2)


def try_usual(notes: Notes, url: str, most: int) -> Steps[None]:
    """Look where feeds usually are."""
    yield from try_feeds(notes, [Candidate(found, USUAL) for found in around.usual_addresses(url)], most)


def _look_in(notes: Notes, url: str, framed: bool = False) -> Steps[None]:
    """One further page: what it is, announces, names and links to; no further, but for the frames it consists of."""
    notes.opened.add(url)
    place = known_place(url)
    if place is not None:
        yield from known.run_moves(notes, [m for m in _usable(place) if m.verb not in ("none", "go")], url)
        return
    seen = yield from open_page(url)
    if seen.kind in ("feed", "opml"):
        note(notes, seen, Candidate(seen.url, "It is near the address you gave."))
    if seen.kind != "page" or seen.page is None or is_parked(seen.page):
        return
    notes.opened.add(seen.page.url)
    for stage in (
        try_feeds(notes, links.announced_feeds(seen.page), 5),
        actor_of_page(notes, seen.page),
        try_feeds(notes, links.linked_feeds(seen.page), 3),
        of_program(notes, seen.page),
        _itself(notes, seen, seen.page),
    ):
        if not notes.done():
            yield from stage
    for frame in seen.page.frames[:2] if len(seen.page.words) < 400 and not framed else ():
        if not notes.done() and frame not in notes.opened:
            yield from _look_in(notes, frame, framed=True)
    notes.beside = notes.beside or (notes.done() and is_listing(seen.page))

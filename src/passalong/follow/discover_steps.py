"""The search for what can be followed at an address, as a generator that yields what it wants fetched.

    what was pasted -> a handle: its host is asked
                    -> an address: a known place's moves -> what the address really is
                       -> a page: what it announces -> who it names -> what it links to -> what its program offers
                          -> itself, if it is a feed -> pages around it -> usual addresses

It stops at the first stage that finds something. Nothing here opens a socket or knows the time; whoever drives it
(`discover.py`) holds the budget, and answers Failed when it is used up.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from passalong.follow import discover_around as around
from passalong.follow import discover_known as known
from passalong.follow import discover_links as links
from passalong.follow.discover_comments import looks_like_comments, posts_addresses
from passalong.follow.discover_handles import actor_of_page, by_handle, handle_of_page
from passalong.follow.discover_links import Candidate
from passalong.follow.discover_notes import Notes, Steps, note, note_actor, open_feed, open_page, try_feeds
from passalong.follow.discover_page import Page
from passalong.follow.discover_pasted import Pasted, read_pasted, without_tails
from passalong.follow.discover_say import is_parked, is_sign_in, members_only, parked
from passalong.follow.discover_seen import Seen
from passalong.follow.discover_software import read_software
from passalong.follow.platforms import Place, known_place, software_moves
from passalong.wire.shapes import Found

MOST_TURNS = 5
"""So often a search begins anew somewhere else: an address inside an address, a page that sends its visitors on."""
TURN_BACK = ("name", "refused", "tls", "timeout", "cut short", "protocol")


def steps(address: str) -> Steps[list[Found]]:
    """What can be followed at a pasted address or handle, best first.

    Yields an Ask for each thing to fetch and expects the Answer, or Failed, in return. Raises Unreadable with one
    sentence for a person and a code where nothing can be followed."""
    notes, target = Notes(), read_pasted(address)
    for _ in range(MOST_TURNS):
        onward = yield from _turn(notes, target)
        if notes.done() or not onward:
            break
        target = read_pasted(onward)
    return notes.result()


def _turn(notes: Notes, target: Pasted) -> Steps[str]:
    """Look at one target. Where to look instead, or ''."""
    if target.handle is not None:
        yield from by_handle(notes, target.handle)
        if notes.done() or not target.maybe_page:
            return ""
        notes.actor_first = False
        return (yield from _at(notes, (target.maybe_page,), None))
    place = known_place(without_tails(target.urls[0]))
    moves = place.moves if place else ()
    if moves and moves[0].verb == "inside":
        return moves[0].parts[0]
    urls = tuple(without_tails(url) for url in target.urls)
    if links.looks_like_feed_address(urls[0]) and not looks_like_comments(urls[0]):
        note(notes, (yield from open_feed(urls[0])), Candidate(urls[0], "It is the address you gave."))
    if place and not notes.done():
        onward = yield from known.run_moves(notes, place.moves, urls[0])
        if onward or notes.done() or notes.verdict:
            return onward
    return "" if notes.done() else (yield from _at(notes, urls, place))


def _at(notes: Notes, urls: tuple[str, ...], place: Place | None) -> Steps[str]:
    """Look at an address that nothing is known about, or at which what is known did not help."""
    seen = yield from _open_first(urls)
    notes.first = notes.first or seen
    if seen.kind in ("feed", "opml"):
        return (yield from _is_feed(notes, seen))
    if seen.kind == "actor":
        note_actor(notes, seen, "It is the address you gave.")
        return ""
    if seen.kind == "note":
        return seen.author
    if seen.page is not None and (is_parked(seen.page)):
        notes.verdict = parked()
        return ""
    if is_sign_in(seen) and seen.status != 403:
        notes.door = notes.door or seen
        if urlsplit(seen.at).hostname != urlsplit(seen.url).hostname or seen.page is None or seen.page.password:
            notes.verdict = members_only(seen.at)
            return ""
    if seen.kind == "page" and seen.page is not None:
        return (yield from _on_page(notes, seen, seen.page, place))
    if seen.kind == "failed" and (seen.code != "http" or seen.status in (401, 403, 429, 451)):
        return ""
    yield from _look_around(notes, seen, None, place)
    return ""


def _open_first(urls: tuple[str, ...]) -> Steps[Seen]:
    """The first of several spellings of an address that answers (https, then http, then with www.)."""
    first: Seen | None = None
    host = urlsplit(urls[0]).hostname or ""
    more = (
        ()
        if host.startswith("www.") or host.count(".") > 1
        else tuple(url.replace("://", "://www.", 1) for url in urls[:1])
    )
    for url in (*urls, *more):
        seen = yield from open_page(url)
        if seen.kind != "failed" or seen.code not in TURN_BACK:
            return seen
        first = first or seen
    return first or Seen("other", urls[0], urls[0])


def _is_feed(notes: Notes, seen: Seen) -> Steps[str]:
    """The address is a feed or a list itself; from one of comments the way goes to the posts."""
    if note(notes, seen, Candidate(seen.url, "It is the address you gave.")) or notes.done():
        return ""
    yield from try_feeds(
        notes, [Candidate(url, "It has the posts to these comments.") for url in posts_addresses(seen.at)]
    )
    return "" if notes.feeds or seen.feed is None else seen.feed.home


def _on_page(notes: Notes, seen: Seen, page: Page, place: Place | None) -> Steps[str]:
    """Go through what a page offers, stage by stage, until something is found."""
    if page.refresh and page.refresh != page.url:
        return page.refresh
    elsewhere = known_place(page.url)
    if elsewhere is not None and (place is None or elsewhere.name != place.name):
        onward = yield from known.run_moves(notes, [m for m in elsewhere.moves if m.verb != "inside"], page.url, page)
        if onward or notes.done():
            return onward
    notes.opened.add(page.url)
    onward = yield from _offered(notes, page)
    if onward or notes.done():
        return onward
    stages: tuple[Callable[[], Steps[None]], ...] = (
        lambda: try_feeds(notes, links.linked_feeds(page), 5),
        lambda: try_feeds(notes, known.later(place.moves if place else ())),
        lambda: _of_program(notes, page),
        lambda: _itself(notes, seen, page),
        lambda: _lists(notes, page),
        lambda: _look_around(notes, seen, page, place),
    )
    for stage in stages:
        yield from stage()
        if notes.done() or notes.verdict:
            break
    return ""


def _offered(notes: Notes, page: Page) -> Steps[str]:
    """What a page announces, and who it names; for a page about a part of a site, what its program has for the part."""
    programs = read_software(page)
    exact = software_moves(programs, page.url, general=False)
    announced = known.preferred(exact, links.announced_feeds(page))
    notes.comments = notes.comments or links.announces_comments(page)
    yield from try_feeds(
        notes, [one for one in announced if one.scope == 0 or (one is announced[0] and _prefers(exact))]
    )
    if not notes.feeds:
        onward = yield from known.run_moves(notes, exact, page.url, page)
        if onward:
            return onward
        yield from try_feeds(notes, announced)
    yield from actor_of_page(notes, page)
    handle = handle_of_page(page.url)
    if handle is not None and not notes.done() and page.url.partition("/@")[2]:
        yield from by_handle(notes, handle)
        notes.verdict, notes.actor_first = None, False
    return ""


def _prefers(moves: object) -> bool:
    return isinstance(moves, tuple) and any(move.verb == "prefer" for move in moves)


def _of_program(notes: Notes, page: Page) -> Steps[None]:
    moves = software_moves(read_software(page), page.url, general=True)
    yield from known.run_moves(notes, moves, page.url, page)


def _itself(notes: Notes, seen: Seen, page: Page) -> Steps[None]:
    """A page marked up as a list of entries can be followed itself (microformats h-feed)."""
    if page.h_feeds or page.h_entries > 1:
        notes.others.append(Found(seen.url, "hfeed", page.title, "", "The page itself can be followed."))
    return
    yield


def _lists(notes: Notes, page: Page) -> Steps[None]:
    """A page below the front page that announces a list of people."""
    if urlsplit(page.url).path.strip("/"):
        yield from try_feeds(notes, links.announced_lists(page), 2)


def _look_around(notes: Notes, seen: Seen, page: Page | None, place: Place | None) -> Steps[None]:
    """Pages the page links to, those above it, and usual addresses; not on a host where many people live."""
    crowd = place is not None and place.crowd
    onward = around.onward_pages(page)[: around.MOST_ONWARD] if page else []
    above = [] if crowd else around.places_above(seen.at, page)
    for url in [*onward, *above]:
        if url not in notes.opened:
            yield from _look_in(notes, url)
        if notes.done():
            return
    if not crowd:
        yield from try_feeds(
            notes, [Candidate(url, "It is at a usual address.") for url in around.usual_addresses(seen.at)], 30
        )
    if page is not None and not notes.done():
        yield from try_feeds(notes, links.announced_lists(page), 2)


def _look_in(notes: Notes, url: str) -> Steps[None]:
    """One further page: what it is, announces, names and links to; no further."""
    notes.opened.add(url)
    place = known_place(url)
    if place is not None:
        yield from known.run_moves(notes, [m for m in place.moves if m.verb not in ("inside", "none", "go")], url)
        return
    seen = yield from open_page(url)
    if seen.kind in ("feed", "opml"):
        note(notes, seen, Candidate(seen.url, "The page links to it."))
    if seen.kind != "page" or seen.page is None or is_parked(seen.page):
        return
    notes.opened.add(seen.page.url)
    yield from try_feeds(notes, links.announced_feeds(seen.page), 5)
    if not notes.done():
        yield from actor_of_page(notes, seen.page)
    if not notes.done():
        yield from try_feeds(notes, links.linked_feeds(seen.page), 3)
    if not notes.done():
        yield from _of_program(notes, seen.page)
    if not notes.done():
        yield from _itself(notes, seen, seen.page)

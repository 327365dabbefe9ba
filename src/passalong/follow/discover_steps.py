"""The search for what can be followed at an address, as a generator that yields what it wants fetched.

    what was pasted -> a handle: its host is asked
                    -> an address: a known place's moves -> what the address really is -> a page's offers, by stages

It stops at the first stage that finds something. Nothing here opens a socket or knows the time; whoever drives it
(`discover.py`) holds the budget, and answers Failed when it is used up.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from passalong.follow import discover_known as known
from passalong.follow import discover_links as links
from passalong.follow.discover_around import is_of
from passalong.follow.discover_comments import looks_like_comments, posts_addresses
from passalong.follow.discover_handles import by_handle, handle_of_page
from passalong.follow.discover_links import Candidate
from passalong.follow.discover_notes import (
    Notes,
    Steps,
    followed,
    note,
    note_actor,
    open_feed,
    open_page,
    try_feeds,
)
from passalong.follow.discover_pasted import Pasted, carried_address, read_pasted, without_tails
from passalong.follow.discover_say import is_parked, is_sign_in, members_only, parked
from passalong.follow.discover_seen import Seen
from passalong.follow.discover_stages import look_around, on_page, try_usual
from passalong.follow.platforms import Place, known_place
from passalong.wire.shapes import Found

MOST_TURNS = 5
"""So often a search begins anew somewhere else: an address inside an address, a page that sends its visitors on."""
TURN_BACK = ("name", "refused", "tls", "timeout", "cut short", "protocol")
GIVEN = "It is the address you gave."


def steps(address: str) -> Steps[list[Found]]:
    """What can be followed at a pasted address or handle, best first.

    Yields an Ask for each thing to fetch and expects the Answer, or Failed, in return. Raises Unreadable with one
    sentence for a person and a code where nothing can be followed."""
    notes, target = Notes(), read_pasted(address)
    carried = carried_address(target.urls[0]) if target.urls else ""
    spare = [other for other in (target.otherwise, carried) if other]
    for _ in range(MOST_TURNS):
        onward = yield from _turn(notes, target)
        if notes.done():
            break
        if not onward and spare:
            onward, notes = spare.pop(0), Notes()
        if not onward:
            break
        target = read_pasted(onward)
    return notes.result()


def _turn(notes: Notes, target: Pasted) -> Steps[str]:
    """Look at one target. Where to look instead, or ''."""
    if target.handle is not None:
        yield from by_handle(notes, target.handle)
        return ""
    urls = tuple(without_tails(url) for url in target.urls)
    named = handle_of_page(urls[0])
    if named is not None and named.host != urlsplit(urls[0]).netloc:
        return str(named)
    place = known_place(urls[0])
    moves = place.moves if place else ()
    if moves and moves[0].verb == "inside":
        return moves[0].parts[0]
    if links.looks_like_feed_address(urls[0]) and not looks_like_comments(urls[0]):
        seen = yield from followed(notes, (yield from open_feed(urls[0])))
        note(notes, seen, Candidate(urls[0], GIVEN))
    if place and not notes.done():
        onward = yield from known.run_moves(notes, moves, urls[0])
        if notes.verdict and notes.verdict.code == "none" and not notes.done():
            yield from _peek(notes, urls[0])
        if onward or notes.done() or notes.verdict:
            return onward
    return "" if notes.done() else (yield from _at(notes, urls, place))


def _at(notes: Notes, urls: tuple[str, ...], place: Place | None) -> Steps[str]:
    """Look at an address that nothing is known about, or at which what is known did not help."""
    seen = yield from _open_first(urls)
    notes.first = notes.first or seen
    if seen.kind in ("feed", "opml"):
        return (yield from _is_feed(notes, (yield from followed(notes, seen))))
    if seen.kind == "actor":
        note_actor(notes, seen, GIVEN)
        return ""
    if seen.kind == "note":
        return seen.author
    if seen.page is not None and is_parked(seen.page):
        notes.verdict = parked()
        return ""
    if is_sign_in(seen) and seen.status != 403:
        yield from _at_door(notes, seen)
        return ""
    if seen.kind == "page" and seen.page is not None:
        return (yield from on_page(notes, seen, seen.page, place))
    if seen.kind == "failed" and (seen.code != "http" or seen.status in (401, 429, 451)):
        return ""
    if seen.kind == "failed" and seen.status not in (404, 410):
        yield from try_usual(notes, seen.at, 5)
        notes.beside = any(not is_of(seen.at, None, found.url) for found in notes.feeds + notes.empty)
        return ""
    yield from look_around(notes, seen, None, place)
    return ""


def _peek(notes: Notes, url: str) -> Steps[None]:
    """Places change: where nothing could be followed once, a page may announce a feed of its own by now."""
    seen = yield from open_page(url)
    if seen.kind == "page" and seen.page is not None:
        yield from try_feeds(notes, [one for one in links.announced_feeds(seen.page) if one.scope == 0], 2)


def _at_door(notes: Notes, seen: Seen) -> Steps[None]:
    """A page for members. What it announces itself may be open all the same; what the host of its door does, is not
    what was asked for."""
    if seen.page is not None and urlsplit(seen.at).hostname == urlsplit(seen.url).hostname:
        yield from try_feeds(notes, links.announced_feeds(seen.page), 3)
    if not notes.done():
        notes.verdict = members_only(seen.at)


def _open_first(urls: tuple[str, ...]) -> Steps[Seen]:
    """The first of several spellings of an address that answers: https, then http, then with www. or without."""
    first: Seen | None = None
    host = urlsplit(urls[0]).hostname or ""
    more: tuple[str, ...] = ()
    if host.startswith("www."):
        more = (urls[0].replace("://www.", "://", 1),)
    elif host.count(".") == 1:
        more = (urls[0].replace("://", "://www.", 1),)
    for url in (*urls, *more):
        seen = yield from open_page(url)
        if seen.kind != "failed" or seen.code not in TURN_BACK:
            return seen
        first = first or seen
    return first or Seen("other", urls[0], urls[0])


def _is_feed(notes: Notes, seen: Seen) -> Steps[str]:
    """The address is a feed or a list itself; from one of comments the way goes to the posts."""
    if note(notes, seen, Candidate(seen.url, GIVEN)) or notes.done():
        return ""
    why = "It has the posts to these comments."
    yield from try_feeds(notes, [Candidate(url, why) for url in posts_addresses(seen.at)])
    return "" if notes.feeds or seen.feed is None else seen.feed.home

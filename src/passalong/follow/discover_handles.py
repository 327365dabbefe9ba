"""From a handle to somebody of the fediverse: WebFinger, the actor, and the feed that goes with it (RFC 7033)."""

from __future__ import annotations

from urllib.parse import urlsplit

from passalong.follow.discover_links import Candidate, announced_actors, announced_feeds
from passalong.follow.discover_notes import Notes, Steps, note_actor, open_actor, open_page, try_feeds
from passalong.follow.discover_page import Page
from passalong.follow.discover_software import read_software
from passalong.follow.platforms import software_moves
from passalong.net.shapes import JSON_LIMIT, Answer, Ask, Failed
from passalong.wire.shapes import Found, Unreadable
from passalong.wire.webfinger import ACCEPT, Handle, Jrd, confirms, elsewhere, read_handle, read_jrd, webfinger_address

FORM = "Feeds of this place have this form."


def by_handle(notes: Notes, handle: Handle) -> Steps[None]:
    """Who is behind a handle: the actor first, then the feed of the same person where their page announces one."""
    jrd = yield from finger(handle)
    if isinstance(jrd, Unreadable):
        notes.verdict = jrd
        return
    if jrd is None:
        notes.verdict = Unreadable(
            f"Nobody is known as {handle.user} at {handle.host}, so there is nothing to follow. Look at its "
            "spelling; if it is a mail address, ask the person for their site instead.",
            "no such person",
        )
        return
    notes.actor_first = True
    actor = jrd.actor()
    if actor:
        yield from _actor_of(notes, handle, actor)
    page = jrd.page()
    if jrd.feed():
        yield from try_feeds(notes, [Candidate(jrd.feed(), f"The host of {handle} names it.")], 1)
    if page and not notes.feeds:
        yield from feeds_of_profile(notes, page)


def finger(handle: Handle) -> Steps[Jrd | Unreadable | None]:
    """What the handle's host says about it; None where it says nothing. What it says of somebody else's account counts
    only when that account's own host says the same (the subject round-trips)."""
    found = yield from _ask_host(handle)
    if found is None or isinstance(found, Unreadable) or confirms(found, handle):
        return found
    named = read_handle(found.subject)
    if named is None:
        return None
    second = yield from _ask_host(named)
    if isinstance(second, Jrd) and confirms(second, named) and second.actor() == found.actor() != "":
        return second
    return Unreadable(
        f"{handle.host} answers for somebody at another host, who does not confirm it. Use the handle of that host.",
        "not confirmed",
    )


def actor_of_page(notes: Notes, page: Page) -> Steps[None]:
    """The fediverse actor that a page announces, or that its own address belongs to; a note leads to its author."""
    for address in announced_actors(page)[:2]:
        seen = yield from open_actor(address)
        if seen.kind == "note" and seen.author:
            seen = yield from open_actor(seen.author)
        if note_actor(notes, seen, "The page names this fediverse account."):
            return
        if seen.kind == "failed" and seen.status in (401, 403) and not _is_note(address):
            notes.actors.append(Found(address, "actor", page.title, "", "The page names this fediverse account."))
            return


def feeds_of_profile(notes: Notes, url: str) -> Steps[None]:
    """The feeds that a profile page announces, or that its program has for it."""
    if url in notes.opened:
        return
    notes.opened.add(url)
    seen = yield from open_page(url)
    if seen.page is not None and seen.kind == "page":
        yield from try_feeds(notes, announced_feeds(seen.page), 2)
        exact = software_moves(read_software(seen.page), seen.page.url, general=False)
        for move in exact if not notes.feeds else ():
            yield from try_feeds(notes, [Candidate(url, FORM) for url in move.parts if move.verb == "feed"], 2)


def handle_of_page(url: str) -> Handle | None:
    """The handle that a profile's address spells: https://host/@name or https://host/users/name."""
    parts = urlsplit(url)
    pieces = [x for x in parts.path.split("/") if x]
    if pieces and pieces[0].startswith("@"):
        name = pieces[0][1:]
        return read_handle(name if "@" in name else f"{name}@{parts.netloc}")
    if len(pieces) > 1 and pieces[0] in ("users", "user", "u", "profile", "channel", "accounts", "channels", "c", "m"):
        return read_handle(f"{pieces[1]}@{parts.netloc}")
    return None


def _ask_host(handle: Handle) -> Steps[Jrd | Unreadable | None]:
    answer: Answer | Failed = yield Ask(webfinger_address(handle), {"Accept": ACCEPT}, limit=JSON_LIMIT)
    if isinstance(answer, Failed):
        return Unreadable(str(answer), answer.code)
    if answer.status in (404, 410):
        meta: Answer | Failed = yield Ask(f"https://{handle.host}/.well-known/host-meta", {}, limit=JSON_LIMIT)
        other = elsewhere(meta.body, handle) if isinstance(meta, Answer) and meta.status == 200 else ""
        answer = (yield Ask(other, {"Accept": ACCEPT}, limit=JSON_LIMIT)) if other else answer
    if isinstance(answer, Failed) or answer.status != 200:
        return None
    try:
        return read_jrd(answer.body)
    except Unreadable:
        return None


def _actor_of(notes: Notes, handle: Handle, address: str) -> Steps[None]:
    """The actor's own document, for its name; a server that answers only to signed requests is taken at its word."""
    seen = yield from open_actor(address)
    if not note_actor(notes, seen, f"It is the fediverse account {handle}."):
        notes.actors.append(Found(address, "actor", handle.user, str(handle), f"It is the fediverse account {handle}."))
        return
    found = notes.actors.pop()
    notes.actors.append(Found(found.url, "actor", found.title, str(handle), found.why))


def _is_note(address: str) -> bool:
    return any(word in address for word in ("/statuses/", "/notes/", "/objects/", "/notice/", "/p/", "/post/"))

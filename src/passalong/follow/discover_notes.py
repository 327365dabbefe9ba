"""What a search has found so far, and how it asks. Protocol without I/O: everything that is wanted is yielded as an
Ask, and what came back is sent in."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from passalong.follow.discover_comments import is_comments_feed, looks_like_comments
from passalong.follow.discover_links import Candidate
from passalong.follow.discover_pasted import without_tails
from passalong.follow.discover_say import is_sign_in, members_only, nothing_here, why_on
from passalong.follow.discover_seen import Seen, see
from passalong.net.shapes import FEED_LIMIT, JSON_LIMIT, PAGE_LIMIT, Answer, Ask, Failed
from passalong.wire.shapes import Found, Unreadable

T = TypeVar("T")
Steps = Generator[Ask, Answer | Failed, T]

ENOUGH = 3
"""So many of the feeds that a page announces are looked at, so that one can choose."""

WANT_PAGE = (
    "text/html, application/xhtml+xml, application/atom+xml;q=0.9, application/rss+xml;q=0.9, "
    "application/xml;q=0.8, */*;q=0.7"
)
WANT_FEED = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.4"
)
WANT_ACTOR = 'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
WANT_JSON = "application/json, */*;q=0.5"


@dataclass(slots=True)
class Notes:
    """A search under way."""

    feeds: list[Found] = field(default_factory=list)
    empty: list[Found] = field(default_factory=list)
    """Feeds without entries: right, when there is nothing better."""
    actors: list[Found] = field(default_factory=list)
    others: list[Found] = field(default_factory=list)
    """Lists, and pages that are feeds themselves."""
    seen: set[str] = field(default_factory=set)
    """Addresses that were tried as feeds."""
    opened: set[str] = field(default_factory=set)
    """Pages that were looked at for links."""
    first: Seen | None = None
    """What the pasted address itself is."""
    comments: bool = False
    """A feed of comments was met."""
    door: Seen | None = None
    """A place that asks to sign in."""
    verdict: Unreadable | None = None
    """What a known place says, should nothing be found."""
    excuse: Unreadable | None = None
    """The same, of a place that sent the search elsewhere: it knows better why nothing was found there."""
    actor_first: bool = False
    beside: bool = False
    """What was found is near what was pasted, which does not speak of it."""
    found_on: str = ""
    """The page that speaks of it, where that is another than the one pasted."""

    def done(self) -> bool:
        """Whether there is something to follow, be it a feed that is still empty."""
        return bool(self.feeds or self.actors or self.others or self.empty)

    def result(self) -> list[Found]:
        """Everything found, best first. Raises Unreadable, with the reason, where that is nothing."""
        best = self.actors + self.feeds if self.actor_first else self.feeds + self.actors
        every = best + self.others + ([] if self.feeds else self.empty)
        if every:
            told = [replace(found, beside=self.beside, why=why_on(self.found_on, found.why)) for found in every]
            return list({found.url: found for found in told}.values())
        said = self.excuse or self.verdict
        if said is not None:
            raise said
        if self.door is not None:
            raise members_only(self.door.at)
        first = self.first or Seen("other", "", "")
        if first.page is not None and first.page.h_entries and not self.comments:
            why = "It has no feed, but marks up itself what is posted there."
            return [Found(first.url, "hfeed", first.page.title, "", why)]
        raise nothing_here(first, comments=self.comments)


def open_page(url: str) -> Steps[Seen]:
    """Look at an address as a browser would."""
    return see(url, (yield Ask(url, {"Accept": WANT_PAGE}, limit=PAGE_LIMIT, cut_ok=True)))


def open_feed(url: str) -> Steps[Seen]:
    """Look at an address as a reader of feeds would."""
    return see(url, (yield Ask(url, {"Accept": WANT_FEED}, limit=FEED_LIMIT)))


def open_actor(url: str) -> Steps[Seen]:
    """Look at an address as a fediverse server would."""
    return see(url, (yield Ask(url, {"Accept": WANT_ACTOR}, limit=JSON_LIMIT)))


def try_feeds(notes: Notes, candidates: Iterable[Candidate], most: int = 8, enough: int = 1) -> Steps[None]:
    """Look at candidates in their order until one is a feed with entries; then at more, until there are enough."""
    left, queue = most, list(candidates)
    while queue and left and not notes.feeds:
        candidate = queue.pop(0)
        left -= yield from try_feed(notes, candidate)
    while notes.feeds and queue and len(notes.feeds) < enough and left > 0:
        candidate = queue.pop(0)
        if candidate.scope < 3:
            left -= yield from try_feed(notes, candidate)


def try_feed(notes: Notes, candidate: Candidate) -> Steps[int]:
    """Look at one candidate and note what it is. The number of requests that took."""
    if candidate.url in notes.seen or looks_like_comments(candidate.url, candidate.title):
        return 0
    notes.seen.add(candidate.url)
    seen = yield from followed(notes, (yield from open_feed(candidate.url)))
    note(notes, seen, candidate)
    return 1


def followed(notes: Notes, seen: Seen) -> Steps[Seen]:
    """Where a feed says that it has moved (itunes:new-feed-url), if it is there."""
    moved = seen.feed.moved_to if seen.feed else ""
    if not moved or moved in (seen.url, seen.at) or moved in notes.seen:
        return seen
    notes.seen.add(moved)
    there = yield from open_feed(moved)
    return there if there.kind == "feed" else seen


def note(notes: Notes, seen: Seen, candidate: Candidate) -> bool:
    """Keep what was seen, if it can be followed. Whether it is a feed."""
    if seen.kind == "feed" and seen.feed is not None:
        if is_comments_feed(seen.url, seen.feed):
            notes.comments = True
            return False
        found = as_found(seen, candidate)
        known = {one.url for one in notes.feeds + notes.empty}
        if found.url not in known:
            (notes.feeds if seen.feed.entries else notes.empty).append(found)
        return True
    if seen.kind == "opml":
        notes.others.append(
            Found(seen.url, "opml", seen.title or candidate.title, "", "It is a list of people to follow.")
        )
    elif (seen.kind == "failed" and seen.status == 401) or is_sign_in(seen):
        notes.door = notes.door or seen
    return False


def as_found(seen: Seen, candidate: Candidate) -> Found:
    """A feed that was read, as something to follow."""
    feed = seen.feed
    title = (feed.title if feed else "") or candidate.title
    person = feed.authors[0].name if feed and feed.authors else ""
    return Found(without_tails(seen.url), "feed", title, person, candidate.why)


def note_actor(notes: Notes, seen: Seen, why: str) -> bool:
    """Keep a fediverse actor that was seen. Whether it was one."""
    actor = seen.actor
    if actor is None:
        return False
    host = actor.id.split("/")[2]
    person = f"@{actor.user}@{host}" if actor.user else ""
    notes.actors.append(Found(actor.id, "actor", actor.name or actor.user, person, why))
    return True

"""What came back from a source, judged: an Outcome for the schedule, and a Feed where there is one to take in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from passalong.intake.ready import bare_host
from passalong.models import Source
from passalong.net.shapes import FEED_LIMIT, PAGE_LIMIT, Answer, Ask, Failed
from passalong.wire import feed as feeds
from passalong.wire import mf2, watched
from passalong.wire.address import absolute
from passalong.wire.link_header import read_link_header
from passalong.wire.shapes import Feed, Unreadable

from .apart import read_apart
from .schedule import SILENT_AFTER, Outcome, What, Wishes, fresh_for, seconds_until

ACCEPT = (
    "application/atom+xml, application/rss+xml;q=0.9, application/feed+json;q=0.9, application/rdf+xml;q=0.8,"
    " application/json;q=0.7, application/xml;q=0.6, text/xml;q=0.6, text/html;q=0.3, */*;q=0.1"
)
ACCEPT_PAGE = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
LARGE_PAGE = 150_000
"""Bytes. Pages are read far slower than feeds."""
MOST_READ = 50 * 1024 * 1024
"""Bytes, where its follower wants it read although it is larger than usual (F17)."""
LONGEST_ETAG = 4000
LONGEST_DATE = 200

STATUSES: dict[int, What] = {
    401: "private",
    402: "private",
    403: "private",
    407: "private",
    451: "private",
    404: "missing",
    410: "gone",
    429: "busy",
    503: "busy",
}
SENTENCES: dict[What, str] = {
    "private": "Its site shows it to nobody without a key",
    "missing": "Its site says that there is nothing at this address",
    "busy": "Its site asks us to come back later",
    "cut": "It broke off in the middle",
    "html": "Its site sends a web page instead",
    "held": "",
}
CODES: dict[str, What] = {
    "too big": "too big",
    "cut short": "cut",
    "private": "refused",
    "scheme": "refused",
    "address": "refused",
    "redirects": "error",
}
NETWORK = {"name", "refused", "timeout", "tls", "offline"}
"""Codes of Failed that our own connection may be to blame for."""


def ask_for(source: Source) -> Ask:
    """The request for a source: its validators go back byte for byte (F21)."""
    page = source.kind in (Source.Kind.HFEED, Source.Kind.WATCHED)
    headers = {"Accept": ACCEPT_PAGE if page else ACCEPT}
    if source.etag:
        headers["If-None-Match"] = source.etag
    if source.last_modified:
        headers["If-Modified-Since"] = source.last_modified
    usual = PAGE_LIMIT if page else FEED_LIMIT
    return Ask(source.url, headers, limit=MOST_READ if source.reads_more else usual)


def judge(source: Source, found: Answer | Failed, now: datetime) -> tuple[Outcome, Feed | None]:
    """The Feed is there only for outcomes that are to be taken in."""
    if isinstance(found, Failed):
        what = CODES.get(found.code, "unreachable")
        return Outcome(what, sentence=SENTENCES.get(what) or unreached(source, found, now)), None
    if found.status == 304:
        return _fine(source, found, wishes_of(source), keeps=True), None
    if 200 <= found.status < 300:
        return _read(source, found)
    what = STATUSES.get(found.status, "error")
    sentence = SENTENCES.get(what, f"Its site answers with an error ({found.status})")
    wait = seconds_until(found.headers.get("retry-after", ""), now) if found.status >= 429 else 0
    return Outcome(what, sentence=sentence, wait=wait), None


def unreached(source: Source, problem: Failed | Unreadable, now: datetime) -> str:
    """Why nothing came. A name that is not found is no misspelling at a place that we keep looking at."""
    if problem.code != "name":
        return _bare(str(problem))
    lasting = source.failing_since is not None and now - source.failing_since >= SILENT_AFTER
    return "Its site could not be found" if lasting else "Its site could not be found just now"


def _read(source: Source, answer: Answer) -> tuple[Outcome, Feed | None]:
    digest = sha256(answer.body).hexdigest()
    if digest == source.body_hash:
        return _fine(source, answer, wishes_of(source)), None
    try:
        feed = parse(source, answer)
    except Unreadable as problem:
        what: What = {"html": "html", "too big": "too big", "cut": "cut"}.get(problem.code, "unreadable")  # type: ignore[assignment]
        return Outcome(what, sentence=SENTENCES.get(what) or _bare(str(problem))), None
    half = sha256(b"cut\n" + answer.body).hexdigest()
    if feed.cut and half != source.body_hash:  # the same half twice is all that its author wrote
        return Outcome("cut", sentence=SENTENCES["cut"], body_hash=half), None
    feed = with_hub(source, answer, feed)
    wishes = Wishes(feed.every or 0, feed.skip_hours, feed.skip_days)
    return _fine(source, answer, wishes, body_hash=digest, moved_to=feed.moved_to), feed


def parse(source: Source, answer: Answer) -> Feed:
    """The answer's body as a Feed, by the kind of its source. Raises Unreadable."""
    content_type = answer.headers.get("content-type", "")
    if source.kind == Source.Kind.WATCHED:
        return watched.read(answer.body[:LARGE_PAGE], answer.url, content_type=content_type)
    if source.kind == Source.Kind.HFEED:
        if len(answer.body) > LARGE_PAGE:
            return read_apart(answer.body, content_type=content_type, url=answer.url, page=True)
        return mf2.read(answer.body, answer.url, content_type=content_type)
    read = read_apart if feeds.heavy(answer.body) else feeds.read
    return read(answer.body, content_type=content_type, url=answer.url)


def with_hub(source: Source, answer: Answer, feed: Feed) -> Feed:
    """Who tells at once when it changes, and what they call it: the headers count first, then the document (WebSub,
    section 4). A feed that calls itself something on another site names no hub we could believe."""
    hubs, topics = [], []
    for target, said in read_link_header(answer.headers.get("link", "")):
        rels = said.get("rel", "").lower().split()
        hubs += [absolute(answer.url, target)] if "hub" in rels else []
        topics += [absolute(answer.url, target)] if "self" in rels else []
    found = [hub for hub in hubs or feed.hubs if hub][:5]
    topic = next(filter(None, topics), "") or feed.url or answer.url
    same = bare_host(topic) in (bare_host(source.url), bare_host(answer.url))
    return replace(feed, hubs=tuple(found) if same else (), url=topic if found and same else feed.url)


def _fine(
    source: Source, answer: Answer, wishes: Wishes, *, keeps: bool = False, body_hash: str = "", moved_to: str = ""
) -> Outcome:
    etag = answer.headers.get("etag", "")
    modified = answer.headers.get("last-modified", "")
    return Outcome(
        "new" if body_hash else "same",
        etag=etag if len(etag) <= LONGEST_ETAG else "",
        last_modified=modified if len(modified) <= LONGEST_DATE else "",
        body_hash=body_hash,
        keeps_validators=keeps,
        fresh_for=fresh_for(answer.headers.get("cache-control", "")),
        wishes=wishes,
        per_week=source.rarity,
        moved_to=permanent(answer) or moved_to,
        told_until=source.told_until,
    )


def permanent(answer: Answer) -> str:
    """Where permanent redirects alone led; '' where the first hop was none. A temporary one ends the chain (P8)."""
    places = [hop.url for hop in answer.hops[1:]] + [answer.url]
    reached = ""
    for hop, led_to in zip(answer.hops, places, strict=False):
        if hop.status not in (301, 308):
            break
        reached = led_to
    return reached


def wishes_of(source: Source) -> Wishes:
    """As its last document stated them: a 304 says nothing of them."""
    kept = source.wishes
    return Wishes(kept.get("every", 0), frozenset(kept.get("hours", ())), frozenset(kept.get("days", ())))


def wishes_kept(wishes: Wishes) -> dict[str, object]:
    found = {"every": wishes.every, "hours": sorted(wishes.hours), "days": sorted(wishes.days)}
    return {name: value for name, value in found.items() if value}


def _bare(sentence: str) -> str:
    """The first sentence, without its full stop: the schedule goes on from there."""
    return sentence.partition(". ")[0].rstrip(".")

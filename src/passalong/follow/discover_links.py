"""Which links of a page may lead to something to follow, best first. Pure.

Order among announced feeds: first those about exactly this page's part of the site (its path or its name is in the
address), then those of the smallest part around it, then the rest; within these as the page lists them, with feeds of
side matters (podcast, photos, changes) after the others. Feeds of comments are no candidates at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from passalong.follow.discover_comments import WHOLE_WORD, looks_like_comments
from passalong.follow.discover_page import Anchor, LinkTag, Page
from passalong.follow.discover_phrases import phrases, words
from passalong.wire.webfinger import is_actor_type

FEED_TYPES = re.compile(
    r"^(?:application/(?:[\w.-]+\+)?(?:rss|atom|rdf|x-rss|x-atom)(?:\+xml)?|text/(?:rss|atom|rdf)(?:\+xml)?"
    r"|application/(?:x\.)?(?:rss|atom)\+xml|application/feed\+json|application/x-?rss\+?xml)$"
)
DOUBTFUL_TYPES = re.compile(r"^(?:(?:application|text)/xml|application/json|text/json|text/plain)$")
LIST_TYPES = re.compile(r"opml")
FEED_ADDRESS = re.compile(
    r"(?:/(?:feed|feeds|rss|rss2|atom|rdf|index|blog|all|posts|news|podcast)\.(?:xml|rss|atom|rdf|json)(?:\.gz)?$)"
    r"|(?:\.(?:rss|atom|rdf)(?:\.gz)?$)|(?:/(?:feed|rss|rss2|atom|rdf)/?$)|(?:/feeds?/(?:rss2?|atom|posts|all|rdf)/?)"
    r"|(?:/rss/[\w.-]+\.(?:xml|rss)$)|(?:/feeds/[\w./-]+\.xml$)|(?:-(?:feed|rss|atom)\.(?:xml|json)$)|(?:/(?:feed|rss|atom)\.php$)"
    r"|(?:[?&](?:format|output|type|alt|feed|action|mode|feedformat)=(?:rss|rss2|rss_200|atom|rdf|feed|xml|backend)\b)"
    r"|(?:[?&](?:rss|atom|feed)(?:=1|=true)?(?:&|$))|(?:feeds\d?\.(?:feedburner|feedpress|soundcloud|transistor|simplecast|megaphone|libsyn|buzzsprout|acast)\.)"
    r"|(?:/feeds/posts/default)|(?:/videos\.xml\?)|(?:anchor\.fm/s/\w+/podcast/rss)",
    re.I,
)
NO_FEED_ADDRESS = re.compile(
    r"/wp-json/|/oembed|sitemap|opensearch(?:description|\.xml|/service)|/xmlrpc|\.(?:css|js|png|jpe?g|svg|gif|ico|webp|pdf|zip|mp3|ics)(?:$|\?)"
    r"|wikipedia\.org/wiki/(?:rss|atom)|(?:twitter|facebook|linkedin|pinterest)\.com/(?:share|intent|sharer)",
    re.I,
)
HINTS_FEED = re.compile(
    r"\b(?:rss|atom|fa-rss|icon-rss|feed-?icon|icon-feed|rss-?square|mdi-rss|bi-rss|ti-rss)\b|rss[\w-]*\.(?:svg|png|gif)|feed[\w-]*\.(?:svg|png|gif)",
    re.I,
)
THREAD = re.compile(
    r"/(?:topic|thread|question|t|d)s?/(?:[^/]+/)?[^/]*\d+(?:[/.]|$)|feed/topic/|feeds/question/"
    r"|\btopic -|^topic\b|\bthread\b",
    re.I,
)

MOST_SOURCE = 1_000_000
_IN_MARKUP = re.compile(r"""["'](https?://[^"'\s<>\\]{8,300}|/[^"'\s<>\\/][^"'\s<>\\]{2,200})["']""")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that may be something to follow; `why` says in a sentence how it was found."""

    url: str
    why: str
    title: str = ""
    scope: int = 2
    """0 about exactly this page's part, 1 around it, 2 elsewhere or not known, 3 a single thread."""


def announced_feeds(page: Page) -> list[Candidate]:
    """The feeds that a page announces with link elements or headers, best first, without those of comments."""
    links = [link for link in page.links if _announces_feed(link) and not looks_like_comments(link.href, link.title)]
    found = [(_order(page, link.href, link.title, link), n, link) for n, link in enumerate(links)]
    return _unique(
        Candidate(link.href, "The page announces it.", link.title, order[0])
        for order, _, link in sorted(found, key=lambda x: x[:2])
    )


def announces_comments(page: Page) -> bool:
    """Whether a feed of comments is announced."""
    return any(_announces_feed(link) and looks_like_comments(link.href, link.title) for link in page.links)


def linked_feeds(page: Page) -> list[Candidate]:
    """Links in the page's text that look like feeds, best first: by address and by what is written on them."""
    found: list[tuple[tuple[int, int, int], Candidate]] = []
    for number, anchor in enumerate(page.anchors):
        weight = _weight(anchor, page.url)
        if weight is not None:
            order = _order(page, anchor.href, anchor.text or anchor.hint, None)
            order = (weight, order[0], number)
            found.append((order, Candidate(anchor.href, "The page links to it.", anchor.text[:80], order[1])))
    return _unique(candidate for _, candidate in sorted(found, key=lambda x: x[0]))


def announced_lists(page: Page) -> list[Candidate]:
    """Lists of people (OPML) that a page announces or links to."""
    links = [(link.href, link.title) for link in page.links if LIST_TYPES.search(link.type) or "blogroll" in link.rels]
    links += [(a.href, a.text) for a in page.anchors if urlsplit(a.href).path.lower().endswith(".opml")]
    return _unique(Candidate(href, "The page announces this list.", title) for href, title in links)


def announced_actors(page: Page) -> list[str]:
    """Addresses of fediverse documents (actors, or notes by one) that the page announces."""
    found = [link.href for link in page.links if "alternate" in link.rels and is_actor_type(link.type)]
    return list(dict.fromkeys(found))


def named_feeds(page: Page) -> list[str]:
    """Addresses in the page's scripts and data that look like feeds of the same site, or of a known feed host."""
    text = page.source[:MOST_SOURCE].replace("\\/", "/").replace("\\u002F", "/")
    named = [x for x in dict.fromkeys(_IN_MARKUP.findall(text)) if looks_like_feed_address(x)][:100]
    found = [urljoin(page.url, address) for address in named if not looks_like_comments(address)]
    return [x for x in found if _same_site(x, page.url) or "feeds." in x][:6]


def looks_like_feed_address(url: str) -> bool:
    """Whether an address itself looks like that of a feed."""
    return bool(FEED_ADDRESS.search(url)) and not NO_FEED_ADDRESS.search(url)


def part_words(url: str) -> set[str]:
    """The words of an address that name the part of the site it is about (a tag, a person, an id)."""
    parts = urlsplit(url)
    pieces = [word for word in unquote(parts.path).split("/") if word][-2:]
    pieces += [value for _, value in parse_qsl(parts.query)]
    plain = {re.sub(r"\.\w{2,5}$", "", word).lower().split(":")[-1].lstrip("@~") for word in pieces}
    return {word for word in plain if len(word) > 1 and word not in words("general")}


def _announces_feed(link: LinkTag) -> bool:
    if NO_FEED_ADDRESS.search(link.href) or link.rels & {
        "stylesheet",
        "search",
        "icon",
        "preload",
        "oembed",
        "edituri",
    }:
        return False
    media_type = link.type.partition(";")[0].strip()
    if "oembed" in link.type or is_actor_type(link.type) or LIST_TYPES.search(media_type) or "blogroll" in link.rels:
        return False
    if link.rels & {"feed", "service.feed"} and "html" not in media_type:
        return True
    if "alternate" not in link.rels and not link.rels & {"alternative", "rss", "home"}:
        return False
    if FEED_TYPES.match(media_type):
        return True
    if DOUBTFUL_TYPES.match(media_type):
        return bool(media_type.endswith("xml") or looks_like_feed_address(link.href) or link.href.endswith(".json"))
    return not media_type and looks_like_feed_address(link.href)


def _order(page: Page, href: str, title: str, link: LinkTag | None) -> tuple[int, int, int]:
    """(scope, minus the depth of the part in common, how far aside)."""
    scope, depth = _scope(page.url, href)
    if THREAD.search(href) or THREAD.search(title):
        scope = 3
    aside = int(
        bool(phrases("aside", WHOLE_WORD).search(title)) and not phrases("aside", WHOLE_WORD).search(page.title)
    )
    if link is not None:
        aside += 2 * int(bool(link.lang and page.lang) and link.lang[:2] != page.lang[:2])
        aside += int(DOUBTFUL_TYPES.match(link.type) is not None and "json" in link.type)
    return scope, -depth, aside


def _scope(page_url: str, feed_url: str) -> tuple[int, int]:
    """How a feed's address lies to the page's: (0 this part | 1 around it | 2 elsewhere, depth in common)."""
    here, there = urlsplit(page_url), urlsplit(feed_url)
    own = [x for x in here.path.split("/") if x]
    if own and re.fullmatch(r"index\.\w+|default\.\w+", own[-1]):
        own.pop()
    base = _feed_base(there.path)
    if here.hostname == there.hostname and base == own and (base or not there.query):
        return (0, len(base)) if own else (1, 0)
    named = part_words(page_url)
    text = re.findall(r"[\w@.~:-]+", unquote(there.path + "?" + there.query).lower())
    pieces = {piece for word in text for piece in (word, *re.split(r"[.:=@]", word))}
    if named & pieces:
        return 0, len(named & pieces)
    if here.hostname == there.hostname and own[: len(base)] == base:
        return 1, len(base)
    return 2, 0


def _feed_base(path: str) -> list[str]:
    """The folders of a feed's path that are not about its being a feed: /a/b/feed/ -> [a, b]."""
    pieces = [x for x in path.split("/") if x]
    while pieces and re.fullmatch(
        r"(?:feeds?|rss2?|atom|rdf|index|all|posts|default|blog-feed)?(?:\.?(?:xml|rss|atom|rdf|json|php))?",
        pieces[-1],
        re.I,
    ):
        pieces.pop()
    if pieces:
        pieces[-1] = re.sub(r"\.(?:xml|rss|atom|rdf|json)$", "", pieces[-1], flags=re.I)
    return pieces


def _weight(anchor: Anchor, page_url: str) -> int | None:
    """How surely a link in the text is one to a feed: 0 surely, 1 likely, 2 it may be; None where it is not."""
    context = f"{anchor.text} {anchor.hint}"
    if (
        NO_FEED_ADDRESS.search(anchor.href)
        or looks_like_comments(anchor.href, context)
        or "nofollow ugc" in anchor.rels
    ):
        return None
    own = _same_site(anchor.href, page_url)
    if looks_like_feed_address(anchor.href):
        said = phrases("says feed").search(anchor.text) or HINTS_FEED.search(anchor.hint)
        if own:
            return 0
        return 1 if said or "feed" in urlsplit(anchor.href).netloc else 2 if len(anchor.text) < 40 else None
    written = anchor.text if len(anchor.text) < 40 else ""
    if phrases("says feed").search(written) or (HINTS_FEED.search(anchor.hint) and len(anchor.text) < 25):
        return 1 if own and not urlsplit(anchor.href).path.rstrip("/").endswith((".html", ".htm")) else 2
    return None


def _same_site(one: str, other: str) -> bool:
    hosts = [(urlsplit(x).hostname or "").removeprefix("www.") for x in (one, other)]
    return hosts[0] == hosts[1] or hosts[0].endswith("." + hosts[1]) or hosts[1].endswith("." + hosts[0])


def _unique(candidates: Iterable[Candidate]) -> list[Candidate]:
    def each() -> Iterator[Candidate]:
        seen: set[str] = set()
        for candidate in candidates:
            if candidate.url not in seen:
                seen.add(candidate.url)
                yield candidate

    return list(each())

"""Where else to look, when a page itself offers nothing: pages it links to, those above it, and usual addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from passalong.follow.discover_links import HINTS_FEED, looks_like_feed_address
from passalong.follow.discover_page import Anchor, Page
from passalong.follow.discover_phrases import lists, phrases, words
from passalong.follow.platforms import known_place

MOST_ONWARD = 4


_NOT_PAGES = re.compile(r"\.(?:pdf|jpe?g|png|gif|svg|zip|mp3|mp4|ics|docx?|pptx?|xlsx?|epub|js|css|webp)$", re.I)
_USER_SPACE = re.compile(
    r"^(/(?:~|@|users?/|u/|people/|profiles?/|members?/|authors?/|channels?/|c/|staff/)[^/]+)", re.I
)
_LATER_PLACES = ("GitHub", "GitLab", "LinkedIn", "X", "Facebook", "Instagram")


def onward_pages(page: Page) -> list[str]:
    """Pages worth a look, best first: frames, one about subscribing, the author's, the blog's, one's own elsewhere."""
    found: list[str] = []
    found += page.frames if len(page.words) < 400 else ()
    found += [link.href for link in page.links if "canonical" in link.rels]
    found += [a.href for a in page.anchors if _leads_to_subscribing(a) and same_site(a.href, page.url)][:2]
    found += [page.author] if page.author else []
    found += [a.href for a in page.anchors if _leads_to_blog(a) and same_site(a.href, page.url)][:2]
    found += _own_elsewhere(page)
    found += _in_directories(page)
    found += [link.href for link in page.links if link.rels & {"home", "index", "start", "up", "top"}][:2]
    own = {page.url, page.url.rstrip("/")}
    wanted = [url.partition("#")[0] for url in found if not _NOT_PAGES.search(urlsplit(url).path)]
    return [url for url in dict.fromkeys(wanted) if url not in own and url.rstrip("/") not in own]


def places_above(url: str, page: Page | None) -> list[str]:
    """The pages above an address, nearest that is known first and the site's front page last; never above the space
    of one person on a host of many."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    space = _USER_SPACE.match(parts.path)
    floor = space[1] if space and not re.match(r"/(?:authors?|c)/", space[1]) else ""
    linked = {urlsplit(a.href).path.rstrip("/") for a in page.anchors if a.href.startswith(origin)} if page else set()
    found = [path for path in _above(parts.path) if path.rstrip("/") in linked and path.startswith(floor)][:2]
    first = "/" + parts.path.strip("/").split("/")[0] + "/"
    if not floor and first != "//" and not re.fullmatch(r"/\d+/", first) and parts.path.strip("/").count("/") > 0:
        found.append(first)
    if floor:
        found += [floor + "/", floor]
    else:
        found.append("/")
    here = parts.path.rstrip("/")
    return [origin + path for path in dict.fromkeys(found) if path.rstrip("/") != here or (path == "/" and parts.query)]


def moved_to(page: Page) -> str:
    """Where a page says that it has moved, if it says little else; '' where it does not."""
    if len(page.words) > 1500 or not phrases("moved").search(page.title + " " + page.words):
        return ""
    away = [a.href for a in page.anchors if not same_site(a.href, page.url) and known_place(a.href) is None]
    return away[0] if len(set(away)) == 1 else ""


def part_addresses(page: Page) -> list[str]:
    """For a page about a tag, a category, an author or the like: where programs keep the feed of such a part."""
    parts = urlsplit(page.url)
    pieces = [x for x in parts.path.split("/") if x]
    if len(pieces) < 2 or not any(piece.lower() in words("parts") for piece in pieces[:-1]):
        return []
    here = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
    return [f"{here}/feed/", f"{here}/index.xml", f"{here}/rss.xml", f"{here}.xml" if "." not in pieces[-1] else ""][:4]


def usual_addresses(url: str) -> Iterator[str]:
    """Where feeds usually are: below an address that is written as a folder, then on its site; for one person's space
    on a host of many, only below that."""
    parts = urlsplit(url)
    space = _USER_SPACE.match(parts.path)
    site = f"{parts.scheme}://{parts.netloc}"
    folder = site + (space[1] if space else parts.path).rstrip("/") + "/"
    below = [folder + path for path in lists()["usual addresses"][:6]] if folder != site + "/" else []
    whole = [] if space else [f"{site}/{path}" for path in lists()["usual addresses"]]
    first = below if space or parts.path.endswith("/") else []
    yield from dict.fromkeys([*first, *whole[:12], *below, *whole[12:]])


def leads_to(page: Page | None, url: str) -> bool:
    """Whether a page has a link to another, as most posts have to the front page of their site."""
    stated = [*(a.href for a in page.anchors), *(link.href for link in page.links)] if page else []
    return url.rstrip("/") in {href.partition("#")[0].rstrip("/") for href in stated}


def is_of(url: str, page: Page | None, feed: str) -> bool:
    """Whether a feed at a usual address belongs to what was pasted: to a whole site, or to the page it is below."""
    parts = urlsplit(url)
    if parts.path in ("", "/"):
        return True
    return page is not None and feed.startswith(f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/")


def same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one site: the same host, www. and subdomains of it aside."""
    hosts = [(urlsplit(x).hostname or "").removeprefix("www.") for x in (one, other)]
    return hosts[0] == hosts[1] or hosts[0].endswith("." + hosts[1]) or hosts[1].endswith("." + hosts[0])


def _above(path: str) -> Iterator[str]:
    pieces = path.strip("/").split("/")
    for end in range(len(pieces) - 1, 0, -1):
        yield "/" + "/".join(pieces[:end]) + "/"


def _leads_to_subscribing(anchor: Anchor) -> bool:
    if looks_like_feed_address(anchor.href):
        return False
    short = anchor.text if len(anchor.text) < 50 else ""
    path = urlsplit(anchor.href).path
    return bool(
        phrases("subscribing").search(short) or phrases("says feed").search(short) or HINTS_FEED.search(anchor.hint)
    ) or bool(re.search(r"/(?:subscribe|rss|feeds?|syndication|abonnieren|suscribirse)(?:\.\w+)?/?$", path, re.I))


def _leads_to_blog(anchor: Anchor) -> bool:
    written = re.findall(r"[\w']+", anchor.text.lower()) if len(anchor.text) < 40 else []
    last = re.sub(r"\.\w+$", "", urlsplit(anchor.href).path.rstrip("/").rpartition("/")[2].lower())
    host = (urlsplit(anchor.href).hostname or "").split(".")[0]
    return any(word in words("blog") for word in [*written[:4], last, host])


def _own_elsewhere(page: Page) -> list[str]:
    """For a card with links: the person's own places, a blog first, places where people only store code last."""
    stated = [a.href for a in page.anchors if "me" in a.rels] + [link.href for link in page.links if "me" in link.rels]
    card = len(page.words) < 1500 and (stated or len(page.anchors) <= 25)
    away = [a for a in page.anchors if not same_site(a.href, page.url)] if card else []
    stated += [a.href for a in away if re.fullmatch(r"/@[\w.]+/?", urlsplit(a.href).path)]
    blogs = [
        a.href
        for a in away
        if _leads_to_blog(a) or re.search(r"\b(?:my|mein|mon|mi)\b.*\b(?:site|website|seite|web)\b", a.text, re.I)
    ]
    found = list(dict.fromkeys(blogs[:2] + stated[:6]))
    return sorted(found, key=lambda url: _lateness(url, blogs))


def _in_directories(page: Page) -> list[str]:
    """For a podcast's own page: the same show in a directory that names its feed, if it links to one show only."""
    shows = {a.href.partition("?")[0] for a in page.anchors if "podcasts.apple.com/" in a.href and "/id" in a.href}
    return sorted(shows) if len(shows) == 1 and len(page.words) < 6000 else []


def _lateness(url: str, blogs: list[str]) -> int:
    place = known_place(url)
    if place is not None and place.name in _LATER_PLACES:
        return 2
    return 0 if url in blogs else 1

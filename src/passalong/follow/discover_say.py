"""What is said when nothing can be followed: what happened, whose move it is, the exact move. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from passalong.follow.discover_page import Page
from passalong.follow.discover_phrases import phrases
from passalong.follow.discover_seen import Seen
from passalong.wire.shapes import Unreadable

WHOLE_PIECE = r"(?:^|[/._?=&-]){}(?=$|[/._?=&-])"
_SIGN_IN_HOST = re.compile(r"^(?:sso|idp|login|signin|auth|accounts|adfs|cas|shibboleth|weblogin)\.", re.I)
_LISTING = re.compile(r"(?:index of /|directory listing for /)", re.I)
_SEARCH_PATH = re.compile(r"/(?:search|suche|recherche|buscar|results)/?$", re.I)


def is_sign_in(seen: Seen) -> bool:
    """Whether the address led to a page where one signs in, instead of to what was asked for."""
    if seen.page is None or seen.kind == "feed" or (seen.page.h_entries and not seen.page.password):
        return False
    parts = urlsplit(seen.at)
    moved = seen.at.split("?")[0].rstrip("/") != seen.url.split("?")[0].rstrip("/")
    door = bool(phrases("sign-in paths", WHOLE_PIECE).search(parts.path) or _SIGN_IN_HOST.search(parts.hostname or ""))
    if door and (seen.page.password or moved or len(seen.page.words) < 1500):
        return True
    return is_private_page(seen.page)


def is_private_page(page: Page) -> bool:
    """Whether a page says in its few words that it is for members only."""
    short = len(page.words) < 1200
    said = bool(phrases("private").search(page.title) or (short and phrases("private").search(page.words)))
    return (page.password and short and len(page.anchors) < 12 and not page.h_entries) or (short and said)


def is_parked(page: Page) -> bool:
    """Whether a page is a registrar's or a trader's, in place of the site that was meant."""
    if phrases("parked").search(page.title) or phrases("parked markup").search(page.source[:20_000]):
        return True
    return len(page.words) < 2500 and bool(phrases("parked").search(page.words))


def is_listing(page: Page) -> bool:
    """Whether a page is what a server makes of a folder's file names: nobody has chosen what it links to."""
    return _LISTING.match(page.title.strip()) is not None


def why_on(url: str, why: str) -> str:
    """How something was found, where the page that speaks of it is the one at `url`; '' is the one pasted."""
    if not url or not why.startswith("The page "):
        return why
    parts = urlsplit(url)
    front = parts.path in ("", "/") and not parts.query
    name = f"The front page of {parts.netloc}" if front else f"The page {parts.netloc}{parts.path}"
    return f"{name} {why.removeprefix('The page ')}"


def parked() -> Unreadable:
    """The address is no longer the person's."""
    return Unreadable(
        "This address is parked or for sale: whoever wrote here is no longer here. Look for their new address.",
        "parked",
    )


def members_only(at: str = "") -> Unreadable:
    """It asks for a login."""
    host = urlsplit(at).hostname
    where = f" at {host}" if host else ""
    return Unreadable(
        f"This is private: only members who log in (sign in) with a name and password{where} can read it. "
        "Ask its author for a public page or feed address.",
        "login",
    )


def refused(status: int) -> Unreadable:
    """The site turns us away (403, 429, 451 and the like)."""
    if status == 429:
        return Unreadable("This site says that it has too many requests just now. Try again later.", "busy")
    return Unreadable(
        f"This site refused us ({status}): it does not allow programs to read it, or it is private to members who log "
        "in. It cannot be followed from here. Ask the person for a blog, newsletter or feed address.",
        "refused",
    )


def nothing_here(seen: Seen, *, comments: bool) -> Unreadable:
    """Nothing to follow was found, although everything was looked at; says what the address is instead."""
    if comments:
        return Unreadable(
            "Only the comments can be followed here, and not the posts. Ask the author for a feed of the posts.",
            "comments",
        )
    if seen.kind == "failed":
        return broken(seen)
    if seen.cut:
        return Unreadable("This page is too large to be read, and no feed was found beside it.", "too big")
    if _SEARCH_PATH.search(urlsplit(seen.at).path):
        return Unreadable(
            "This is a page of search results, and it has no feed. Open the page you meant and paste its address.",
            "none",
        )
    host = urlsplit(seen.at).hostname or "This site"
    what = "a file" if seen.kind == "other" else "this page"
    return Unreadable(
        f"{host} has no feed that could be found from {what}, so there is nothing to follow here yet. "
        "Ask its author for one, or watch the page yourself.",
        "none",
    )


def broken(seen: Seen) -> Unreadable:
    """The address itself did not work: the site's answer, in words."""
    if seen.code != "http":
        return Unreadable(_unreached(seen), seen.code or "none")
    if seen.status in (401, 407):
        return members_only(seen.at)
    if seen.status in (402, 403, 405, 406, 429, 451):
        return refused(seen.status)
    if seen.status == 410:
        return Unreadable("This page is gone for good, its site says (410), and no feed was found there.", "gone")
    if seen.status == 404:
        return Unreadable(
            "There is no page at this address (404, not found), and its site has no feed. Look at the spelling, "
            "or paste the address of the site's front page.",
            "not found",
        )
    return not_working(seen.status)


def not_working(status: int) -> Unreadable:
    """Neither the address nor who pasted it is to blame."""
    return Unreadable(
        f"This site is not working at the moment (it answered with error {status}). Try again later.", "broken"
    )


def _unreached(seen: Seen) -> str:
    sentences = {
        "private": "This address is private: it lies in a local, internal network and is not public, so it is not "
        "allowed. Paste an address of the public web.",
        "redirects": "This address sends its visitors in a circle: it redirects again and again, a loop without an "
        "end. Only its owner can mend that.",
        "scheme": "This address leads to something that is no web address, which is not followed.",
    }
    return sentences.get(seen.code, seen.sentence or "This site could not be reached. Try again later.")

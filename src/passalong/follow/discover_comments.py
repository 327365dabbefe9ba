"""Whether a feed is one of comments, which is never what a person wants to follow. Pure.

Four witnesses, of which one is enough where it is clear: the address, the title it is announced with, the title it
gives itself, and what its entries are (their links point into pages' comments, or all answer something).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote, urldefrag, urlsplit

from passalong.follow.discover_phrases import phrases
from passalong.wire.shapes import Entry, Feed

LONGEST_TITLE = 200

WHOLE_WORD, WHOLE_PIECE = r"\b{}\b", r"(?:^|[/_.?=&-]){}(?=$|[/_.?=&-])"
_FRAGMENT = re.compile(r"comment|kommentar|reply|respond|^c\d{3,}|^r\d{3,}|^post-?\d+$|^p\d+$|^answer", re.I)
_OWN_TITLE = re.compile(r"\s*(?:(?:recent |latest |all )?comments\s+(?:on|for)\b|kommentare (?:zu|für)\b)", re.I)
_ENTRY_TITLE = re.compile(r"(?:comment (?:on|by)\b|re:\s|by:\s|kommentar (?:zu|von)\b|commentaires? sur\b)", re.I)
_NO_COMMENTS = re.compile(r"hnrss\.org/newest|without-comments|no-?comments|/discussions(?:/categories/[^/]+)?\.atom")


def is_comments_address(url: str) -> bool:
    """Whether the address itself says that it lists comments, wherever it is seen."""
    parts = urlsplit(url)
    text = unquote(parts.path) + ("?" + unquote(parts.query) if parts.query else "")
    return bool(phrases("comments paths", WHOLE_PIECE).search(text)) and not _NO_COMMENTS.search(url)


def is_comments_title(title: str) -> bool:
    """Whether a title is one of a comments feed: "Comments on: …", "Blog » Feed der Kommentare", "Recent replies"."""
    if phrases("posts with comments").search(title) or _OWN_TITLE.match(title):
        return True
    if phrases("not comments").search(title):
        return False
    said = phrases("comments").search(title) or phrases("replies", WHOLE_WORD).search(title)
    return bool(said) and len(title) < LONGEST_TITLE


def looks_like_comments(url: str, title: str = "") -> bool:
    """Whether an announced feed is one of comments, as far as its address and announced title tell."""
    return is_comments_address(url) or is_comments_title(title)


def is_comments_feed(url: str, feed: Feed) -> bool:
    """Whether a feed that was read is one of comments: by what its entries are, or by its own title and address."""
    if _OWN_TITLE.match(feed.title) or _mostly(feed.entries):
        return True
    if _all_at_one_page(feed.entries):
        return True
    return is_comments_title(feed.title) and (is_comments_address(url) or not feed.entries)


def is_comment(entry: Entry) -> bool:
    """Whether an entry is a comment: it answers something, links into a page's comments, or is titled as one."""
    if any(pointer.rel == "reply" for pointer in entry.pointers):
        return True
    return bool(_FRAGMENT.search(urldefrag(entry.url).fragment) or _ENTRY_TITLE.match(entry.title))


def _all_at_one_page(entries: tuple[Entry, ...]) -> bool:
    """Whether several entries by several people are all at one page below the front page: its comments."""
    pages = {urldefrag(entry.url).url for entry in entries}
    names = {entry.authors[0].name for entry in entries if entry.authors}
    return len(entries) > 2 and len(names) > 1 and len(pages) == 1 and bool(urlsplit(pages.pop()).path.strip("/"))


def _mostly(entries: tuple[Entry, ...]) -> bool:
    comments = sum(1 for entry in entries if is_comment(entry))
    return bool(entries) and comments * 10 >= len(entries) * 8


def posts_addresses(url: str) -> Iterable[str]:
    """For the address of a comments feed: where the posts' feed of the same place would be."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    path = re.sub(r"/feeds/(?:\d+/)?comments/(default|full|summary)", r"/feeds/posts/\1", parts.path)
    if path != parts.path:
        yield origin + path
    shorter = re.sub(r"/comments?(?=/|$)", "", parts.path)
    if shorter != parts.path:
        yield origin + shorter

"""Web pages that are feeds: h-feed and h-entry (https://microformats.org/wiki/h-feed, .../h-entry), read with mf2py.

page -> is there an h-entry at all? -> too deep? -> mf2py -> the first h-feed, else the page's h-entries -> Feed
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from passalong.wire.feed_bytes import decode
from passalong.wire.feed_finish import finish
from passalong.wire.feed_raw import HTML, MOST_ATTACHMENTS, MOST_POINTERS, PLAIN, RawEntry, RawFeed, Text
from passalong.wire.later import later
from passalong.wire.markup import weigh
from passalong.wire.shapes import Attachment, Author, Entry, Feed, Pointer, Unreadable

LARGEST = 2_000_000
HEAVIEST = 3_000_000
MOST_REPEATED = 50_000
MOST_ATTRIBUTES = 500
"""Some twenty times what the largest of 60 real pages comes to; the heaviest that passes takes about a second."""
MOST_ENTRIES = 200

Item = dict[str, Any]

_POSTS = re.compile(r"\b(?:h-feed|h-entry|hfeed|hentry)\b")
_PEOPLE = re.compile(r"\b(?:h-card|vcard)\b")
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{1,500})<", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*+<\?xml[^>]{0,200}>")
_POINTING = {
    "in-reply-to": "reply",
    "like-of": "like",
    "favorite-of": "like",
    "repost-of": "repost",
    "quotation-of": "quote",
    "bookmark-of": "link",
    "listen-of": "link",
    "watch-of": "link",
    "read-of": "link",
    "translation-of": "translated",
    "via": "via",
    "syndication": "syndication",
}
_FILES = {"photo": "image/*", "video": "video/*", "audio": "audio/*"}


def read(html: bytes, url: str, *, content_type: str = "") -> Feed:
    """The posts a page at `url` carries, as a Feed of format 'hfeed', in the order they stand.

    Raises Unreadable: no posts, too big, too deep.
    """
    page = parse(html, url, content_type=content_type)
    feed = next((item for item in _walk(page["items"]) if "h-feed" in item["type"]), None)
    posts = [item for item in _walk(_inside(feed) if feed else page["items"]) if "h-entry" in item["type"]]
    if not posts:
        raise Unreadable("This page marks up no posts that could be followed.", "no posts")
    raw = _feed(page, feed, posts[:MOST_ENTRIES])
    raw.home = raw.home or url
    if len(raw.entries) == 1 and feed is None and not raw.entries[0].link:
        raw.entries[0].link = url  # a page with one post on it is that post's own
    if raw.title is None and (title := _TITLE.search(html[:50_000].decode("utf-8", "replace"))):
        raw.title = Text(title[1], HTML)
    return finish(raw, url)


def parse(html: bytes, url: str, *, content_type: str = "", people: bool = False) -> Item:
    """The microformats of a page, as mf2 JSON. Raises Unreadable: no posts (with `people`: nobody either), too big, too
    deep."""
    if len(html) > LARGEST:
        raise Unreadable("This page is too big to be read for posts.", "too big")
    text = _DECLARATION.sub("", decode(html, content_type), count=1)
    if not (_PEOPLE if people else _POSTS).search(text):
        raise Unreadable("This page marks up no posts that could be followed.", "no posts")
    if _is_heavy(text):
        raise Unreadable("This page is nested too deeply to be read.", "too deep")
    try:
        found: Item = later("mf2py").parse(doc=text, url=url)
    except (RecursionError, ValueError, AttributeError, KeyError, TypeError, IndexError, AssertionError) as error:
        # mf2py and the parser under it give up on noise in their own ways; whatever it was, it is no feed.
        raise Unreadable("This page is too broken to be read for posts.", "no posts") from error
    return found


def posts_of(page: Item) -> list[tuple[Item, Item | None]]:
    """Every post of a page read by `parse`, each with the h-feed it stands in, if any."""
    feeds = [item for item in _walk(page["items"]) if "h-feed" in item["type"]]
    inside = [(post, feed) for feed in feeds for post in _walk(_inside(feed)) if "h-entry" in post["type"]]
    known = [id(post) for post, _ in inside]
    outside = [post for post in _walk(page["items"]) if "h-entry" in post["type"] and id(post) not in known]
    return [*((post, None) for post in outside), *inside]


def entry_of(page: Item, post: Item, url: str) -> Entry:
    """One post of a page at `url`, alone."""
    raw = _feed(page, None, [post])
    raw.home = raw.home or url
    return finish(raw, url).entries[0]


def stated_authors(where: Item | None) -> list[Author]:
    """Who a post or feed says wrote it: a name, an h-card, or only an address."""
    return _people(where, "author")


def cards_of(page: Item) -> list[tuple[Author, frozenset[str], frozenset[str]]]:
    """Every h-card that stands by itself, with its u-uid and u-url addresses."""
    cards = [item for item in _walk(page["items"]) if "h-card" in item["type"]]
    return [(_person(card), _links(card, "uid"), _links(card, "url")) for card in cards]


def rels_of(page: Item, name: str) -> list[str]:
    """The addresses a page links to with this relation."""
    return list(page.get("rels", {}).get(name, []))


def _links(card: Item, key: str) -> frozenset[str]:
    return frozenset(_link(value) for value in _values(card, key))


def _is_heavy(text: str) -> bool:
    """The parser under mf2py climbs the open tags at each tag, and repeats open formatting in each block."""
    weight = weigh(text)
    climbed = weight.depth * text.count("<")
    return climbed > HEAVIEST or weight.formatting * weight.tags > MOST_REPEATED or weight.crowd > MOST_ATTRIBUTES


def _inside(item: Item) -> list[Item]:
    nested = [one for values in item["properties"].values() for one in values if _is_item(one)]
    return [*item.get("children", []), *nested]


def _walk(items: list[Item]) -> Iterator[Item]:
    """Items and what they contain, but nothing inside a post: a quoted post is not one of this feed."""
    for item in items:
        yield item
        if "h-entry" not in item["type"] and "h-cite" not in item["type"]:
            yield from _walk(item.get("children", []))


def _is_item(value: Any) -> bool:
    return isinstance(value, dict) and "type" in value and "properties" in value


def _feed(page: Item, feed: Item | None, posts: list[Item]) -> RawFeed:
    rels = page.get("rels", {})
    cards = [item for item in page["items"] if "h-card" in item["type"]]
    people = _people(feed, "author") if feed else []
    if not people and len(cards) == 1:
        people = [_person(cards[0])]
    if not people and feed is None and len(posts) == 1:
        people = _people(posts[0], "author")
    return RawFeed(
        format="hfeed",
        lang=_first(feed, "lang") or (posts[0].get("lang") or ""),
        title=_plain(feed, "name"),
        subtitle=_plain(feed, "summary"),
        home=_address(feed, "url"),
        self_url=_rel(rels, "self"),
        next=_rel(rels, "next"),
        hubs=list(rels.get("hub", [])),
        people=people,
        image=_address(feed, "photo"),
        licence=_rel(rels, "license"),
        entries=[_entry(post) for post in posts],
    )


def _rel(rels: dict[str, list[str]], name: str) -> str:
    return next(iter(rels.get(name, [])), "")


def _entry(post: Item) -> RawEntry:
    content = next((value for value in _values(post, "content") if isinstance(value, dict)), None)
    body = (content.get("html") or "").strip() if content else _first(post, "content")
    words = (content.get("value") or "") if content else body
    return RawEntry(
        guid=_address(post, "uid"),
        link=_address(post, "url"),
        lang=post.get("lang") or "",
        title=_title(post, words),
        summary=_plain(post, "summary"),
        contents=[Text(body, HTML if content else PLAIN)] if body else [],
        published=_first(post, "published"),
        updated=_first(post, "updated"),
        people=_people(post, "author"),
        tags=[_string(value) for value in _values(post, "category")],
        enclosures=list(_files(post))[:MOST_ATTACHMENTS],
        pointers=list(_pointers(post))[:MOST_POINTERS],
        image=_address(post, "featured"),
        licence=_address(post, "license"),
        comments=str(len(shown)) if (shown := _values(post, "comment")) else "",
    )


def _title(post: Item, words: str) -> Text | None:
    # A name that merely repeats the content is not a title but a note's text (Post Type Discovery, 2.4).
    name = " ".join(_first(post, "name").split())
    said = " ".join(words.split())
    repeated = said.startswith(name.rstrip("….")) if name and said else False
    implied = not said and not _values(post, "summary") and any(_values(post, kind) for kind in (*_POINTING, *_FILES))
    return None if not name or repeated or implied else Text(name, PLAIN)


def _people(where: Item | None, key: str) -> list[Author]:
    return [_person(value) if _is_item(value) else Author(name=_string(value)) for value in _values(where, key)]


def _person(card: Item) -> Author:
    return Author(
        name=_first(card, "name") or _string(card),
        url=_address(card, "url"),
        email=_address(card, "email").removeprefix("mailto:"),
        photo=_address(card, "photo"),
    )


def _files(post: Item) -> Iterator[Attachment]:
    for key, kind in _FILES.items():
        for value in _values(post, key):
            title = value.get("alt", "") if isinstance(value, dict) else ""
            yield Attachment(url=_link(value), type=kind, title=title if isinstance(title, str) else "")


def _pointers(post: Item) -> Iterator[Pointer]:
    for key, rel in _POINTING.items():
        for value in _values(post, key):
            yield Pointer(rel, _link(value))


def _values(where: Item | None, key: str) -> list[Any]:
    return list(where["properties"].get(key, [])) if where else []


def _string(value: Any) -> str:
    """The words of a property's value, whatever it is nested in."""
    if _is_item(value):
        return _first(value, "name") or str(value.get("value") or "")
    if isinstance(value, dict):
        value = value.get("value")
    return value.strip() if isinstance(value, str) else ""


def _first(where: Item | None, key: str) -> str:
    return next((words for value in _values(where, key) if (words := _string(value))), "")


def _plain(where: Item | None, key: str) -> Text | None:
    words = _first(where, key)
    return Text(words, PLAIN) if words else None


def _link(value: Any) -> str:
    """The address a u- property means: of an h-cite or h-card its url."""
    return _address(value, "url") or _string(value) if _is_item(value) else _string(value)


def _address(where: Item | None, key: str) -> str:
    return next((address for value in _values(where, key) if (address := _link(value))), "")

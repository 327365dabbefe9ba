"""What a page that mentions ours says: its post, how that points to us, and who wrote it.

The author is found by the authorship algorithm (https://indieweb.org/authorship-spec), and believed only where the
author's own address is in the same hands as the page: nobody speaks in another's name (threat T53).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from passalong.wire import card as cards
from passalong.wire import mf2
from passalong.wire.address import key
from passalong.wire.charset import decode
from passalong.wire.hands import owner, same_hands
from passalong.wire.html import clean, excerpt
from passalong.wire.shapes import Author, Entry, Pointer, Unreadable
from passalong.wire.webmention import links, media_type

RANK = ("reply", "like", "repost", "quote", "translated", "via", "link")
"""Ways to point, the most telling first."""
LARGEST = 500_000
"""So many bytes of a page are read for microformats: its first. What is too heavy even so has a card."""
OTHERS = "#others"
"""Ends the address of whoever writes at a host in others' names."""
LONGEST_KEPT = 20_000
"""Characters of a body that is put by."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One post elsewhere. `author` is believed: its address is in the same hands as `url`."""

    url: str
    """Where the page was found, after redirects."""
    entry: Entry
    author: Author = field(default_factory=Author)
    author_page: str = ""
    """Who wrote it stands there, in the same hands; '' where it needs no looking up."""
    disowned: bool = False
    """It names an author in other hands, so it is nobody's whose name is known, whoever the host belongs to."""

    @property
    def person(self) -> str:
        """The address by which its author is known."""
        return self.author.url or owner(self.url) + (OTHERS if self.disowned else "")


def read(url: str, content_type: str, body: bytes, targets: Iterable[str]) -> Mention:
    """What the page at `url` says. `targets` are keys (`address.key`) of our pages that it links to. Never fails."""
    kind = media_type(content_type) or "text/html"
    if kind not in ("text/html", "application/xhtml+xml"):
        words = decode(body, content_type)[0] if kind == "text/plain" else ""
        return Mention(url, Entry(url=url, summary=excerpt(words.replace("<", "&lt;"), 500)))
    wanted = frozenset(targets)
    try:
        page = mf2.parse(_first(body), url, content_type=content_type)
        post, feed = _post_of(page, url, wanted)
        entry = mf2.entry_of(page, post, url)
    except (Unreadable, LookupError):
        return _from_card(url, content_type, body)
    author, author_page = _author_of(page, post, feed, url)
    disowned = bool(author.url) and not same_hands(author.url, url)
    return Mention(url, replace(entry, url=url, authors=()), _believed(author, url), author_page, disowned)


def _first(body: bytes) -> bytes:
    """As much of a page as is read: no letter and no tag is cut in two."""
    return body if len(body) <= LARGEST else body[:LARGEST].rpartition(b"<")[0]


def _post_of(page: mf2.Item, url: str, wanted: frozenset[str]) -> tuple[mf2.Item, mf2.Item | None]:
    """The post that mentions us: the one that lives at this address, or points to us, or stands first.

    Raises LookupError where the page has none that could be meant.
    """
    posts = mf2.posts_of(page)
    entries = [mf2.entry_of(page, post, url) for post, _ in posts[:50]]
    for number, entry in enumerate(entries):
        if entry.url and _key(entry.url) == _key(url):
            return posts[number]
    for number, entry in enumerate(entries):
        if any(_key(pointer.url) in wanted for pointer in entry.pointers):
            return posts[number]
    for number, entry in enumerate(entries):
        if links(url, "text/html", (entry.html or entry.summary).encode()) & wanted:
            return posts[number]
    if len(posts) == 1:
        return posts[0]
    raise LookupError


def _key(url: str) -> str:
    try:
        return key(url)
    except Unreadable:
        return ""


def _author_of(page: mf2.Item, post: mf2.Item, feed: mf2.Item | None, url: str) -> tuple[Author, str]:
    """Authorship, steps 3 to 7: the post's author, else its feed's, else rel=author. An author who is only an address
    has a page of their own to be looked at, which is believed in the same hands alone."""
    stated = mf2.stated_authors(post) or mf2.stated_authors(feed)
    if stated and not _only_address(stated[0]):
        return stated[0], ""
    addresses = [stated[0].url or stated[0].name] if stated else mf2.rels_of(page, "author")
    place = next((address for address in addresses[:1] if same_hands(address, url)), "")
    if place and _key(place) == _key(url):
        return representative(page, place), ""
    return Author(url=place), place


def _only_address(author: Author) -> bool:
    return not author.name or author.name.startswith(("http://", "https://"))


def representative(page: mf2.Item, url: str) -> Author:
    """The h-card that stands for the person whose page is at `url` (https://microformats.org/wiki/representative-h-card).

    One whose uid and url are the page's; else one with a rel=me url; else the only one, if its url is the page's.
    """
    every = mf2.cards_of(page)
    here, mine = _key(url), {_key(address) for address in mf2.rels_of(page, "me")}
    keyed = [(author, set(map(_key, uids)), set(map(_key, urls))) for author, uids, urls in every]
    found = [author for author, uids, urls in keyed if here in uids & urls]
    found = found or [author for author, _, urls in keyed if urls & mine]
    found = found or [author for author, _, urls in keyed if len(keyed) == 1 and here in urls]
    return replace(found[0], url=url) if found else Author(url=url)


def with_author_page(mention: Mention, url: str, content_type: str, body: bytes) -> Mention:
    """The mention with what its author's own page, found at `url`, says of them."""
    if not same_hands(url, mention.url):
        return mention
    try:
        page = mf2.parse(body, url, content_type=content_type, people=True)
    except Unreadable:
        return mention
    author = representative(page, mention.author_page)
    return replace(mention, author=_believed(author, mention.url), author_page="")


def _believed(author: Author, url: str) -> Author:
    """The author as far as the page at `url` may say: another's address, and so another's name, is none of its.

    A name without an address is the page's own business: it names nobody else.
    """
    if not author.url:
        return Author(name=author.name)
    return replace(author, email="") if same_hands(author.url, url) else Author()


def _from_card(url: str, content_type: str, body: bytes) -> Mention:
    """A page without posts: its title and what it says of itself."""
    said = cards.read(body, content_type, url)
    entry = Entry(url=url, title=said.title, summary=said.description, published=said.published, lang=said.lang)
    return Mention(url, entry)


def rel_to(entry: Entry, target: str) -> str:
    """How an entry points to our page, whose key is `target`: the most telling way."""
    found = {_REL.get(pointer.rel, "link") for pointer in entry.pointers if _key(pointer.url) == target}
    return next((rel for rel in RANK if rel in found), "link")


_REL = {rel: rel for rel in RANK} | {"in-reply-to": "reply"}


def write(mention: Mention) -> dict[str, Any]:
    """The mention as JSON that may lie about: made safe, and no longer than needed."""
    entry = mention.entry
    said = asdict(replace(entry, html="", summary="", attachments=(), published=None, updated=None))
    said |= {"html": clean(entry.html, entry.base, limit=LONGEST_KEPT).html}
    said |= {"summary": clean(entry.summary, entry.base, limit=LONGEST_KEPT).html}
    said |= {name: _moment(getattr(entry, name)) for name in ("published", "updated")}
    return {"url": mention.url, "author": asdict(mention.author), "entry": said, "disowned": mention.disowned}


def _moment(when: datetime | None) -> str:
    return when.isoformat() if when else ""


def read_back(said: dict[str, Any]) -> Mention:
    """What `write` wrote."""
    entry: dict[str, Any] = dict(said["entry"])
    for name in ("published", "updated"):
        entry[name] = datetime.fromisoformat(entry[name]).astimezone(UTC) if entry[name] else None
    entry["pointers"] = tuple(Pointer(**one) for one in entry["pointers"])
    entry |= {"authors": (), "attachments": (), "tags": tuple(entry["tags"])}
    return Mention(said["url"], Entry(**entry), Author(**said["author"]), disowned=said.get("disowned", False))

"""Who the invented sharers are and what they shared, from `people.toml`; as feeds and pages. Pure but for the file.

`{reading-room/drawers}` in their words is the address of that post; `{ann/seeds}` is the address of what the demo's
owner shared under that word. A post whose words point to something not shared yet is not shared yet either.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

from passalong.wire import markdown
from passalong.wire.feed_write import atom
from passalong.wire.out_shapes import OutEntry, OutFeed
from passalong.wire.shapes import Attachment, Author, Pointer

PEOPLE = Path(__file__).with_name("people.toml")
REF = re.compile(r"\{([a-z-]+)/([a-z0-9-]*)\}")
POINTING = {"reply": "u-in-reply-to", "like": "u-like-of", "repost": "u-repost-of", "quote": "u-quotation-of"}
SHOWN = 40
"""Posts in a feed."""
FILES = {"pdf": "application/pdf", "wav": "audio/wav"}


class NotYet(Exception):  # noqa: N818 - no error: a post waits for what it points to
    """What a post points to is not shared yet."""


@dataclass(frozen=True, slots=True)
class Post:
    slug: str
    words: str = ""
    """Markdown."""
    title: str = ""
    ago: float = 0.0
    """Hours before the demo was made."""
    at: datetime | None = None
    """When it was shared, where that was while the demo ran."""
    lang: str = ""
    tags: tuple[str, ...] = ()
    picture: str = ""
    """What its picture shows; '' is no picture."""
    file: str = ""
    """pdf or wav."""
    link: str = ""
    """The page it shares, which is then its address too, as link blogs do."""
    reply: str = ""
    like: str = ""
    repost: str = ""
    quote: str = ""
    via: str = ""


@dataclass(frozen=True, slots=True)
class Sharer:
    handle: str
    name: str
    about: str = ""
    lang: str = "en"
    colour: tuple[int, int, int] = (120, 140, 100)
    wire: str = "atom"
    """How their site spells it: atom, or hfeed where the page itself is the list."""
    followed: bool = True
    knocks: bool = False
    """They tell those whom they answer."""
    trouble: int = 0
    """The status with which their site answers, once what they shared has been read; 0 is well."""
    posts: tuple[Post, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that is in people.toml."""

    about: str
    """The owner, in a sentence."""
    people: dict[str, Sharer]
    owner: list[dict[str, Any]]
    """What the owner shares and does, in order (first_day)."""
    later: list[dict[str, str]]
    """What comes while the demo runs: {who, words}."""
    answers: list[dict[str, str]]
    """What comes of what a visitor shares: {who, rel, words}."""


def read() -> Told:
    said = tomllib.loads(PEOPLE.read_text(encoding="utf-8"))
    people = [_sharer(one) for one in said["person"]]
    return Told(said["about"], {one.handle: one for one in people}, said["owner"], said["later"], said["answer"])


def _sharer(said: Mapping[str, Any]) -> Sharer:
    posts = tuple(Post(**{**one, "tags": tuple(one.get("tags", ()))}) for one in said.get("post", ()))
    about = {name: value for name, value in said.items() if name != "post"}
    return Sharer(**{**about, "colour": tuple(said["colour"]), "posts": posts})


@dataclass(slots=True)
class Village:
    """The sharers at one moment: where they live, what the owner shared so far, and what came lately."""

    told: Told
    port: int
    began: datetime
    ours: dict[str, str] = field(default_factory=dict)
    """Permalinks of what the owner shared, by word."""
    lately: dict[str, list[Post]] = field(default_factory=dict)
    troubled: bool = False

    def home(self, handle: str) -> str:
        return f"http://{handle}.localhost:{self.port}/"

    def feed_address(self, sharer: Sharer) -> str:
        return self.home(sharer.handle) + ("" if sharer.wire == "hfeed" else "feed.atom")

    def resolve(self, text: str) -> str:
        """Raises NotYet."""

        def address(found: re.Match[str]) -> str:
            who, slug = found[1], found[2]
            if who != "ann":
                return self.home(who) + slug
            if slug not in self.ours:
                raise NotYet
            return self.ours[slug]

        return REF.sub(address, text)

    def posts(self, handle: str) -> list[Post]:
        """What this sharer has shared by now, newest first, with addresses in place."""
        sharer = self.told.people[handle]
        found = [*self._out(sharer.posts), *self.lately.get(handle, ())]
        return sorted(found, key=self.when, reverse=True)

    def _out(self, posts: Iterable[Post]) -> Iterator[Post]:
        for post in posts:
            try:
                pointing: dict[str, Any] = {
                    name: self.resolve(getattr(post, name)) for name in (*POINTING, "via", "link")
                }
                yield replace(post, words=self.resolve(post.words), **pointing)
            except NotYet:
                continue

    def when(self, post: Post) -> datetime:
        return post.at or self.began - timedelta(hours=post.ago)


def feed(village: Village, sharer: Sharer) -> bytes:
    """What they share, as Atom."""
    home = village.home(sharer.handle)
    posts = village.posts(sharer.handle)[:SHOWN]
    entries = tuple(entry(village, sharer, post) for post in posts)
    return atom(
        OutFeed(
            id=home,
            url=f"{home}feed.atom",
            home=home,
            title=sharer.name,
            subtitle=sharer.about,
            updated=max((village.when(post) for post in posts), default=village.began),
            entries=entries,
            authors=(Author(sharer.name, home),),
            icon=f"{home}face.png",
            lang=sharer.lang,
        )
    )


def entry(village: Village, sharer: Sharer, post: Post) -> OutEntry:
    own = village.home(sharer.handle) + post.slug
    moment = village.when(post)
    return OutEntry(
        id=own,
        url=post.link or own,
        published=moment,
        updated=moment,
        title=post.title,
        html=body(village, sharer, post),
        tags=post.tags,
        attachments=attachments(own, post),
        pointers=tuple(Pointer(rel, url) for rel in ("reply", "via") if (url := getattr(post, rel))),
        image=f"{own}.png" if post.picture else "",
        lang=post.lang or sharer.lang,
    )


def attachments(own: str, post: Post) -> tuple[Attachment, ...]:
    return (Attachment(f"{own}.{post.file}", FILES[post.file], title=post.title),) if post.file else ()


def body(village: Village, sharer: Sharer, post: Post) -> str:
    html = markdown.render(post.words)
    if post.picture:
        own = village.home(sharer.handle) + post.slug
        html += f'<figure><img src="{own}.png" alt="{escape(post.picture)}" width="960" height="600"></figure>'
    return html

"""The only way anything of mine comes to be.

check -> (permalink, body, links) -> one transaction -> Item. Nothing outside is waited for: what needs the world
(the shared page's title) is a row that says so, in the same transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import quote

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from passalong.intake.pages import normal, pages_for
from passalong.intake.rows import add, update
from passalong.models import Body, File, Item, Link, Page, Person, Source, first_moves
from passalong.models.file import WAITING
from passalong.models.ids import new_id
from passalong.share.announce import announce
from passalong.share.draft import MOST_TAGS, CannotShare, Draft, check, once, tidy_tag
from passalong.share.introduce import introduce
from passalong.share.tell import letters
from passalong.wire import markdown
from passalong.wire.address import key as link_key
from passalong.wire.html import clean, excerpt

EXCERPT = 500
MOST_LINKS = 200
LOOK_AGAIN = timedelta(days=1)
SHOWN = (Link.Rel.ABOUT, Link.Rel.REPLY, Link.Rel.LIKE, Link.Rel.REPOST, Link.Rel.QUOTE, Link.Rel.VIA)
"""The ways to point that show what is pointed to."""


@dataclass(frozen=True, slots=True)
class Said:
    """A draft, worked out: what the rows will hold."""

    html: str
    excerpt: str
    tags: tuple[str, ...]
    pointers: tuple[tuple[str, str], ...]
    """(rel, address in normal form), each once."""


def publish(person: Person, draft: Draft) -> Item:
    """Shares it and returns the item, which is kept for good by then. Raises CannotShare.

    The same form sent twice gives the same item.
    """
    check(draft)
    describe(draft)
    now, identity = timezone.now(), new_id()
    address = permalink(person, identity, draft.audience)
    item = Item(id=identity, guid=address, page=Page(url=address, key=link_key(address)), once=once(person.pk, draft))
    item.arrived, item.published = now, min(draft.published or now, now)
    item.source_id, item.licence, item.link_key = here(person.pk), person.licence, link_key(address)
    said = work_out(person, draft, address)
    try:
        with transaction.atomic():
            _keep(item, person, draft, said)
    except IntegrityError:
        before = Item.objects.select_related("page").filter(once=item.once).first() if item.once else None
        if before is None:
            raise
        return before
    return item


def _keep(item: Item, person: Person, draft: Draft, said: Said) -> None:
    """All rows of a share. Others wait meanwhile: what could be worked out before, was."""
    now = item.arrived
    pages = pages_of(said.pointers, now)
    fill(item, draft, said, now, called(thing_of(draft, pages), draft.page_title))
    body = Body(item=item, since=now, title=draft.title, html=said.html, text=draft.said)
    item.body = body
    for row in filter(None, (item.page, item, body)):
        add([row])
    point(item, said.pointers, pages, now)
    letters(item, said.pointers, said.html, now)
    attach(item, person, draft.files)
    announce(person, [url for rel, url in said.pointers if rel == "tag"])
    touch(person)
    first_moves.made(person, first_moves.SHARE)


@lru_cache(maxsize=1000)
def here(person_id: int) -> int:
    """The id of this person's place at this node, which they keep for good."""
    return Source.objects.values_list("pk", flat=True).get(person=person_id, kind=Source.Kind.HERE)


def permalink(person: Person, identity: int, audience: str) -> str:
    """Where an item of this person lives. What is unlisted is found by nobody who was not told: ids can be guessed."""
    tail = f"-{secrets.token_hex(6)}" if audience == Item.Audience.UNLISTED else ""
    return f"{settings.BASE_URL}/@{person.handle}/{identity}{tail}"


def tag_pages(person: Person) -> str:
    """What the addresses of this person's tag pages begin with."""
    return f"{settings.BASE_URL}/@{person.handle}/tag/"


def tag_page(person: Person, tag: str) -> str:
    return tag_pages(person) + quote(tag.lower(), safe="")


def work_out(person: Person, draft: Draft, address: str) -> Said:
    """What the draft says, once it stands at `address`."""
    made = clean(markdown.render(draft.words, tag_pages(person)), address)
    tags = _unique(filter(None, map(tidy_tag, (*markdown.tags(draft.words), *draft.tags))))[:MOST_TAGS]
    pointers = draft.pointers
    named = {normal(url) for _, url in pointers if url}
    links = [url for url in made.links if normal(url) not in named and not url.startswith(tag_pages(person))]
    pointers += [("link", url) for url in links[:MOST_LINKS]]
    pointers += [("tag", tag_page(person, tag)) for tag in tags]
    kept = dict.fromkeys((rel, normal(url)) for rel, url in pointers if url and normal(url))
    return Said(made.html, excerpt(made.text, EXCERPT), tuple(tags), tuple(kept))


def _unique(tags: Iterable[str]) -> list[str]:
    """Each tag once, whatever its case, as written first."""
    return list({tag.lower(): tag for tag in reversed(list(tags))}.values())[::-1]


def fill(item: Item, draft: Draft, said: Said, now: datetime, about: Page | None) -> None:
    """What a list shows of it. A link without a title of its own shows that of the page it is `about`."""
    item.kind = draft.kind
    item.title = draft.title or (about.title if about else "")
    item.excerpt = said.excerpt
    item.tags = list(said.tags)
    item.audience = draft.audience
    item.changed = now
    item.media = [as_media(file) for file in draft.files]
    item.picture = next((file.small_address for file in draft.files if file.is_picture), about.picture if about else "")


def as_media(file: File) -> dict[str, object]:
    said = {"url": file.address, "type": file.type, "size": file.size, "title": file.alt or file.name, "seconds": None}
    return said | ({"alt": file.alt} if file.is_picture else {})


def describe(draft: Draft) -> None:
    """Pictures that do not say what they show say what the draft says."""
    for file in draft.files:
        if file.is_picture and not file.alt:
            file.alt = draft.alt


def pages_of(pointers: Iterable[tuple[str, str]], now: datetime) -> dict[str, Page]:
    """The pages pointed to, by address; the worker looks at those whose title and picture are shown, when it can."""
    wanted = list(pointers)
    shown = {url: now for rel, url in wanted if rel in SHOWN and not is_here(url)}
    pages = pages_for([url for _, url in wanted], look_at=shown)
    introduce([pages[url] for rel, url in wanted if rel in SHOWN], now)
    stale = [pages[url].pk for url in shown if is_stale(pages[url], now)]
    if stale:
        Page.objects.filter(pk__in=stale, look_at__isnull=True).update(look_at=now, looks=0)
    return pages


def thing_of(draft: Draft, pages: dict[str, Page]) -> Page | None:
    """The page whose title and picture the share shows where it has none of its own."""
    return pages.get(normal(draft.link or draft.repost_of))


def called(page: Page | None, title: str) -> Page | None:
    """The page, which is called so where nobody has said yet."""
    if page and title and not page.title:
        page.title = title[:500]
        Page.objects.filter(pk=page.pk, title="").update(title=page.title)
    return page


def is_stale(page: Page, now: datetime) -> bool:
    """Is it to be looked at (again), and not about to be? What could not be fetched is tried anew with each share."""
    return page.look_at is None and (page.looked is None or bool(page.trouble) or page.looked < now - LOOK_AGAIN)


def point(item: Item, pointers: Iterable[tuple[str, str]], pages: dict[str, Page], now: datetime) -> None:
    """The item's Links; those it has already keep the time they were made."""
    add([Link(item=item, page=pages[url], rel=rel, made=now) for rel, url in pointers], ignore=True)


def is_here(url: str) -> bool:
    return url == settings.BASE_URL or url.startswith(f"{settings.BASE_URL}/")


def attach(item: Item, person: Person, files: Iterable[File]) -> None:
    """Makes the files the item's, in their order. Raises CannotShare where one has gone meanwhile."""
    free = WAITING | Q(item=item)
    for place, file in enumerate(files):
        mine = File.objects.filter(free, pk=file.pk, person=person)
        if not mine.update(item=item, place=place, alt=file.alt):
            raise CannotShare(f"The file “{file.name}” is no longer here: choose it again.", "files")


def touch(person: Person) -> None:
    """What is public of this person changed: their pages and feeds are to be made anew."""
    person.changed = timezone.now()
    update(Person, [{"id": person.pk, "changed": person.changed}])

"""An item as a list shows it: everything a card needs, in one query, and no body but the short ones of people here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.db.models.functions import Length

from passalong.wire.html import excerpt

from .file import File
from .follow import Follow
from .item import Body, Item
from .link import Link
from .page import Page
from .person import Person
from .shown import host, web
from .source import Source

LONGEST_IN_LISTS = 1_200
"""Characters of HTML: what was said here in so few stands in lists as it was written."""


POINTING = (Item.Kind.LINK, Item.Kind.REPLY, Item.Kind.LIKE, Item.Kind.REPOST, Item.Kind.QUESTION)
"""The kinds whose cards show what they point to."""
_POINTERS = (Link.Rel.ABOUT, Link.Rel.REPOST, Link.Rel.QUOTE, Link.Rel.REPLY, Link.Rel.LIKE, Link.Rel.VIA)


@dataclass(frozen=True, slots=True)
class Credit:
    """Whom a thing was found at, as it is shown."""

    name: str
    url: str


@dataclass(slots=True)
class Listed:
    """One card. `follow` and the marks are the reader's own; a stranger has none."""

    item: Item
    about: Page | None = None
    """The page that is shown below the words: the one a share is about, passes along or quotes."""
    follow: Follow | None = None
    seen: bool = False
    kept: bool = False
    is_new: bool = False
    files: list[File] = field(default_factory=list)
    pages: dict[str, list[Page]] = field(default_factory=dict)
    """What it points to, by Link.Rel."""
    words: str = ""
    """What was said here, as HTML (made safe), where it is short; '' is: show the excerpt."""
    also: list[Listed] = field(default_factory=list)
    """The same thing from others."""
    rest: int = 0
    """How many more of the same source follow at once and are folded away."""
    cursor: str = ""
    """Where its list goes on after it."""
    at_home: Follow | None = None
    """Of a thing that came by knocking: the reader's follow of its person where they share."""

    @property
    def id(self) -> str:
        """Its item's id as text: numbers in templates are written the way of the reader's country."""
        return str(self.item.pk)

    @property
    def local(self) -> bool:
        """Was it shared at this node?"""
        return self.item.source.kind == "here"

    @property
    def known(self) -> Follow | None:
        """How the reader follows its person: what their card offers to do about it."""
        return self.follow or self.at_home

    @property
    def title(self) -> str:
        """'' too where it is only the first words, cut short: some formats ask for a title, so notes are given one."""
        title = self.item.title
        repeats = title.endswith("…") and self.item.excerpt.startswith(title[:-1].rstrip())
        return "" if repeats else title

    @property
    def heading(self) -> str:
        """What stands above its words; '' where the card of the page it is about says it."""
        about = self.about
        said = about is not None and (self.local or bool(self.how) or about.title.casefold() == self.title.casefold())
        return "" if said else self.title

    @property
    def whole(self) -> bool:
        """Does its excerpt say all that there is to read? What was cut ends so."""
        return bool(self.item.excerpt) and not self.item.excerpt.endswith("…")

    @property
    def opens_alone(self) -> bool:
        """Has it neither a title nor a page it is about, that would open it?"""
        return not (self.title or self.about or self.local or self.thanked)

    @property
    def opens_by_time(self) -> bool:
        """Nothing more is to be read than the card says: then what opens it is the time, as with everything."""
        return self.opens_alone and self.whole

    @property
    def permalink(self) -> str:
        """Where it lives: the original, never a copy."""
        page = self.item.page
        return (web(page.url) if page else "") or f"/read/{self.item.pk}"

    @property
    def address(self) -> str:
        """Where its title leads: to be read here where we hold what it says, else to the original."""
        if self.item.body_id and not self.local:
            return f"/read/{self.item.pk}"
        return self.permalink

    @property
    def person_address(self) -> str:
        """Their page here; of somebody whom the reader does not follow there, their own."""
        person = self.item.source.person
        unknown = self.known is None and not person.handle
        return (unknown and web(person.url)) or person_address(person)

    @property
    def place(self) -> str:
        """The host it lives at, as a person knows it; '' for what was shared here."""
        return "" if self.local else host(self.permalink) or host(self.item.source.home)

    @property
    def answers(self) -> Page | None:
        return _first(self.pages.get(Link.Rel.REPLY))

    @property
    def thanked(self) -> Page | None:
        return _first(self.pages.get(Link.Rel.LIKE))

    @property
    def passed(self) -> Page | None:
        """The thing it passes along."""
        return _first(self.pages.get(Link.Rel.REPOST))

    @property
    def how(self) -> str:
        """How microformats call what it does with `about`; '' where it just shares it."""
        named = {Link.Rel.REPOST: "u-repost-of", Link.Rel.QUOTE: "u-quotation-of"}
        for rel, name in named.items():
            if self.about in self.pages.get(rel, []):
                return name
        return ""

    @property
    def credits(self) -> list[Credit]:
        """Whom it was found at, and whom they had it from, nearest first."""
        pages = self.pages.get(Link.Rel.VIA, [])
        if self.passed and self.passed not in pages:
            pages = [self.passed, *pages]
        return [Credit(page.author or page.title or host(page.url), page.url) for page in pages]

    @property
    def picture(self) -> str:
        return self.item.picture

    @property
    def shown(self) -> list[File]:
        """Its own pictures."""
        return [file for file in self.files if file.is_picture]


def person_address(person: Person) -> str:
    """The page of a person on this node."""
    return f"/@{person.handle}" if person.handle else f"/people/{person.pk}"


def _items(ids: Sequence[int], reader: Person | None) -> QuerySet[Item]:
    me = reader.pk if reader else 0
    return (
        Item.objects.filter(pk__in=ids)
        .select_related("source__person", "page")
        .annotate(
            my_mark=FilteredRelation("marks", condition=Q(marks__person_id=me)),
            my_seen=F("my_mark__seen"),
            my_kept=F("my_mark__kept"),
            my_hidden=F("my_mark__hidden"),
            my_thanks=_did(me, Link.Rel.LIKE),
            my_passing=_did(me, Link.Rel.REPOST),
        )
    )


def _did(me: int, rel: str) -> Exists:
    """Did the reader thank for what lives at the item's page, or pass it along?"""
    mine = Q(item__source__person_id=me, item__source__kind=Source.Kind.HERE, item__gone__isnull=True)
    return Exists(Link.objects.filter(mine, page_id=OuterRef("page_id"), rel=rel))


def _pointed(ids: Sequence[int]) -> dict[int, dict[str, list[Page]]]:
    found: dict[int, dict[str, list[Page]]] = {}
    if ids:
        links = Link.objects.filter(item_id__in=ids, rel__in=_POINTERS).select_related("page").order_by("id")
        for link in links:
            found.setdefault(link.item_id, {}).setdefault(link.rel, []).append(link.page)
    _call_ours([page for rels in found.values() for pages in rels.values() for page in pages if not page.title])
    return found


def _call_ours(pages: Sequence[Page]) -> None:
    """Pages of this node are called by what is shared there, in this list only: nothing outlives a take-back."""
    ours = [page for page in pages if page.url.startswith(f"{settings.BASE_URL}/@")]
    if not ours:
        return
    living = Item.objects.filter(page__in={page.pk for page in ours}, gone__isnull=True, audience=Item.Audience.PUBLIC)
    items = {item.page_id: item for item in living.select_related("source__person")}
    for page in ours:
        if item := items.get(page.pk):
            page.title, page.author = item.title or excerpt(item.excerpt, 80), str(item.source.person)


def _call_theirs(row: Listed) -> None:
    """A page that somebody elsewhere shares, and that nobody looked at here, is called as they call it, on this card
    only."""
    if row.about and not row.local and not row.how:
        row.about.title = row.about.title or row.title
        row.about.picture = row.about.picture or row.item.picture


def _about(pages: dict[str, list[Page]]) -> Page | None:
    return _first([page for rel in _POINTERS[:3] for page in pages.get(rel, [])])


def _first(pages: Sequence[Page] | None) -> Page | None:
    return pages[0] if pages else None


def _follows(reader: Person | None, sources: Iterable[int]) -> dict[int, Follow]:
    if reader is None:
        return {}
    mine = Follow.objects.filter(person=reader, source_id__in=set(sources), via=Follow.Via.RIVER)
    return {follow.source_id: follow for follow in mine}


def _at_home(reader: Person | None, sources: Iterable[Source]) -> dict[int, Follow]:
    """Of places that nobody follows (what is there came by knocking): the follow of their person, by person."""
    people = {source.person_id for source in sources if source.kind == Source.Kind.PAGE}
    if reader is None or not people:
        return {}
    mine = Follow.objects.filter(person=reader, source__person__in=people, via=Follow.Via.RIVER, state=Follow.State.YES)
    return {follow.source.person_id: follow for follow in mine.select_related("source").order_by("-pk")}


def _files(ids: Sequence[int]) -> dict[int, list[File]]:
    found: dict[int, list[File]] = {}
    if ids:
        for file in File.objects.filter(item_id__in=ids).order_by("item_id", "place"):
            found.setdefault(file.item_id or 0, []).append(file)
    return found


def _words(bodies: Sequence[int]) -> dict[int, str]:
    """The HTML of those of these bodies that are short, by item."""
    if not bodies:
        return {}
    short = Body.objects.alias(size=Length("html")).filter(pk__in=bodies, size__lte=LONGEST_IN_LISTS)
    return dict(short.values_list("item_id", "html"))


def listed(ids: Sequence[int], reader: Person | None = None) -> list[Listed]:
    """The cards of these items, in the order given; two to six queries however many they are."""
    if not ids:
        return []
    items = {item.pk: item for item in _items(ids, reader)}
    pointed = _pointed([pk for pk, item in items.items() if item.kind in POINTING])
    ours = [pk for pk, item in items.items() if item.source.kind == "here"]
    files, words = _files(ours), _words([body for pk in ours if (body := items[pk].body_id)])
    follows = _follows(reader, (item.source_id for item in items.values()))
    at_home = _at_home(reader, (item.source for item in items.values()))
    rows = []
    for pk in ids:
        if pk not in items:
            continue
        item = items[pk]
        follow = follows.get(item.source_id)
        seen, kept = item.my_seen is not None, item.my_kept is not None  # type: ignore[attr-defined]
        seen = seen or (follow is not None and item.arrived <= follow.seen_until)
        fresh = follow is not None and not seen
        row = Listed(item, _about(pointed.get(pk, {})), follow, seen, kept, fresh, files.get(pk, []))
        row.pages, row.words = pointed.get(pk, {}), words.get(pk, "")
        row.at_home = at_home.get(item.source.person_id) if item.source.kind == Source.Kind.PAGE else None
        _call_theirs(row)
        rows.append(row)
    return rows

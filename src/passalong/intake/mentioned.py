"""What somebody elsewhere says of ours, once its page was read and let in: an item like every other, with a link to us.

Where the same post came by a feed already, that item stays the only one and learns how it points to us.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from passalong.models import Item, Link, Person, Source
from passalong.wire.address import key
from passalong.wire.mention import Mention, rel_to

from .decide import Decision
from .identity import tell, tidy
from .pages import LONGEST, normal, pages_for
from .ready import Place, Ready, address, bare_host, make_ready
from .write import add_items, change_items, take_back

KINDS = ("reply", "like", "repost")
TELLING = ("via", "translated", "quote", "repost", "like", "reply")
"""What an item's link may become, the most telling last; what a feed said of it before counts as less."""
ANSWERS = "#answers"
"""Ends the address of somebody's place for answers where their own address is a place that is polled."""


def take_in(mention: Mention, targets: Sequence[str], now: datetime, known: Person | None = None) -> Item:
    """Brings a mention in, or changes it where it is here. `targets` are the addresses of all our pages that it links
    to, in normal form; `known` is its author where somebody here follows them. Raises django.db.Error."""
    with transaction.atomic():
        old = living_at(mention.url)
        if old and old.source.kind != Source.Kind.PAGE:
            point(old, mention, targets, now)
            return old
        source = place_of(mention, known)
        ready = _ready(mention, source, targets, now, old)
        if old is None:
            add_items([ready])
        else:
            Item.objects.filter(pk=old.pk).update(source=source, gone=None)
            change_items([ready], now)
        return Item.objects.get(source=source, guid=ready.columns["guid"])


def living_at(url: str) -> Item | None:
    """The item of somebody elsewhere at this address: one that came by a feed rather than by a mention, and one that
    was taken back only where it is a mention."""
    every = Item.objects.filter(page__key=key(url)).exclude(source__kind=Source.Kind.HERE).select_related("source")
    found = [item for item in every.order_by("id") if item.gone is None or item.source.kind == Source.Kind.PAGE]
    return min(found, key=lambda item: (item.gone is not None, item.source.kind == Source.Kind.PAGE), default=None)


def place_of(mention: Mention, known: Person | None) -> Source:
    """The place for what this author answers, made where there is none. Nobody polls it."""
    author, url = mention.author, mention.person if mention.disowned else normal(mention.person)
    person = known or Person.objects.get_or_create(url=url)[0]
    name = author.name if author.url else bare_host(mention.url) if mention.disowned else ""
    said = {"name": tidy(name, 300), "photo": address(author.photo)}
    if person.user_id is None and not person.sources.exclude(kind=Source.Kind.PAGE).exists():
        news = {name: value for name, value in said.items() if value and getattr(person, name) != value}
        if person.name_is_mine:
            news.pop("name", None)
        if news:
            Person.objects.filter(pk=person.pk).update(**news)
    mine = Source.objects.filter(person=person, kind=Source.Kind.PAGE).select_related("person").first()
    return mine or _new_place(person, bare_host(mention.url))


def _new_place(person: Person, host: str) -> Source:
    taken = Source.objects.filter(url=person.url).exists()
    url = (person.url[: LONGEST - len(ANSWERS)] + ANSWERS) if taken else person.url
    about = {"person": person, "kind": Source.Kind.PAGE, "state": Source.State.FINE, "home": person.url, "host": host}
    return Source.objects.get_or_create(url=url, defaults=about)[0]


def _ready(mention: Mention, source: Source, targets: Sequence[str], now: datetime, old: Item | None) -> Ready:
    author = mention.author
    beside = author.name and normal(author.url) != source.person.url
    authors = (author,) if beside else ()
    told = tell(replace(mention.entry, guid="", url=mention.url, authors=authors))
    decision = Decision("changed" if old else "new", told, old.pk if old else 0)
    decision = replace(decision, words=old is None or old.content_hash != told.hash or old.gone is not None)
    host = bare_host(mention.url)
    names = frozenset({str(source.person)})
    ready = make_ready(decision, Place(source.pk, host, names, source.lang, ""), now, now)
    ours = {key(target): target for target in targets}
    links = [(rel, url) for rel, url in ready.links if key(url) not in ours]
    links += [(rel_to(mention.entry, each), target) for each, target in ours.items()]
    kind = next((kind for kind in KINDS if any(rel == kind for rel, _ in links)), ready.columns["kind"])
    return replace(ready, links=tuple(links), columns={**ready.columns, "kind": kind})


def point(item: Item, mention: Mention, targets: Sequence[str], now: datetime) -> None:
    """An item that came by a feed points to ours as its page says: as a reply, say, where the feed knew a mere link."""
    pages = pages_for(targets)
    for target in targets:
        rel = rel_to(mention.entry, key(target))
        there = set(Link.objects.filter(item=item, page=pages[target]).values_list("rel", flat=True))
        if there and rel not in TELLING:
            continue
        Link.objects.get_or_create(item=item, page=pages[target], rel=rel, defaults={"made": now})
        if rel != Link.Rel.LINK:
            Link.objects.filter(item=item, page=pages[target], rel=Link.Rel.LINK).delete()


def let_go(item: Item, target: str, others: Sequence[str], now: datetime) -> None:
    """Its page has gone, or links to `target` no more. It leaves, unless it came by a feed or links to `others` of
    ours still: then only its link does."""
    item = Item.objects.select_related("source").get(pk=item.pk)
    with transaction.atomic():
        if item.source.kind == Source.Kind.PAGE and not others:
            take_back([item.pk], now)
        elif item.source.kind == Source.Kind.PAGE:
            Link.objects.filter(item=item, page__key=key(target)).delete()

"""Whom one has it from, and whom they had it from: the credit is filled in by itself, and kept as it goes on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from passalong.intake.pages import normal
from passalong.models import Item, Link, Page, Person
from passalong.models.listed import Credit
from passalong.models.shown import host
from passalong.share.draft import MOST_VIA, Draft
from passalong.share.nearby import nearby

MOST = 50


def with_credit(me: Person, draft: Draft, *, found: bool = True) -> Draft:
    """The draft with `via` and the chain behind it. With `found`, a link my people shared credits the first of them."""
    via = draft.via
    if not via and found and draft.link and not draft.reply_to:
        credit = nearby(me, draft.link).credit
        via = credit.address if credit else ""
    if normal(via) == normal(draft.link):
        via = draft.via
    return replace(draft, via=via, chain=chain_of(me, via) if via else ())


def kept(me: Person, item: Item, draft: Draft) -> Draft:
    """As `with_credit`, for what is changed: the chain it has stays where its first does."""
    links = item.links.filter(rel=Link.Rel.VIA).order_by("pk")
    before = list(links.values_list("page__url", flat=True))
    if before and normal(draft.via) == before[0]:
        return replace(draft, chain=tuple(before[1:MOST_VIA]))
    return with_credit(me, draft, found=False)


def chain_of(me: Person, via: str) -> tuple[str, ...]:
    """Where it was found at `via`, and so on, nearest first, as far as it was read here; never back to me."""
    seen = {normal(via)}
    chain: list[str] = []
    at = normal(via)
    while at and len(chain) < MOST_VIA - 1:
        found = [url for url in _credits_at(at) if url not in seen and not mine(me, url)]
        chain += found
        seen.update(found)
        at = found[-1] if found else ""
    return tuple(chain[: MOST_VIA - 1])


def _credits_at(url: str) -> list[str]:
    """What the thing that lives at this address credits, or passes along."""
    there = Link.objects.filter(
        item__page__url=url,
        item__gone__isnull=True,
        item__audience=Item.Audience.PUBLIC,
        rel__in=(Link.Rel.VIA, Link.Rel.REPOST),
    )
    return list(dict.fromkeys(there.order_by("-item_id", "id").values_list("page__url", flat=True)[:MOST_VIA]))


def mine(me: Person, url: str) -> bool:
    return url == me.url or url.startswith(f"{me.url}/")


def credits_of(pages: Iterable[Page]) -> list[Credit]:
    """The chain with the names of those who live here or were read here; else what their page calls itself."""
    chain = list(pages)
    if not chain:
        return []
    living = Item.objects.filter(page__in=chain, gone__isnull=True).select_related("source__person")
    names = {item.page_id: str(item.source.person) for item in living.order_by("-pk")[:MOST]}
    homes = {person.url: str(person) for person in Person.objects.filter(url__in=[page.url for page in chain])}
    return [
        Credit(names.get(page.pk) or homes.get(page.url) or page.author or page.title or host(page.url), page.url)
        for page in chain
    ]

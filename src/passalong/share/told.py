"""Who was told of a share, as its owner reads it: the person or the page by name where we know it, always the host."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from passalong.models import Delivery, Item, Page, Person
from passalong.models.shown import host
from passalong.share.introduce import SHOWN
from passalong.share.tell import letters_of
from passalong.wire.address import key
from passalong.wire.html import excerpt

LONGEST = 80
APART = "\u2068{}\u2069"
"""A name keeps its direction to itself: it cannot turn the host around that stands behind it."""


@dataclass(frozen=True, slots=True)
class Told:
    letter: Delivery
    name: str
    """Of its person or page; '' where we know none."""
    host: str
    """Or its whole address, where several pages of one host are told and the host alone would say too little."""

    @property
    def place(self) -> str:
        """As in “Told {place}.”"""
        return f"{APART.format(self.name)} ({self.host})" if self.name else self.host


def told(item: Item) -> list[Told]:
    """How each letter of an item goes. Three queries."""
    letters = list(letters_of(item).order_by("pk"))
    names = names_at({key(letter.address) for letter in letters})
    often = Counter(host(letter.address) for letter in letters)
    rows = []
    for letter in letters:
        name = names.get(key(letter.address), "")
        rows.append(Told(letter, name, host(letter.address) if name else _place(letter.address, often)))
    return rows


def _place(address: str, often: Counter[str]) -> str:
    whole = address.partition("://")[2].removeprefix("www.").rstrip("/")
    return host(address) if often[host(address)] == 1 else APART.format(excerpt(whole, LONGEST))


def names_at(keys: Collection[str]) -> dict[str, str]:
    """By key of a page: who lives there, whose thing it is, or what it is called; pages without a name are left out."""
    if not keys:
        return {}
    found = {
        page.key: f"“{excerpt(page.title, LONGEST)}”" for page in Page.objects.filter(key__in=keys).exclude(title="")
    }
    living = Item.objects.filter(page__key__in=keys, gone__isnull=True, audience__in=SHOWN).order_by("pk")
    for at, item in ((item.page.key, item) for item in living.select_related("page", "source__person") if item.page):
        found[at] = excerpt(str(item.source.person), LONGEST)
    homes = Person.objects.filter(url__in=Page.objects.filter(key__in=keys).values("url")).exclude(name="")
    return found | {key(person.url): excerpt(person.name, LONGEST) for person in homes}

"""A million pages and the links that go with them, for `bench/finding.py`: into whatever database Django is set to.

1,000 people whom the owner follows, 200,000 items at pages of their own, five links each to 800,000 pages elsewhere;
the owner's 2,000 shares with 10,000 links to them, one share linked to 5,000 times, and one much shared thing.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from django.db import connection, transaction

from passalong.intake.rows import _tuples, insert
from passalong.models import Follow, Item, Link, Page, Person, Source
from passalong.site.home import the_owner
from passalong.wire.address import key

PEOPLE, LINKS_OF_ONE = 1000, 5
SHARES, LOUD, TO_MINE = 2000, 5000, 10_000
FIRST = 1_000
"""Ids of people and sources; items and pages count from 1."""
WORDS = [
    "seed",
    "library",
    "garden",
    "teacher",
    "lesson",
    "river",
    "circle",
    "paper",
    "open",
    "question",
    "archive",
    "notebook",
    "school",
    "winter",
]
NOW = datetime.now(UTC).replace(microsecond=0)


def put(model: Any, rows: Iterable[dict[str, Any]]) -> None:
    left = iter(rows)
    while batch := list(islice(left, 10_000)):
        if connection.vendor == "sqlite":
            insert(model, batch)
            continue
        fields = model._meta.local_concrete_fields
        with connection.cursor() as cursor:
            names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
            with cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN") as into:
                for row in _tuples(fields, batch):
                    into.write_row(row)


def said(dice: random.Random, count: int) -> str:
    return " ".join(dice.choices(WORDS, k=count)).capitalize()


def fill(pages: int) -> None:
    """`pages` pages, a fifth of them items, and five links from each."""
    me, dice = the_owner("Ann"), random.Random(1)
    items = pages // 5
    with transaction.atomic():
        _people(me, dice)
        put(Page, _pages(items, pages))
        put(Item, _items(items, dice))
        put(Link, _links(items, pages, dice))
        _mine(me, items, pages, dice)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _people(me: Person, dice: random.Random) -> None:
    ids = range(FIRST, FIRST + PEOPLE)
    put(Person, ({"id": n, "url": f"https://p{n}.example/", "name": said(dice, 2)} for n in ids))
    put(Source, ({"id": n, "person_id": n, "url": f"https://p{n}.example/feed", "home": f"https://p{n}.example/",
                  "title": said(dice, 2), "state": "fine", "newest": NOW, "rarity": 4.0} for n in ids))  # fmt: skip
    put(Follow, ({"id": n, "person_id": me.pk, "source_id": n, "via": "river", "state": "yes",
                  "seen_until": NOW, "since": NOW - timedelta(days=400)} for n in ids))  # fmt: skip


def _owner_of(item: int) -> int:
    return FIRST + item * 7919 % PEOPLE


def _pages(items: int, pages: int) -> Iterator[dict[str, Any]]:
    for n in range(1, pages + 1):
        url = f"https://p{_owner_of(n)}.example/{n}" if n <= items else elsewhere(n)
        yield {"id": n, "url": url, "key": key(url)}


def elsewhere(number: int) -> str:
    return f"https://site{number * 7919 % 5003}.example/page/{number}"


def _items(items: int, dice: random.Random) -> Iterator[dict[str, Any]]:
    step = timedelta(days=365) / items
    for n in range(1, items + 1):
        when = NOW - timedelta(minutes=5) - step * (items - n)
        question = "?" if n % 50 == 0 else ""
        yield _item(n, _owner_of(n), n, f"https://p{_owner_of(n)}.example/{n}", when, said(dice, 7) + question)


def _item(number: int, source: int, page: int, url: str, when: datetime, title: str, **more: Any) -> dict[str, Any]:
    row = {"id": number, "source_id": source, "guid": url, "page_id": page, "link_key": key(url), "kind": "article",
           "title": title, "excerpt": title, "media": [], "tags": [], "published": when, "arrived": when,
           "changed": when}  # fmt: skip
    return row | more


def _links(items: int, pages: int, dice: random.Random) -> Iterator[dict[str, Any]]:
    step = timedelta(days=365) / items
    for n in range(1, items + 1):
        when = NOW - timedelta(minutes=5) - step * (items - n)
        for place, page in enumerate(dice.sample(range(items + 1, pages + 1), LINKS_OF_ONE)):
            yield _link(n * LINKS_OF_ONE + place, n, page, "link", when)


def _link(number: int, item: int, page: int, rel: str, when: datetime) -> dict[str, Any]:
    return {"id": number, "item_id": item, "page_id": page, "rel": rel, "made": when}


def _mine(me: Person, items: int, pages: int, dice: random.Random) -> None:
    """The owner's shares, a half of them notes, and what others did with them."""
    here = me.sources.get(kind="here")
    step = timedelta(days=365) / SHARES
    first_page, first_item, first_link = pages + 1, items + 1, (items + 1) * LINKS_OF_ONE
    links = iter(range(first_link, first_link + 10 * (TO_MINE + 3 * LOUD + SHARES)))
    urls = [f"{me.url}/{n}" for n in range(SHARES)]
    put(Page, ({"id": first_page + n, "url": url, "key": key(url)} for n, url in enumerate(urls)))
    whens = [NOW - timedelta(days=366) + step * n for n in range(SHARES)]
    put(Item, (_item(first_item + n, here.pk, first_page + n, url, whens[n], said(dice, 6),
                     kind="link" if n % 2 else "note") for n, url in enumerate(urls)))  # fmt: skip
    about = {n: dice.randrange(items + 1, pages + 1) for n in range(1, SHARES, 2)}
    rows = [_link(next(links), first_item + n, page, "about", whens[n]) for n, page in about.items()]
    rels = ("link", "link", "reply", "repost", "like", "quote", "via")
    pairs = {(dice.randrange(1, items), dice.randrange(SHARES)) for _ in range(TO_MINE)}
    loud = {(item, 0) for item in dice.sample(range(1, items), LOUD)}
    when = NOW - timedelta(hours=1)
    for item, mine in sorted(pairs | loud):
        age = timedelta(days=365) / items * (items - item)
        rows.append(_link(next(links), item, first_page + mine, dice.choice(rels), when - age))
    much = about[1]
    for item in sorted(dice.sample(range(1, items), LOUD)):
        age = timedelta(days=365) / items * (items - item)
        rows.append(_link(next(links), item, much, "about", when - age))
    put(Link, list({(row["item_id"], row["page_id"], row["rel"]): row for row in rows}.values()))

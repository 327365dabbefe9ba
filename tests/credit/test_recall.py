"""Planted reuse among 1,000 entries: found, in whatever form its address was written, and nobody credited falsely."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

import pytest
from django.utils import timezone

from passalong.credit import trace
from passalong.credit.came_back import Deed, came_back
from passalong.intake.take_in import take_in
from passalong.models import Follow, Item, Person, Source
from passalong.models.cursor import read_cursor
from passalong.net import get
from passalong.net.guard import Rules, parse_allowed
from passalong.share.draft import Draft
from passalong.share.publish import publish
from passalong.wire.shapes import Entry, Feed

pytestmark = pytest.mark.slow

ENTRIES = 1000
PLANTED = 200


class Shortener(BaseHTTPRequestHandler):
    """Redirects /s/<code> to where `places` says; everything else is a plain page."""

    places: dict[str, str] = {}

    def do_GET(self) -> None:
        place = self.places.get(self.path)
        self.send_response(301 if place else 200)
        if place:
            self.send_header("Location", place)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def shortener() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shortener)
    Shortener.places = {}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    get.configure(Rules(parse_allowed(f"127.0.0.1:{server.server_port}")))
    yield server
    get.configure(Rules())
    server.shutdown()
    server.server_close()


def forms(url: str) -> list[str]:
    """One address as people's tools write it."""
    bare = url.removeprefix("https://")
    return [
        url,
        f"http://{bare}",
        f"{url}/",
        f"{url}?utm_source=rss&utm_medium=feed&utm_campaign=x",
        f"{url}?fbclid=IwAR0x",
        f"{url}#comments",
        f"{url}#:~:text=seed",
        f"https://www.{bare}",
        f"{url}/amp/",
        f"{url}?amp=1",
        f"https://{bare.partition('/')[0].replace('.', '-')}.cdn.ampproject.org/c/s/{bare}",
        f"https://www.google.com/url?q={quote(url, safe='')}&sa=D",
        f"https://web.archive.org/web/20260101000000/{url}",
        f"HTTPS://{bare.partition('/')[0].upper()}/{bare.partition('/')[2]}",
    ]


def decoys(url: str, chance: random.Random) -> list[str]:
    """Addresses that look like it and are not."""
    looks = [
        f"{url}{chance.randrange(10)}",
        url[:-1],
        f"{url}/{chance.randrange(10)}",
        f"{url}?page={chance.randrange(2, 9)}",
        url.replace("ann.example", "joann.example"),
        url.replace("ann.example", "ann.example.evil.example"),
        url.replace("/@ann/", "/@anna/"),
        f"https://evil.example/?u={quote(url, safe='')}",
        f"https://ann.example/@ann/tag/{chance.randrange(1000)}",
        f"https://elsewhere.example/post-{chance.randrange(10_000)}",
    ]
    return [each for each in looks if each != url]


def followed(ann: Person, number: int) -> Source:
    person = Person.objects.create(url=f"https://blog{number}.example/", name=f"Blog {number}")
    source = Source.objects.create(person=person, url=f"{person.url}feed.xml", home=person.url, title=person.name)
    Follow.objects.create(person=ann, source=source, since=timezone.now() - timedelta(days=1))
    return source


def test_planted_reuse_is_found(ann: Person, shortener: ThreadingHTTPServer) -> None:
    chance = random.Random(20261124)
    now = timezone.now()
    mine = [publish(ann, Draft(words=f"Seeds, part {n}")) for n in range(10)]
    things = [publish(ann, Draft(link=f"https://seeds.example/part/{n}/how-to-sow")) for n in range(10)]
    targets = {item.pk: item.page.url for item in mine if item.page}
    targets |= {item.pk: f"https://seeds.example/part/{n}/how-to-sow" for n, item in enumerate(things)}
    planted: dict[str, int] = {}
    feeds: list[list[Entry]] = [[] for _ in range(10)]
    for number in range(ENTRIES):
        guid = f"urn:entry:{number}"
        item = chance.choice(list(targets))
        url = targets[item]
        if number < PLANTED:
            planted[guid] = item
            written = forms(url)
            link = written[number % (len(written) + 1)] if number % (len(written) + 1) < len(written) else ""
            if not link:
                code = f"/s/x{number}"
                Shortener.places[code] = f"{url}?utm_source=short"
                link = f"http://127.0.0.1:{shortener.server_port}{code}"
        else:
            link = chance.choice(decoys(url, chance))
        html = (
            f'<p>Some words, <a href="{link}">a link</a> and <a href="https://other.example/{number}">another</a>.</p>'
        )
        own = f"https://blog{number % 10}.example/{number}"
        entry = Entry(guid=guid, url=own, title=f"Entry {number}", html=html, published=now + timedelta(seconds=1))
        feeds[number % 10].append(entry)
    for number, entries in enumerate(feeds):
        chance.shuffle(entries)
        take_in(followed(ann, number), Feed("rss-2.0", entries=tuple(entries)), timezone.now())
    while trace.work_once(timezone.now()):
        pass
    found = {deed.row.item.guid: {touch.mine for touch in deed.touches} for deed in everything(ann)}
    right = sum(1 for guid, item in planted.items() if item in found.get(guid, ()))
    false = [guid for guid, items in found.items() if items != {planted.get(guid)}]
    assert false == []
    assert right >= 0.99 * PLANTED
    assert Item.objects.filter(guid__startswith="urn:entry:").count() == ENTRIES


def everything(ann: Person) -> list[Deed]:
    deeds: list[Deed] = []
    before = None
    while True:
        page = came_back(ann, before=before, reader=ann)
        deeds += page.deeds
        before = read_cursor(page.next)
        if before is None:
            return deeds

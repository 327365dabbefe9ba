"""Short addresses are followed with patience and manners: whatever is at the other end, little is asked of it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from passalong.credit import trace
from passalong.models import Page
from passalong.models.ids import new_ids
from passalong.net import get
from passalong.net.guard import Rules, parse_allowed
from passalong.wire.address import key

MINE = "https://ann.example/@ann/1"


class Ends(BaseHTTPRequestHandler):
    """/s/ok leads to Ann's share, /s/loop1 to /s/loop2 and back, /s/in to a private address; /s/busy is too busy."""

    asked: Counter[str] = Counter()

    def do_GET(self) -> None:
        self.asked[self.path] += 1
        other = "/s/loop1" if self.path.endswith("2") else "/s/loop2"
        places = {"ok": MINE, "loop": other, "in": "http://10.0.0.7/admin", "bad": "http://[broken"}
        place = next((to for name, to in places.items() if self.path.startswith(f"/s/{name}")), "")
        self.send_response(302 if place else 429 if self.path.startswith("/s/busy") else 200)
        if place:
            self.send_header("Location", place)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def place(db: None) -> Iterator[str]:
    server = ThreadingHTTPServer(("0.0.0.0", 0), Ends)
    Ends.asked = Counter()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    get.configure(Rules(parse_allowed("127.0.0.0/8"), resolver=lambda host: ["127.0.0.1"]))
    trace._vain.clear()
    trace._silent.clear()
    yield f"http://127.0.0.1:{server.server_port}"
    get.configure(Rules())
    server.shutdown()
    server.server_close()


def due(*urls: str, at: datetime | None = None) -> None:
    at = at or timezone.now() - timedelta(seconds=1)
    ids = new_ids(len(urls))
    Page.objects.bulk_create(Page(id=pk, url=url, key=key(url), lead_at=at) for pk, url in zip(ids, urls, strict=True))


def page(url: str) -> Page:
    return Page.objects.get(url=url)


def test_it_works(place: str) -> None:
    due(f"{place}/s/ok1")
    assert trace.work_once(timezone.now()) == 1
    assert (page(f"{place}/s/ok1").key, page(f"{place}/s/ok1").lead_at) == (key(MINE), None)
    assert trace.work_once(timezone.now()) == 0


@pytest.mark.slow
def test_a_circle_of_redirects_is_left(place: str) -> None:
    due(f"{place}/s/loop1")
    trace.work_once(timezone.now())
    found = page(f"{place}/s/loop1")
    assert (found.key, found.lead_at) == (key(found.url), None)
    assert Ends.asked.total() <= 6


def test_nothing_inside_is_asked_for(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threat T1: a redirect leads into our own network; the guard refuses it, and it is not tried again."""
    due(f"{place}/s/in1", f"{place}/s/bad1")
    trace.work_once(timezone.now())
    assert not Page.objects.filter(lead_at__isnull=False).exists()
    assert trace.work_once(timezone.now() + timedelta(days=2)) == 0
    assert Ends.asked.total() == 2


@pytest.mark.slow
def test_thousands_of_one_host_are_asked_a_few_at_a_time(place: str) -> None:
    due(*(f"{place}/s/ok{number}" for number in range(3000)))
    started = timezone.now()
    assert trace.work_once(started) <= trace.OF_ONE_HOST
    assert Ends.asked.total() <= trace.OF_ONE_HOST
    assert Page.objects.filter(lead_at__isnull=False).count() == 3000 - trace.OF_ONE_HOST


@pytest.mark.slow
def test_a_host_whose_addresses_lead_nowhere_is_let_be(place: str) -> None:
    due(*(f"{place}/s/page{number}" for number in range(200)))
    for _ in range(4):
        trace.work_once(timezone.now())
    assert Ends.asked.total() <= trace.IN_VAIN + trace.OF_ONE_HOST
    assert not Page.objects.filter(lead_at__isnull=False).exists()


@pytest.mark.slow
def test_too_much_to_do_is_asked_later_and_then_given_up(place: str) -> None:
    """RFC 6585, section 4: 429. All that waits for the host waits with it."""
    now = timezone.now()
    due(*(f"{place}/s/busy{number}" for number in range(50)))
    asked = 0
    for wait in trace.AGAIN:
        assert trace.work_once(now) > 0
        assert Ends.asked.total() <= asked + trace.OF_ONE_HOST
        asked = Ends.asked.total()
        assert Page.objects.filter(lead_at__gt=now + wait - timedelta(minutes=1)).count() == 50
        assert trace.work_once(now + wait - timedelta(minutes=1)) == 0
        now += wait + timedelta(seconds=1)
    trace.work_once(now)
    assert not Page.objects.filter(lead_at__isnull=False).exists()


def test_a_dead_one_loses_nothing_that_others_say(place: str) -> None:
    """What came back to life within a day is found all the same."""
    port = place.rpartition(":")[2]
    dead = "http://127.0.0.3:1"
    due(f"{dead}/s/ok1", f"http://127.0.0.2:{port}/s/ok1")
    now = timezone.now()
    trace.work_once(now)
    assert page(f"http://127.0.0.2:{port}/s/ok1").key == key(MINE)
    assert page(f"{dead}/s/ok1").lead_at == now + trace.AGAIN[0]


def test_f03_killed_in_the_middle(place: str) -> None:
    """kill -9 between the claim and the answer: after the lease it is due again, and asked by one worker only."""
    now = timezone.now()
    due(f"{place}/s/ok1")
    assert len(trace.claim(now)) == 1
    assert trace.claim(now) == []
    later = now + trace.LEASE + timedelta(seconds=1)
    assert trace.work_once(later) == 1
    assert page(f"{place}/s/ok1").key == key(MINE)


def test_what_waited_a_week_is_let_be(place: str) -> None:
    due(f"{place}/s/ok1", at=timezone.now() - timedelta(days=8))
    assert trace.work_once(timezone.now()) == 0
    assert Ends.asked.total() == 0

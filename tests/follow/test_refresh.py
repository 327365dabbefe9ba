"""The poller against a real server: what it asks, what it takes, what it says, and when it comes back."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError
from django.utils import timezone
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from passalong.follow import claim, refresh
from passalong.follow import look as looks
from passalong.follow.start import stop
from passalong.intake import take_in
from passalong.intake.plan import Plan
from passalong.intake.ready import Ready
from passalong.models import Follow, Item, Person, Source
from passalong.net import get
from passalong.net.guard import Rules, parse_allowed
from passalong.net.shapes import Answer, Hop
from tests.conftest import client_of

from .conftest import Site, again, look
from .feeds import START, atom, entry, things

pytestmark = pytest.mark.django_db(transaction=True)
Clock = time_machine.Traveller
ETAG = 'W/"strange \\"tag\\""'
MODIFIED = "Mon, 04 May 2026 09:00:00 GMT"


def test_it_works(site: Site) -> None:
    site.says(things(1, 2, 3, 4, 5))
    source = site.follow()
    tally = refresh.refresh_due("worker")
    assert (tally.sources, tally.new, tally.failed) == (1, 5, 0)
    source = again(source)
    assert (source.state, source.reason, source.title, str(source.person)) == ("fine", "", "Ben", "Ben")
    assert Follow.objects.get(source=source).unseen == 3


def test_p7_f21_validators_go_back_byte_for_byte(site: Site, clock: Clock) -> None:
    site.says(things(1), ETag=ETAG, Last_Modified=MODIFIED)
    source = look(site.follow())
    site.says(status=304)
    source = look(source, clock)
    sent = site.asked()[-1]
    assert (sent["If-None-Match"], sent["If-Modified-Since"]) == (ETAG, MODIFIED)
    assert "atom" in sent["Accept"]
    assert sent["User-Agent"].startswith("Passalong")
    assert (source.etag, source.last_modified, source.state) == (ETAG, MODIFIED, "fine")


def test_f21_two_kilobytes_of_etag_and_one_that_is_too_long(site: Site, clock: Clock) -> None:
    site.says(things(1), ETag='"' + "x" * 2048 + '"')
    source = look(site.follow())
    assert len(source.etag) == 2050
    site.says(things(2), ETag='"' + "x" * 5000 + '"')
    assert look(source, clock).etag == ""


def test_f21_the_same_bytes_are_not_read_twice(site: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    site.says(things(1), ETag='"1"')
    source = look(site.follow())
    monkeypatch.setattr(looks, "parse", None)
    site.says(things(1), ETag='"2"')
    source = look(source, clock)
    assert (source.state, source.etag) == ("fine", '"2"')


def test_p4_f11_nothing_is_polled_early_however_often_we_restart(site: Site, clock: Clock) -> None:
    site.says(things(1))
    source = look(site.follow())
    for minutes in range(1, 50, 7):
        look(source, clock, START + timedelta(minutes=minutes))
    assert len(site.asked()) == 1


def test_p4_what_a_killed_worker_held_is_free_after_its_lease(site: Site, clock: Clock) -> None:
    site.says(things(1))
    source = site.follow()
    assert claim.claim(claim.due(timezone.now()), "killed", timezone.now())
    look(source, clock, START + timedelta(minutes=4))
    assert site.asked() == []
    source = look(source, clock, START + timedelta(minutes=5, seconds=1))
    assert (len(site.asked()), source.state) == (1, "fine")


def test_two_workers_never_claim_the_same_source(site: Site) -> None:
    for number in range(20):
        site.follow(f"/{number}", host=f"s{number}.example")
    now = timezone.now()
    first, second = (claim.claim(claim.due(now), who, now) for who in ("one", "two"))
    assert len(first) == 20
    assert second == []


def test_f19_a_web_page_in_place_of_the_feed_changes_nothing(site: Site, clock: Clock) -> None:
    site.says(things(1, 2))
    source = look(site.follow())
    site.says(b"<!doctype html><title>Log in to the hotel</title><p>Welcome", Content_Type="text/html")
    source = look(source, clock)
    assert source.state == "not a feed"
    assert "web page" in source.reason
    assert source.fetch_at
    assert Item.objects.filter(gone__isnull=True).count() == 2
    site.says(things(1, 2, 3))
    assert look(source, clock).state == "fine"


def test_f15_a_document_that_breaks_off_brings_nothing_and_is_asked_for_anew(site: Site, clock: Clock) -> None:
    site.says(things(1), ETag='"1"')
    source = look(site.follow())
    site.says(things(1, 2, 3)[:-150], ETag='"2"')
    source = look(source, clock)
    assert Item.objects.count() == 1
    assert (source.etag, source.body_hash != "", source.state) == ("", True, "backing off")
    assert source.fetch_at
    assert source.fetch_at - timezone.now() < timedelta(minutes=15)
    site.says(things(1, 2, 3), ETag='"2"')
    source = look(source, clock)
    assert "If-None-Match" not in site.asked()[-1]
    assert (Item.objects.count(), source.etag) == (3, '"2"')


@contextmanager
def hanging_up(body: bytes) -> Iterator[int]:
    """A server that promises more than it sends. Yields its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            caller, _ = listening.accept()
            with caller:
                caller.recv(10_000)
                caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\nContent-Type: text/xml\r\n\r\n" + body)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


def test_f15_a_connection_that_ends_in_the_middle(site: Site) -> None:
    with hanging_up(things(1)) as port:
        source = site.follow()
        Source.objects.filter(pk=source.pk).update(url=f"http://cas.example:{port}/feed")
        source = look(source)
    assert (Item.objects.count(), source.state) == (0, "backing off")
    assert "broke off" in source.reason


def test_f15_a_document_that_its_author_never_closed_is_read_at_the_second_look(site: Site, clock: Clock) -> None:
    body = things(1, 2)
    site.says(body[: body.rindex(b"</entry") - 20])
    source = look(site.follow())
    assert (Item.objects.count(), source.state) == (0, "backing off")
    source = look(source, clock)
    assert (Item.objects.count(), source.state, source.reason) == (1, "fine", "")
    source = look(source, clock)
    assert (Item.objects.count(), source.state) == (1, "fine")


def test_f17_too_big_is_said(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.says(b"x" * (10 * 1024 * 1024 + 1))
    source = look(site.follow())
    assert source.state == "too big"
    assert source.reason


def test_f17_the_owner_has_it_read_anyway(site: Site, clock: Clock, ben: Person) -> None:
    long = entry(1, html="x" * (10 * 1024 * 1024))
    site.says(atom([long, entry(2)]))
    source = look(site.follow())
    person = f"/people/{source.person_id}"
    assert (source.state, Item.objects.count()) == ("too big", 0)
    browser = client_of(ben)
    assert "Read it anyway" in browser.get(person).content.decode()
    browser.post(f"{person}/read-anyway", {"source": source.pk})
    refresh.refresh_due("worker")
    assert (again(source).state, Item.objects.count()) == ("fine", 2)
    site.says(b"x" * (50 * 1024 * 1024 + 1))
    assert look(source, clock).state == "too big"
    assert "Read it anyway" not in browser.get(person).content.decode()


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (401, "private"),
        (403, "private"),
        (404, "backing off"),
        (429, "backing off"),
        (500, "backing off"),
        (410, "backing off"),
    ],
)
def test_p6_every_failure_has_a_word_a_reason_and_a_next_try(site: Site, status: int, state: str) -> None:
    site.says(status=status)
    source = look(site.follow())
    assert source.state == state
    assert source.reason.endswith(".")
    assert source.fetch_at
    assert source.fetch_at > timezone.now() + timedelta(minutes=59)
    assert (source.failures, source.leased_until) == (1, None)


def test_f23_gone_after_the_second_410_a_day_later(site: Site, clock: Clock) -> None:
    site.says(things(1))
    source = look(site.follow())
    site.says(status=410)
    source = look(source, clock)
    assert source.state == "backing off"
    source = look(source, clock)
    assert source.state == "gone"
    assert Item.objects.filter(gone__isnull=True).count() == 1
    assert source.fetch_at
    assert source.fetch_at - timezone.now() > timedelta(days=6)


@pytest.mark.parametrize("stated", ["7200", "Mon, 04 May 2026 14:00:30 GMT"])
def test_p7_retry_after_is_kept(site: Site, clock: Clock, stated: str) -> None:
    site.says(status=429, Retry_After=stated)
    source = look(site.follow())
    assert source.fetch_at
    assert source.fetch_at >= timezone.now() + timedelta(minutes=119)


def test_p7_ttl_and_skipped_hours_hold_for_a_304_too(site: Site, clock: Clock) -> None:
    rss = (
        "<rss version='2.0'><channel><title>Ben</title><link>https://ben.example/</link><description/><ttl>600</ttl>"
        "<skipHours><hour>23</hour><hour>22</hour></skipHours>"
        "<item><guid>1</guid><title>One</title><pubDate>Mon, 04 May 2026 09:00:00 GMT</pubDate></item></channel></rss>"
    )
    site.says(rss.encode(), ETag='"1"')
    source = look(site.follow())
    assert source.wishes == {"every": 36000, "hours": [22, 23]}
    Source.objects.update(rarity=50.0)
    site.says(status=304)
    source = look(source, clock)
    assert source.fetch_at
    assert source.fetch_at - timezone.now() >= timedelta(hours=10) - timedelta(minutes=1)
    assert source.fetch_at.hour not in (22, 23)


def redirect(site: Site, status: int, to: str) -> None:
    site.says(things(1), path="/new")
    site.server.expect_request("/feed").respond_with_data(status=status, headers={"Location": to})


def test_p8_a_permanent_move_is_stored_after_three_looks_over_a_day(site: Site, clock: Clock) -> None:
    source = site.follow()
    redirect(site, 301, f"http://cas.example:{site.server.port}/new")
    for _ in range(2):
        source = look(source, clock)
        assert source.url.endswith("/feed")
    source = look(source, clock)
    assert source.url.endswith("/new")
    assert look(source, clock).state == "fine"
    assert site.server.log[-1][0].path == "/new"


@pytest.mark.parametrize("status", [302, 303, 307])
def test_p8_a_temporary_move_never(site: Site, clock: Clock, status: int) -> None:
    source = site.follow()
    redirect(site, status, f"http://cas.example:{site.server.port}/new")
    for _ in range(5):
        source = look(source, clock)
    assert source.url.endswith("/feed")


def test_p8_a_move_to_somebody_we_have_joins_the_two(site: Site, clock: Clock) -> None:
    old, new = site.follow("/feed"), site.follow("/new")
    redirect(site, 308, f"http://cas.example:{site.server.port}/new")
    for _ in range(4):
        look(old, clock)
    old = again(old)
    assert (old.state, old.fetch_at) == ("moved", None)
    assert old.reason
    assert Follow.objects.get(source=new).state == "yes"
    assert Follow.objects.get(source=old).state == "ended"


def test_p5_one_bad_source_stops_no_other(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.says(things(1))
    site.server.expect_request("/bad").respond_with_data(things(2), content_type="application/atom+xml")
    good, bad = site.follow("/feed"), site.follow("/bad", host="bad.example")
    plan = refresh.plan

    def stumbling(source: Source, *rest: Any) -> Plan:
        if source.pk == bad.pk:
            raise ZeroDivisionError
        return plan(source, *rest)

    monkeypatch.setattr(refresh, "plan", stumbling)
    tally = refresh.refresh_due("worker")
    assert (tally.sources, tally.failed, tally.new) == (2, 1, 1)
    assert again(good).state == "fine"
    assert (again(bad).state, "fault is ours" in again(bad).reason) == ("backing off", True)


def test_p5_what_cannot_be_stored_stops_no_other(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.says(things(1))
    site.server.expect_request("/bad").respond_with_data(things(2), content_type="application/atom+xml")
    good, bad = site.follow("/feed"), site.follow("/bad", host="bad.example")
    add_items = take_in.add_items

    def stumbling(ready: list[Ready]) -> None:
        if any(one.columns["title"] == "Thing 2" for one in ready):
            raise IntegrityError
        add_items(ready)

    monkeypatch.setattr(take_in, "add_items", stumbling)
    tally = refresh.refresh_due("worker")
    assert (tally.sources, tally.failed, tally.new) == (2, 1, 1)
    assert (again(good).state, again(bad).state, Item.objects.count()) == ("fine", "backing off", 1)
    assert "could not be stored" in again(bad).reason


def offline(server: HTTPServer) -> None:
    """Our own network is down: no name is found any more."""

    def nowhere(host: str) -> list[str]:
        raise OSError

    get.configure(Rules(allow_private=parse_allowed("127.0.0.0/8"), resolver=nowhere))


def test_f13_our_own_outage_is_not_the_feeds_fault(site: Site, clock: Clock) -> None:
    site.says(things(1))
    sources = [site.follow(f"/{number}", host=f"s{number}.example") for number in range(12)]
    offline(site.server)
    refresh.refresh_due("worker")
    found = [again(source) for source in sources]
    assert {(source.failures, source.state, source.failing_since) for source in found} == {(0, "new", None)}
    looks_at = sorted(source.fetch_at for source in found if source.fetch_at)
    assert looks_at[0] >= timezone.now() + timedelta(minutes=4)
    assert looks_at[-1] - looks_at[0] > timedelta(minutes=8)


def test_f13_one_dead_site_among_many_is_its_own_fault(site: Site) -> None:
    site.says(things(1))
    for number in range(2, 12):
        site.server.expect_request(f"/{number}").respond_with_data(things(number), content_type="text/xml")
    alive = [site.follow(f"/{number}", host=f"s{number}.example") for number in range(2, 12)]
    dead = site.follow("/feed", host="dead.example")
    Source.objects.filter(pk=dead.pk).update(url="http://dead.example:1/feed")
    refresh.refresh_due("worker")
    assert {again(source).state for source in alive} == {"fine"}
    assert (again(dead).state, again(dead).failures) == ("backing off", 1)


def test_p15_a_clock_that_jumped_back_starves_nobody(site: Site, clock: Clock) -> None:
    site.says(things(1))
    source = site.follow()
    clock.move_to(START + timedelta(days=400))
    source = look(source)
    clock.move_to(START)
    claim.mend_clock(timezone.now())
    source = again(source)
    assert source.fetch_at
    assert source.fetch_at <= timezone.now() + timedelta(minutes=30)


def test_p15_a_lease_from_the_future_holds_nobody_up(site: Site, clock: Clock) -> None:
    source = site.follow()
    Source.objects.update(leased_by="gone", leased_until=START + timedelta(days=300))
    site.says(things(1))
    assert look(source).state == "fine"


def test_f13_f47_a_backlog_is_spread(site: Site, clock: Clock) -> None:
    sources = [site.follow(f"/{number}", host=f"s{number}.example") for number in range(60)]
    clock.move_to(START + timedelta(days=1))
    claim.spread_backlog(timezone.now())
    due = sorted(again(source).fetch_at for source in sources)  # type: ignore[type-var]
    assert due[-1] - due[0] > timedelta(minutes=25)  # type: ignore[operator]
    assert due[-1] <= timezone.now() + timedelta(minutes=30)  # type: ignore[operator]


def test_f13_a_small_backlog_is_not(site: Site, clock: Clock) -> None:
    source = site.follow()
    clock.move_to(START + timedelta(days=1))
    claim.spread_backlog(timezone.now())
    assert again(source).fetch_at == source.fetch_at


def test_one_connection_per_host(site: Site) -> None:
    under_way, most = 0, 0
    lock = threading.Lock()

    def slowly(request: Request) -> Response:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        threading.Event().wait(0.05)
        with lock:
            under_way -= 1
        return Response(things(1), content_type="application/atom+xml")

    for number in range(12):
        site.server.expect_request(f"/{number}").respond_with_handler(slowly)
        site.follow(f"/{number}")
    tally = refresh.refresh_due("worker")
    assert (tally.sources, most) == (12, 1)


def test_unfollowed_is_not_looked_at(site: Site, ben: Person) -> None:
    site.says(things(1))
    source = site.follow()
    assert stop(ben, source)
    refresh.refresh_all("worker")
    refresh.refresh_due("worker")
    assert site.asked() == []


def test_f53_told_to_stop_it_gives_back_what_it_holds(site: Site) -> None:
    site.says(things(1))
    sources = [site.follow(f"/{number}", host=f"s{number}.example") for number in range(5)]
    asked = iter([False, True])
    refresh.refresh_due("worker", stopping=lambda: next(asked, True))
    claim.release("worker")
    left = [found for source in sources if not (found := again(source)).fetched]
    assert left
    assert {(source.leased_until, source.state) for source in left} == {(None, "new")}
    assert all(source.fetch_at and source.fetch_at <= timezone.now() for source in left)


def test_an_hfeed_is_read(site: Site) -> None:
    html = (
        b"<!doctype html><title>Ben</title><div class='h-feed'><h1 class='p-name'>Ben</h1>"
        b"<article class='h-entry'><a class='u-url' href='/1'><span class='p-name'>One</span></a>"
        b"<time class='dt-published' datetime='2026-05-04T09:00:00Z'></time><div class='e-content'>Hi</div>"
        b"</article></div>"
    )
    site.says(html, Content_Type="text/html")
    source = look(site.follow(kind="hfeed"))
    assert (source.state, Item.objects.get().title) == ("fine", "One")


def test_a_large_page_is_read_apart(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    posts = "".join(
        f"<article class='h-entry'><a class='u-url p-name' href='/{n}'>Post {n}</a>"
        f"<div class='e-content'>{'word ' * 1000}</div></article>"
        for n in range(40)
    )
    monkeypatch.setattr(looks.mf2, "read", None)
    site.says(f"<!doctype html><title>Ben</title>{posts}".encode(), Content_Type="text/html")
    source = look(site.follow(kind="hfeed"))
    assert (source.state, Item.objects.count()) == ("fine", 40)


@pytest.mark.parametrize(
    ("statuses", "reached"),
    [
        ((), ""),
        ((301,), "https://b.example/"),
        ((301, 308), "https://c.example/"),
        ((301, 302), "https://b.example/"),
        ((302, 301), ""),
        ((307,), ""),
    ],
)
def test_p8_only_permanent_hops_from_the_start_count(statuses: tuple[int, ...], reached: str) -> None:
    places = [f"https://{letter}.example/" for letter in "abc"]
    hops = tuple(Hop(status, place) for status, place in zip(statuses, places, strict=False))
    assert looks.permanent(Answer(places[len(statuses)], 200, {}, hops=hops)) == reached


def test_t35_a_flood_is_said(site: Site, clock: Clock) -> None:
    site.says(things(5000))
    source = look(site.follow())
    site.says(atom(entry(number) for number in range(600)))
    source = look(source, clock)
    assert Item.objects.filter(audience="public").count() == 201
    assert Item.objects.filter(audience="aside").count() == 400
    assert (source.state, "400 older ones" in source.reason) == ("fine", True)


def test_f31_held_says_so_and_goes_on_when_vouched_for(site: Site, clock: Clock) -> None:
    site.says(things(1, 2))
    source = look(site.follow())
    spam = [
        entry(n, id=f"spam:{n}", link=f"https://casino.example/{n}", title=f"Win {n}", html="Win") for n in range(3)
    ]
    site.says(atom(spam, title="Casino", author="Casino", home="https://casino.example/"))
    source = look(source, clock)
    assert (source.state, Item.objects.count()) == ("held", 2)
    site.says(things(0, 1, 2))
    assert look(source, clock).state == "fine"


def test_a_source_that_two_follow_is_asked_once(site: Site, ann: Person) -> None:
    site.says(things(1))
    source = site.follow()
    Site(site.server, ann).follow()
    look(source)
    assert len(site.asked()) == 1
    assert Follow.objects.filter(source=source, unseen=1).count() == 2

"""The card of a shared page improves in place: asked for afterwards, through the one door, by one worker at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_httpserver import HTTPServer
from selectolax.lexbor import LexborHTMLParser

from passalong.models import Follow, Item, Page, Person
from passalong.net import get
from passalong.net.guard import Rules, parse_allowed
from passalong.share import enrich
from passalong.share.draft import Draft
from passalong.share.enrich import claim_pages, work_once
from passalong.share.publish import publish
from tests.conftest import client_of
from tests.share.pictures import png

pytestmark = pytest.mark.django_db(transaction=True)
EVIL = '"><img src=x onerror=alert(1)>'


@pytest.fixture(autouse=True)
def door() -> Iterator[None]:
    get.configure(Rules(allow_private=parse_allowed("127.0.0.0/8"), resolver=lambda host: ["127.0.0.1"]))
    yield
    get.configure(Rules())


def address(server: HTTPServer, path: str = "/page") -> str:
    return f"http://good.example:{server.port}{path}"


def page_of(said: str, body: str = "") -> str:
    return f"<!doctype html><html lang='fr'><head>{said}</head><body>{body}</body></html>"


def says(server: HTTPServer, text: str, path: str = "/page", kind: str = "text/html; charset=utf-8") -> None:
    server.expect_request(path).respond_with_data(text, content_type=kind)


def shared(person: Person, server: HTTPServer, **said: str) -> tuple[Item, Page]:
    item = publish(person, Draft(link=address(server), **said))  # type: ignore[arg-type]
    return item, Page.objects.get(url=address(server))


def look(times: int = 1) -> None:
    for _ in range(times):
        work_once(timezone.now(), "worker")


def test_it_works(ann: Person, httpserver: HTTPServer, strangers_browser: Client) -> None:
    meta = '<meta property="og:title" content="A good page"><meta property="og:description" content="About good">'
    meta += '<meta property="og:image" content="/picture.jpg"><meta name="author" content="Cas">'
    says(httpserver, page_of(meta))
    item, _ = shared(ann, httpserver, words="see")
    before = strangers_browser.get(f"/@ann/{item.pk}").content.decode()
    assert "A good page" not in before
    look()
    page = Page.objects.get(url=address(httpserver))
    assert (page.title, page.description, page.author, page.lang) == ("A good page", "About good", "Cas", "fr")
    assert page.picture == address(httpserver, "/picture.jpg")
    assert (page.look_at, page.leased_until) == (None, None)
    for path in (f"/@ann/{item.pk}", "/", "/@ann"):
        shown = strangers_browser.get(path).content.decode()
        assert "A good page" in shown, path
        assert 'src="http' not in shown, "pictures come through our own proxy"
    item.refresh_from_db()
    assert item.title == "A good page"
    assert b"A good page" in strangers_browser.get("/@ann/feed.atom").content


def test_sharing_waits_for_nobody(ann: Person, httpserver: HTTPServer) -> None:
    shared(ann, httpserver)
    assert not httpserver.log


def test_a_title_of_ones_own_stays(ann: Person, httpserver: HTTPServer) -> None:
    says(httpserver, page_of("<title>Theirs</title>"))
    item, _ = shared(ann, httpserver, title="Mine")
    look()
    item.refresh_from_db()
    assert item.title == "Mine"


def test_a_page_known_already_gives_its_title_at_once(ann: Person, ben: Person, httpserver: HTTPServer) -> None:
    says(httpserver, page_of("<title>Known</title>"))
    shared(ann, httpserver)
    look()
    item, page = shared(ben, httpserver)
    assert item.title == "Known"
    assert page.look_at is None


def test_oembed_says_what_the_head_leaves_open(ann: Person, httpserver: HTTPServer) -> None:
    link = '<link rel="alternate" type="application/json+oembed" href="/oembed?url=x"><title>From the head</title>'
    says(httpserver, page_of(link))
    said = {"version": "1.0", "type": "video", "title": "From oEmbed", "author_name": "Cas"}
    says(httpserver, json.dumps(said), "/oembed", "application/json")
    shared(ann, httpserver)
    look()
    page = Page.objects.get(url=address(httpserver))
    assert (page.title, page.author) == ("From the head", "Cas")


def test_a_picture_is_its_own_picture(ann: Person, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/page").respond_with_data(png(), content_type="image/png")
    item, _ = shared(ann, httpserver)
    look()
    item.refresh_from_db()
    assert item.picture == address(httpserver)


@pytest.mark.slow
def test_a_page_that_does_not_answer_is_tried_later_and_later_then_left(ann: Person, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/page").respond_with_data("no", status=503)
    shared(ann, httpserver)
    waits = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        while True:
            look()
            page = Page.objects.get(url=address(httpserver))
            if page.look_at is None:
                break
            waits.append(page.look_at - timezone.now())
            work_once(page.look_at - timedelta(seconds=1), "too early")
            clock.move_to(page.look_at + timedelta(seconds=1))
    assert len(httpserver.log) == 8
    for wait, planned in zip(waits, enrich.TRIES, strict=True):
        assert planned * 0.8 <= wait <= planned * 1.2
    assert page.looked


@pytest.mark.parametrize("status", [404, 410, 401])
def test_a_final_answer_is_final(ann: Person, httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/page").respond_with_data("no", status=status)
    _, page = shared(ann, httpserver)
    look(3)
    page.refresh_from_db()
    assert page.look_at is None
    assert len(httpserver.log) == 1


def test_whoever_shared_it_is_told_why_there_is_no_card(
    ann: Person, ben: Person, httpserver: HTTPServer, strangers_browser: Client
) -> None:
    httpserver.expect_request("/page").respond_with_data("no", status=503)
    item, _ = shared(ann, httpserver)
    Follow.objects.create(person=ann, source=item.source)
    paths = ("/@ann", f"/@ann/{item.pk}", "/river")
    assert not any("could not be fetched" in client_of(ann).get(path).content.decode() for path in paths)
    look()
    for path in paths:
        (told,) = LexborHTMLParser(client_of(ann).get(path).content.decode()).css(".trouble")
        assert "The site is not working just now." in told.text(), path
        assert re.search(r"It is tried again in (a moment|1\sminute)", told.text()), path
        button = told.css_first("button")
        assert button.text() == "Try again now"
        assert button.attributes["formaction"] == f"/@ann/{item.pk}/look-again"
    for path in paths[:2]:
        for client in (strangers_browser, client_of(ben)):
            assert "not working" not in client.get(path).content.decode(), path


@pytest.mark.parametrize(
    ("status", "why"),
    [(404, "no page at this address"), (403, "does not let programs"), (401, "sign in"), (418, "answered with 418")],
)
def test_the_reason_is_said_in_words(ann: Person, httpserver: HTTPServer, status: int, why: str) -> None:
    httpserver.expect_request("/page").respond_with_data("no", status=status)
    _, page = shared(ann, httpserver)
    look()
    page.refresh_from_db()
    assert why in page.trouble


def test_what_is_final_says_so_and_can_be_tried_again_by_hand(ann: Person, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/page").respond_with_data("no", status=404)
    item, page = shared(ann, httpserver)
    look()
    browser = client_of(ann)
    assert "It is not tried again by itself" in browser.get("/@ann").content.decode()
    httpserver.clear()
    says(httpserver, page_of("<title>Here after all</title>"))
    answer = browser.post(f"/@ann/{item.pk}/look-again", {"next": "/@ann"})
    assert (answer.status_code, answer["Location"]) == (303, "/@ann")
    look()
    page.refresh_from_db()
    assert (page.title, page.trouble, page.look_at) == ("Here after all", "", None)
    assert "could not be fetched" not in browser.get("/@ann").content.decode()


def test_trying_again_never_takes_a_page_from_a_worker(ann: Person, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/page").respond_with_data("no", status=404)
    item, page = shared(ann, httpserver)
    look()
    Page.objects.filter(pk=page.pk).update(leased_until=timezone.now() + enrich.LEASE, leased_by="one")
    client_of(ann).post(f"/@ann/{item.pk}/look-again")
    page.refresh_from_db()
    assert (page.look_at, page.leased_by) == (None, "one")
    assert client_of(ann).post(f"/@ann/{item.pk}/look-again", {"next": "//evil.example"})["Location"] == "/"


def test_a_private_address_is_never_asked(ann: Person, httpserver: HTTPServer) -> None:
    get.configure(Rules(resolver=lambda host: ["127.0.0.1"]))
    _, page = shared(ann, httpserver)
    look()
    page.refresh_from_db()
    assert page.look_at is None
    assert not httpserver.log


def test_two_workers_never_look_at_the_same_page(ann: Person, httpserver: HTTPServer) -> None:
    shared(ann, httpserver)
    now = timezone.now()
    assert len(claim_pages(now, 10, "one")) == 1
    assert claim_pages(now, 10, "two") == []


def test_what_a_killed_worker_held_is_looked_at_again(ann: Person, httpserver: HTTPServer) -> None:
    says(httpserver, page_of("<title>At last</title>"))
    shared(ann, httpserver)
    now = timezone.now()
    claim_pages(now, 10, "killed")
    assert work_once(now + timedelta(seconds=60), "next") == 0
    assert work_once(now + enrich.LEASE + timedelta(seconds=1), "next") == 1
    assert Page.objects.get(url=address(httpserver)).title == "At last"


def test_a_late_answer_of_a_lost_lease_changes_nothing(ann: Person, httpserver: HTTPServer) -> None:
    _, page = shared(ann, httpserver)
    claim_pages(timezone.now(), 10, "somebody else")
    enrich.improve(page, enrich.Card(url=page.url, title="Stale"), timezone.now(), "me")
    page.refresh_from_db()
    assert page.title == ""


def test_t25_what_a_page_says_of_itself_is_letters(
    ann: Person, httpserver: HTTPServer, strangers_browser: Client
) -> None:
    evil = EVIL.replace('"', "&quot;")
    names = ("og:title", "og:description", "og:site_name", "author")
    meta = "".join(f'<meta property="{name}" content="{evil}">' for name in names)
    meta += '<meta property="og:image" content="javascript:alert(1)"><link rel="canonical" href="javascript:alert(1)">'
    says(httpserver, page_of(meta))
    item, page = shared(ann, httpserver)
    look()
    page.refresh_from_db()
    assert page.title.startswith('">')
    assert (page.picture, page.canonical) == ("", "")
    for path in ("/", f"/@ann/{item.pk}"):
        shown = strangers_browser.get(path).content.decode()
        assert "<img src=x" not in shown
        assert "javascript:" not in shown


def test_a_page_that_says_too_much_is_cut(ann: Person, httpserver: HTTPServer) -> None:
    says(httpserver, page_of(f"<title>{'t' * 5000}</title>", "x" * 3_000_000))
    _, page = shared(ann, httpserver)
    look()
    page.refresh_from_db()
    assert 0 < len(page.title) <= 500

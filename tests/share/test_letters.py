"""Whoever a share links to is told: webmention, section 3.1 (https://www.w3.org/TR/webmention/)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import parse_qs

import pytest
import time_machine
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from passalong.models import Delivery, Item, Page, Person
from passalong.net import get
from passalong.net.guard import Rules, parse_allowed
from passalong.share import change, deliver
from passalong.share.draft import Draft
from passalong.share.publish import publish
from passalong.share.tell import addresses, try_again
from passalong.share.told import told
from tests.conftest import client_of
from tests.credit.cast import page_at
from tests.read.cast import a_source, an_item

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(deliver, "PACE", 0.0)
    get.configure(Rules(allow_private=parse_allowed("127.0.0.0/8"), resolver=lambda host: ["127.0.0.1"]))
    yield
    get.configure(Rules())


def at(server: HTTPServer, path: str = "/page") -> str:
    return f"http://cas.example:{server.port}{path}"


def takes_replies(server: HTTPServer, path: str = "/page", status: int = 202, endpoint: str = "/wm?site=1") -> None:
    server.expect_request(path).respond_with_data("<p>page</p>", headers={"Link": f"<{endpoint}>; rel=webmention"})
    server.expect_request("/wm").respond_with_data("ok", status=status)


def knocks(server: HTTPServer) -> list[dict[str, list[str]]]:
    return [parse_qs(request.get_data(as_text=True)) for request, _ in server.log if request.method == "POST"]


def send(times: int = 1, now: datetime | None = None) -> None:
    for _ in range(times):
        deliver.work_once(now or timezone.now(), "worker")


def letter() -> Delivery:
    return Delivery.objects.get()


def test_it_works(ann: Person, httpserver: HTTPServer) -> None:
    takes_replies(httpserver)
    item = publish(ann, Draft(link=at(httpserver)))
    assert not httpserver.log, "sharing waits for nobody"
    assert letter().state == "waiting"
    send()
    (post,) = [request for request, _ in httpserver.log if request.method == "POST"]
    assert item.page
    assert knocks(httpserver) == [{"source": [item.page.url], "target": [at(httpserver)]}]
    assert post.content_type == "application/x-www-form-urlencoded", "3.1.3"
    assert post.full_path == "/wm?site=1", "3.1.3: the query stays, and stays out of the body"
    told = letter()
    assert (told.state, told.status, told.try_at, told.leased_until) == ("told", 202, None, None)
    assert told.done
    send()
    assert len(knocks(httpserver)) == 1, "told once"


def test_every_kind_of_link_is_told_but_ones_own_and_tags(ann: Person) -> None:
    words = "see [a](https://a.example/x?utm_source=n#part) and https://b.example/y #oer [me](https://ann.example/@ann)"
    draft = Draft(
        words=words, link="https://about.example/", via="https://via.example/", reply_to="https://re.example/"
    )
    publish(ann, draft)
    told = set(Delivery.objects.values_list("address", flat=True))
    assert told == {
        "https://about.example/", "https://via.example/", "https://re.example/", "https://b.example/y",
        "https://a.example/x?utm_source=n",
    }, "each exactly as it stands on our page (3.2.2)"  # fmt: skip


def test_what_our_page_links_to_is_what_is_told(ann: Person, strangers_browser: Client) -> None:
    words = "see [a](https://a.example/x?utm_source=n&b=1) and https://b.example/y"
    item = publish(ann, Draft(words=words, link="https://about.example/?utm_source=x", via="https://via.example"))
    page = strangers_browser.get(f"/@ann/{item.pk}").content.decode()
    for address in Delivery.objects.values_list("address", flat=True):
        assert f'href="{address.replace("&", "&amp;")}' in page


def test_what_is_unlisted_tells_nobody(ann: Person) -> None:
    publish(ann, Draft(link="https://cas.example/", audience=Item.Audience.UNLISTED))
    assert not Delivery.objects.exists()


def test_many_links_are_no_flood() -> None:
    assert len(addresses([("link", f"https://cas.example/{n}") for n in range(500)], "")) == 100


def test_201_keeps_where_it_goes_on(ann: Person, httpserver: HTTPServer) -> None:
    """3.2: a receiver may answer 201 with the address of a status page."""
    httpserver.expect_request("/page").respond_with_data("x", headers={"Link": "</wm>; rel=webmention"})
    httpserver.expect_request("/wm").respond_with_data("", status=201, headers={"Location": "/status/1"})
    publish(ann, Draft(link=at(httpserver)))
    send()
    assert (letter().state, letter().place) == ("told", at(httpserver, "/status/1"))


def test_redirects_are_followed_and_the_endpoint_hangs_on_where_they_lead(ann: Person, httpserver: HTTPServer) -> None:
    """3.1.2: the sender follows redirects; a relative endpoint is relative to the final address."""
    httpserver.expect_request("/page").respond_with_data("", status=302, headers={"Location": "/new/page"})
    httpserver.expect_request("/new/page").respond_with_data(
        '<link rel="webmention" href="wm">', content_type="text/html"
    )
    httpserver.expect_request("/new/wm").respond_with_data("ok")
    publish(ann, Draft(link=at(httpserver)))
    send()
    assert knocks(httpserver)[0]["target"] == [at(httpserver)], "the target is what our page links to"
    assert letter().status == 200


def test_a_page_that_takes_none_is_said_so(ann: Person, httpserver: HTTPServer, anns_browser: Client) -> None:
    httpserver.expect_request("/page").respond_with_data("<p>nothing</p>", content_type="text/html")
    item = publish(ann, Draft(link=at(httpserver)))
    send()
    assert (letter().state, letter().try_at) == ("nobody", None)
    assert "cas.example takes no replies." in anns_browser.get(f"/@ann/{item.pk}").content.decode()


def test_the_page_is_asked_once_for_all_letters_to_it(ann: Person, httpserver: HTTPServer) -> None:
    takes_replies(httpserver)
    for words in ("one", "two", "three"):
        publish(ann, Draft(link=at(httpserver), words=words))
    send()
    assert [request.method for request, _ in httpserver.log].count("GET") == 1
    assert len(knocks(httpserver)) == 3


def test_who_cannot_be_reached_is_tried_for_a_week(ann: Person, httpserver: HTTPServer, anns_browser: Client) -> None:
    httpserver.expect_request("/page").respond_with_data("", status=503)
    waits = []
    with time_machine.travel(datetime(2026, 11, 1).astimezone(), tick=False) as clock:
        item = publish(ann, Draft(link=at(httpserver)))
        started = timezone.now()
        for _ in range(30):
            before = timezone.now()
            send()
            try_at = letter().try_at
            if try_at is None:
                break
            waits.append((try_at - before).total_seconds() / 60)
            clock.move_to(try_at)
        took = timezone.now() - started
    assert timedelta(days=5.5) < took < timedelta(days=9.5)
    for wait, expected in zip(waits, [1, 5, 30, 120, 360, 720, *[1440] * 6], strict=True):
        assert 0.8 * expected <= wait <= 1.2 * expected
    assert letter().state == "failed"
    page = anns_browser.get(f"/@ann/{item.pk}").content.decode()
    assert "The page at cas.example does not open (it answers 503)." in page
    assert "Try again" in page


def test_a_letter_given_up_is_sent_by_hand(ann: Person, httpserver: HTTPServer, anns_browser: Client) -> None:
    takes_replies(httpserver)
    item = publish(ann, Draft(link=at(httpserver)))
    Delivery.objects.update(state="failed", try_at=None, tries=12, reason="Could not reach cas.example.")
    answer = anns_browser.post(f"/@ann/{item.pk}/tell-again", {"letter": letter().pk})
    assert answer.status_code == 303
    send()
    assert letter().state == "told"
    assert "Told cas.example." in anns_browser.get(f"/@ann/{item.pk}").content.decode()
    assert "cas.example." not in client_of(None).get(f"/@ann/{item.pk}").content.decode().replace("cas.example:", "")


def test_who_was_told_is_named(ann: Person, anns_browser: Client) -> None:
    cas = a_source("cas", person=Person.objects.create(url="https://cas.example/", name="Cas <b>"))
    theirs = an_item(cas, title="Beans")
    assert theirs.page
    words = "[a](https://titled.example/x) [b](https://unknown.example/y) [c](https://cas.example)"
    item = publish(ann, Draft(words=words, reply_to=theirs.page.url))
    page_at("https://titled.example/x")
    Page.objects.filter(url="https://titled.example/x").update(title="bank.example")
    Delivery.objects.update(state="told", try_at=None)
    Delivery.objects.filter(address=theirs.page.url).update(state="failed", reason="It does not open.")
    said = unescape(anns_browser.get(f"/@ann/{item.pk}").content.decode())
    for place in (
        "\u2068“bank.example”\u2069 (titled.example)",
        "unknown.example",
        "\u2068Cas <b>\u2069 (cas.example)",
    ):
        assert f"Told {place}." in said, place
    assert '<span dir="auto">Cas <b></span>: It does not open.' in said, "its author, not its title"


def test_several_pages_of_one_host_are_told_apart(ann: Person) -> None:
    words = "[a](https://cas.example/peas) [b](https://www.cas.example/beans/) [c](https://dora.example/x)"
    places = [one.place for one in told(publish(ann, Draft(words=words)))]
    assert places == ["\u2068cas.example/peas\u2069", "\u2068cas.example/beans\u2069", "dora.example"]


def test_naming_costs_the_same_for_many(ann: Person, anns_browser: Client) -> None:
    words = " ".join(f"[a](https://p{number}.example/)" for number in range(20))
    counts = []
    for item in (publish(ann, Draft(words="[a](https://p.example/)")), publish(ann, Draft(words=words))):
        with CaptureQueriesContext(connection) as queries:
            assert len(told(item)) in (1, 20)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4


def test_somebody_elses_letter_is_not_there(ann: Person, ben: Person) -> None:
    anns, bens = (publish(who, Draft(link="https://cas.example/")) for who in (ann, ben))
    assert not try_again(bens, Delivery.objects.get(item=anns).pk, timezone.now())


def test_retry_after_is_kept(ann: Person, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/page").respond_with_data("", status=429, headers={"Retry-After": "3600"})
    publish(ann, Draft(link=at(httpserver)))
    send()
    assert letter().state == "waiting"
    assert (letter().try_at or timezone.now()) > timezone.now() + timedelta(minutes=59)


def test_a_refusal_is_final_and_seen(ann: Person, httpserver: HTTPServer) -> None:
    takes_replies(httpserver, status=400)
    publish(ann, Draft(link=at(httpserver)))
    send()
    assert (letter().state, letter().reason) == ("failed", "cas.example did not take it (it answers 400).")


def test_section_4_3_no_letter_goes_inside(ann: Person, httpserver: HTTPServer) -> None:
    """An endpoint on this machine, or in a private network, is never written to."""
    get.configure(
        Rules(allow_private=parse_allowed(f"cas.example:{httpserver.port}"), resolver=lambda _: ["127.0.0.1"])
    )
    for number, inside in enumerate(("localhost", "127.0.0.1", "127.8.8.8", "[::1]", "10.0.0.1", "inside.example")):
        endpoint = f"http://{inside}:{httpserver.port}/wm"
        takes_replies(httpserver, f"/{number}", endpoint=endpoint)
        publish(ann, Draft(link=at(httpserver, f"/{number}")))
    send(3)
    assert not knocks(httpserver)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"failed"}


def test_section_3_1_4_an_edit_tells_again_also_what_is_no_longer_linked(ann: Person, httpserver: HTTPServer) -> None:
    for path in ("/old", "/kept", "/new"):
        takes_replies(httpserver, path)
    item = publish(ann, Draft(words=f"{at(httpserver, '/old')} {at(httpserver, '/kept')}"))
    send()
    httpserver.clear_log()
    item = Item.objects.select_related("page", "body", "source__person").get(pk=item.pk)
    change.change(item, Draft(words=f"{at(httpserver, '/kept')} {at(httpserver, '/new')}"))
    send()
    assert {target for knock in knocks(httpserver) for target in knock["target"]} == {
        at(httpserver, path) for path in ("/old", "/kept", "/new")
    }
    gets = [request.path for request, _ in httpserver.log if request.method == "GET"]
    assert sorted(gets) == ["/kept", "/new", "/old"], "3.1.4: the endpoint is discovered anew"


def test_an_edit_before_anybody_was_told_tells_only_what_it_says_now(ann: Person, httpserver: HTTPServer) -> None:
    item = publish(ann, Draft(words=f"{at(httpserver, '/old')}"))
    item = Item.objects.select_related("page", "body", "source__person").get(pk=item.pk)
    change.change(item, Draft(words=f"{at(httpserver, '/new')}"))
    assert letter().address == at(httpserver, "/new")


def test_section_3_1_5_what_is_taken_back_is_told_again(ann: Person, httpserver: HTTPServer) -> None:
    takes_replies(httpserver)
    item = publish(ann, Draft(link=at(httpserver)))
    send()
    change.take_back(item)
    assert client_of(None).get(f"/@ann/{item.pk}").status_code == 410
    send()
    assert len(knocks(httpserver)) == 2
    assert letter().state == "told"


def test_what_is_taken_back_unsent_is_never_told(ann: Person, httpserver: HTTPServer) -> None:
    for end in (change.take_back, change.undo):
        end(publish(ann, Draft(link=at(httpserver))))
        send()
        assert not httpserver.log
        assert not Delivery.objects.exists()


def test_what_is_undone_after_it_was_told_is_told_again(ann: Person, httpserver: HTTPServer) -> None:
    takes_replies(httpserver)
    item = publish(ann, Draft(link=at(httpserver)))
    send()
    assert change.undo(item)
    assert client_of(None).get(f"/@ann/{item.pk}").status_code == 404
    send()
    assert len(knocks(httpserver)) == 2
    assert letter().item is None


@pytest.mark.parametrize("end", [change.take_back, change.undo])
def test_f45_taken_back_while_it_is_told_is_told_after_that(ann: Person, httpserver: HTTPServer, end: object) -> None:
    """The delete comes behind the create, at the same page."""
    item = publish(ann, Draft(link=at(httpserver)))
    seen: list[int] = []

    def hear(request: Request) -> Response:
        if not seen:
            end(Item.objects.select_related("page", "source__person").get(pk=item.pk))  # type: ignore[operator]
        seen.append(client_of(None).get(f"/@ann/{item.pk}").status_code)
        connections.close_all()  # of this thread, the server's
        return Response("", 202)

    httpserver.expect_request("/page").respond_with_data("x", headers={"Link": "</wm>; rel=webmention"})
    httpserver.expect_request("/wm").respond_with_handler(hear)
    send(2)
    assert len(seen) == 2
    assert seen[-1] in (404, 410)
    assert (letter().state, letter().leased_until) == ("told", None)


def test_two_workers_send_one_letter_once(ann: Person) -> None:
    publish(ann, Draft(link="https://cas.example/"))
    now = timezone.now()
    assert len(deliver.claim_letters(now, 10, "one")) == 1
    assert not deliver.claim_letters(now, 10, "two")


def test_f03_a_worker_that_dies_leaves_its_letter_to_the_next(ann: Person, httpserver: HTTPServer) -> None:
    takes_replies(httpserver)
    publish(ann, Draft(link=at(httpserver)))
    deliver.claim_letters(timezone.now(), 10, "killed")
    send(now=timezone.now() + deliver.LEASE * 2)
    assert len(knocks(httpserver)) == 1
    assert letter().state == "told"


def test_our_pages_say_where_they_take_mentions(ann: Person, strangers_browser: Client) -> None:
    item = publish(ann, Draft(words="seeds #oer"))
    for path in ("/", "/@ann", f"/@ann/{item.pk}", "/@ann/tag/oer"):
        answer = strangers_browser.get(path)
        assert '<https://ann.example/webmention>; rel="webmention"' in answer.headers["Link"]
        assert '<link rel="webmention" href="https://ann.example/webmention">' in answer.content.decode()


def test_what_becomes_unlisted_tells_nobody_new(ann: Person) -> None:
    item = publish(ann, Draft(words="https://cas.example/a"))
    item = Item.objects.select_related("page", "body", "source__person").get(pk=item.pk)
    words = "https://cas.example/a https://cas.example/b"
    change.change(item, Draft(words=words, audience=Item.Audience.UNLISTED))
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("home", ["http://127.0.0.1:8000", "http://localhost:8000", "http://192.168.1.5"])
def test_an_address_nobody_can_open_is_told_to_nobody(ann: Person, httpserver: HTTPServer, home: str) -> None:
    """A node that is tried out at home knocks at no stranger's door."""
    only_the_page = parse_allowed(f"cas.example:{httpserver.port}")
    get.configure(Rules(allow_private=only_the_page, resolver=lambda host: ["127.0.0.1"]))
    takes_replies(httpserver)
    publish(ann, Draft(link=at(httpserver)))
    Delivery.objects.update(about=f"{home}/@ann/1")
    send()
    assert not httpserver.log
    assert letter().state == "failed"
    assert "cas.example was not told" in letter().reason

"""Our hub tells: WebSub, section 7, and what becomes of messages when callbacks are slow, broken or gone (F03)."""

from __future__ import annotations

import time
from contextlib import ExitStack
from datetime import timedelta
from itertools import pairwise

import feedparser
import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.utils import timezone

from passalong.models import Delivery, Item, Person, Subscriber
from passalong.share import enrich, hub_tell
from passalong.share.change import change, take_back, undo
from passalong.share.draft import Draft
from passalong.share.publish import publish
from tests.endpoints.hub_cast import DAY, TOPIC, share, subscribe, tell
from tests.endpoints.listener import Listener, listening

pytestmark = pytest.mark.django_db(transaction=True)
HOME = "https://ann.example"


def words(body: bytes) -> list[str]:
    return [entry.summary for entry in feedparser.parse(body).entries]


def later(**wait: float) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(**wait), tick=True)


@pytest.mark.parametrize("kind", ["atom", "rss", "json"])
@pytest.mark.parametrize("list_of", ["", "/@ann", "/@ann/tag/oer"])
def test_what_is_sent_is_the_feed(
    ann: Person, strangers_browser: Client, listener: Listener, kind: str, list_of: str
) -> None:
    """Section 7: the full contents of the topic, its Content-Type, Link with hub and self; no secret, no signature."""
    subscribe(strangers_browser, listener.url(), f"{HOME}{list_of}/feed.{kind}")
    share(ann, "Hello #oer")
    tell()
    (message,) = listener.messages
    feed = strangers_browser.get(f"{list_of}/feed.{kind}")
    assert b"Hello" in message.body
    assert message.body == feed.content
    assert message.headers["content-type"] == feed.headers["Content-Type"]
    assert message.headers["link"] == f'<{HOME}/websub>; rel="hub", <{HOME}{list_of}/feed.{kind}>; rel="self"'
    assert message.headers["link"] == feed.headers["Link"]
    assert "x-hub-signature" not in message.headers


@pytest.mark.parametrize("path", ["/", "/@ann", "/@ann/tag/oer"])
def test_pages_say_where_to_hear_of_changes(ann: Person, strangers_browser: Client, path: str) -> None:
    """Section 4: discovery by Link headers; the topic has one representation (4.1), which is the feed's."""
    share(ann, "Hello #oer")
    said = strangers_browser.get(path).headers["Link"]
    feeds = "/@ann/tag/oer" if "tag" in path else "/@ann"
    assert said.startswith(f'<{HOME}/websub>; rel="hub", <{HOME}{feeds}/feed.atom>; rel="self"')


def test_edits_and_take_backs_are_told(ann: Person, strangers_browser: Client, listener: Listener) -> None:
    subscribe(strangers_browser, listener.url())
    item = share(ann, "first")
    tell()
    item = Item.objects.select_related("page", "body", "source__person").get(pk=item.pk)
    change(item, Draft(words="second"))
    tell()
    take_back(item)
    tell()
    soon_gone = share(ann, "not for long")
    tell()
    undo(soon_gone)
    tell()
    assert [words(message.body) for message in listener.messages] == [["first"], ["second"], [], ["not for long"], []]


def test_only_lists_that_changed_are_told(ann: Person, ben: Person, strangers_browser: Client) -> None:
    with ExitStack() as stack:
        topics = ["/@ann", "/@ben", "/@ann/tag/one", "/@ann/tag/two", "/@ann/tag/three", ""]
        ears = {topic: stack.enter_context(listening()) for topic in topics}
        for topic, ear in ears.items():
            subscribe(strangers_browser, ear.url(), f"{HOME}{topic}/feed.atom")
        item = share(ann, "Hello #one #two")
        tell()
        told = {topic for topic, ear in ears.items() if ear.messages}
        assert told == {"/@ann", "/@ann/tag/one", "/@ann/tag/two", ""}
        change(Item.objects.select_related("page", "body", "source__person").get(pk=item.pk), Draft(words="Hi #three"))
        tell()
        counts = {topic: len(ear.messages) for topic, ear in ears.items()}
        wanted = {"/@ann": 2, "": 2, "/@ann/tag/one": 2, "/@ann/tag/two": 2, "/@ann/tag/three": 1, "/@ben": 0}
        assert counts == wanted


def test_p1_what_is_to_be_told_is_part_of_the_share(ann: Person, strangers_browser: Client, listener: Listener) -> None:
    subscribe(strangers_browser, listener.url())

    def fail() -> None:
        with transaction.atomic():
            share(ann)
            assert Delivery.objects.get().state == "waiting"
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert Delivery.objects.get().state == "told"
    assert tell() == 0
    assert not Item.objects.exists()


def test_several_changes_are_one_message(ann: Person, strangers_browser: Client, listener: Listener) -> None:
    subscribe(strangers_browser, listener.url())
    for number in range(20):
        share(ann, f"thing {number}")
    assert tell() == 1
    assert len(words(listener.messages[0].body)) == 20


def test_a_change_while_it_is_being_sent_is_sent_too(
    ann: Person, strangers_browser: Client, listener: Listener
) -> None:
    subscribe(strangers_browser, listener.url())
    share(ann, "one")
    row = hub_tell.prepare(hub_tell.Round("worker", lambda: False))
    assert len(row) == 1
    share(ann, "two")
    leased = Delivery.objects.get()
    old = Delivery.objects.get()
    old.made = leased.made - timedelta(seconds=1)
    hub_tell.settle(old, hub_tell.Answer("", 202, {}), timezone.now(), "worker")
    assert tell() == 1
    assert words(listener.messages[0].body) == ["two", "one"]
    assert tell() == 0


def test_a_title_that_came_later_is_told(ann: Person, strangers_browser: Client, listener: Listener) -> None:
    """A share goes out at once; what its page is called is read afterwards."""
    with listening() as site:
        site.echo = lambda challenge: "<title>A good page</title>"
        subscribe(strangers_browser, listener.url())
        publish(ann, Draft(link=site.url("/good")))
        tell()
        enrich.improve(*looked_at("A good page"))
        tell()
    assert [feedparser.parse(one.body).entries[0].title for one in listener.messages][-1] == "A good page"
    assert len(listener.messages) == 2


def looked_at(title: str) -> tuple[enrich.Page, enrich.Card, object, str]:
    now = timezone.now()
    (page,) = enrich.claim_pages(now, 1, "looker")
    return page, enrich.Card(url=page.url, title=title), now, "looker"  # type: ignore[return-value]


def test_retries(ann: Person, strangers_browser: Client, listener: Listener) -> None:
    """Section 7: other codes are failures; retries within limits of our own; the subscription stays until its lease
    ends, and what is published afterwards is tried again."""
    listener.status = 500
    subscribe(strangers_browser, listener.url(), lease_seconds=str(10 * DAY))
    share(ann)
    with time_machine.travel(timezone.now(), tick=True) as clock:
        waits, start = [], timezone.now()
        for _ in range(40):
            tell()
            row = Delivery.objects.get()
            if row.try_at is None:
                break
            waits.append((row.try_at - timezone.now()).total_seconds() / 60)
            clock.move_to(row.try_at + timedelta(seconds=1))
        planned = [1, 5, 30, 120, 360, 720, 1440]
        assert all(0.79 * plan < wait < 1.21 * plan for plan, wait in zip(planned, waits, strict=False))
        assert all(0.79 * 1440 < wait < 1.21 * 1440 for wait in waits[6:])
        assert timedelta(days=7) < timezone.now() - start < timedelta(days=8.5)
        assert (row.state, row.status) == ("failed", 500)
        assert row.reason == "Its site answers with an error (500)."
        tell()
        before = len(listener.messages)
        listener.status = 202
        share(ann)
        tell()
        assert len(listener.messages) == before + 1
        assert Delivery.objects.get().state == "told"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_failures(ann: Person, strangers_browser: Client, listener: Listener, status: int) -> None:
    """Section 7: subscribers MUST NOT use HTTP redirects for moving subscriptions."""
    subscribe(strangers_browser, listener.url())
    with listening() as victim:
        listener.status, listener.onward = status, victim.url()
        share(ann)
        tell()
        assert victim.heard == []
    assert Delivery.objects.get().state == "waiting"
    assert len(listener.messages) == 1


def test_gone_ends_the_subscription(ann: Person, strangers_browser: Client, listener: Listener) -> None:
    """Section 7: 410, and the hub may terminate the subscription."""
    subscribe(strangers_browser, listener.url())
    listener.status = 410
    share(ann)
    tell()
    assert not Subscriber.objects.exists()
    assert not Delivery.objects.exists()


@pytest.mark.slow
def test_slow_callbacks_delay_nobody(ann: Person, strangers_browser: Client) -> None:
    """Thirty take 0.1 to 8 seconds; ten are quick and hear soon, of what is shared meanwhile too."""
    with ExitStack() as stack:
        slow = [stack.enter_context(listening()) for _ in range(30)]
        quick = [stack.enter_context(listening()) for _ in range(10)]
        for number, ear in enumerate([*slow, *quick]):
            subscribe(strangers_browser, ear.url())
            ear.slow = 0.1 + 7.9 * number / 30 if ear in slow else 0.0
        share(ann, "one")
        started = time.monotonic()
        shared_again: list[float] = []

        def stopping() -> bool:
            if not shared_again and time.monotonic() - started > 1.5:
                share(ann, "two")
                shared_again.append(time.monotonic())
            return False

        hub_tell.tell_once("worker", stopping)
        for ear in quick:
            assert ear.messages[0].at - started < 7.5
            assert ear.messages[1].at - shared_again[0] < 7.5
        assert all(words(ear.messages[-1].body) == ["two", "one"] for ear in [*slow, *quick])
        assert time.monotonic() - started < 30


@pytest.mark.slow
def test_one_slow_callback_does_not_hold_up_what_is_shared_meanwhile(ann: Person, strangers_browser: Client) -> None:
    with listening() as slow, listening() as quick:
        for ear in (slow, quick):
            subscribe(strangers_browser, ear.url())
        slow.slow = 12.0
        share(ann, "one")
        started, again = time.monotonic(), list[float]()

        def stopping() -> bool:
            if not again and time.monotonic() - started > 1.5:
                share(ann, "two")
                again.append(time.monotonic())
            return len(quick.messages) > 1 or time.monotonic() - started > 11

        hub_tell.tell_once("worker", stopping)
        assert quick.messages[1].at - again[0] < 9


@pytest.mark.slow
def test_one_at_a_time_for_one_host(ann: Person, strangers_browser: Client, listener: Listener) -> None:
    for number in range(5):
        subscribe(strangers_browser, listener.url(f"/{number}"))
    listener.slow = 0.2
    share(ann)
    started = time.monotonic()
    assert tell() == 5
    assert time.monotonic() - started >= 0.8
    times = sorted(message.at for message in listener.messages)
    assert all(after - before >= 0.19 for before, after in pairwise(times))


def test_f03_killed_between_sending_and_writing_it_down(
    ann: Person, strangers_browser: Client, listener: Listener
) -> None:
    """The worker that sent it is no more: when its lease is over another one sends it again, once."""
    subscribe(strangers_browser, listener.url())
    share(ann)
    dead = hub_tell.Round("dead", lambda: False)
    (ask,) = hub_tell.prepare(dead)
    assert next(iter(hub_tell.get_as_they_come([ask])))
    assert tell() == 0
    with later(seconds=61):
        assert tell() == 1
        assert tell() == 0
    assert len(listener.messages) == 2
    assert Delivery.objects.get().state == "told"
    hub_tell.settle(dead.under_way[id(ask)][1], hub_tell.Answer("", 500, {}), timezone.now(), "dead")
    assert Delivery.objects.get().state == "told"


def test_many_listeners_cost_a_share_one_statement(ann: Person, strangers_browser: Client, listener: Listener) -> None:
    for number in range(3):
        subscribe(strangers_browser, listener.url(f"/{number}"))
    Delivery.objects.bulk_create(
        Delivery(kind="hub", about=TOPIC, address=f"https://x{n}.example/", state="told", endpoint=f"x{n}:443")
        for n in range(2000)
    )
    started = time.process_time()
    share(ann)
    assert time.process_time() - started < 0.3
    assert Delivery.objects.filter(state="waiting").count() == 2003

"""What is followed tells us at once, where its feed offers a hub: WebSub as a subscriber, and its faults (F39)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from pytest_httpserver import HTTPServer

from passalong.follow import push, refresh
from passalong.follow.start import start, stop
from passalong.models import Item, Person, Source, Subscription
from passalong.wire.shapes import Found
from tests.conftest import client_of
from tests.endpoints.listener import Listener, listening
from tests.follow.feeds import atom, entry

pytestmark = pytest.mark.django_db(transaction=True)
DAY = 24 * 3600


class Cas:
    """Cas' site, which names a hub: the listener."""

    def __init__(self, server: HTTPServer, hub: Listener, ben: Person, client: Client) -> None:
        self.server, self.hub, self.ben, self.client = server, hub, ben, client
        self.url = f"http://cas.example:{server.port}/feed"

    def says(self, *numbers: int, link: str | None = None, within: str = "") -> None:
        """Serves these entries; `link` is the header, `within` stands in the document."""
        self.server.clear()
        body = atom(entry(number) for number in numbers).replace(
            b"<title>Ben</title>", f"<title>Cas</title>{within}".encode(), 1
        )
        headers = {
            "Link": f'<{self.hub.url("/hub", "hub.example")}>; rel="hub", <{self.url}>; rel="self"'
            if link is None
            else link
        }
        self.server.expect_request("/feed").respond_with_data(
            body, headers=headers, content_type="application/atom+xml"
        )

    @property
    def asked(self) -> int:
        return len(self.server.log)

    def follow(self) -> Source:
        return start(self.ben, Found(self.url, "feed"), now=timezone.now()).source

    def source(self) -> Source:
        return Source.objects.get(url=self.url)

    def subscription(self) -> Subscription:
        return Subscription.objects.get(source__url=self.url)

    def path(self) -> str:
        return f"/websub/{self.subscription().key}"

    def confirms(self, mode: str = "subscribe", topic: str = "", lease: int | str = 10 * DAY) -> HttpResponse:
        fields = {"hub.mode": mode, "hub.topic": topic or self.url, "hub.challenge": "a challenge"}
        return self.client.get(self.path(), fields | {"hub.lease_seconds": str(lease)})  # type: ignore[return-value]

    def pings(
        self, body: bytes = b"<feed/>", method: str = "sha256", secret: str = "", signature: str | None = None
    ) -> int:
        made = hmac.new((secret or self.subscription().secret).encode(), body, getattr(hashlib, method)).hexdigest()
        said = f"{method}={made}" if signature is None else signature
        headers = {"X-Hub-Signature": said} if said else {}
        answer = self.client.post(self.path(), body, content_type="application/atom+xml", headers=headers)
        return answer.status_code


def work() -> None:
    push.work_once(timezone.now(), "worker")


def look() -> None:
    refresh.refresh_due("looker")


@pytest.fixture
def cas(httpserver: HTTPServer, listener: Listener, ben: Person, strangers_browser: Client) -> Cas:
    found = Cas(httpserver, listener, ben, strangers_browser)
    found.says(1)
    return found


@pytest.fixture
def told(cas: Cas) -> Cas:
    """Cas, whose hub has confirmed."""
    cas.follow()
    look()
    work()
    assert cas.confirms().status_code == 200
    return cas


def test_it_works(cas: Cas) -> None:
    cas.follow()
    look()
    work()
    (request,) = cas.hub.messages
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    row = cas.subscription()
    assert request.form == {
        "hub.mode": "subscribe",
        "hub.topic": cas.url,
        "hub.callback": f"https://ann.example/websub/{row.key}",
        "hub.lease_seconds": str(10 * DAY),
        "hub.secret": row.secret,
    }
    assert len(row.key) >= 40
    assert len(row.secret) >= 40
    answer = cas.confirms()
    assert (answer.status_code, answer.content) == (200, b"a challenge")
    look()
    cas.says(1, 2)
    assert cas.source().fetch_at > timezone.now()
    assert cas.pings() == 202
    look()
    assert Item.objects.filter(source__url=cas.url).count() == 2
    page = client_of(cas.ben).get(f"/people/{cas.source().person_id}").content.decode()
    assert "It tells us at once." in page


def test_what_came_before_they_would_tell_us_is_looked_for(cas: Cas) -> None:
    """Between our last look and the confirmation nobody tells us of anything, and the next look would be tomorrow's."""
    cas.follow()
    look()
    work()
    cas.says(1, 2)
    cas.confirms()
    look()
    assert Item.objects.filter(source__url=cas.url).count() == 2
    before = cas.source().fetch_at
    assert before > timezone.now() + timedelta(hours=12)
    cas.confirms()
    assert cas.source().fetch_at == before, "a renewal is no reason to look"


# Section 4: discovery.


@pytest.mark.parametrize(
    ("link", "within", "wanted"),
    [
        ('<https://a.example/>; rel="hub", <{url}>; rel="self"', "", ("https://a.example/", "{url}")),
        (
            "<https://a.example/>; rel=hub, <https://b.example/>; rel=hub, </feed>; rel=self",
            "",
            ("https://a.example/", "{url}"),
        ),
        (
            "",
            '<link rel="hub" href="https://c.example/"/><link rel="self" href="{url}"/>',
            ("https://c.example/", "{url}"),
        ),
        (
            '<https://a.example/>; rel="hub"',
            '<link rel="hub" href="https://c.example/"/>',
            ("https://a.example/", "{url}"),
        ),
        ('</hub>; rel="HUB self-ish", <{url}?x>; rel="self"', "", ("{site}/hub", "{url}?x")),
        ('<{url}>; rel="self"', "", ("", "")),
        ("", "", ("", "")),
        ('<https://a.example/>; rel="hub", <https://bank.example/feed>; rel="self"', "", ("", "")),
        ('<javascript:alert(1)>; rel="hub", <{url}>; rel="self"', "", ("", "")),
    ],
)
def test_discovery(cas: Cas, link: str, within: str, wanted: tuple[str, str]) -> None:
    """Section 4: Link headers first; in their absence the document's links; the topic is rel=self, of the same site."""
    site = cas.url.removesuffix("/feed")
    cas.says(1, link=link.format(url=cas.url), within=within.format(url=cas.url))
    cas.follow()
    look()
    source = cas.source()
    assert (source.hub, source.topic) == tuple(each.format(url=cas.url, site=site) for each in wanted)


def test_a_hub_that_cannot_reach_us_is_not_asked(cas: Cas, settings: Settings) -> None:
    """A node without an address of its own: only a hub as near as itself can tell it anything."""
    cas.says(1, link=f'<http://far.example/>; rel="hub", <{cas.url}>; rel="self"')
    cas.follow()
    look()
    for address in (
        "http://127.0.0.1:8000",
        "http://localhost:8000",
        "http://10.0.0.7",
        "http://laptop",
        "http://pi.local",
    ):
        settings.BASE_URL = address
        work()
        assert not Subscription.objects.exists(), address
    Source.objects.filter(url=cas.url).update(hub=f"http://127.0.0.1:{cas.hub.server_port}/hub")
    settings.BASE_URL = "http://127.0.0.1:8000"
    work()
    assert Subscription.objects.exists()


def test_hubs_without_tls_are_asked_with_it_first(cas: Cas) -> None:
    """Section 8.2: subscribers SHOULD always favor the HTTPS address."""
    row = Subscription(hub="http://hub.example/x", topic=cas.url, key="k", secret="s")
    assert push.ask_for(row).url == "https://hub.example/x"
    row.tries = 1
    assert push.ask_for(row).url == "http://hub.example/x"


# Section 5.3: the hub asks back.


@pytest.mark.parametrize(
    "question",
    [
        {"hub.mode": "subscribe", "hub.topic": "https://bank.example/feed", "hub.challenge": "x"},
        {"hub.mode": "unsubscribe", "hub.challenge": "x"},
        {"hub.mode": "subscribe", "hub.challenge": ""},
        {"hub.mode": "subscribe", "hub.challenge": "x" * 3000},
        {"hub.mode": "publish", "hub.challenge": "x"},
        {},
    ],
)
def test_only_what_we_asked_for_is_confirmed(cas: Cas, question: dict[str, str]) -> None:
    """Section 5.3.1: the subscriber MUST respond 404 where it does not agree."""
    cas.follow()
    look()
    work()
    asked = {"hub.topic": cas.url, "hub.lease_seconds": "86400"} | question if question else {}
    assert cas.client.get(cas.path(), asked).status_code == 404
    assert cas.subscription().state == "asking"
    assert cas.source().told_until is None
    assert cas.client.get("/websub/guessed", {"hub.topic": cas.url} | asked).status_code == 404


def test_the_echo_is_no_page(cas: Cas) -> None:
    """Section 8.2: application/octet-stream and nosniff, so that no browser runs what somebody had us say."""
    cas.follow()
    look()
    work()
    evil = {"hub.mode": "subscribe", "hub.topic": cas.url, "hub.challenge": "<script>alert(1)</script>"}
    answer = cas.client.get(cas.path(), evil)
    assert answer.content == b"<script>alert(1)</script>"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_hub_may_ask_back_before_it_answers(cas: Cas) -> None:
    cas.follow()
    look()
    (row,) = claimed(cas)
    assert cas.confirms().status_code == 200
    push.settle(row, push.Answer("", 202, {}), timezone.now(), "worker")
    assert cas.subscription().state == "yes"
    assert cas.subscription().try_at > timezone.now() + timedelta(days=7)


def claimed(cas: Cas) -> list[Subscription]:
    push.begin(timezone.now())
    return push.claim(timezone.now(), "worker")


def test_denied(cas: Cas) -> None:
    """Section 5.2: at any point; then the subscription is not possible anymore, and we look as before."""
    cas.follow()
    look()
    work()
    cas.confirms()
    assert cas.confirms("denied").status_code == 200
    assert cas.subscription().state == "no"
    assert cas.source().told_until is None
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        work()
    assert len(cas.hub.messages) == 1


def test_f39_renewal_at_eighty_percent(told: Cas) -> None:
    """Section 5.3.1: to sustain a subscription, the subscriber MUST re-request it before the lease has elapsed."""
    first = told.subscription()
    with time_machine.travel(timezone.now() + timedelta(days=7.9)):
        work()
        assert len(told.hub.messages) == 1
    with time_machine.travel(timezone.now() + timedelta(days=8.1)):
        work()
        assert len(told.hub.messages) == 2
        assert told.hub.messages[1].form["hub.mode"] == "subscribe"
        assert told.source().tells_us
        told.confirms()
    renewed = told.subscription()
    assert first.until
    assert renewed.until
    assert renewed.until - first.until > timedelta(days=8)
    assert (renewed.key, renewed.secret) == (first.key, first.secret)


# How often we look.


def test_f39_polling_once_a_day_while_told_and_as_before_when_the_lease_is_over(told: Cas) -> None:
    """A lively feed, which would be looked at every hour, keeps to a day, and not beyond the lease."""
    Source.objects.update(rarity=42.0)
    told.pings()
    look()
    wait = (told.source().fetch_at - timezone.now()).total_seconds()
    assert 0.75 * DAY < wait <= DAY
    Subscription.objects.update(until=timezone.now() + timedelta(hours=5))
    Source.objects.update(told_until=timezone.now() + timedelta(hours=5))
    told.pings()
    look()
    assert told.source().fetch_at <= timezone.now() + timedelta(hours=5)
    with time_machine.travel(timezone.now() + timedelta(hours=5, minutes=1)):
        Source.objects.update(rarity=42.0)
        look()
        assert not told.source().tells_us
        assert told.source().fetch_at <= timezone.now() + timedelta(hours=2)


def test_f39_a_dead_hub_is_given_up(told: Cas) -> None:
    """When it neither renews nor answers, we look by ourselves again, before the lease is over."""
    told.pings()
    look()
    told.hub.status = 500
    Source.objects.update(rarity=42.0)
    now = timezone.now() + timedelta(days=8.1)
    Source.objects.update(fetch_at=now + timedelta(days=1))
    with time_machine.travel(now, tick=True) as clock:
        for _ in range(4):
            work()
            clock.move_to(told.subscription().try_at + timedelta(seconds=1))
            if told.subscription().state == "no":
                break
        assert told.subscription().state == "no"
        assert not told.source().tells_us
    assert told.source().fetch_at <= now + timedelta(hours=6)


def test_f39_a_hub_that_never_asks_back_changes_nothing(cas: Cas) -> None:
    cas.follow()
    look()
    with time_machine.travel(timezone.now(), tick=True) as clock:
        for _ in range(4):
            work()
            clock.move_to(cas.subscription().try_at + timedelta(seconds=1))
    assert len(cas.hub.messages) == 4
    assert cas.subscription().state == "no"
    assert cas.source().told_until is None


def test_another_hub_is_noticed(told: Cas) -> None:
    before = told.subscription()
    with listening() as other:
        told.says(1, 2, link=f'<{other.url("/hub", "other.example")}>; rel="hub", <{told.url}>; rel="self"')
        told.pings()
        look()
        work()
        assert len(other.messages) == 1
    after = told.subscription()
    assert after.key != before.key
    assert not told.source().tells_us
    assert told.client.post(f"/websub/{before.key}", b"", content_type="text/plain").status_code == 410


def test_a_feed_that_names_no_hub_any_more(told: Cas) -> None:
    told.says(1, 2, link="")
    told.pings()
    look()
    work()
    assert told.hub.messages[-1].form["hub.mode"] == "unsubscribe"
    assert not told.source().tells_us
    assert told.confirms("unsubscribe").status_code == 200
    assert not Subscription.objects.exists()


def test_unfollowing_unsubscribes(told: Cas) -> None:
    """Section 5.1, and 7: 410 for what still comes."""
    path = told.path()
    stop(told.ben, told.source())
    work()
    assert told.hub.messages[-1].form["hub.mode"] == "unsubscribe"
    assert told.client.post(path, b"", content_type="text/plain").status_code == 410
    assert told.confirms("subscribe").status_code == 404
    assert told.confirms("unsubscribe").content == b"a challenge"
    assert not Subscription.objects.exists()
    assert told.client.post(path, b"", content_type="text/plain").status_code == 410


def test_following_again_in_between(told: Cas) -> None:
    stop(told.ben, told.source())
    work()
    told.follow()
    work()
    assert told.subscription().wish == "subscribe"
    assert told.confirms().status_code == 200
    assert told.source().tells_us


# Section 7: what it sends.


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_signatures_by_the_method_they_declare(told: Cas, method: str) -> None:
    """Section 7.1.1."""
    assert told.pings(method=method) == 202
    assert told.source().fetch_at <= timezone.now()


@pytest.mark.parametrize("signature", ["", "sha256=00", "sha256", "md5=00", "sha1=ä", "=", "SHA256=" + "0" * 64])
def test_f39_what_nobody_signed_causes_one_look_in_ten_minutes(told: Cas, signature: str) -> None:
    """Section 7.1.2: MUST locally ignore the message as invalid; MAY still acknowledge it."""
    before = told.asked
    for _ in range(50):
        assert told.pings(signature=signature) == 202
        look()
    assert told.asked == before + 1
    assert told.subscription().heard is None
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert told.pings(secret="wrong") == 202
        look()
    assert told.asked == before + 2


def test_f39_a_replayed_or_doubled_message_brings_nothing_twice(told: Cas) -> None:
    """A message only makes us look: over its budget of twenty, once a minute; and the feed says what is new."""
    told.says(1, 2)
    before = told.asked
    for _ in range(60):
        assert told.pings(b"the very same") == 202
        look()
    assert told.asked - before <= push.LOOKS_AHEAD + 1
    assert Item.objects.filter(source__url=told.url).count() == 2
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        told.says(1, 2, 3)
        look()
        assert Item.objects.filter(source__url=told.url).count() == 3


def test_f39_a_message_that_differs_from_the_feed(told: Cas) -> None:
    """What the body says is not believed: no entry of it, changed or not, comes in."""
    told.pings(atom([entry(1, title="Another title"), entry(99)]))
    look()
    (item,) = Item.objects.filter(source__url=told.url)
    assert "Another" not in item.title


def test_t23_a_giant_message_is_not_read(told: Cas) -> None:
    before = told.asked
    answer = told.client.generic(
        "POST", told.path(), b"x" * (10 * 1024 * 1024 + 1), content_type="application/atom+xml",
        headers={"X-Hub-Signature": "sha256=" + "0" * 64},
    )  # fmt: skip
    assert answer.status_code == 202
    look()
    assert told.asked == before + 1


def test_a_large_message_with_the_right_signature_counts(told: Cas) -> None:
    assert told.pings(b"x" * (9 * 1024 * 1024)) == 202
    assert told.subscription().heard is not None


def test_a_message_while_we_are_looking_makes_us_look_again(told: Cas) -> None:
    """What was asked for before the change does not show it: that look loses its lease, and the next one follows."""
    now = timezone.now()
    Source.objects.update(fetch_at=now - timedelta(minutes=1), leased_until=now + timedelta(minutes=5), leased_by="a")
    told.pings()
    source = told.source()
    assert (source.leased_by, source.leased_until) == ("", None)
    assert source.fetch_at <= timezone.now()


def test_a_source_in_trouble_is_left_to_its_schedule(told: Cas) -> None:
    """It asked us to stay away: its hub cannot make us come."""
    later = timezone.now() + timedelta(hours=3)
    reason = "Its site asks us to come back later: nothing for you to do, we come back when it asked."
    for trouble in (
        {"state": "backing off", "reason": reason},
        {"state": "held"},
        {"state": "gone"},
        {"state": "private"},
    ):
        Source.objects.update(failures=1, fetch_at=later, **trouble)
        told.pings()
        assert told.source().fetch_at == later, trouble


def test_a_source_that_did_not_answer_is_looked_at_when_its_hub_speaks(told: Cas) -> None:
    """It was switched off for a while: what it shares now is here at once, and not after the back-off."""
    later = timezone.now() + timedelta(hours=3)
    trouble = {
        "failures": 2,
        "fetch_at": later,
        "state": "backing off",
        "reason": "Its site does not accept connections.",
    }
    Source.objects.update(**trouble)
    told.pings()
    assert told.source().fetch_at <= timezone.now()
    Source.objects.update(**trouble)
    told.client.post(told.path(), b"x", content_type="text/plain")
    assert told.source().fetch_at == later, "not for what nobody signed"


def test_two_workers_ask_once(cas: Cas) -> None:
    cas.follow()
    look()
    assert len(claimed(cas)) == 1
    assert push.claim(timezone.now(), "other") == []


def test_a_message_costs_few_queries(told: Cas, django_assert_max_num_queries: Callable[[int], object]) -> None:
    with django_assert_max_num_queries(6):  # type: ignore[attr-defined]
        told.client.post(told.path(), b"x", content_type="text/plain")


def test_f39_a_hub_that_says_nothing_is_believed_less(told: Cas) -> None:
    """It confirmed, and never tells: looks that find something new, and we look by ourselves until it speaks."""
    with time_machine.travel(timezone.now(), tick=True) as clock:
        believed = []
        for number in range(2, 5):
            clock.shift(timedelta(days=1, minutes=1))
            told.says(*range(1, number + 1))
            look()
            believed.append(told.source().tells_us)
        assert believed == [True, True, False], "what came before it confirmed counts for nothing"
        assert told.confirms().status_code == 200
        assert not told.source().tells_us
        told.pings()
        assert told.source().tells_us


def test_a_hub_that_speaks_stays_believed(told: Cas) -> None:
    with time_machine.travel(timezone.now(), tick=True) as clock:
        for number in range(2, 7):
            clock.shift(timedelta(hours=30))
            told.says(*range(1, number + 1))
            told.pings()
            look()
            assert told.source().tells_us
    assert told.subscription().missed == 0

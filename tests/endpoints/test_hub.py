"""Our hub takes wishes, by the sections of the WebSub Recommendation (W3C, 23 January 2018), and against its abuse."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from passalong.models import Delivery, Person, Subscriber
from passalong.net import get
from passalong.net.guard import Rules
from passalong.share import hub
from tests.endpoints.hub_cast import DAY, TOPIC, ask, share, subscribe, tell, verify
from tests.endpoints.listener import Listener, listening

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_works(ann: Person, strangers_browser: Client, listener: Listener) -> None:
    row = subscribe(strangers_browser, listener.url(), secret="between us")
    (question,) = listener.questions
    assert (question["hub.mode"], question["hub.topic"]) == ("subscribe", TOPIC)
    assert question["hub.lease_seconds"] == str(7 * DAY)
    assert row.until is not None
    share(ann, "Hello subscribers")
    assert tell() == 1
    (message,) = listener.messages
    feed = strangers_browser.get("/@ann/feed.atom")
    assert message.body == feed.content
    assert message.headers["content-type"] == feed.headers["Content-Type"]
    assert message.headers["link"] == feed.headers["Link"]
    wanted = hmac.new(b"between us", message.body, hashlib.sha256).hexdigest()
    assert message.headers["x-hub-signature"] == f"sha256={wanted}"
    assert tell() == 0
    assert Delivery.objects.get().state == "told"


# Section 5.1: what is asked.


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"hub.mode": "publish"}, 400, "hub.mode"),
        ({"hub.mode": ""}, 400, "hub.mode"),
        ({"hub.topic": ""}, 400, "hub.topic"),
        ({"hub.callback": ""}, 400, "hub.callback"),
        ({"hub.callback": "ftp://ben.example/"}, 400, "hub.callback"),
        ({"hub.callback": "http://ben.example/" + "x" * 2000}, 400, "hub.callback"),
        ({"hub.secret": "x" * 200}, 400, "shorter than 200 bytes"),
        ({"hub.secret": "ä" * 100}, 400, "shorter than 200 bytes"),
        ({"hub.lease_seconds": "soon"}, 400, "whole number"),
        ({"hub.lease_seconds": "-5"}, 400, "whole number"),
        ({"hub.callback": "http://192.168.0.7/in"}, 422, "private network"),
        ({"hub.callback": "http://[::1]/in"}, 422, "private network"),
        ({"hub.callback": "http://localhost:22/in"}, 422, "private network"),
        ({"hub.callback": "https://ann.example/@ann"}, 422, "this node itself"),
        ({"hub.topic": "https://victim.example/feed"}, 422, "no feed of this node"),
        ({"hub.topic": "https://ann.example/@ann"}, 422, "no feed of this node"),
        ({"hub.topic": "https://ann.example/@nobody/feed.atom"}, 422, "no feed of this node"),
        ({"hub.topic": f"{TOPIC}?before=7"}, 422, "no feed of this node"),
        ({"hub.topic": "http://ann.example/@ann/feed.atom"}, 422, "no feed of this node"),
        ({"hub.topic": "https://ann.example.evil.example/@ann/feed.atom"}, 422, "no feed of this node"),
    ],
)
def test_t23_what_cannot_be_is_refused_in_plain_text(
    ann: Person, strangers_browser: Client, fields: dict[str, str], status: int, said: str
) -> None:
    """Section 5.1.2: errors are 4xx, with a description as plain text. T23: private callbacks, topics of others."""
    get.configure(Rules())
    asked = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.callback": "https://ben.example/in"} | fields
    answer = strangers_browser.post("/websub", urlencode(asked), content_type="application/x-www-form-urlencoded")
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert said in answer.content.decode()
    assert not Subscriber.objects.exists()


def test_only_forms_are_taken(ann: Person, strangers_browser: Client) -> None:
    """Section 5.1: application/x-www-form-urlencoded."""
    assert strangers_browser.post("/websub", {"hub.mode": "subscribe"}).status_code == 415
    assert strangers_browser.get("/websub").status_code == 405
    long = urlencode({"hub.mode": "x" * 20_000})
    assert strangers_browser.post("/websub", long, content_type="application/x-www-form-urlencoded").status_code == 415


def test_the_answer_waits_for_nothing_outside(ann: Person, strangers_browser: Client, listener: Listener) -> None:
    """Section 5.1.2: 202, whatever comes of the question asked afterwards. Section 5.1: what is unknown is ignored."""
    assert ask(strangers_browser, listener.url(), colour="blue").status_code == 202
    assert listener.heard == []
    listener.echo_status = 404
    verify()
    assert ask(strangers_browser, listener.url()).status_code == 202


@pytest.mark.parametrize(
    ("wanted", "given"), [("", 7 * DAY), ("60", DAY), (str(3 * DAY), 3 * DAY), (str(365 * DAY), 10 * DAY)]
)
def test_leases(ann: Person, strangers_browser: Client, listener: Listener, wanted: str, given: int) -> None:
    """Section 5.3: the hub determines the lease and says it. Section 5.3.1: never perpetual."""
    row = subscribe(strangers_browser, listener.url(), lease_seconds=wanted)
    assert listener.questions[0]["hub.lease_seconds"] == str(given)
    assert row.until
    assert abs((row.until - timezone.now()).total_seconds() - given) < 60


def test_the_callbacks_own_query_stays(ann: Person, strangers_browser: Client, listener: Listener) -> None:
    """Section 5.1.1: parameters are appended with &; in the message the query is in the address. A topic is asked back
    as it was spelled."""
    spelled = TOPIC.replace("feed", "%66eed")
    callback = listener.url("/in?foo=bar&hub.mode=mine")
    assert ask(strangers_browser, f"{callback}#part", spelled).status_code == 202
    verify()
    share(ann)
    tell()
    question, message = listener.heard
    assert question.path.startswith("/in?foo=bar&hub.mode=mine&hub.mode=subscribe&")
    assert question.asked["hub.topic"] == spelled
    assert message.path == "/in?foo=bar&hub.mode=mine"
    assert Subscriber.objects.get().topic == TOPIC


# Section 5.3: did they mean it?


def wrong(challenge: str) -> str:
    return "no"


@pytest.mark.parametrize(
    ("echo", "status"),
    [
        (wrong, 200),
        (lambda challenge: "", 200),
        (lambda challenge: f"{challenge}\n", 200),
        (lambda challenge: f"<p>{challenge}</p>", 200),
        (lambda challenge: challenge, 404),
        (lambda challenge: challenge, 302),
        (lambda challenge: challenge, 500),
        (lambda challenge: challenge + "x" * 10_000, 200),
    ],
)
def test_t23_who_does_not_echo_is_never_told(
    ann: Person, strangers_browser: Client, listener: Listener, echo: Callable[[str], str], status: int
) -> None:
    """Section 5.3.1: any other code, or any other body, and the verification has failed."""
    listener.echo, listener.echo_status, listener.onward = echo, status, listener.url("/else") if status == 302 else ""
    ask(strangers_browser, listener.url(), secret="x")
    verify()
    share(ann)
    tell()
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        verify()
        share(ann)
        tell()
    assert listener.messages == []
    assert len(listener.questions) == (2 if status == 500 else 1)
    assert not Delivery.objects.exists()


def test_every_challenge_is_new(ann: Person, strangers_browser: Client, listener: Listener) -> None:
    """Section 8.2: random, used once."""
    subscribe(strangers_browser, listener.url())
    subscribe(strangers_browser, listener.url())
    first, second = (question["hub.challenge"] for question in listener.questions)
    assert first != second
    assert len(first) >= 24


def test_a_renewal_counts_once_it_is_confirmed(ann: Person, strangers_browser: Client, listener: Listener) -> None:
    """Section 5.1: each request overrides the one before, but only once verified; else the state stays unchanged."""
    before = subscribe(strangers_browser, listener.url(), secret="old")
    listener.echo = wrong
    unchanged = subscribe(strangers_browser, listener.url(), secret="evil")
    assert (unchanged.secret, unchanged.until) == ("old", before.until)
    listener.echo = lambda challenge: challenge
    with time_machine.travel(timezone.now() + timedelta(days=5)):
        after = subscribe(strangers_browser, listener.url(), secret="new")
        assert after.secret == "new"
        assert before.until
        assert after.until
        assert after.until - before.until > timedelta(days=4)
    assert Subscriber.objects.count() == Delivery.objects.count() == 1


def test_a_lease_ends(ann: Person, strangers_browser: Client, listener: Listener) -> None:
    """Section 5.3.1: hubs MUST enforce lease expirations."""
    subscribe(strangers_browser, listener.url(), lease_seconds=str(DAY))
    share(ann)
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        tell()
        assert listener.messages == []
        verify()
    assert not Subscriber.objects.exists()
    assert not Delivery.objects.exists()


def test_unsubscribing(ann: Person, strangers_browser: Client, listener: Listener) -> None:
    """Section 5.1: unsubscribe is verified as well, so that nobody ends what is not theirs."""
    subscribe(strangers_browser, listener.url())
    listener.echo = wrong
    assert ask(strangers_browser, listener.url(), mode="unsubscribe", lease_seconds="nonsense").status_code == 202
    verify()
    share(ann)
    tell()
    assert len(listener.messages) == 1
    listener.echo = lambda challenge: challenge
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        ask(strangers_browser, listener.url(), mode="unsubscribe")
        verify()
    assert listener.questions[-1]["hub.mode"] == "unsubscribe"
    share(ann)
    tell()
    assert len(listener.messages) == 1
    assert ask(strangers_browser, listener.url(), mode="unsubscribe").status_code == 202
    assert not Subscriber.objects.exists()


def test_a_feed_that_has_gone_is_denied(ann: Person, strangers_browser: Client, listener: Listener) -> None:
    """Section 5.2: hub.mode=denied, with the topic."""
    ask(strangers_browser, listener.url())
    Person.objects.filter(pk=ann.pk).update(handle="anna")
    verify()
    (question,) = listener.questions
    assert (question["hub.mode"], question["hub.topic"]) == ("denied", TOPIC)
    assert "hub.challenge" not in question
    assert not Subscriber.objects.exists()


# T23: floods.


def test_t23_a_flood_of_wishes_asks_a_victim_seldom(ann: Person, strangers_browser: Client, listener: Listener) -> None:
    """1,000 wishes in somebody else's name: at most twenty questions, one a second."""
    listener.echo = wrong
    statuses = [ask(strangers_browser, listener.url(f"/{n}")).status_code for n in range(60)]
    assert statuses.count(202) == hub.MOST_UNCONFIRMED
    assert set(statuses) == {202, 429}
    started = time.monotonic()
    verify()
    verify()
    assert len(listener.questions) == 2
    assert time.monotonic() - started >= hub.PACE


def test_t23_one_callback_is_asked_once_a_minute(ann: Person, strangers_browser: Client, listener: Listener) -> None:
    listener.echo = wrong
    for _ in range(50):
        assert ask(strangers_browser, listener.url()).status_code == 202
        verify()
    assert len(listener.questions) == 1
    with time_machine.travel(timezone.now() + timedelta(seconds=62)):
        verify()
        verify()
    assert len(listener.questions) == 2


def test_t23_those_who_are_there_have_room_to_renew(
    ann: Person, strangers_browser: Client, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(strangers_browser, listener.url("/1"))
    for name in ("MOST_OF_HOST", "MOST_OF_TOPIC", "MOST_HERE"):
        with monkeypatch.context() as patch:
            patch.setattr(hub, name, 1)
            assert ask(strangers_browser, listener.url("/2")).status_code == 503, name
            assert ask(strangers_browser, listener.url("/1")).status_code == 202, name


def test_t23_a_name_that_leads_inside_is_never_visited(ann: Person, strangers_browser: Client) -> None:
    with listening() as inside:
        get.configure(Rules(resolver=lambda host: ["127.0.0.1"]))
        assert ask(strangers_browser, inside.url()).status_code == 202
        verify()
        assert inside.heard == []

"""Our hub, by the sections of the WebSub Recommendation (W3C, 23 January 2018), and against its abuse (T23)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from urllib.parse import urlencode

import feedparser
import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from passalong.models import Delivery, Item, Person, Subscriber
from passalong.net import get
from passalong.net.guard import Rules, parse_allowed
from passalong.share import hub, hub_tell
from passalong.share.draft import Draft
from passalong.share.publish import publish
from tests.endpoints.listener import Listener, listening

pytestmark = pytest.mark.django_db(transaction=True)
TOPIC = "https://ann.example/@ann/feed.atom"
DAY = 24 * 3600


@pytest.fixture(autouse=True)
def door() -> Iterator[None]:
    get.configure(Rules(allow_private=parse_allowed("127.0.0.0/8"), resolver=lambda host: ["127.0.0.1"]))
    yield
    get.configure(Rules())


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as server:
        yield server


def ask(client: Client, callback: str, topic: str = TOPIC, mode: str = "subscribe", **more: str) -> HttpResponse:
    fields = {"hub.mode": mode, "hub.topic": topic, "hub.callback": callback}
    fields |= {f"hub.{name}": value for name, value in more.items()}
    body = urlencode(fields)
    return client.post("/websub", body, content_type="application/x-www-form-urlencoded")  # type: ignore[return-value]


def verify() -> None:
    hub.verify_once(timezone.now(), "worker")


def tell() -> int:
    return hub_tell.tell_once("worker")


def subscribe(client: Client, callback: str, topic: str = TOPIC, **more: str) -> Subscriber:
    assert ask(client, callback, topic, **more).status_code == 202
    verify()
    return Subscriber.objects.get(callback=callback, topic=topic)


def share(person: Person, words: str = "Hello") -> Item:
    return publish(person, Draft(words=words))


def titles(body: bytes) -> list[str]:
    return [entry.summary for entry in feedparser.parse(body).entries]


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

"""Asking our hub, and letting it work, as its worker does."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from passalong.models import Item, Person, Subscriber
from passalong.share import hub, hub_tell
from passalong.share.draft import Draft
from passalong.share.publish import publish

TOPIC = "https://ann.example/@ann/feed.atom"
DAY = 24 * 3600


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

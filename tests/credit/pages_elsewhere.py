"""Cas writes on a page of his own; what knocks is looked into as the worker does."""

from __future__ import annotations

from datetime import datetime

from django.test import Client
from django.utils import timezone
from pytest_httpserver import HTTPServer

from passalong.credit import verify
from passalong.models import Arrival, Follow, Item, Person, Source
from tests.conftest import client_of


class Site:
    """A site of somebody elsewhere, served from loopback under a name of its own."""

    def __init__(self, server: HTTPServer, name: str = "cas.example") -> None:
        self.server, self.name = server, name
        self.home = f"http://{name}:{server.port}/"

    def at(self, path: str) -> str:
        return self.home + path.lstrip("/")

    def says(self, path: str, body: str, kind: str = "text/html; charset=utf-8", status: int = 200) -> str:
        """The page at `path` says this from now on. Returns its address."""
        handlers = self.server.handlers
        for known in [one for one in handlers if one.matcher.uri == f"/{path.lstrip('/')}"]:
            handlers.remove(known)
        self.server.expect_request(f"/{path.lstrip('/')}").respond_with_data(body, status=status, content_type=kind)
        return self.at(path)

    def writes(self, path: str, target: str, *, rel: str = "u-in-reply-to", words: str = "Good one.") -> str:
        card = f'<a class="p-author h-card" href="{self.home}">Cas</a>'
        pointing = f'<a class="{rel}" href="{target}">there</a>'
        return self.says(path, f'<div class="h-entry">{card}<div class="e-content">{words}</div>{pointing}</div>')

    def asked(self, path: str = "") -> int:
        wanted = f"/{path.lstrip('/')}"
        return sum(1 for request, _ in self.server.log if request.path == wanted or not path)


def knock(source: str, target: str, client: Client | None = None) -> int:
    """POSTs a webmention at our door; returns the status."""
    answer = (client or client_of(None)).post("/webmention", {"source": source, "target": target})
    return int(answer.status_code)


def look(now: datetime | None = None) -> None:
    """One round of the worker. Without a time, what is spread or put off for later is due as well."""
    if now is None:
        now = timezone.now()
        Arrival.objects.filter(try_at__isnull=False).update(try_at=now)
    verify.work_once(now, "worker")


def welcome(me: Person, home: str) -> Source:
    """`me` follows somebody at `home`."""
    person = Person.objects.create(url=home, name="Cas of the feed")
    source = Source.objects.create(person=person, url=f"{home}feed.xml", home=home, host="cas.example", state="fine")
    Follow.objects.create(person=me, source=source)
    return source


def came() -> Item:
    """The one item of somebody elsewhere."""
    return Item.objects.exclude(source__kind="here").select_related("source__person", "page").get()


def arrival() -> Arrival:
    return Arrival.objects.get()

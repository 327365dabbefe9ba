"""A far internet on this machine: every name leads to the test's own server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from django.utils import timezone
from pytest_httpserver import HTTPServer

from passalong.follow import refresh
from passalong.follow.start import start
from passalong.models import Person, Source
from passalong.net import get
from passalong.net.guard import Rules, parse_allowed
from passalong.wire.shapes import Found

from .feeds import START


@pytest.fixture(autouse=True)
def door() -> Iterator[None]:
    get.configure(Rules(allow_private=parse_allowed("127.0.0.0/8"), resolver=lambda host: ["127.0.0.1"]))
    yield
    get.configure(Rules())


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock, at noon of a day in May; it ticks."""
    with time_machine.travel(START, tick=True) as traveller:
        yield traveller


class Site:
    """Somebody's site: what it answers, and what it was asked."""

    def __init__(self, server: HTTPServer, ben: Person) -> None:
        self.server, self.ben = server, ben

    def follow(self, path: str = "/feed", host: str = "cas.example", kind: str = "feed") -> Source:
        url = f"http://{host}:{self.server.port}{path}"
        found = Found(url, kind)  # type: ignore[arg-type]
        return start(self.ben, found, now=timezone.now()).source

    def says(self, body: bytes = b"", path: str = "/feed", status: int = 200, **headers: str) -> None:
        """From now on `path` answers so."""
        self.server.clear()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named.setdefault("Content-Type", "application/atom+xml")
        self.server.expect_request(path).respond_with_data(body, status=status, headers=named)

    def asked(self) -> list[dict[str, str]]:
        """The headers of every request so far."""
        return [dict(request.headers) for request, _ in self.server.log]


@pytest.fixture
def site(ben: Person, httpserver: HTTPServer) -> Site:
    return Site(httpserver, ben)


def again(source: Source) -> Source:
    return Source.objects.select_related("person").get(pk=source.pk)


def look(source: Source, clock: time_machine.Traveller | None = None, at: datetime | None = None) -> Source:
    """Looks at what is due when the source is."""
    due = again(source).fetch_at
    if clock and (at or due):
        clock.move_to(at or due)
    refresh.refresh_due("worker")
    return again(source)

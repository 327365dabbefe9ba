"""The dispatcher: jobs of their own threads, woken by the bell, stopped within seconds, and never by one bad source."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from passalong.follow import claim
from passalong.follow.start import start
from passalong.models import Item, Person, Source
from passalong.net import get
from passalong.net.guard import Rules, parse_allowed
from passalong.site import queue, work
from passalong.wire.shapes import Found
from tests.conftest import client_of
from tests.follow.feeds import things

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def door(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.QUEUE_URL = f"sqlite://{tmp_path}/queue.sqlite3"
    queue.complained.clear()
    get.configure(Rules(allow_private=parse_allowed("127.0.0.0/8"), resolver=lambda host: ["127.0.0.1"]))
    yield
    get.configure(Rules())


@contextmanager
def worker() -> Iterator[threading.Event]:
    """A worker in threads of this process; stopped at the end, within the time promised."""
    stop = threading.Event()
    thread = threading.Thread(target=work.work_until, args=(stop,))
    thread.start()
    try:
        yield stop
    finally:
        started = time.monotonic()
        stop.set()
        thread.join(10)
        assert not thread.is_alive()
        assert time.monotonic() - started < 5
        connections.close_all()


def wait_for(true: object, seconds: float = 15) -> float:
    """Seconds until `true()`."""
    started = time.monotonic()
    while not true():  # type: ignore[operator]
        assert time.monotonic() - started < seconds
        time.sleep(0.02)
    return time.monotonic() - started


def follow(ben: Person, server: HTTPServer, path: str = "/feed") -> Source:
    url = f"http://cas.example:{server.port}{path}"
    return start(ben, Found(url, "feed"), now=timezone.now()).source


ONE_CONNECTION = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="tests on SQLite share one connection in memory, and threads may not"
)


@ONE_CONNECTION
def test_it_works(ben: Person, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed").respond_with_data(things(1, 2), content_type="application/atom+xml")
    with worker():
        follow(ben, httpserver)
        queue.wake()
        assert wait_for(lambda: Item.objects.count() == 2) < work.REST - 1


def test_the_bell_rings_once_for_many_and_is_heard_at_once() -> None:
    for _ in range(5):
        queue.wake()
    started = time.monotonic()
    assert queue.wait(20)
    assert time.monotonic() - started < 15
    assert not queue.wait(0.2)


def test_a_bell_that_is_broken_stops_nobody(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.QUEUE_URL = "sqlite:///no/such/folder/queue.sqlite3"
    with caplog.at_level(logging.CRITICAL):
        queue.wake()
        started = time.monotonic()
        assert not queue.wait(0.3)
    assert time.monotonic() - started >= 0.3


def test_a_bell_that_stays_broken_is_logged_once(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for times in (1, 2):
        settings.QUEUE_URL = "sqlite:///no/such/folder/queue.sqlite3"
        assert not any(queue.wait(0.05) for _ in range(3))
        assert [record.message for record in caplog.records].count(
            "The queue does not answer; the worker looks by itself"
        ) == times
        settings.QUEUE_URL = f"sqlite://{tmp_path}/queue.sqlite3"
        assert not queue.wait(0.05)


def test_a_job_that_stumbles_goes_on(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    tries: list[str] = []

    def stumble(who: str, stopping: work.Stopping) -> bool:
        tries.append(who)
        raise ZeroDivisionError

    monkeypatch.setattr(work, "JOBS", {"stumble": stumble})
    monkeypatch.setattr(work, "REST", 0.05)
    with caplog.at_level(logging.CRITICAL), worker():
        wait_for(lambda: len(tries) > 2)


def test_a_slow_job_keeps_no_other_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    done, let_go = threading.Event(), threading.Event()

    def slow(who: str, stopping: work.Stopping) -> bool:
        return let_go.wait(5)

    def quick(who: str, stopping: work.Stopping) -> bool:
        done.set()
        return False

    monkeypatch.setattr(work, "JOBS", {"slow": slow, "quick": quick})
    with worker():
        assert done.wait(3)
        let_go.set()


@ONE_CONNECTION
def test_f53_a_worker_that_waits_for_a_slow_site_stops_and_gives_it_back(ben: Person, httpserver: HTTPServer) -> None:
    asked, let_go = threading.Event(), threading.Event()

    def slowly(request: Request) -> Response:
        asked.set()
        let_go.wait(8)
        return Response(things(1), content_type="application/atom+xml")

    httpserver.expect_request("/feed").respond_with_handler(slowly)
    source = follow(ben, httpserver)
    stop = threading.Event()
    hand = work.Hand("fetch", work.fetch, stop)
    thread = threading.Thread(target=hand.run, daemon=True)
    thread.start()
    assert asked.wait(5)
    started = time.monotonic()
    stop.set()
    work.finish([hand], [thread])
    took = time.monotonic() - started
    let_go.set()
    thread.join(5)
    source = Source.objects.get(pk=source.pk)
    assert took < 5
    assert (source.leased_until, source.failures, source.state) == (None, 0, "new")
    assert source.fetch_at
    assert source.fetch_at <= timezone.now()


def test_a_follow_in_the_page_rings(ben: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    source = start(ben, Found("https://cas.example/feed", "feed"), now=timezone.now()).source
    browser = client_of(ben)
    browser.post("/follow", {"source": source.pk})
    assert queue.wait(1)
    browser.post(f"/people/{source.person_id}/retry")
    assert queue.wait(1)


def test_f47_ready_says_when_the_worker_has_not_worked(ben: Person) -> None:
    source = start(ben, Found("https://cas.example/feed", "feed"), now=timezone.now()).source
    assert Client(headers={"host": "ann.example"}).get("/readyz").status_code == 200
    Source.objects.filter(pk=source.pk).update(fetch_at=timezone.now() - 2 * claim.LATE * 24)
    assert Client(headers={"host": "ann.example"}).get("/readyz").status_code == 503

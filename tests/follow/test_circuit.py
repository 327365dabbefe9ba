"""A dead host with many sources: one of them tries, for all (F43). Real closed ports, and a clock that is moved."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest
import time_machine
from django.db.models import QuerySet
from django.utils import timezone
from pytest_httpserver import HTTPServer

from passalong.follow import refresh
from passalong.follow.start import start
from passalong.models import Person, Source
from passalong.net import dial
from passalong.wire.shapes import Found
from tests.node import free_port

from .feeds import things

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 50


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every attempt to connect anywhere."""
    tried: list[object] = []

    make = dial.GuardedResolver.make_socket

    def counted(self: dial.GuardedResolver, info: dial.AddrInfo) -> socket.socket:
        tried.append(info)
        return make(self, info)

    monkeypatch.setattr(dial.GuardedResolver, "make_socket", counted)
    return tried


def followed_at(ben: Person, port: int, count: int = MANY) -> None:
    for number in range(count):
        found = Found(f"http://many.example:{port}/{number}", "feed")
        start(ben, found, now=timezone.now())


def theirs() -> QuerySet[Source]:
    return Source.objects.filter(kind="feed")


def next_look(clock: time_machine.Traveller) -> None:
    due = theirs().order_by("fetch_at").values_list("fetch_at", flat=True)[0]
    assert due
    clock.move_to(due + timedelta(minutes=1))


def test_f43_one_tries_for_fifty(ben: Person, clock: time_machine.Traveller, connections: list[object]) -> None:
    followed_at(ben, free_port())
    tally = refresh.refresh_due("worker")
    assert (len(connections), tally.failed) == (1, 1)
    assert set(theirs().values_list("state", "failures")) == {("backing off", 1)}
    assert all(one.reason for one in theirs().all())
    assert not theirs().exclude(leased_by="").exists()
    for _ in range(4):
        connections.clear()
        next_look(clock)
        refresh.refresh_due("worker")
        assert len(connections) == 1


def test_f43_days_of_silence_cost_a_try_a_day_then_one_a_week(
    ben: Person, clock: time_machine.Traveller, connections: list[object]
) -> None:
    followed_at(ben, free_port())
    began = timezone.now()
    in_days: dict[int, int] = {}
    while (days := (timezone.now() - began).days) < 100:
        connections.clear()
        refresh.refresh_due("worker")
        in_days[days] = in_days.get(days, 0) + len(connections)
        if days < 90:
            assert not theirs().filter(state="gone").exists()
        next_look(clock)
    assert in_days[0] <= 5
    assert all(in_days.get(day, 0) <= 2 for day in range(1, 7))
    assert sum(in_days.get(day, 0) for day in range(8, 90)) <= 13
    assert theirs().filter(state="gone").count() == MANY


def test_f43_looking_at_everything_asks_a_dead_host_once(ben: Person, connections: list[object]) -> None:
    followed_at(ben, free_port())
    tally = refresh.refresh_all("command")
    assert (len(connections), tally.sources, tally.failed) == (1, MANY, MANY)
    assert not theirs().exclude(leased_by="").exists()


def test_f43_when_it_answers_again_all_are_looked_at(
    ben: Person, clock: time_machine.Traveller, httpserver: HTTPServer
) -> None:
    followed_at(ben, httpserver.port, 20)
    httpserver.stop()  # type: ignore[no-untyped-call]
    refresh.refresh_due("worker")
    assert theirs().filter(state="backing off").count() == 20
    for number in range(20):
        httpserver.expect_request(f"/{number}").respond_with_data(things(number), content_type="application/atom+xml")
    httpserver.start()  # type: ignore[no-untyped-call]
    clock.move_to(timezone.now() + timedelta(hours=1, minutes=10))
    theirs().filter(url__endswith="/7").update(fetch_at=timezone.now())
    theirs().exclude(url__endswith="/7").update(fetch_at=timezone.now() + timedelta(days=6))
    refresh.refresh_due("worker")
    assert theirs().filter(state="fine").count() == 20
    assert len(httpserver.log) == 20


def test_one_slow_source_of_a_living_host_says_nothing_of_the_others(ben: Person, connections: list[object]) -> None:
    followed_at(ben, free_port(), 3)
    theirs().filter(url__endswith="/2").update(
        fetched=timezone.now() - timedelta(minutes=5), fetch_at=timezone.now() + timedelta(hours=1), state="fine"
    )
    refresh.refresh_due("worker")
    assert theirs().get(url__endswith="/2").state == "fine"

"""Many things at once: as they come in, one at a time per host, pulled only as there is room."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from passalong.net import get, island
from passalong.net.guard import Rules, parse_allowed
from passalong.net.shapes import Answer, Ask, Failed
from tests.net.raw import Raw, ok, redirect


def open_for(server: Raw) -> None:
    """Any name leads to the server: many hosts on one port."""
    get.configure(Rules(parse_allowed(f"127.0.0.1:{server.port}"), resolver=lambda host: ["127.0.0.1"]))


def of_host(server: Raw, n: int, path: str = "/") -> Ask:
    return Ask(f"http://site{n}.example:{server.port}{path}")


def test_nothing() -> None:
    assert list(get.get_many([])) == []


def test_each_ask_comes_back_once_with_its_outcome(server: Raw) -> None:
    open_for(server)
    server.answers["/"] = ok()
    asks = [of_host(server, n % 40) for n in range(200)]
    asks += [Ask("ftp://x.example/"), Ask("http://10.0.0.1/"), Ask("http://x.example/\ud800"), Ask("http://["), Ask("")]
    asks.append(Ask(server.url(), {"Host": "x"}))
    found = list(get.get_many(iter(asks)))
    assert sorted(id(ask) for ask, _ in found) == sorted(map(id, asks))
    codes = {ask.url: outcome.code for ask, outcome in found if isinstance(outcome, Failed)}
    assert sorted(codes.values()) == ["address", "address", "header", "private", "scheme", "scheme"]


def test_as_they_come_in(server: Raw) -> None:
    open_for(server)
    server.answers |= {"/slow": [0.6, ok()], "/": ok()}
    asks = [of_host(server, 1, "/slow"), *(of_host(server, n) for n in range(2, 20))]
    order = [ask for ask, _ in get.get_many(asks)]
    assert order[-1] is asks[0]


def test_one_connection_per_host_at_a_time(server: Raw) -> None:
    """Promise P5, threat T17."""
    server.answers["/"] = lambda head: (time.sleep(0.02), ok())[1]
    assert len(list(get.get_many([Ask(server.url()) for _ in range(20)]))) == 20
    assert server.most_busy == 1


def test_also_when_redirects_lead_to_one_host(server: Raw) -> None:
    with Raw({"/": lambda head: (time.sleep(0.02), ok())[1]}) as other:
        server.answers["/"] = lambda head: (time.sleep(0.02), redirect(other.url()))[1]
        get.configure(Rules(parse_allowed("127.0.0.1"), resolver=lambda host: ["127.0.0.1"]))
        found = [outcome for _, outcome in get.get_many(of_host(server, n) for n in range(20))]
        assert all(isinstance(outcome, Answer) and outcome.body == b"hello" for outcome in found)
        assert server.most_busy > 1
        assert other.most_busy == 1


@pytest.mark.slow
def test_waiting_for_ones_turn_is_not_the_sites_fault(server: Raw) -> None:
    """Eight in turn take 2.4 s together; each has 1.5 s of its own."""
    server.answers["/"] = [0.3, ok()]
    asks = [Ask(server.url(), deadline=1.5) for _ in range(8)]
    assert all(isinstance(outcome, Answer) for _, outcome in get.get_many(asks))


@pytest.mark.slow
def test_nor_where_redirects_lead_to_one_host(server: Raw) -> None:
    with Raw({"/": [0.3, ok()]}) as other:
        server.answers["/"] = redirect(other.url())
        get.configure(Rules(parse_allowed("127.0.0.1"), resolver=lambda host: ["127.0.0.1"]))
        asks = [Ask(of_host(server, n).url, deadline=1.5) for n in range(8)]
        assert all(isinstance(outcome, Answer) for _, outcome in get.get_many(asks))


@pytest.mark.slow
def test_one_busy_host_holds_up_no_other(server: Raw) -> None:
    """A hundred asks for a slow host come first; those behind them are answered before they are through."""
    open_for(server)
    server.answers |= {"/slow": [0.05, ok()], "/": ok()}
    asks = [*(of_host(server, 0, "/slow") for _ in range(40)), *(of_host(server, n) for n in range(1, 30))]
    order = [ask.url for ask, _ in get.get_many(asks, in_flight=8)]
    assert all(url.endswith("/slow") for url in order[-20:])


def test_a_slow_consumer_slows_the_fetching(server: Raw) -> None:
    open_for(server)
    server.answers["/"] = ok()
    pulled = 0

    def asks() -> Iterator[Ask]:
        nonlocal pulled
        for n in range(500):
            pulled += 1
            yield of_host(server, n)

    found = get.get_many(asks(), in_flight=8)
    for _ in range(5):
        next(found)
        time.sleep(0.1)
    assert len(server.requests) <= 5 + 8
    assert pulled <= 5 + 8
    found.close()


def test_asks_are_pulled_in_the_callers_thread(server: Raw) -> None:
    """They may come from a database connection, which belongs to its thread."""
    server.answers["/"] = ok()
    threads = set()

    def asks() -> Iterator[Ask]:
        for _ in range(5):
            threads.add(threading.current_thread())
            yield Ask(server.url())

    assert len(list(get.get_many(asks()))) == 5
    assert threads == {threading.current_thread()}


def test_an_error_in_the_asks_is_the_callers(server: Raw) -> None:
    def asks() -> Iterator[Ask]:
        yield Ask(server.url())
        raise LookupError("the caller's own")

    with pytest.raises(LookupError):
        list(get.get_many(asks()))


def test_one_that_stops_listening_ends_what_is_under_way(server: Raw) -> None:
    open_for(server)
    server.answers |= {"/": ok(), "/slow": [20.0, ok()]}
    found = get.get_many([of_host(server, 0), *(of_host(server, n, "/slow") for n in range(1, 9))])
    next(found)
    time.sleep(0.2)
    assert server.open_now >= 8
    began = time.monotonic()
    found.close()
    while server.open_now and time.monotonic() - began < 1:
        time.sleep(0.02)
    # the server sleeps on, but our side has let go: a new round gets its turn at once
    assert isinstance(get.get(of_host(server, 1)), Answer)
    assert time.monotonic() - began < 15


def test_closing_the_door_ends_a_round(server: Raw) -> None:
    """Fault F53: a stop does not wait for a stranger."""
    open_for(server)
    server.answers |= {"/slow": [20.0, ok()]}
    threading.Timer(0.3, get.close).start()
    began = time.monotonic()
    found = list(get.get_many(of_host(server, n, "/slow") for n in range(5)))
    assert time.monotonic() - began < 15
    assert {outcome.code for _, outcome in found if isinstance(outcome, Failed)} == {"offline"}
    server.answers["/"] = ok()
    assert get.get(server.url()).status == 200  # and it opens again


def test_a_pause_between_two_visits(server: Raw) -> None:
    """Threat T17: pages that strangers make us visit, at most one a second (here faster) per host."""
    server.answers["/"] = ok()
    began = time.monotonic()
    assert len(list(get.get_many([Ask(server.url(), pace=0.2) for _ in range(4)]))) == 4
    assert time.monotonic() - began > 0.6


def test_few_large_bodies_at_a_time(server: Raw, monkeypatch: pytest.MonkeyPatch) -> None:
    """64 in flight with 10 MB each would be 640 MB: only few may grow large before the consumer has taken them."""
    open_for(server)
    large, most = 3 << 20, 0
    server.answers["/"] = ok(bytes(large))
    for taken, (_, outcome) in enumerate(get.get_many((of_host(server, n) for n in range(30)), in_flight=30)):
        assert isinstance(outcome, Answer)
        time.sleep(0.05)
        landed = [future for future in island.reach().door.turns.values() if not future.users]
        most = max(most, len(landed) - taken)
    assert most <= 6


def test_failed_large_bodies_leave_their_place(server: Raw) -> None:
    open_for(server)
    server.answers["/"] = ok(bytes(2 << 20))
    asks = [Ask(of_host(server, n).url, limit=3 << 19) for n in range(12)]
    asks += [Ask(of_host(server, n).url, limit=3 << 20) for n in range(12)]
    found = [outcome for _, outcome in get.get_many(asks, in_flight=24)]
    assert sum(isinstance(outcome, Answer) for outcome in found) == 12
    assert {outcome.code for outcome in found if isinstance(outcome, Failed)} == {"too big"}


def test_more_hosts_than_open_files(server: Raw) -> None:
    """A connection is kept only where a next ask for its host waits: 10,000 hosts do not use up the open files."""
    open_for(server)
    server.answers["/"] = ok()
    most = 0
    for n, _ in enumerate(get.get_many(of_host(server, n) for n in range(600))):
        if n % 50 == 0:
            most = max(most, server.open_now)
    assert most < 200

"""When to look again, and what to say: a table of what was, what came, and what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passalong.follow.schedule import (
    DAY,
    HOUR,
    SLOWEST,
    WEEK,
    Outcome,
    State,
    Wishes,
    after,
    awake,
    fresh_for,
    interval,
    seconds_until,
)

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
BEN = State("https://ben.example/feed", state="fine", fetched=NOW, etag='"a"', last_modified="Mon", body_hash="h")
SAME = Outcome("same", keeps_validators=True)


def failed(what: str = "unreachable", **more: object) -> Outcome:
    return Outcome(what, sentence="Its site could not be reached", **more)  # type: ignore[arg-type]


def wait(state: State, now: datetime = NOW) -> float:
    assert state.fetch_at
    return (state.fetch_at - now).total_seconds()


def test_it_works() -> None:
    new = after(BEN, Outcome("new", etag='W/"b"', body_hash="i", per_week=7), NOW)
    assert (new.state, new.reason, new.etag, new.last_modified, new.body_hash) == ("fine", "", 'W/"b"', "", "i")
    assert wait(new) == pytest.approx(6 * HOUR)


@pytest.mark.parametrize(
    ("per_week", "seconds"),
    [(0, SLOWEST), (0.1, SLOWEST), (1, SLOWEST), (7, 6 * HOUR), (21, 2 * HOUR), (42, HOUR), (900, HOUR)],
)
def test_the_more_often_it_changes_the_more_often_we_look(per_week: float, seconds: int) -> None:
    assert interval(per_week) == seconds


@given(
    st.sampled_from(
        ["new", "same", "held", "html", "gone", "missing", "private", "busy", "error", "unreachable", "too big"]
    ),
    st.floats(0, 1),
    st.floats(0, 1000),
    st.integers(0, 10**7),
    st.integers(0, 400),
)
def test_p7_never_within_the_hour_and_never_never(
    what: str, luck: float, per_week: float, says: int, failures: int
) -> None:
    was = State("https://ben.example/feed", failures=failures, failing_since=NOW - timedelta(days=failures))
    outcome = failed(what, per_week=per_week, wait=says, fresh_for=says, wishes=Wishes(says))
    assert HOUR <= wait(after(was, outcome, NOW, luck)) <= 1.1 * WEEK


@pytest.mark.parametrize(
    ("outcome", "least"),
    [
        (Outcome("same", per_week=42, wishes=Wishes(3 * HOUR)), 3 * HOUR),
        (Outcome("same", per_week=42, fresh_for=5 * HOUR), 5 * HOUR),
        (Outcome("same", per_week=42, wait=9 * HOUR), 9 * HOUR),
        (failed("busy", wait=7 * HOUR), 7 * HOUR),
        (failed("busy", wait=2 * DAY), 2 * DAY),
    ],
    ids=["ttl", "max-age", "Retry-After with 200", "Retry-After with 429", "two days"],
)
@pytest.mark.parametrize("luck", [0.0, 0.5, 1.0])
def test_p7_what_it_asks_for_is_kept(outcome: Outcome, least: int, luck: float) -> None:
    assert least <= wait(after(BEN, outcome, NOW, luck)) <= 1.1 * least + 1


def test_p7_jitter_is_a_tenth() -> None:
    waits = [wait(after(BEN, Outcome("same", per_week=7), NOW, luck)) for luck in (0.0, 1.0)]
    assert waits == [pytest.approx(5.4 * HOUR), pytest.approx(6.6 * HOUR)]


def test_whatever_is_quiet_is_still_looked_at_every_day() -> None:
    assert wait(after(BEN, Outcome("same", per_week=0), NOW, 1.0)) <= DAY


def test_skipped_hours_and_days_are_skipped() -> None:
    assert awake(NOW, Wishes(hours=frozenset({12, 13}))).hour == 14
    monday = awake(NOW, Wishes(days=frozenset({0, 1})))
    assert (monday.weekday(), monday > NOW) == (2, True)
    everything = Wishes(hours=frozenset(range(24)), days=frozenset(range(7)))
    assert awake(NOW, everything) == NOW


def test_f21_a_304_without_validators_keeps_ours() -> None:
    same = after(BEN, SAME, NOW)
    assert (same.etag, same.last_modified, same.body_hash) == ('"a"', "Mon", "h")
    renewed = after(BEN, Outcome("same", etag='"c"', keeps_validators=True), NOW)
    assert (renewed.etag, renewed.last_modified) == ('"c"', "Mon")


def test_f15_a_body_that_broke_off_leaves_no_validators_and_is_asked_for_sooner() -> None:
    cut = after(BEN, failed("cut"), NOW)
    assert (cut.etag, cut.last_modified, cut.state) == ("", "", "backing off")
    assert wait(cut) < HOUR
    for _ in range(10):
        cut = after(cut, failed("cut"), NOW)
    assert wait(cut) > 12 * HOUR


def test_failures_back_off_from_an_hour_to_a_day() -> None:
    state, waits = BEN, []
    for _ in range(8):
        state = after(state, failed(), NOW, 0.5)
        waits.append(round(wait(state) / HOUR))
    assert waits == [1, 2, 4, 8, 16, 24, 24, 24]
    assert state.failing_since == NOW
    assert after(state, SAME, NOW).failing_since is None
    assert after(state, SAME, NOW).failures == 0


@pytest.mark.parametrize(
    ("what", "state"),
    [
        ("html", "not a feed"),
        ("unreadable", "not a feed"),
        ("too big", "too big"),
        ("private", "private"),
        ("missing", "backing off"),
        ("busy", "backing off"),
        ("error", "backing off"),
        ("unreachable", "backing off"),
        ("refused", "backing off"),
        ("broken", "backing off"),
    ],
)
def test_p6_each_state_has_its_word_and_its_reason(what: str, state: str) -> None:
    new = after(BEN, failed(what), NOW)
    assert new.state == state
    assert new.reason.startswith("Its site could not be reached: ")
    assert new.reason.endswith(".")
    assert new.fetch_at


@pytest.mark.parametrize(
    ("days", "state", "days_until_next"),
    [
        (0, "backing off", 1.05 / 24),
        (6, "backing off", 1),
        (7, "backing off", 7),
        (89, "backing off", 7),
        (90, "gone", 7),
    ],
)
def test_f43_a_silent_host_is_tried_daily_then_weekly_and_dead_after_ninety_days(
    days: int, state: str, days_until_next: float
) -> None:
    since = NOW - timedelta(days=days)
    was = BEN if not days else replace(BEN, state="backing off", failures=9, failing_since=since)
    found = after(was, failed(), NOW)
    assert (found.state, wait(found)) == (state, pytest.approx(days_until_next * DAY))
    assert ("once a week" in found.reason) == (days >= 7)
    still_daily = after(was, failed("error"), NOW)
    assert wait(still_daily) == pytest.approx(WEEK if days >= 90 else min(days_until_next, 1) * DAY)


def test_p6_dead_after_ninety_days_and_then_a_weekly_look() -> None:
    state = after(BEN, failed(), NOW)
    for day in range(1, 90):
        state = after(state, failed(), NOW + timedelta(days=day))
        assert state.state == "backing off"
    end = NOW + timedelta(days=90)
    state = after(state, failed(), end, 0.5)
    assert (state.state, wait(state, end)) == ("gone", pytest.approx(WEEK))
    assert "90 days" in state.reason
    assert after(state, SAME, end).state == "fine"


def test_f23_gone_only_at_the_second_410_a_day_later() -> None:
    first = after(BEN, Outcome("gone"), NOW)
    assert first.state == "backing off"
    assert wait(first) >= DAY
    too_soon = after(first, Outcome("gone"), NOW + timedelta(hours=23))
    assert too_soon.state == "backing off"
    second = after(too_soon, Outcome("gone"), NOW + timedelta(hours=24))
    assert (second.state, wait(second, NOW + timedelta(hours=24)) > 0.9 * WEEK) == ("gone", True)
    back = after(first, SAME, NOW + timedelta(hours=24))
    assert (back.state, back.gone_since) == ("fine", None)
    assert after(back, Outcome("gone"), NOW + timedelta(hours=25)).state == "backing off"


def moved(state: State, hours: float, to: str = "https://new.example/feed") -> State:
    return after(state, Outcome("same", moved_to=to), NOW + timedelta(hours=hours))


def test_p8_a_move_counts_after_three_looks_over_a_day() -> None:
    assert moved(moved(moved(BEN, 0), 12), 24).url == "https://new.example/feed"


def test_p8_three_looks_within_a_day_are_not_enough() -> None:
    state = moved(moved(moved(BEN, 0), 1), 23)
    assert state.url == BEN.url
    assert moved(state, 25).url == "https://new.example/feed"


@pytest.mark.parametrize("between", ["", "https://other.example/feed"])
def test_p8_looks_that_disagree_start_anew(between: str) -> None:
    state = moved(moved(moved(BEN, 0), 12), 20, between)
    assert moved(state, 30).url == BEN.url
    assert moved(moved(state, 30), 40).url == BEN.url


def test_f31_held_is_looked_at_again_and_says_whose_move_it_is() -> None:
    held = after(BEN, Outcome("held"), NOW)
    assert (held.state, held.etag) == ("held", '"a"')
    assert "press" in held.reason


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        ("120", 120),
        ("Mon, 04 May 2026 13:00:00 GMT", 3600),
        ("Mon, 04 May 2026 11:00:00 GMT", 0),
        ("soon", 0),
        ("", 0),
        ("-5", 0),
        ("9" * 400, WEEK),
        ("Mon, 04 May 9026 11:00:00 GMT", WEEK),
    ],
)
def test_retry_after_rfc_9110_section_10_2_3(stated: str, seconds: int) -> None:
    assert seconds_until(stated, NOW) == seconds


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        ("max-age=7200", 7200),
        ('public, Max-Age="60"', 60),
        ("no-cache", 0),
        ("max-age=x", 0),
        ("s-maxage=9", 0),
        ("max-age=99999999999", DAY),
        ("", 0),
    ],
)
def test_max_age_rfc_9111_section_5_2(stated: str, seconds: int) -> None:
    assert fresh_for(stated) == seconds

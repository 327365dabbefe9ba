"""wire.dates: every way of writing a date that feeds were seen to use, and none that costs time."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passalong.wire import dates

READ = {
    # RFC 822, RFC 2822 and what is made of them
    "Thu, 01 Jan 2004 19:48:21 GMT": "2004-01-01T19:48:21",
    "Thu, 01 Jan 2004 19:48:21 EST": "2004-01-02T00:48:21",
    "Thu, 1 Jan 2004 19:48:21 +0530": "2004-01-01T14:18:21",
    "Thu, 01 Jan 2004 19:48:21 GMT+02:00": "2004-01-01T17:48:21",
    "Thu, 01 Jan 04 19:48 -0800": "2004-01-02T03:48:00",
    "01 Jan 99": "1999-01-01T00:00:00",
    "1 Jan 1900 00:00:00 GMT": "1900-01-01T00:00:00",
    "Thursday, 01 January 2004 19:48:21": "2004-01-01T19:48:21",
    "Thu,01 Jan 2004 19:48:21 Z": "2004-01-01T19:48:21",
    "Thu Jan 01 2004 19:48:21 GMT": "2004-01-01T19:48:21",
    "January 1, 2004 7:48 PM": "2004-01-01T19:48:00",
    "Thu, 01 Jan 2004 12:30 am": "2004-01-01T00:30:00",
    "Thu, 31 Dec 2005 23:59:60 GMT": "2006-01-01T00:00:00",
    "Thu, 01 Jan 2004 24:00:00 GMT": "2004-01-02T00:00:00",
    "Thu, 01 Jan 2004 19:48:21 Nowhere/Land": "2004-01-01T19:48:21",
    # RFC 3339, W3C-DTF, ISO 8601
    "2003-12-31T10:14:55Z": "2003-12-31T10:14:55",
    "2003-12-31T10:14:55.123+02:00": "2003-12-31T08:14:55.123000",
    "2003-12-31 10:14:55": "2003-12-31T10:14:55",
    "2003-12-31 10:14:55 -0800": "2003-12-31T18:14:55",
    "2003-12-31T10:14-08:00": "2003-12-31T18:14:00",
    "2003-12-31": "2003-12-31T00:00:00",
    "2003-12": "2003-12-01T00:00:00",
    "2003": "2003-01-01T00:00:00",
    "20031231": "2003-12-31T00:00:00",
    "2003-365": "2003-12-31T00:00:00",
    "2004-W01-4": "2004-01-01T00:00:00",
    # others
    "Thu Jan  1 19:48:21 2004": "2004-01-01T19:48:21",
    "Thu Jan  1 19:48:21 +0100 2004": "2004-01-01T18:48:21",
    "Fri, 2006/09/15 08:19:53 EDT": "2006-09-15T12:19:53",
    "1/31/2004 7:48:21 PM": "2004-01-31T19:48:21",
    "31/1/2004": "2004-01-31T00:00:00",
    "2004년 05월 28일  01:31:15": "2004-05-27T16:31:15",
    "2004-05-25 오후 11:23:17": "2004-05-25T14:23:17",
    "Κυρ, 11 Ιούλ 2004 12:00:00 EST": "2004-07-11T17:00:00",
    "2004-július-13T9:15-03:00": "2004-07-13T12:15:00",
    "jeu., 01 janv. 2004 19:48:21 +0100": "2004-01-01T18:48:21",
    "Do, 01 März 2004 19:48:21 +0100": "2004-03-01T18:48:21",
    "9999-12-31T00:00:00Z": "9999-12-31T00:00:00",
}
UNREAD = ["", " ", "now", "yesterday",
          "Thu, 45 Foo 2004", "2004-13-45", "0000-00-00", "Sun, 31 Dec 9999 23:59:59 -9999",
          "32 Jan 2004", "x" * 200, "1" * 100, "٣"]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), READ.items(), ids=READ.keys())
def test_read(text: str, expected: str) -> None:
    assert dates.read(text) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize("text", UNREAD)
def test_no_date(text: str) -> None:
    assert dates.read(text) is None


def test_a_date_without_a_zone_is_utc() -> None:
    assert dates.read("2026-01-01T10:00:00") == datetime(2026, 1, 1, 10, tzinfo=UTC)


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2089, 12, 31)), st.integers(-840, 840))  # noqa: DTZ001
def test_as_feedparser_reads_it(moment: datetime, minutes: int) -> None:
    zone = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
    text = moment.strftime(f"%a, %d %b %Y %H:%M:%S {zone}")
    theirs = feedparser.datetimes._parse_date(text)
    ours = dates.read(text)
    assert ours is not None
    assert ours.timetuple()[:6] == theirs[:6]


@given(st.text(max_size=150))
def test_never_fails(text: str) -> None:
    moment = dates.read(text)
    assert moment is None or moment.tzinfo is UTC


@pytest.mark.parametrize("piece", ["1", "a", " ", "1 ", "a ", "1:", "-", "+", "a,", "1/", "2004-", "年"])
def test_no_text_takes_long(piece: str) -> None:
    start = time.process_time()
    dates.read(piece * (1_000_000 // len(piece)))
    for length in range(1, dates.LONGEST):
        dates.read((piece * length)[: dates.LONGEST])
    assert time.process_time() - start < 0.5

"""Dates as feeds write them: text in, an aware datetime in UTC out, or None.

RFC 822/2822 (RSS), RFC 3339 and W3C-DTF (Atom, Dublin Core), ISO 8601 basic, week and ordinal dates, asctime, and the
local habits seen in the wild (Korean, Greek, Hungarian, Perforce, month names of several languages).
Nothing is clamped here: a date in the future is given as stated. A date without a zone is UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

LONGEST = 120
"""Characters looked at; no real date is longer, and a longer one must not cost time."""

_ZONES = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 60, "bst": 60, "ist": 330, "cet": 60, "cest": 120,
    "met": 60, "mest": 120, "eet": 120, "eest": 180, "msk": 180, "jst": 540, "kst": 540, "hkt": 480,
    "aest": 600, "aedt": 660, "acst": 570, "awst": 480, "nzst": 720, "nzdt": 780,
    "adt": -180, "ast": -240, "at": -240, "edt": -240, "est": -300, "et": -300, "cdt": -300, "cst": -360, "ct": -360,
    "mdt": -360, "mst": -420, "mt": -420, "pdt": -420, "pst": -480, "pt": -480, "akdt": -480, "akst": -540,
    "hst": -600, "a": -60, "n": 60, "m": -720, "y": 720,
}  # fmt: skip

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january ene enero januar jän janv janvier gen gennaio янв января január ιαν",
            "feb february febrero februar fév févr février fev feb. febbraio фев февраля febr február februári φεβ",
            "mar march marzo mär märz mrz mars maart mrt março мар марта március μάρ μαρ μάώ μαώ",
            "apr april abr abril avr avril aprile апр апреля április απρ",
            "may mayo mai maj mei maggio mag май мая május μάι μαϊ μαι",
            "jun june junio juni juin giu giugno июн июня június ιούν ιον ιουν",
            "jul july julio juli juil juillet lug luglio июл июля július ιούλ ιολ ιουλ",
            "aug august ago agosto août aou авг августа augusztus αύγ αυγ",
            "sep sept september septiembre septembre set setembro settembre сен сентября szeptember σεπ",
            "oct october octubre okt oktober octobre ott ottobre outubro out окт октября október οκτ",
            "nov november noviembre novembre ноя ноября νοέ νοε",
            "dec december dic diciembre dez dezember déc décembre dicembre dezembro дек декабря δεκ",
        ),
        start=1,
    )
    for name in names.split()
}

_CLOCK = r"(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2})(?:[.,]\d+)?)?"
_RFC822 = re.compile(
    rf"(?:[^\W\d]+\.?\s*,?\s*)?(\d{{1,2}})(?:st|nd|rd|th|\.)?[\s\-/]+([^\W\d]+)\.?[\s\-/,]+(\d{{2,5}}),?"
    rf"(?:[\sT]+{_CLOCK}\s*(?P<half>[ap]\.?m\.?)?)?\s*(?P<zone>.*)",
)
_MONTH_FIRST = re.compile(
    rf"(?:[^\W\d]+,?\s+)?([^\W\d]+)\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}}|\d\d(?!\d*:))"
    rf"(?:[\sT,]+(?:at\s+)?{_CLOCK}\s*(?P<half>[ap]\.?m\.?)?)?\s*(?P<zone>.*)"
)
_ASCTIME = re.compile(
    rf"(?:[^\W\d]+,?\s+)?([^\W\d]+)\s+(\d{{1,2}})\s+{_CLOCK}\s*(?P<zone>[+\-a-z][\w:+\-]*)?\s+(\d{{4}})"
)
_W3CDTF = re.compile(
    rf"(\d{{4}})(?:-0?(\d{{1,2}})(?:-(\d{{1,2}}))?)?(?:[\sT]+{_CLOCK}\s*(?P<zone>.*))?$", re.IGNORECASE
)
_BASIC = re.compile(r"(\d{4})(\d\d)(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d))?\s*(?P<zone>.*))?$", re.IGNORECASE)
_ORDINAL = re.compile(rf"(\d{{4}})-?(\d{{3}})(?:[\sT]+{_CLOCK}\s*(?P<zone>.*))?$", re.IGNORECASE)
_TWO_DIGIT_ORDINAL = re.compile(r"(\d\d)-?(\d{3})$")
_SHORT_ISO = re.compile(r"(?:(\d\d)-(\d\d)-(\d\d)|(\d\d)(\d\d)(\d\d)|-(\d\d)-?(\d\d))$")
_SLASHED = re.compile(rf"(?:[^\W\d]+,\s*)?(\d{{4}})/(\d{{1,2}})/(\d{{1,2}})(?:\s+{_CLOCK}\s*(?P<zone>.*))?")
_AMERICAN = re.compile(
    rf"(\d{{1,2}})/(\d{{1,2}})/(\d{{4}})(?:[\s,]+{_CLOCK}\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>.*))?",
    re.IGNORECASE,
)
_KOREAN = re.compile(rf"(\d{{4}})년\s*(\d{{1,2}})월\s*(\d{{1,2}})일\s*{_CLOCK}")
_NATE = re.compile(rf"(\d{{4}})-(\d\d)-(\d\d)\s+(오전|오후)\s+{_CLOCK}")
_HUNGARIAN = re.compile(rf"(\d{{4}})-([^\W\d]+)-(\d{{1,2}})t{_CLOCK}(?P<zone>.*)")
_OFFSET = re.compile(r"(?:gmt|utc|etc/gmt)?\s*([+\-])\s*(\d{1,2}):?(\d{2})?(?!\d)")


def read(text: str) -> datetime | None:
    """The moment a feed's date text means, in UTC; None where nobody could tell.

    >>> read("Thu, 01 Jan 2004 19:48:21 EST").isoformat()
    '2004-01-02T00:48:21+00:00'
    """
    text = text.strip()
    if not text or len(text) > LONGEST:
        return None
    try:
        return _read_iso(text) or _read_lettered(" ".join(text.lower().split()))
    except (ValueError, OverflowError):
        return None


def _read_iso(text: str) -> datetime | None:
    if not text[:1].isdigit() and text[:1] != "-":
        return None
    if len(text) >= 10 and text[4] == "-" == text[7] and text[10:11] in "Tt ":
        try:
            return _in_utc(datetime.fromisoformat(text))
        except ValueError:
            pass
    for pattern, reading in _ISO_SHAPES:
        if match := pattern.match(text):
            return reading(match)
    # Week dates, 2026-W01-4 and 2026W014 (ISO 8601, 5.2.3).
    return _in_utc(datetime.fromisoformat(text)) if text[4:6].lstrip("-")[:1] == "W" else None


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)


def _read_lettered(text: str) -> datetime | None:
    for pattern, reading in _LETTERED_SHAPES:
        if (match := pattern.match(text)) and (moment := reading(match)):
            return moment
    return None


def _rfc822(match: re.Match[str]) -> datetime | None:
    day, month, year, hour, minute, second = match.groups()[:6]
    return _build(_year(year), _month(month), int(day), (hour, minute, second), match["zone"], match["half"])


def _month_first(match: re.Match[str]) -> datetime | None:
    month, day, year, hour, minute, second = match.groups()[:6]
    return _build(_year(year), _month(month), int(day), (hour, minute, second), match["zone"], match["half"])


def _asctime(match: re.Match[str]) -> datetime | None:
    month, day, hour, minute, second, _, year = match.groups()
    return _build(int(year), _month(month), int(day), (hour, minute, second), match["zone"])


def _w3cdtf(match: re.Match[str]) -> datetime | None:
    year, month, day, hour, minute, second = match.groups()[:6]
    return _build(int(year), int(month or 1), int(day or 1), (hour, minute, second), match["zone"])


def _ordinal(match: re.Match[str]) -> datetime | None:
    year, ordinal, hour, minute, second = match.groups()[:5]
    start = _build(int(year), 1, 1, (hour, minute, second), match["zone"])
    return start + timedelta(days=int(ordinal) - 1) if start and 1 <= int(ordinal) <= 366 else None


def _two_digit_ordinal(match: re.Match[str]) -> datetime | None:
    ordinal = int(match[2])
    return datetime(2000 + int(match[1]), 1, 1, tzinfo=UTC) + timedelta(ordinal - 1) if 1 <= ordinal <= 366 else None


def _short_iso(match: re.Match[str]) -> datetime | None:
    # Dates whose century is left out mean this one (ISO 8601:1988 truncation), as feedparser reads them too.
    parts = [int(part) for part in match.groups() if part]
    return _build(2000 + parts[0], parts[1], parts[2] if len(parts) > 2 else 1, (None, None, None), "")


def _slashed(match: re.Match[str]) -> datetime | None:
    year, month, day, hour, minute, second = match.groups()[:6]
    return _build(int(year), int(month), int(day), (hour, minute, second), match["zone"])


def _american(match: re.Match[str]) -> datetime | None:
    first, second_, year, hour, minute, second = match.groups()[:6]
    month, day = (int(second_), int(first)) if int(first) > 12 else (int(first), int(second_))
    return _build(int(year), month, day, (hour, minute, second), match["zone"], match["half"])


def _korean(match: re.Match[str]) -> datetime | None:
    year, month, day, hour, minute, second = match.groups()
    return _build(int(year), int(month), int(day), (hour, minute, second), "kst")


def _nate(match: re.Match[str]) -> datetime | None:
    year, month, day, half, hour, minute, second = match.groups()
    return _build(int(year), int(month), int(day), (hour, minute, second), "kst", "pm" if half == "오후" else "am")


def _hungarian(match: re.Match[str]) -> datetime | None:
    year, month, day, hour, minute, second = match.groups()[:6]
    return _build(int(year), _month(month), int(day), (hour, minute, second), match["zone"])


def _build(
    year: int,
    month: int | None,
    day: int,
    clock: tuple[str | None, str | None, str | None],
    zone: str | None,
    half: str | None = None,
) -> datetime | None:
    if not month:
        return None
    hour, minute, second = (int(part or 0) for part in clock)
    if half and hour <= 12:
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    # A leap second (RFC 3339 5.7) and midnight written 24:00 (ISO 8601) are real; datetime knows neither.
    if minute > 59 or second > 61 or hour > 24:
        return None
    since_midnight = timedelta(hours=hour, minutes=minute - _zone(zone or ""), seconds=second)
    return datetime(year, month, day, tzinfo=UTC) + since_midnight


def _year(text: str) -> int:
    # RFC 2822 4.3 and feedparser part ways on 50-89; feeds are younger than either, so 90-99 alone are last century.
    year = int(text)
    return year + (1900 if year >= 90 else 2000) if len(text) <= 2 else year


def _month(text: str) -> int | None:
    name = text.lower()
    return _MONTHS.get(name) or _MONTHS.get(name[:3])


def _zone(text: str) -> int:
    """Minutes east of Greenwich; 0 where the zone is unknown."""
    text = text.strip().lower()
    if match := _OFFSET.match(text):
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        return -minutes if match[1] == "-" else minutes
    word = text.removeprefix("etc/").split(" ", 1)[0].strip("()")
    return _ZONES.get(word, 0)


_ISO_SHAPES = (
    (_NATE, _nate),
    (_KOREAN, _korean),
    (_W3CDTF, _w3cdtf),
    (_BASIC, _w3cdtf),
    (_ORDINAL, _ordinal),
    (_TWO_DIGIT_ORDINAL, _two_digit_ordinal),
    (_SHORT_ISO, _short_iso),
    (_AMERICAN, _american),
    (_SLASHED, _slashed),
)
_LETTERED_SHAPES = (
    (_RFC822, _rfc822),
    (_ASCTIME, _asctime),
    (_MONTH_FIRST, _month_first),
    (_HUNGARIAN, _hungarian),
    (_SLASHED, _slashed),
)

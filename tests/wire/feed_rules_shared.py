"""Rules that hold in every format: addresses, dates, languages, media types, safe HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

ATOM = "{http://www.w3.org/2005/Atom}"
CC = "{http://backend.userland.com/creativeCommonsRssModule}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DC = "{http://purl.org/dc/elements/1.1/}"
FH = "{http://purl.org/syndication/history/1.0}"
MEDIA = "{http://search.yahoo.com/mrss/}"
THR = "{http://purl.org/syndication/thread/1.0}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
PAGING = {"first", "previous", "next", "last", "current", "prev-archive", "next-archive"}

_URI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:(?://\[[0-9A-Fa-f:.]+\](?::\d+)?(?=[/?#]|$))?"
    r"(?:[A-Za-z0-9;/?:@&=+$,._~!*'()#-]|%[0-9A-Fa-f]{2})*\Z"
)
_TAG_URI = re.compile(r"tag:(?:[A-Za-z0-9._-]+@)?[a-z0-9.-]+,\d{4}(?:-\d\d(?:-\d\d)?)?:\S*\Z")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)\Z")
_RFC822 = re.compile(
    r"(?:(Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(\d\d?) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4}) "
    r"(\d\d):(\d\d):(\d\d) (?:GMT|UT|Z|[+-]\d{4})\Z"
)
_LANG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*\Z")
_MIME = re.compile(r"[^\s()<>,;:\\\"/\[\]?=]+/[^\s()<>,;:\\\"/\[\]?=]+\Z")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_UNSAFE = {"script", "style", "iframe", "object", "embed", "form", "meta", "link", "base", "frame", "applet", "html"}


def address_faults(value: str, where: str, *, web: bool = True) -> Iterator[str]:
    """RFC 3986: a full URI in ASCII; `web` = of http or https with a host."""
    if not _URI.match(value):
        yield f"RFC 3986 appendix A: {where} is not a full URI: {value!r}"
        return
    parts = urlsplit(value)
    if parts.scheme == "tag" and not _TAG_URI.match(value):
        yield f"RFC 4151 2.1: {where} is not a tag URI: {value!r}"
    if web and (parts.scheme not in ("http", "https") or not parts.hostname):
        yield f"RSS 2.0 / RFC 4287: {where} is not an http address: {value!r}"
    if parts.scheme in ("http", "https") and not parts.hostname:
        yield f"RFC 3986 3.2.2: {where} has no host: {value!r}"


def canonical_faults(value: str, where: str) -> Iterator[str]:
    """RFC 4287 4.2.6.1: an id is compared letter by letter, so it is written in its normal form."""
    yield from address_faults(value, where, web=False)
    if not value.startswith(("http:", "https:", "HTTP:")):
        return
    parts = urlsplit(value)
    if parts.netloc != parts.netloc.lower() or not parts.path or f":{parts.port}" in (":80", ":443"):
        yield f"RFC 4287 4.2.6.1: {where} is not in normal form: {value!r}"
    needless = [code for code in re.findall("%[0-9A-Fa-f]{2}", value) if re.match(r"[A-Za-z0-9._~-]", unquote(code))]
    if needless or "/../" in parts.path or "/./" in parts.path:
        yield f"RFC 4287 4.2.6.1: {where} encodes what needs no encoding: {value!r}"


def rfc3339_faults(value: str, where: str, now: datetime) -> Iterator[str]:
    if not _RFC3339.match(value):
        yield f"RFC 3339 5.6: {where} is no date-time: {value!r}"
        return
    yield from _plausible(datetime.fromisoformat(value), where, now)


def rfc822_faults(value: str, where: str, now: datetime) -> Iterator[str]:
    found = _RFC822.match(value)
    if not found:
        yield f"RSS 2.0 (RFC 822 section 5): {where} is no date with a four-digit year: {value!r}"
        return
    day, date, month, year, *clock = found.groups()
    when = datetime(int(year), _MONTHS.index(month) + 1, int(date), *map(int, clock), tzinfo=UTC)
    if day and _DAYS[when.weekday()] != day:
        yield f"W3C IncorrectDOW: {where} names the wrong day: {value!r}"
    yield from _plausible(when, where, now)


def _plausible(when: datetime, where: str, now: datetime) -> Iterator[str]:
    if when.year < 1990 or when > now + timedelta(minutes=10):
        yield f"W3C ImplausibleDate: {where} lies in the future or before feeds: {when}"


def language_faults(value: str, where: str) -> Iterator[str]:
    if not _LANG.match(value):
        yield f"RFC 5646 2.1: {where} is no language tag: {value!r}"


def media_type_faults(value: str, where: str) -> Iterator[str]:
    if not _MIME.match(value):
        yield f"RFC 2045 5.1: {where} is no media type: {value!r}"


def count_faults(value: str | None, where: str, *, least: int = 0) -> Iterator[str]:
    if value is None or not value.isascii() or not value.isdigit() or int(value) < least:
        yield f"RSS 2.0 / Media RSS / RFC 4287: {where} is no whole number of at least {least}: {value!r}"


class _Html(HTMLParser):
    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSAFE:
            self.found.append(f"W3C SecurityRisk: {self.where} holds <{tag}>")
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.found.append(f"W3C SecurityRiskAttr: {self.where} holds {name}=")
            if name in ("href", "src", "poster", "cite") and not re.match(r"(?:https?|mailto|tel):", value or ""):
                self.found.append(f"W3C ContainsRelRef: {self.where} holds the relative or unsafe {name}={value!r}")


def html_faults(html: str, where: str) -> list[str]:
    """Escaped HTML that a reader will show: nothing that runs, nothing relative."""
    parser = _Html(where)
    parser.feed(html)
    parser.close()
    return parser.found

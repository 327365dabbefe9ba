"""Lists of people, as readers write them and as we do. http://opml.org/spec2.opml"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passalong.wire import opml
from passalong.wire.opml import Outline
from passalong.wire.shapes import Unreadable

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)


def listed(body: str) -> bytes:
    return f'<opml version="2.0"><head><title>x</title></head><body>{body}</body></opml>'.encode()


def test_it_works() -> None:
    people = [Outline("https://ben.example/feed", "Ben & co", "https://ben.example/"), Outline("https://cas.example/a")]
    again = opml.read(opml.write("People", "Ann", people, AT))
    assert [one.url for one in again] == [one.url for one in people]
    assert again[0].title == "Ben & co"


def test_folders_are_kept_with_each_line() -> None:
    body = '<outline text="Gardens"><outline text="Near"><outline xmlUrl="https://ben.example/f"/></outline></outline>'
    assert opml.read(listed(body))[0].folders == ("Gardens", "Near")


@pytest.mark.parametrize(
    "line",
    [
        '<outline xmlurl="https://ben.example/f"/>',
        '<outline XMLURL="https://ben.example/f" text=""/>',
        '<outline type="rss" url="https://ben.example/f"/>',
        '<outline xmlUrl="feed://ben.example/f"/>',
        '<outline xmlUrl="feed:https://ben.example/f"/>',
        '<outline xmlUrl="https://ben.example/f"></outline><outline text="unclosed">',
        '<outline text="a & b" xmlUrl="https://ben.example/f"/>',
        '<outline xmlUrl="https://ben.example/f"/><outline xmlUrl="https://ben.example/f"/>',
        '<outline xmlUrl="javascript:alert(1)"/><outline xmlUrl="https://ben.example/f"/>',
    ],
)
def test_lists_as_they_are_in_the_wild(line: str) -> None:
    assert [one.url for one in opml.read(listed(line))] == ["https://ben.example/f"]


@pytest.mark.parametrize("body", [b"", b"not xml", b"<html><body>hello</body></html>", b"\0\0\0", b"<opml"])
def test_what_is_no_list_is_said(body: bytes) -> None:
    if body == b"<opml":
        assert isinstance(_read(body), str | tuple)
        return
    assert _read(body) == "This file is not a list of people: export it from your reader as OPML."


def _read(body: bytes) -> str | tuple[Outline, ...]:
    try:
        return opml.read(body)
    except Unreadable as problem:
        return str(problem)


def test_t13_entities_bring_nothing_in() -> None:
    body = b'<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + listed(
        '<outline text="&x;" xmlUrl="https://ben.example/f"/>'
    )
    assert "root:" not in repr(opml.read(body))


def test_nesting_without_end_is_cut() -> None:
    opml.read(listed('<outline text="x">' * 5000))


@given(st.binary(max_size=300))
def test_any_bytes_end_in_a_list_or_a_sentence(body: bytes) -> None:
    _read(body)


@given(st.text(max_size=50))
def test_any_title_can_be_written(title: str) -> None:
    opml.read(opml.write(title, title, [Outline("https://ben.example/f", title)], AT))

"""Lists of people, as readers write them and as we do. http://opml.org/spec2.opml"""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passalong.wire import opml
from passalong.wire.opml import Outline
from passalong.wire.shapes import Unreadable
from tests.shared import shared

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)


def listed(body: str) -> bytes:
    return f'<opml version="2.0"><head><title>x</title></head><body>{body}</body></opml>'.encode()


def test_it_works() -> None:
    people = [Outline("https://ben.example/feed", "Ben & co", "https://ben.example/"), Outline("https://cas.example/a")]
    again = opml.read(opml.write("People", "Ann", people, AT))
    assert [one.url for one in again] == [one.url for one in people]
    assert again[0].title == "Ben & co"


def test_what_is_written_is_read_again() -> None:
    people = (
        Outline("https://ben.example/feed", "Ben 👨‍👩‍👧 & <co>", "https://ben.example/", ("Gardens", "Near")),
        Outline("https://cas.example/a?b=1&c=2", 'Cas "C"', "", ("Gardens",)),
        Outline("https://dan.example/", "Dan"),
        Outline("https://eva.example/", "Eva", "", ("Gardens", "Near")),
    )
    written = opml.write("Ann's people", "Ann", people, AT)
    assert set(opml.read(written)) == set(people)
    assert b"<title>Ann's people</title>" in written
    assert b"<dateCreated>Sun, 01 Nov 2026 12:00:00 +0000</dateCreated>" in written
    assert written.count(b'text="Gardens"') == written.count(b'text="Near"') == 1


def test_lines_without_titles_are_written_with_their_address() -> None:
    """OPML 2.0: 'text' is required in each outline."""
    written = opml.write("", "", [Outline("https://ben.example/")], AT)
    assert b'text="https://ben.example/"' in written


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
        '<Outline XmlUrl=" https://ben.example/f "/>',
        '<outline xmlUrl="ben.example/f"/>',
        '<outline><outline><outline xmlUrl="https://ben.example/f"/></outline></outline>',
        '<outline text="&nbsp;&eacute;" xmlUrl="https://ben.example/f"/>',
        '<outline xmlUrl="https://ben.example/f" text="<b>bold</b>"/>',
        '<outline type="include" url="https://cas.example/more.opml"/><outline xmlUrl="https://ben.example/f"/>',
    ],
)
def test_lists_as_they_are_in_the_wild(line: str) -> None:
    assert [one.url for one in opml.read(listed(line))] == ["https://ben.example/f"]


@pytest.mark.parametrize("written", ["javascript:alert(1)", "file:///etc/passwd", "http://[::1"])
def test_what_is_no_address_is_there_to_be_spoken_of(written: str) -> None:
    assert [one.url for one in opml.read(listed(f'<outline xmlUrl="{written}"/>'))] == [written]


ONE = '<outline text="Béa" xmlUrl="https://ben.example/f"/>'


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf" + listed(ONE),
        b"\n\n <?xml version='1.0'?>" + listed(ONE),
        b"Warning: something in line 3<br>\n<?xml version='1.0'?>" + listed(ONE),
        b"<?xml version='1.0' encoding='ISO-8859-1'?>" + listed(ONE).decode().encode("latin-1"),
        listed(ONE).decode().encode("utf-16"),
        listed(ONE).replace(b"</body></opml>", b""),
        listed(ONE)[:-9],
        listed(ONE).replace(b"<opml", b"<OPML").replace(b"</opml", b"</OPML"),
        listed(ONE) + b"<script>after</script>",
        b"<!DOCTYPE opml><!-- a list -->" + listed(ONE),
    ],
)
def test_files_as_they_are_in_the_wild(body: bytes) -> None:
    assert opml.read(body) == (Outline("https://ben.example/f", "Béa"),)


def test_bytes_in_another_encoding_than_declared_still_list() -> None:
    body = b"<?xml version='1.0' encoding='utf-8'?>" + listed(ONE).decode().encode("latin-1")
    assert [one.url for one in opml.read(body)] == ["https://ben.example/f"]


def test_a_category_is_a_folder() -> None:
    line = '<outline xmlUrl="https://ben.example/f" category="/Gardens/Near,/Other"/>'
    assert opml.read(listed(line))[0].folders == ("Gardens", "Near")


def test_the_shared_lists() -> None:
    assert len(opml.read((shared("discovery") / "opml-lists" / "people-opml.opml").read_bytes())) > 1
    for path in shared("feeds").glob("*opml*"):
        assert isinstance(_read(path.read_bytes()), tuple | str)


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


def test_t13_entities_do_not_multiply() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    body = f'<!DOCTYPE opml [<!ENTITY l0 "ha">{laughs}]>'.encode() + listed(
        '<outline text="&l11;" xmlUrl="https://ben.example/f"/>'
    )
    began = time.process_time()
    found = _read(body)
    assert time.process_time() - began < 1
    assert len(repr(found)) < 1_000


def test_nesting_without_end_is_cut() -> None:
    opml.read(listed('<outline text="x">' * 5000))


@given(st.binary(max_size=300))
def test_any_bytes_end_in_a_list_or_a_sentence(body: bytes) -> None:
    _read(body)


@given(st.text(max_size=50))
def test_any_title_can_be_written(title: str) -> None:
    opml.read(opml.write(title, title, [Outline("https://ben.example/f", title)], AT))

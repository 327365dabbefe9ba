"""wire.mf2: what case files cannot say (they are in cases/feed/*.html)."""

from __future__ import annotations

import time

import pytest

from passalong.wire import mf2
from passalong.wire.shapes import Unreadable

URL = "https://ann.example/notes/"


def page(inside: str) -> bytes:
    return f"<!doctype html><html><head><title>Ann</title></head><body>{inside}</body></html>".encode()


def test_it_works() -> None:
    found = mf2.read(page('<div class="h-entry"><p class="e-content">Hi</p><a class="u-url" href="1">#</a></div>'), URL)
    assert (found.format, found.title, found.home) == ("hfeed", "Ann", URL)
    assert [(entry.url, entry.html) for entry in found.entries] == [("https://ann.example/notes/1", "Hi")]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "no posts"),
        (page("<p>nothing</p>"), "no posts"),
        (page("<p class='h-card'>only a card, and the word h-entry</p>"), "no posts"),
        (page("<p class='h-entry'>x</p>" + " " * mf2.LARGEST), "too big"),
        (page("<p class='h-entry'>x</p>" + "<div>" * 3_000), "too deep"),
        (page("<p class='h-entry'>x</p>" + "<div></x>" * 3_000), "too deep"),
        (
            page("<p class='h-entry'>x</p><p>" + "".join(f"<b id={n}>" for n in range(99)) + "</p><div>x</div>" * 900),
            "too deep",
        ),
    ],
    ids=["empty", "no class", "no post", "big", "deep", "deep by a trick", "formatting in each block"],
)
def test_pages_without_posts(body: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        mf2.read(body, URL)
    assert caught.value.code == code
    assert str(caught.value).endswith(".")


def test_much_space_takes_no_time() -> None:
    """A page may hold any run of spaces (HTML, section 13.2.6): only its start is looked at for `<?xml`."""
    body = page("<p class='h-entry'>x" + " " * 200_000 + "</p>")
    began = time.process_time()
    assert len(mf2.parse(body, URL)["items"]) == 1
    assert time.process_time() - began < 4


def test_an_xml_declaration_before_the_page_is_passed_over() -> None:
    """XHTML 1.0, appendix C.1"""
    body = b'\n <?xml version="1.0" encoding="utf-8"?>' + page('<p class="h-entry">Hi</p>')
    assert len(mf2.parse(body, URL)["items"]) == 1


def test_the_first_feed_of_a_page_is_meant_and_quoted_posts_are_not_in_it() -> None:
    """h-feed, and h-entry's nested h-cite: a post quoted inside a post is not the feed's."""
    body = page(
        '<div class="h-feed"><div class="h-entry"><p class="e-content">mine</p>'
        '<div class="u-quotation-of h-entry"><p class="e-content">theirs</p><a class="u-url" href="/q">q</a></div>'
        "</div></div>"
        '<div class="h-feed"><div class="h-entry"><p class="e-content">sidebar</p></div></div>'
    )
    (entry,) = mf2.read(body, URL).entries
    assert entry.html.startswith("mine") or "mine" in entry.html
    assert [(pointer.rel, pointer.url) for pointer in entry.pointers] == [("quote", "https://ann.example/q")]


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ('<h1 class="p-name">Bread</h1><p class="e-content">It rose.</p>', "Bread"),
        ('<p class="p-name e-content">It rose.</p>', ""),
        ('<p class="p-name">It rose…</p><p class="e-content">It rose. Then it fell.</p>', ""),
        ('<p class="e-content">It rose.</p>', ""),
        ('<p class="p-name">Bread</p>', "Bread"),
    ],
    ids=["named", "a note", "a shortened note", "no name", "only a name"],
)
def test_a_note_has_no_title(markup: str, title: str) -> None:
    """Post Type Discovery 2.4: a name which only begins the content is no name."""
    (entry,) = mf2.read(page(f'<div class="h-entry">{markup}</div>'), URL).entries
    assert entry.title == title


@pytest.mark.parametrize(
    ("encoded", "content_type"),
    [
        (b"caf\xc3\xa9", ""),
        (b"caf\xe9", "text/html; charset=iso-8859-1"),
        (b'<meta charset="windows-1252">caf\xe9', ""),
    ],
    ids=["utf-8", "header", "meta"],
)
def test_encodings(encoded: bytes, content_type: str) -> None:
    found = mf2.read(
        b'<div class="h-entry"><p class="p-name">' + encoded + b"</p></div>", URL, content_type=content_type
    )
    assert found.entries[0].title == "café"


def test_addresses_start_from_base() -> None:
    body = b'<base href="/elsewhere/"><div class="h-entry"><a class="u-url" href="1">x</a><i class="p-name">n</i></div>'
    assert mf2.read(body, URL).entries[0].url == "https://ann.example/elsewhere/1"


def test_nothing_but_web_addresses() -> None:
    body = page('<div class="h-entry"><a class="u-url" href="javascript:alert(1)">x</a><i class="p-name">n</i></div>')
    assert mf2.read(body, URL).entries[0].url == ""


def test_a_page_with_one_post_is_that_posts_own() -> None:
    """mf2 permalink pages often say no u-url: the page's address is the post's."""
    alone = mf2.read(page('<div class="h-entry"><p class="e-content">Hi</p></div>'), URL)
    assert [entry.url for entry in alone.entries] == [URL]
    several = mf2.read(page('<div class="h-entry"><p class="e-content">Hi</p></div>' * 2), URL)
    assert [entry.url for entry in several.entries] == ["", ""]

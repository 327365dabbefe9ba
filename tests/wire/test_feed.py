"""wire.feed: every kind of feed, by example. The case files beside it (cases/feed) hold one dialect or trouble each."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from passalong.wire import feed
from passalong.wire.shapes import Author, Feed, Unreadable

RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Ann's finds</title><link>https://ann.example/</link>
<item><title>Bread &amp; roses</title><link>/bread</link><guid isPermaLink="false">b1</guid>
<pubDate>Thu, 01 Jan 2026 10:00:00 +0100</pubDate><author>ann@ann.example (Ann)</author>
<description>&lt;p&gt;Why not both?&lt;/p&gt;</description></item>
</channel></rss>"""


def test_it_works() -> None:
    found = feed.read(RSS, url="https://ann.example/feed")
    assert (found.format, found.title, found.home, found.cut) == (
        "rss-2.0",
        "Ann's finds",
        "https://ann.example/",
        False,
    )
    (entry,) = found.entries
    assert (entry.guid, entry.url, entry.title) == ("b1", "https://ann.example/bread", "Bread & roses")
    assert entry.html == "<p>Why not both?</p>"
    assert entry.published == datetime(2026, 1, 1, 9, 0, tzinfo=UTC)
    assert entry.authors == (Author("Ann", email="ann@ann.example"),)


def test_json_feed() -> None:
    body = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "Ann", "home_page_url": "https://ann.example/",
    "authors": [{"name": "Ann"}], "items": [{"id": 7, "url": "/7", "content_text": "1 < 2", "tags": ["sums"]}]}"""
    found = feed.read(body, content_type="application/feed+json", url="https://ann.example/feed.json")
    (entry,) = found.entries
    assert (found.format, found.authors) == ("json-1.1", (Author("Ann"),))
    assert (entry.guid, entry.url, entry.html, entry.tags) == ("7", "https://ann.example/7", "1 &lt; 2", ("sums",))


def test_a_web_page_is_no_feed() -> None:
    with pytest.raises(Unreadable) as caught:
        feed.read(b"<!DOCTYPE html><html><head><title>Log in</title></head><body>Wi-Fi</body></html>")
    assert caught.value.code == "html"


def test_nothing_is_no_feed() -> None:
    with pytest.raises(Unreadable) as caught:
        feed.read(b" \n")
    assert caught.value.code == "empty"


def test_a_document_without_its_end_is_cut() -> None:
    whole: Feed = feed.read(RSS)
    half = feed.read(RSS[: RSS.index(b"</description>")])
    assert (whole.cut, len(whole.entries)) == (False, 1)
    assert (half.cut, half.entries) == (True, ())


@pytest.mark.parametrize("number", ["&#xD800;", "&#xdfff;", "&#55296;", "&#x110000;", "&#1114112;", "&#xFFFF;", "&#0;"])
def test_a_reference_to_no_character_costs_nothing_else(number: str) -> None:
    """XML 1.0, section 2.2: these are no characters."""
    found = feed.read(RSS.replace(b"roses", f"ro{number}ses".encode()))
    assert [entry.title for entry in found.entries] == ["Bread & roses"]


@pytest.mark.parametrize("number", ["&#x1F331;", "&#127793;", "&#X1f331;", "&#x00000000001F331;"])
def test_a_good_reference_stays_beside_a_bad_one(number: str) -> None:
    found = feed.read(RSS.replace(b"roses", f"ro&#xD800;ses {number}".encode()))
    assert [entry.title for entry in found.entries] == ["Bread & roses \U0001f331"]

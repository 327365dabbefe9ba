"""How many answers an entry has where it lives, as its feed says: by either way of reading, and by mf2."""

from __future__ import annotations

import pytest

from passalong.wire import feed, feed_fast, feed_tolerant, mf2
from passalong.wire.feed_document import find
from passalong.wire.feed_finish import finish

URL = "https://ben.example/feed"
RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"
 xmlns:t="http://purl.org/syndication/thread/1.0"><channel><title>Ben</title><item><title>A</title>
 <link>https://ben.example/1</link>{}</item></channel></rss>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"
 xmlns:thr="http://purl.org/syndication/thread/1.0"><title>Ben</title><entry><title>A</title><id>urn:a</id>
 <link href="https://ben.example/1"/>{}</entry></feed>"""
REPLIES = '<link rel="replies" type="{}" href="https://ben.example/{}" thr:count="{}"/>'


@pytest.mark.parametrize(
    ("document", "said", "answers"),
    [
        (RSS, "", None),
        (RSS, "<slash:comments>7</slash:comments>", 7),
        (RSS, "<slash:comments> 0 </slash:comments>", 0),
        (RSS, "<slash:comments>many</slash:comments>", None),
        (RSS, "<slash:comments>-3</slash:comments>", None),
        (RSS, "<slash:comments>99999999999</slash:comments>", None),
        (RSS, "<slash:comments>٣</slash:comments>", None),
        (RSS, "<slash:comments>7</slash:comments><t:total>5</t:total>", 5),
        (ATOM, "<thr:total>5</thr:total>", 5),
        (ATOM, REPLIES.format("text/html", "r", 9), 9),
        (ATOM, REPLIES.format("text/html", "r", 9) + REPLIES.format("application/atom+xml", "f", 11), 11),
        (ATOM, REPLIES.format("text/html", "r", 9) + "<thr:total>12</thr:total>", 12),
        (ATOM, '<link rel="replies" href="https://ben.example/r"/>', None),
    ],
)
def test_both_ways_of_reading_agree(document: str, said: str, answers: int | None) -> None:
    """RFC 4685, sections 4 and 5: thr:count is a hint on a link, thr:total counts all responses."""
    found = find(document.format(said))
    fast, tolerant = (finish(raw, URL) for raw in (feed_fast.read(found), feed_tolerant.read(found, URL)))
    assert [entry.answers for entry in fast.entries] == [answers]
    assert fast == tolerant


def test_the_whole_reader() -> None:
    read = feed.read(RSS.format("<slash:comments>7</slash:comments>").encode(), url=URL)
    assert read.entries[0].answers == 7


def test_shown_below_a_post() -> None:
    """h-entry: the u-comment h-cites a page shows below its post."""
    comment = '<div class="u-comment h-cite"><p class="p-content">Yes</p></div>'
    page = f'<div class="h-entry"><a class="u-url" href="/1">x</a><p class="e-content">A</p>{comment * 2}</div>'
    assert mf2.read(page.encode(), "https://ben.example/1").entries[0].answers == 2
    bare = '<div class="h-entry"><a class="u-url" href="/1">x</a><p class="e-content">A</p></div>'
    assert mf2.read(bare.encode(), "https://ben.example/1").entries[0].answers is None


def test_a_translation() -> None:
    page = """<div class="h-entry"><a class="u-url" href="/2">x</a>
        <a class="u-translation-of" href="https://ann.example/1">Ann</a><p class="e-content">Auf Deutsch</p></div>"""
    entry = mf2.read(page.encode(), "https://ben.example/2").entries[0]
    assert [(pointer.rel, pointer.url) for pointer in entry.pointers] == [("translated", "https://ann.example/1")]

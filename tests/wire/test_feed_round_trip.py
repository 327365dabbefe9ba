"""What one node writes, another reads: our feeds through our own reader, in every format."""

from __future__ import annotations

from dataclasses import replace

import pytest

from passalong.wire.feed import read
from passalong.wire.feed_write import CONTENT_TYPES, WRITERS, FeedKind
from passalong.wire.shapes import Entry, Feed
from tests.wire.test_feed_write import ANN, BARE, CC_BY, FEED, FILES, KINDS, LINK


def there_and_back(kind: FeedKind) -> Feed:
    return read(WRITERS[kind](FEED), content_type=CONTENT_TYPES[kind], url=FEED.url)


def entry(kind: FeedKind, number: int) -> Entry:
    return there_and_back(kind).entries[number]


@pytest.mark.parametrize("kind", KINDS)
def test_the_feed(kind: FeedKind) -> None:
    feed = there_and_back(kind)
    assert (feed.title, feed.subtitle, feed.url, feed.home) == (FEED.title, FEED.subtitle, FEED.url, FEED.home)
    assert (feed.lang, feed.hubs, feed.next) == ("en", FEED.hubs, FEED.next)
    assert [author.name for author in feed.authors] == [ANN.name]
    assert feed.image == FEED.icon
    assert not feed.cut


@pytest.mark.parametrize("kind", KINDS)
def test_a_link_share(kind: FeedKind) -> None:
    found = entry(kind, 0)
    assert (found.guid, found.url, found.title, found.html) == (LINK.id, LINK.url, LINK.title, LINK.html)
    assert found.published == LINK.published
    assert found.updated is not None
    assert found.updated.replace(microsecond=0) == LINK.updated.replace(microsecond=0)
    assert found.tags == LINK.tags
    assert [author.name for author in found.authors or there_and_back(kind).authors] == [ANN.name]


@pytest.mark.parametrize("kind", KINDS)
def test_a_licence_travels(kind: FeedKind) -> None:
    assert entry(kind, 0).licence == CC_BY
    assert there_and_back(kind).licence == CC_BY


@pytest.mark.parametrize("kind", KINDS)
def test_credit_and_replies_travel(kind: FeedKind) -> None:
    stated = {(pointer.rel, pointer.url) for pointer in entry(kind, 0).pointers}
    assert ("via", "https://cas.example/links") in stated
    assert ("reply", "https://ben.example/posts/1") in stated
    assert LINK.external in {url for _, url in stated}


@pytest.mark.parametrize("kind", KINDS)
def test_files_travel(kind: FeedKind) -> None:
    found = {each.url: each for each in entry(kind, 1).attachments}
    assert set(found) == {each.url for each in FILES.attachments}
    sound = found["https://ann.example/files/2.mp3"]
    assert (sound.type, sound.size) == ("audio/mpeg", 123_456)
    assert entry(kind, 1).lang == "de"
    assert entry(kind, 2).guid == BARE.id


@pytest.mark.parametrize("kind", KINDS)
def test_an_edit_keeps_its_identity(kind: FeedKind) -> None:
    edited = replace(FEED, entries=(replace(LINK, title="Grading nothing"),))
    found = read(WRITERS[kind](edited), content_type=CONTENT_TYPES[kind], url=FEED.url).entries[0]
    assert (found.guid, found.title) == (LINK.id, "Grading nothing")

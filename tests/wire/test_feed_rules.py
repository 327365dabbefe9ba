"""A judge that never finds anything judges nothing: each rule, on a feed with exactly one thing wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from passalong.wire.feed_write import atom, json_feed, rss
from tests.wire.feed_rules import faults
from tests.wire.test_feed_write import FEED

ATOM, RSS = atom(FEED).decode(), rss(FEED).decode()
ENTRY = "<entry" + ATOM.split("<entry")[1]


def said(body: str, kind: str) -> list[str]:
    return faults(body.encode(), kind, FEED.url)


@pytest.mark.parametrize(
    ("good", "bad", "rule"),
    [
        ("<?xml", " <?xml", "XML 1.0 2.8"),
        ("</feed>", "", "XML 1.0: not well-formed"),
        ('encoding="utf-8"?>', 'encoding="utf-8"?><!DOCTYPE feed SYSTEM "x">', "W3C ContainsSystemEntity"),
        ("Ann Åberg</title>", "Ann\x85</title>", "W3C BadCharacters"),
        ("http://www.w3.org/2005/Atom", "http://example.org/", "RFC 4287 2"),
        ("<updated>", "<updated>x", "RFC 3339 5.6"),
        ("2026-09-14T12", "2526-09-14T12", "W3C ImplausibleDate"),
        ("<id>https://ann.example/@ann</id>", "", "RFC 4287 4.1"),
        ("<id>https://ann.example/@ann</id>", "<id>/@ann</id>", "RFC 3986 appendix A"),
        ("<id>https://ann.example/@ann</id>", "<id>https://Ann.example:443/@ann</id>", "RFC 4287 4.2.6.1"),
        ("<id>https://ann.example/@ann</id>", "<id>https://ann.example/%61</id>", "RFC 4287 4.2.6.1"),
        ("<id>https://ann.example/@ann</id>", "<id> https://ann.example/@ann</id>", "W3C UnexpectedWhitespace"),
        ("tag:ann.example,2026:8", "tag:ann.example:8", "RFC 4151"),
        ("tag:ann.example,2026:8", "https://ann.example/@ann/7", "W3C DuplicateEntries"),
        ('rel="self"', 'rel="related"', "RFC 4287 4.1.1"),
        ('@ann/feed.atom"', '@ann/other.atom"', "W3C SelfDoesntMatchLocation"),
        ('rel="via"', 'rel="credit"', "W3C UnregisteredAtomLinkRel"),
        ('rel="via"', 'rel="next"', "W3C FeedHistoryRelInEntry"),
        ('rel="next"', 'rel="prev-archive"', "RFC 5005 3"),
        ("<fh:", "<fh:", ""),
        ("<generator>Passalong</generator>", "<fh:archive/><generator>x</generator>", "RFC 5005 4"),
        ("<generator>Passalong</generator>", "<fh:complete/><generator>x</generator>", "RFC 5005 2"),
        ("<name>Ann Åberg</name>", "", "RFC 4287 3.2.1"),
        ('term="oer"', 'label="oer"', "RFC 4287 4.2.2.1"),
        ('<content type="html">', '<content type="text/plain">', "RFC 4287 4.1.3.1"),
        ("&lt;em&gt;", "&lt;script&gt;", "W3C SecurityRisk"),
        ("&lt;em&gt;", "&lt;em onclick=x&gt;", "W3C SecurityRiskAttr"),
        ('href="https://ben.example/grading"&gt;', 'href="/grading"&gt;', "W3C ContainsRelRef"),
        ('type="text">Grading', 'type="text/html">Grading', "RFC 4287 3.1.1"),
        (">Grading fewer things<", "> <", "W3C NotBlank"),
        ("</feed>", "<subtitle>late</subtitle></feed>", "W3C MisplacedMetadata"),
        ("</entry>\n</feed>", "<rating>5</rating></entry></feed>", "RFC 4287 4.1"),
        ('length="4096"', 'length="4k"', "RSS 2.0 / Media RSS / RFC 4287"),
        ('type="audio/mpeg"', 'type="sound"', "RFC 2045"),
        ('medium="image"', 'medium="picture"', "Media RSS"),
        ("thr:in-reply-to ref=", "thr:in-reply-to r=", "RFC 3986 appendix A"),
        ('xml:lang="de"', 'xml:lang="deutsch?"', "RFC 5646"),
        ("https://cas.example/links", "https://cas.example/a b", "RFC 3986 appendix A"),
    ],
)
def test_atom(good: str, bad: str, rule: str) -> None:
    if not rule:
        assert said(ATOM, "atom") == []
        return
    assert good in ATOM
    found = said(ATOM.replace(good, bad, 1), "atom")
    assert [fault for fault in found if fault.startswith(rule)], found


@pytest.mark.parametrize(
    ("good", "bad", "rule"),
    [
        ('version="2.0"', 'version="0.91"', "RSS 2.0: one rss element"),
        ("<description>What Ann", "<about>What Ann", "XML 1.0: not well-formed"),
        ("<link>https://ann.example/@ann</link>", "", "RSS 2.0: a channel has a link"),
        ("<link>https://ann.example/@ann</link>", "<link>/@ann</link>", "RFC 3986"),
        ("Mon, 14 Sep 2026 12:00:00 GMT", "Tue, 14 Sep 2026 12:00:00 GMT", "W3C IncorrectDOW"),
        ("Mon, 14 Sep 2026 12:00:00 GMT", "14 Sep 26 12:00:00 GMT", "RSS 2.0 (RFC 822"),
        ("Mon, 14 Sep 2026 12:00:00 GMT", "2026-09-14T12:00:00Z", "RSS 2.0 (RFC 822"),
        ("tag:ann.example,2026:8", "https://ann.example/@ann/7", "RSS 2.0 guid"),
        ('"false">tag:ann.example,2026:8', '"true">8', "RFC 3986"),
        ('"false">tag', '"no">tag', "RSS 2.0 guid"),
        ('length="123456"', "", "RSS 2.0 / Media RSS"),
        ('length="123456"', 'length="-1"', "RSS 2.0 / Media RSS"),
        ("<category>oer</category>", "<category></category>", "W3C NotBlank"),
        ("<category>oer</category>", "<author>ann</author>", "RSS 2.0: item knows no author"),
        ("<category>oer</category>", "<atom:title>x</atom:title>", "W3C DuplicateDescriptionSemantics"),
        (
            "<category>oer</category>",
            '<enclosure url="https://a.example/" length="1" type="a/b"/>' * 2,
            "RSS 2.0: item",
        ),
        ('rel="self" type="application/rss+xml"', 'rel="self" type="application/atom+xml"', "W3C SelfNotAtom"),
        ('atom:link rel="self"', 'atom:link rel="related"', "Profile, MissingAtomSelfLink"),
        ("ann.png</url><title>Ann Åberg", "ann.png</url><title>Ann", "Profile, image"),
        ("ann.png</url>", "ann.webp</url>", "RSS 2.0 image"),
        ("<language>en</language>", "<language>English, please</language>", "RFC 5646"),
        ("</channel>", "<ttl>60</ttl></channel>", "Profile, MisplacedItem"),
        ("<description>Why I", "<comments>Why I", "XML 1.0: not well-formed"),
        ("<dc:creator>Ann Åberg</dc:creator>", "<dc:creator> </dc:creator>", "W3C NotBlank"),
        ("<item>\n<title>", "<item>\n<content:encoded>x</content:encoded><title>", "RSS 2.0: item has 2"),
    ],
)
def test_rss(good: str, bad: str, rule: str) -> None:
    body = RSS.replace("feed.atom", "feed.rss")
    place = FEED.url.replace("feed.atom", "feed.rss")
    assert faults(body.encode(), "rss", place) == []
    assert good in body
    found = faults(body.replace(good, bad, 1).encode(), "rss", place)
    assert [fault for fault in found if fault.startswith(rule)], found


def test_rss_content_before_its_description() -> None:
    item = RSS.split("<item>")[1]
    description = "<description>" + item.split("<description>")[1].split("</description>")[0] + "</description>"
    moved = RSS.replace(description, "", 1).replace("</content:encoded>", f"</content:encoded>{description}", 1)
    assert "Profile, NeedDescriptionBeforeContent" in said(moved, "rss")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda feed: feed.pop("version"), "JSON Feed, Top-level: version"),
        (lambda feed: feed.pop("title"), "JSON Feed, Top-level: title"),
        (lambda feed: feed.update(title=5), "JSON Feed, Top-level: title is not"),
        (lambda feed: feed.update(author="x"), "JSON Feed, Top-level: no member"),
        (lambda feed: feed.update(authors=[{}]), "JSON Feed, Top-level authors"),
        (lambda feed: feed.update(next_url=feed["feed_url"]), "JSON Feed, Top-level: next_url"),
        (lambda feed: feed.update(feed_url="https://ann.example/x"), "JSON Feed, Top-level: feed_url"),
        (lambda feed: feed.update(hubs=[{"url": "https://x.example/"}]), "JSON Feed, hubs"),
        (lambda feed: feed.update({"_a.b": {}}), "JSON Feed, Extensions"),
        (lambda feed: feed.update({"_a": {"_b": 1}}), "JSON Feed, Extensions"),
        (lambda feed: feed["items"][0].pop("id"), "JSON Feed, Items: id"),
        (lambda feed: feed["items"][0].update(id=7), "JSON Feed, Items: id is not"),
        (lambda feed: feed["items"][0].update(id=feed["items"][1]["id"]), "JSON Feed, Items: the id"),
        (lambda feed: feed["items"][0].pop("content_html"), "JSON Feed, Items: content_html or"),
        (lambda feed: feed["items"][0].update(title="<b>x</b>"), "JSON Feed, Items: HTML"),
        (lambda feed: feed["items"][0].update(url="/7"), "RFC 3986"),
        (lambda feed: feed["items"][0].update(date_published="yesterday"), "RFC 3339"),
        (lambda feed: feed["items"][0].update(tags=[""]), "JSON Feed, Items: tags"),
        (lambda feed: feed["items"][1]["attachments"][0].pop("mime_type"), "RFC 2045"),
        (lambda feed: feed["items"][1]["attachments"][0].update(size_in_bytes="5"), "JSON Feed, Attachments"),
    ],
)
def test_json(change: Any, rule: str) -> None:
    feed = json.loads(json_feed(FEED))
    change(feed)
    found = faults(json.dumps(feed).encode(), "json", FEED.url)
    assert [fault for fault in found if fault.startswith(rule)], found


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff\xfe"])
def test_what_is_no_json_feed_at_all(body: bytes) -> None:
    assert faults(body, "json")

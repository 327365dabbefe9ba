"""Our feeds, judged by rules of our own (feed_rules) and by other people's readers (feedparser, reader)."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from reader import make_reader

from passalong.wire.feed_write import CONTENT_TYPES, WRITERS, FeedKind, OutEntry, OutFeed, atom, json_feed, rss
from passalong.wire.shapes import Attachment, Author, Pointer
from tests.wire.feed_rules import faults

KINDS: tuple[FeedKind, ...] = ("atom", "rss", "json")
NOON = datetime(2026, 9, 14, 12, 0, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=3, microseconds=250_000)
ANN = Author(name="Ann Åberg", url="https://ann.example/@ann", photo="https://ann.example/ann.png")
CC_BY = "https://creativecommons.org/licenses/by/4.0/"

LINK = OutEntry(
    id="https://ann.example/@ann/7",
    url="https://ann.example/@ann/7",
    published=NOON,
    updated=LATER,
    title="Grading fewer things",
    html='<p>Why I stopped: <a href="https://ben.example/grading">Ben &amp; co</a> — see <em>also</em> page 3.</p>',
    summary="Why I stopped grading everything.",
    external="https://ben.example/grading",
    tags=("oer", "assessment & care"),
    pointers=(
        Pointer("via", "https://cas.example/links"),
        Pointer("reply", "https://ben.example/posts/1"),
        Pointer("link", "https://ben.example/grading"),
        Pointer("quote", "https://dan.example/said"),
    ),
    lang="en",
    licence=CC_BY,
)
FILES = OutEntry(
    id="tag:ann.example,2026:8",
    url="https://ann.example/@ann/8",
    published=NOON - timedelta(days=1),
    updated=NOON - timedelta(days=1),
    html="<p>Zwei Bilder und ein Ton.</p>",
    lang="de",
    image="https://ann.example/files/1.webp",
    attachments=(
        Attachment("https://ann.example/files/1.webp", "image/webp", 4096, 'A leaf, "close"', None, 1600, 900),
        Attachment("https://ann.example/files/2.mp3", "audio/mpeg", 123_456, "", 61.4),
        Attachment("https://ann.example/files/3.bin"),
    ),
)
BARE = OutEntry(id="urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a", url="https://ann.example/@ann/9",
                published=NOON, updated=NOON)  # fmt: skip
FEED = OutFeed(
    id="https://ann.example/@ann",
    url="https://ann.example/@ann/feed.atom",
    home="https://ann.example/@ann",
    title="Ann Åberg",
    subtitle="What Ann shares & why",
    updated=LATER,
    entries=(LINK, FILES, BARE),
    authors=(ANN,),
    icon="https://ann.example/ann.png",
    lang="en",
    licence=CC_BY,
    hubs=("https://ann.example/websub",),
    next="https://ann.example/@ann/feed.atom?before=7",
    prev_archive="https://ann.example/@ann/feed.atom?before=7",
)


@pytest.mark.parametrize("kind", KINDS)
def test_it_works(kind: FeedKind) -> None:
    assert faults(WRITERS[kind](FEED), kind, FEED.url) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "feed",
    [
        pytest.param(replace(FEED, entries=()), id="nothing shared yet"),
        pytest.param(replace(FEED, authors=(), subtitle="", icon="", lang="", licence="", hubs=()), id="nothing said"),
        pytest.param(replace(FEED, icon="https://ann.example/ann.webp"), id="an icon that RSS has no place for"),
        pytest.param(
            replace(FEED, archive=True, current=FEED.home, first=FEED.home, previous=FEED.home, last=FEED.home + "?1"),
            id="an archive",
        ),
    ],
)
def test_every_feed_is_valid(kind: FeedKind, feed: OutFeed) -> None:
    assert faults(WRITERS[kind](feed), kind, feed.url) == []


def read(kind: FeedKind, feed: OutFeed = FEED) -> Any:
    """What feedparser makes of it; it does not know JSON Feed."""
    found = feedparser.parse(WRITERS[kind](feed), sanitize_html=False)
    assert not found.bozo, found.get("bozo_exception")
    return found


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_feedparser_reads_the_feed(kind: FeedKind) -> None:
    feed = read(kind).feed
    links = {each.rel: each.href for each in feed.links}
    assert feed.title == "Ann Åberg"
    assert feed.subtitle == "What Ann shares & why"
    assert feed.link == FEED.home
    assert links["self"] == FEED.url
    assert links["hub"] == "https://ann.example/websub"
    assert links["next"] == links["prev-archive"] == FEED.next
    assert links["license"] == CC_BY
    assert feed.author == "Ann Åberg"
    assert feed.generator == "Passalong"
    assert (feed.get("icon") or feed.image.href) == FEED.icon


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_feedparser_reads_the_entries(kind: FeedKind) -> None:
    link, files, bare = read(kind).entries
    links = [(each.rel, each.href) for each in link.links]
    assert (link.id, link.title, link.link) == (LINK.id, LINK.title, LINK.url)
    assert link.content[0].value == LINK.html
    assert link.summary == LINK.summary
    assert datetime(*link.published_parsed[:6], tzinfo=UTC) == NOON
    assert datetime(*link.updated_parsed[:6], tzinfo=UTC) == LATER.replace(microsecond=0)
    assert [tag.term for tag in link.tags] == ["oer", "assessment & care"]
    assert {("via", "https://cas.example/links"), ("related", LINK.external), ("license", CC_BY)} <= set(links)
    assert ("related", "https://dan.example/said") in links
    assert sum(href == LINK.external for _, href in links) == 1
    assert link["thr_in-reply-to"]["ref"] == "https://ben.example/posts/1"
    assert (files.id, files.link) == (FILES.id, FILES.url)
    assert files.content[0].language == "de"
    assert bare.id == BARE.id


def test_an_atom_entry_has_every_file_as_an_enclosure() -> None:
    files = read("atom").entries[1]
    assert [(e.href, e.type, e.get("length")) for e in files.enclosures] == [
        ("https://ann.example/files/1.webp", "image/webp", "4096"),
        ("https://ann.example/files/2.mp3", "audio/mpeg", "123456"),
        ("https://ann.example/files/3.bin", "application/octet-stream", None),
    ]


def test_an_rss_item_has_one_enclosure_and_the_others_as_media() -> None:
    files = read("rss").entries[1]
    assert [(e.href, e.type, e.length) for e in files.enclosures] == [
        ("https://ann.example/files/2.mp3", "audio/mpeg", "123456")
    ]
    others = {each["url"]: each for each in files.media_content}
    assert others["https://ann.example/files/1.webp"]["medium"] == "image"
    assert others["https://ann.example/files/1.webp"]["width"] == "1600"
    assert "https://ann.example/files/3.bin" in others
    assert b"<media:description" not in rss(FEED)  # feedparser takes it for the entry's own


def test_an_unknown_size_is_zero_in_rss_and_left_out_elsewhere() -> None:
    feed = replace(FEED, entries=(replace(BARE, attachments=(Attachment("https://ann.example/f", "a/b"),)),))
    assert b'<enclosure url="https://ann.example/f" length="0" type="a/b"/>' in rss(feed)
    assert b"length" not in atom(feed)
    assert b"fileSize" not in rss(
        replace(feed, entries=(replace(FILES, attachments=(Attachment(BARE.url, size=0),) * 2),))
    )
    assert "size_in_bytes" not in json.loads(json_feed(feed))["items"][0]["attachments"][0]


def test_nothing_is_said_twice() -> None:
    assert rss(FEED).count(b"<atom:updated>") == 1  # of the one that was edited
    assert atom(FEED).count(b"xml:lang") == 2  # of the feed, and of the entry that differs
    assert "next_url" not in json.loads(json_feed(replace(FEED, next=FEED.url)))


@pytest.mark.parametrize(
    "url", ["ftp://ben.example/x", "https://ann:secret@ben.example/", "https://", "//ben.example/", "x"]
)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_web_address_is_not_written(kind: FeedKind, url: str) -> None:
    body = WRITERS[kind](replace(FEED, entries=(replace(LINK, external=url, pointers=(), image=url),)))
    assert faults(body, kind, FEED.url) == []
    assert b"related" not in body
    assert b"external_url" not in body
    assert b"secret" not in body


def test_json_feed_says_the_same() -> None:
    feed = json.loads(json_feed(FEED))
    assert feed["hubs"] == [{"type": "WebSub", "url": "https://ann.example/websub"}]
    assert feed["authors"] == [{"name": "Ann Åberg", "url": ANN.url, "avatar": ANN.photo}]
    assert feed["next_url"] == FEED.next
    assert (feed["language"], feed["_passalong"]) == ("en", {"licence": CC_BY})
    link, files, bare = feed["items"]
    assert (link["id"], link["url"], link["title"]) == (LINK.id, LINK.url, LINK.title)
    assert (link["external_url"], link["content_html"]) == (LINK.external, LINK.html)
    assert link["tags"] == ["oer", "assessment & care"]
    assert (link["date_published"], link["date_modified"]) == ("2026-09-14T12:00:00Z", "2026-09-14T15:00:00.250000Z")
    assert link["_passalong"]["via"] == "https://cas.example/links"
    assert {"rel": "reply", "url": "https://ben.example/posts/1"} in link["_passalong"]["links"]
    assert "title" not in files
    assert files["attachments"][1]["duration_in_seconds"] == 61.4
    assert bare["content_text"] == BARE.url


def test_extras_go_to_json_under_our_name() -> None:
    entry = replace(LINK, extras={"kind": "link", "source": {"name": "Ben\x07"}, "reason": None})
    item = json.loads(json_feed(replace(FEED, entries=(entry,))))["items"][0]
    assert item["_passalong"]["kind"] == "link"
    assert item["_passalong"]["source"] == {"name": "Ben"}


def test_an_untitled_note_has_its_first_words_for_a_title_in_atom_and_none_in_rss() -> None:
    note = replace(FILES, html="<p>One two</p><p>three " + "four " * 40 + "</p>")
    feed = replace(FEED, entries=(note,))
    title = read("atom", feed).entries[0].title
    assert title.startswith("One two three four")
    assert title.endswith("four…")
    assert len(title) <= 80
    assert "title" not in read("rss", feed).entries[0]


def test_first_words_are_found_behind_much_markup() -> None:
    html = "<p>" + f'<img src="https://ann.example/{"x" * 200}.png" alt="">' * 50 + "The words.</p>"
    assert read("atom", replace(FEED, entries=(replace(FILES, html=html),))).entries[0].title == "The words."


def test_a_note_in_a_language_without_spaces_is_cut_too() -> None:
    title = read("atom", replace(FEED, entries=(replace(FILES, html="<p>" + "永" * 300 + "</p>"),))).entries[0].title
    assert title == "永" * 79 + "…"


ATTACK = '"><img src=x onerror=alert(1)>'


def attacked() -> OutFeed:
    """T25: the same text in every place that is not a body."""
    entry = OutEntry(
        id="https://ann.example/@ann/6",
        url="https://ann.example/@ann/6",
        published=NOON,
        updated=NOON,
        title=ATTACK,
        html="<p>fine</p>",
        summary=ATTACK,
        external=f"https://ben.example/{ATTACK}",
        tags=(ATTACK,),
        attachments=(Attachment(f"https://ann.example/{ATTACK}", ATTACK, 1, ATTACK),),
        pointers=(Pointer("via", f"https://cas.example/{ATTACK}"), Pointer(ATTACK, "javascript:alert(1)")),
        authors=(Author(ATTACK, "javascript:alert(1)", "", f"https://x.example/{ATTACK}"),),
        lang=ATTACK,
        licence="data:text/html,<script>alert(1)</script>",
        image=ATTACK,
    )
    return replace(FEED, title=ATTACK, subtitle=ATTACK, lang=ATTACK, icon=ATTACK, licence=ATTACK,
                   hubs=(ATTACK,), entries=(entry,))  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_t25_an_attack_is_text_everywhere(kind: FeedKind) -> None:
    body = WRITERS[kind](attacked())
    assert faults(body, kind, FEED.url) == []
    assert b"javascript:" not in body
    assert b"data:" not in body
    if kind == "json":
        item = json.loads(body)["items"][0]
        assert (item["title"], item["tags"], item["authors"][0]["name"]) == (ATTACK, [ATTACK], ATTACK)
        return
    root = etree.fromstring(body)
    assert not root.xpath("//*[local-name()='img']")
    held = set(root.xpath("//*[local-name()='title' or local-name()='category']/text() | //@term | //@title"))
    assert ATTACK in held
    titles = root.xpath("//*[local-name()='entry' or local-name()='item']/*[local-name()='title']/text()")
    assert titles == [ATTACK]


@pytest.mark.parametrize("kind", KINDS)
def test_characters_that_xml_forbids_are_dropped(kind: FeedKind) -> None:
    bad = "a\x00b\x0bc\x85d\ud800e\uffffff\x1b"
    entry = replace(LINK, title=bad, html=f"<p>{bad}</p>", summary=bad, tags=(bad,), extras={"x": bad})
    body = WRITERS[kind](replace(FEED, title=bad, subtitle=bad, entries=(entry,)))
    assert faults(body, kind, FEED.url) == []
    assert b"<p>abcdeff</p>" in body.replace(b"&lt;", b"<").replace(b"&gt;", b">")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("https://Bücher.example/käse?q=ü#ö", "https://xn--bcher-kva.example/k%C3%A4se?q=%C3%BC#%C3%B6"),
        ("HTTPS://Ben.Example:443", "https://ben.example/"),
        ("http://ben.example:8080/a b|c", "http://ben.example:8080/a%20b%7Cc"),
        ("https://ben.example/100%", "https://ben.example/100%25"),
        ("https://ben.example/%7Eben/%C3%A4", "https://ben.example/%7Eben/%C3%A4"),
        ("https://ben.example/?a=1&b=[2]", "https://ben.example/?a=1&b=%5B2%5D"),
    ],
)
def test_addresses_are_written_as_uris(kind: FeedKind, given: str, written: str) -> None:
    body = WRITERS[kind](replace(FEED, entries=(replace(LINK, external=given),)))
    assert faults(body, kind, FEED.url) == []
    if kind == "json":
        assert json.loads(body)["items"][0]["external_url"] == written
    else:
        assert written in etree.fromstring(body).xpath("//*[@rel='related']/@href")


@pytest.mark.parametrize("kind", KINDS)
def test_relative_addresses_in_a_body_are_made_absolute(kind: FeedKind) -> None:
    html = (
        '<p title="href=&quot;/not&quot;">He wrote href="/text" &lt;a href="/too"&gt;.'
        '<a class="u" href="/a?x=1&amp;y=2">a</a><a href="#n">n</a><img src="b.png" alt="">'
        '<blockquote cite="../c">c</blockquote><a href="mailto:ann@ann.example">m</a></p>'
    )
    feed = replace(FEED, entries=(replace(LINK, html=html),))
    body = WRITERS[kind](feed)
    assert faults(body, kind, FEED.url) == []
    if kind == "json":
        found = json.loads(body)["items"][0]["content_html"]
    else:
        found = read(kind, feed).entries[0].content[0].value
    assert re.findall(r'(?:href|src|cite)="([^"]*)"', found.split("&gt;.")[1]) == [
        "https://ann.example/a?x=1&amp;y=2",
        "https://ann.example/@ann/7#n",
        "https://ann.example/@ann/b.png",
        "https://ann.example/c",
        "mailto:ann@ann.example",
    ]
    assert 'wrote href="/text" &lt;a href="/too"&gt;.' in found


TEXTS = st.text(max_size=60)
# feedparser guesses by the look of a text whether it is HTML, or UTF-8 taken for Latin-1; what looks like that is
# tested with lxml instead.
QUIET = st.text(st.characters(exclude_characters="<>&ÂÃ", exclude_categories=("Cs",)), max_size=60).filter(
    lambda text: not any("\xc2" <= character <= "\xf4" for character in text)
)
PATHS = st.text(max_size=12).map(lambda text: f"https://ben.example/{text}")
TIMES = st.datetimes(datetime(1995, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@st.composite
def entries(draw: st.DrawFn) -> OutEntry:
    number = draw(st.integers(0, 10**12))
    published = draw(TIMES)
    return OutEntry(
        id=f"https://ann.example/@ann/{number}",
        url=f"https://ann.example/@ann/{number}",
        published=published,
        updated=published + timedelta(seconds=draw(st.integers(0, 10**6))),
        title=draw(QUIET),
        html=f"<p>{draw(QUIET)}</p>",
        summary=draw(QUIET),
        external=draw(st.one_of(st.just(""), PATHS)),
        tags=tuple(draw(st.lists(QUIET, max_size=3))),
        attachments=tuple(draw(st.lists(st.builds(Attachment, PATHS, TEXTS, st.integers(0, 9**9), QUIET), max_size=2))),
        pointers=tuple(draw(st.lists(st.builds(Pointer, st.sampled_from(["via", "reply", "x"]), PATHS), max_size=2))),
        lang=draw(st.sampled_from(["", "en", "pt-BR", "ar"])),
    )


def seen(text: str) -> str:
    """Text as anyone may show it: printable characters, one space between words."""
    return " ".join(re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]", "", text).split())


@settings(max_examples=60, deadline=None)
@given(st.lists(entries(), max_size=4, unique_by=lambda entry: entry.id), QUIET)
def test_whatever_is_written_is_valid_and_read_back(shared: list[OutEntry], title: str) -> None:
    feed = replace(FEED, title=title, entries=tuple(shared))
    for kind in KINDS:
        assert faults(WRITERS[kind](feed), kind, FEED.url) == []
    for kind in ("atom", "rss"):
        for entry, found in zip(shared, read(kind, feed).entries, strict=True):
            assert (found.id, found.link) == (entry.id, entry.url)
            assert datetime(*found.published_parsed[:6], tzinfo=UTC) == entry.published.replace(microsecond=0)
            if seen(entry.title):
                assert seen(found.title) == seen(entry.title)
            assert seen(found.content[0].value) == seen(entry.html)
            assert {seen(tag.term) for tag in found.get("tags", [])} == {seen(t) for t in entry.tags if seen(t)}
    for entry, item in zip(shared, json.loads(json_feed(feed))["items"], strict=True):
        assert (item["id"], item["url"], item.get("title", "")) == (entry.id, entry.url, seen(entry.title))


@settings(max_examples=60, deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_any_text_at_all_is_valid_and_kept(title: str, tag: str, url: str) -> None:
    entry = replace(LINK, title=title, tags=(tag,), external=url, image=url, licence=url, lang=tag)
    feed = replace(FEED, title=title, subtitle=tag, icon=url, lang=tag, entries=(entry,))
    for kind in KINDS:
        assert faults(WRITERS[kind](feed), kind, FEED.url) == []
    if seen(title):
        written = etree.fromstring(rss(feed)).findtext("channel/item/title")
        assert seen(written or "") == seen(title)


@pytest.mark.parametrize("kind", KINDS)
def test_the_reader_library_follows_it(kind: FeedKind, tmp_path: Path) -> None:
    """The PyPI package `reader`, from a file as a stranger would get it: new, then edited."""
    place = tmp_path / f"feed.{kind}"
    place.write_bytes(WRITERS[kind](replace(FEED, entries=(LINK, FILES))))
    with make_reader(":memory:", feed_root=str(tmp_path)) as reader:
        reader.add_feed(place.name)
        reader.update_feeds(scheduled=False)
        found = {entry.id: entry for entry in reader.get_entries()}
        assert set(found) == {LINK.id, FILES.id}
        assert (found[LINK.id].title, found[LINK.id].link) == (LINK.title, LINK.url)
        assert found[LINK.id].published == NOON
        assert found[LINK.id].content[0].value == LINK.html
        place.write_bytes(WRITERS[kind](replace(FEED, entries=(replace(LINK, title="Grading nothing"), FILES))))
        reader.update_feeds(scheduled=False)
        assert {entry.title for entry in reader.get_entries()} >= {"Grading nothing"}


def test_the_page_about_feeds_names_their_media_types() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "feeds.md").read_text()
    for kind in KINDS:
        assert f"| `feed.{kind}` | `{CONTENT_TYPES[kind]}` |" in page


def test_the_media_types_are_the_registered_ones() -> None:
    assert CONTENT_TYPES["atom"].startswith("application/atom+xml")
    assert CONTENT_TYPES["rss"].startswith("application/rss+xml")
    assert CONTENT_TYPES["json"].startswith("application/feed+json")

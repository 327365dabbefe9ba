"""Hostile and broken documents: each is refused or read, in bounded time, with nothing that was not in it.

Rows of promises.md: T13 entity attacks, T15 slow patterns, T45 JSON, F15 cut documents, F19 a page instead of a feed,
F35 junk around the document, F37 sizes.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from lxml import etree

from passalong.wire import feed, feed_fast, feed_tolerant, mf2
from passalong.wire.feed_document import Document
from passalong.wire.feed_raw import Doubt
from passalong.wire.shapes import Entry, Feed, Unreadable

HEAD = '<rss version="2.0"><channel><title>t</title><link>https://ann.example/</link>'
TAIL = "</channel></rss>"
MILLION = 1_000_000


def of_item(inside: str) -> str:
    return f"{HEAD}<item><title>a</title>{inside}</item>{TAIL}"


def read(text: str) -> Feed:
    return feed.read(text.encode(), url="https://ann.example/feed")


def only_entry(text: str) -> Entry:
    (entry,) = read(text).entries
    return entry


def outcome(text: str) -> str:
    try:
        return "read" if len(read(text).entries) <= 1 else "more than there is"
    except Unreadable as refusal:
        return refusal.code


@contextmanager
def within(seconds: float) -> Iterator[None]:
    start = time.process_time()
    yield
    spent = time.process_time() - start
    assert spent < seconds, f"{spent:.2f} s of processor time"


# T13 ---------------------------------------------------------------------------------------------------------------

LAUGHS = (
    '<!DOCTYPE rss [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(12))
    + "]>"
    + of_item("<description>&m;</description>")
)
QUADRATIC = f'<!DOCTYPE rss [<!ENTITY a "{"x" * 100_000}">]>' + of_item(f"<description>{'&a;' * 1000}</description>")
MANY_SMALL = f'<!DOCTYPE rss [<!ENTITY a "{"x" * 190}">]>' + of_item(f"<description>{'&a;' * 100_000}</description>")
EXTERNAL = '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + of_item("<description>&a;</description>")
PARAMETER = '<!DOCTYPE rss [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]>' + of_item("<description>x</description>")
EXTERNAL_DTD = '<!DOCTYPE rss SYSTEM "file:///etc/passwd">' + of_item("<description>x &root; y</description>")
XINCLUDE = of_item(
    '<description><i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/></description>'
)


@pytest.mark.parametrize(
    "text",
    [LAUGHS, QUADRATIC, MANY_SMALL, EXTERNAL, PARAMETER, EXTERNAL_DTD, XINCLUDE],
    ids=["laughs", "quadratic", "many small", "external", "parameter", "external DTD", "XInclude"],
)
def test_entities_bring_nothing_in(text: str) -> None:
    with within(1.0):
        try:
            found = read(text)
        except Unreadable:
            return
    assert "root:" not in repr(found)
    assert len(found.entries[0].html) <= MILLION + 100_000


@pytest.mark.parametrize("text", [LAUGHS, EXTERNAL, EXTERNAL_DTD], ids=["laughs", "external", "external DTD"])
def test_both_parsers_expand_nothing_even_if_a_dtd_reached_them(text: str) -> None:
    """The second wall: a DTD never gets past `feed_document`, and the parsers would not follow it either."""
    document = Document(text, "rss")
    with within(1.0):
        with pytest.raises(Doubt):
            feed_fast.read(document)
        try:
            found = repr(feed_tolerant.read(document, ""))
        except Unreadable:
            return
    assert "root:" not in found
    assert found.count("ha") < 100


def test_harmless_entities_are_written_out() -> None:
    text = '<!DOCTYPE rss [<!ENTITY ann "Ann &#38; Ben"><!ENTITY e "&#233;">]>' + of_item(
        "<author>&ann;</author><guid>caf&e;</guid>"
    )
    entry = only_entry(text)
    assert (entry.authors[0].name, entry.guid) == ("Ann & Ben", "café")


def test_the_fast_parser_may_not_reach_anything() -> None:
    text = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'
    root = etree.fromstring(text.encode(), feed_fast._PARSER)
    assert Path("/etc/hostname").read_text().strip() not in etree.tostring(root, encoding="unicode").partition("]>")[2]


# T15 ---------------------------------------------------------------------------------------------------------------


def repeated(piece: str, size: int = MILLION) -> str:
    return piece * (size // len(piece))


DOUBTFUL = "<image><url>https://ann.example/a.png</url></image>"
"""Well-formed, and nothing the fast path would read."""

SLOW = {
    "author without end": of_item(f"<author>{'a' * MILLION}</author>"),
    "author of at signs": of_item(f"<author>{repeated('a@a.')}</author>"),
    "author without end, for feedparser": of_item(f"{DOUBTFUL}<author>{'a' * MILLION}</author>"),
    "a vocabulary an element, for feedparser": of_item(
        DOUBTFUL + "".join(f'<a{i}:b xmlns:a{i}="u{i}"/>' for i in range(20_000))
    ),
    "categories, ill-formed": of_item("".join(f"<category>{i}</category>" for i in range(20_000)) + "<b>"),
    "a vocabulary an element": of_item("".join(f'<a:b xmlns:a="u{i}"/>' for i in range(30_000))),
    "deep": of_item("<a>" * 100_000 + "</a>" * 100_000),
    "deep, ill-formed": of_item("<a>" * 100_000),
    "open CDATA": of_item(repeated("<![CDATA[")),
    "open comments": of_item(repeated("<!--")),
    "unknown entities": of_item(f"<description>{repeated('&nope;')}</description>"),
    "ampersands": of_item(f"<description>{'&' * MILLION}</description>"),
    "open links": HEAD + repeated("<link "),
    "roots": repeated("<rss "),
    "encodings declared": f"<?xml {repeated('encoding=')}?>{HEAD}{TAIL}",
    "encodings of no end": "<?" + repeated('encoding="x" ') + f"?>{HEAD}{TAIL}",
    "doctypes": repeated('<!DOCTYPE a [<!ENTITY a "b">') + HEAD + TAIL,
    "attributes": of_item("<link " + " ".join(f'a{i}="b"' for i in range(60_000)) + "/>"),
    "title of tags": f"{HEAD}<item><title>{repeated('&lt;a ')}&amp;</title></item>{TAIL}",
    "title of scripts": f"{HEAD}<item><title>{repeated('&lt;script&gt;')}&lt;/b&gt;</title></item>{TAIL}",
    "a long date": of_item(f"<pubDate>{'1' * MILLION}</pubDate>"),
    "no root": repeated("<a>b</a>"),
    "less than": "<" * MILLION,
    "sources": of_item(repeated('<source url="a">')),
    "bad numbers": of_item(repeated("&#")),
    "one bad number": of_item(f"<description>&#{'9' * MILLION};</description>"),
}


@pytest.mark.parametrize("text", SLOW.values(), ids=SLOW.keys())
def test_no_document_of_a_megabyte_takes_long(text: str) -> None:
    with within(4.0):
        assert outcome(text) in ("read", "too deep", "not a feed", "too big")


SLOW_PAGES = {
    "div": "<div>",
    "bold": "<b>",
    "lists": "<ul><li>",
    "tables": "<table><tr><td>",
    "class": '<p class="h-entry ',
}


@pytest.mark.parametrize("piece", SLOW_PAGES.values(), ids=SLOW_PAGES.keys())
def test_no_page_takes_long(piece: str) -> None:
    with within(4.0):
        page = '<p class="h-entry">a</p>' + repeated(piece, 300_000)
        with suppress(Unreadable):
            mf2.read(page.encode(), "https://ann.example/")


# T45 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 100_000, "too deep"),
        ('{"a":' * 100_000, "too deep"),
        ('{"items": [' + '{"a": [' * 16 + "]}" * 16 + "]}", "too deep"),
        ('{"items": [{"id": NaN}]}', "bad json"),
        ('{"items": [{"id": -Infinity}]}', "bad json"),
        ('{"items": [], "items": []}', "bad json"),
        ('{"items": [{"id": "1", "id": "2"}]}', "bad json"),
        ('{"items": [' + "9" * 100_000 + "]}", "bad json"),
        ('{"items": 7}', "not a feed"),
        ("[1, 2]", "not a feed"),
        ('{"items": [{"id": "1"', "cut"),
        ('{"items": [{"id": "1', "cut"),
        ("{nonsense}", "bad json"),
    ],
)
def test_json_that_is_no_feed(text: str, code: str) -> None:
    with within(0.5), pytest.raises(Unreadable) as caught:
        read(text)
    assert caught.value.code == code
    assert str(caught.value).endswith(".")


def test_json_of_thirty_levels_is_read() -> None:
    text = '{"items": [{"id": "1", "_x": ' + "[" * 28 + "]" * 28 + "}]}"
    assert len(read(text).entries) == 1


# F15 ---------------------------------------------------------------------------------------------------------------

WHOLE = HEAD + "".join(f"<item><guid>https://ann.example/{i}</guid><title>{i}</title></item>" for i in range(3)) + TAIL


def test_a_document_cut_anywhere_gives_no_half_entry() -> None:
    whole = read(WHOLE).entries
    for end in range(len(HEAD), len(WHOLE) - 1):
        found = read(WHOLE[:end])
        assert found.entries == whole[: len(found.entries)], end
        assert found.cut or end > WHOLE.rindex("</rss"), end
    assert not read(WHOLE).cut


def test_a_root_closed_inside_a_cut_document_is_not_its_end() -> None:
    text = HEAD + "<item><title>How feeds end: </rss></title></item><item><title>half"
    assert read(text).cut


# F19, F35 ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html><html><body>Wi-Fi</body></html>",
        "<html><head><link rel='alternate' type='application/rss+xml' href='/feed'></head></html>",
        "\n\n<HTML><BODY>Not found</BODY></HTML>",
        "<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0//EN' 'x.dtd'><html/>",
        "<!-- by Apache --><head><title>403</title></head>",
        "<p>Just a moment...</p><script>x</script>",
    ],
)
def test_a_page_is_told_from_a_feed(text: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(text)
    assert caught.value.code == "html"


@pytest.mark.parametrize(
    "before",
    [
        "<br />\n<b>Warning</b>: mysql_connect() in <b>/srv/db.php</b> on line <b>3</b><br />\n<?xml version='1.0'?>",
        "\n\n  <?xml version='1.0'?>",
        "<!-- generated --><?xml-stylesheet href='x.xsl'?>",
        "Notice: Undefined index <?xml version='1.0'?>",
        "<!DOCTYPE rss PUBLIC '-//Netscape//DTD RSS 0.91//EN' 'rss.dtd'>",
        "﻿﻿",
        "<script>track()</script>",
    ],
)
def test_junk_before_the_document_is_passed_over(before: str) -> None:
    assert len(read(before + WHOLE).entries) == 3


@pytest.mark.parametrize(
    "after", ["<script>x</script>", "<!-- 0.2 s -->", "\x00\x00", "<b>Fatal error</b>: out of memory"]
)
def test_junk_after_the_document_is_passed_over(after: str) -> None:
    found = read(WHOLE + after)
    assert (len(found.entries), found.cut) == (3, False)


# F37 ---------------------------------------------------------------------------------------------------------------


def test_a_title_of_a_megabyte_is_capped() -> None:
    feed_of_it = HEAD.replace("<title>t", f"<title>{'t' * MILLION}")
    found = read(f"{feed_of_it}<item><title>{'x ' * MILLION}</title></item>{TAIL}")
    assert (len(found.title), found.title[-1]) == (1000, "…")
    assert 990 <= len(found.entries[0].title) <= 1000


def test_ten_thousand_files_are_capped() -> None:
    files = "".join(
        f'<enclosure url="https://ann.example/{i}.mp3" type="audio/mpeg" length="1"/>' for i in range(10_000)
    )
    with within(1.0):
        assert len(only_entry(of_item(files)).attachments) == 50


def test_bodies_tags_people_and_identities_are_capped() -> None:
    entry = only_entry(
        of_item(
            f"<description>{'&lt;p&gt;word ' * 500_000}</description><guid isPermaLink='false'>{'g' * 50_000}</guid>"
            + "".join(f"<category>c{i}</category><author>a{i}</author>" for i in range(3000))
        )
    )
    assert 900_000 < len(entry.html) <= MILLION
    assert (len(entry.guid), len(entry.tags), len(entry.authors)) == (4000, 100, 20)


def many(count: int, oldest_first: bool = False, broken: str = "") -> str:
    days = range(count) if oldest_first else range(count, 0, -1)
    return (
        HEAD
        + "".join(
            f"<item><guid>https://ann.example/{i}</guid>{broken}"
            f"<pubDate>{i % 28 + 1} Jan {1900 + i // 28} 00:00:00 GMT</pubDate></item>"
            for i in days
        )
        + TAIL
    )


@pytest.mark.parametrize("broken", ["", "&nope &"], ids=["well-formed", "ill-formed"])
def test_a_hundred_thousand_entries_give_the_newest_thousand_soon(broken: str) -> None:
    with within(4.0):
        found = read(many(100_000, broken=broken))
    assert [entry.guid for entry in found.entries[:2]] == ["https://ann.example/100000", "https://ann.example/99999"]
    assert len(found.entries) == 1000


@pytest.mark.parametrize("broken", ["", "<p>"], ids=["well-formed", "never mended"])
def test_the_newest_thousand_are_at_the_end_where_the_oldest_come_first(broken: str) -> None:
    found = read(many(1500, oldest_first=True, broken=broken))
    assert [found.entries[0].guid, found.entries[-1].guid] == ["https://ann.example/500", "https://ann.example/1499"]
    assert len(found.entries) == 1000


def test_what_is_heavy() -> None:
    assert not feed.heavy(WHOLE.encode())
    assert feed.heavy(many(1001).encode())
    assert feed.heavy(b" " * (feed.HEAVY_BYTES + 1))
    assert feed.heavy(b"<br/>" * (feed.HEAVY_TAGS + 1))

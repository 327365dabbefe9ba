from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passalong.wire.html import head
from tests.shared import shared

PAGE = """<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><base href="/blog/">
<title>Crabs &amp; &#8220;tides&#8221;
 of May</title>
<link rel="Alternate" type="application/RSS+xml; charset=utf-8" title="All &lt;posts&gt;" href="feed.xml?a=1&copy=2">
<link rel='alternate feed' hreflang=fr href=//fr.example/flux><LINK REL=stylesheet HREF=s.css>
<meta property="og:title" content="Crabs"><meta property="og:image" content="a.png">
<meta property="og:image" content="b.png"><meta http-equiv="refresh" content="0; url=/x">
<meta name="Description" content=" Short. ">
<script>document.write("<link rel=alternate href=/never>")</script><!-- <link rel=alternate href=/comment> -->
<script type="application/ld+json">{"@type": "Article"}</script></head>
<body class="home h-entry"><svg><title>not this</title></svg><h1>The <em>tide</em><br>table</h1><h1>Second</h1>
<a href="a.html" rel="me nofollow" title="t">One <b>two</b><img alt="three"></a> text <a href="mailto:x@y">mail</a>
<a name=x>no href</a><a href=https://example.com/?a=b aria-label="Feed"><p>four</a>
<iframe src="//video.example/1"></iframe>
"""


def test_head_reads_what_a_page_says_of_itself() -> None:
    page = head(PAGE.encode(), "text/html", "https://example.org/2026/")
    assert (page.url, page.base) == ("https://example.org/2026/", "https://example.org/blog/")
    assert (page.title, page.heading, page.lang) == ("Crabs & “tides” of May", "The tide table", "en-GB")
    feed, flux, style = page.links
    assert feed.href == "https://example.org/blog/feed.xml?a=1&copy=2"
    assert (feed.rel, feed.type, feed.title) == ({"alternate"}, "application/rss+xml", "All <posts>")
    assert (flux.href, flux.rel, flux.hreflang) == ("https://fr.example/flux", {"alternate", "feed"}, "fr")
    assert page.rel("stylesheet") == (style,)
    assert page.metas["og:image"] == ("a.png", "b.png")
    assert page.meta("twitter:title", "og:title") == "Crabs"
    assert (page.meta("description"), page.meta("refresh"), page.meta("none")) == ("Short.", "0; url=/x", "")
    assert page.jsonld == ('{"@type": "Article"}',)
    assert page.frames == ("https://video.example/1",)
    assert page.microformats


def test_head_reads_where_anchors_lead() -> None:
    one, other = head(PAGE, "", "https://example.org/2026/").anchors
    assert one.href == "https://example.org/blog/a.html"
    assert (one.text, one.rel, one.title) == ("One two three", {"me", "nofollow"}, "t")
    assert (other.href, other.text, other.title) == ("https://example.com/?a=b", "four", "Feed")


def test_head_counts_no_more_than_it_says() -> None:
    many = "<a href=x>y</a>" * 3_000 + "<link href=x>" * 3_000 + "<meta name=a content=b>" * 3_000
    page = head(many, "", "https://e.example/")
    assert (len(page.anchors), len(page.links), len(page.metas["a"])) == (2_000, 500, 50)
    assert len(head(f"<title>{'x' * 9_000}</title><a href=https://e.example/>{'y' * 9_000}</a>").title) == 300


CHARSETS = {
    "mark": ("<title>é</title>".encode("utf-8-sig"), "text/html; charset=latin1", "é"),
    "mark16": (b"\xff\xfe" + "<title>é</title>".encode("utf-16-le"), "", "é"),
    "header": ("<title>я</title>".encode("koi8-r"), "text/html; charset=KOI8-R", "я"),
    "meta": ("<meta charset='shift_jis'><title>日本</title>".encode("shift_jis"), "text/html", "日本"),
    "pragma": (
        "<meta http-equiv=Content-Type content='text/html; charset=windows-1251'><title>я</title>".encode("cp1251"),
        "",
        "я",
    ),
    "header before meta": ("<meta charset=utf-8><title>я</title>".encode("koi8-r"), "text/html;charset=koi8-r", "я"),
    "header that cannot be": (
        "<meta charset=gbk><title>中文</title>".encode("gbk"),
        "text/html; charset=utf-8",
        "中文",
    ),
    "latin label on UTF-8": ("<title>naïve</title>".encode(), "text/html; charset=iso-8859-1", "naïve"),
    "nothing said, UTF-8": ("<title>naïve</title>".encode(), "", "naïve"),
    "nothing said, Latin": (b"<title>na\xefve \x93x\x94</title>", "", "naïve “x”"),
    "UTF-8 with a slip": (b"<title>\xc3\xa9 \xff</title>", "text/html; charset=utf-8", "é \ufffd"),
    "no character set": (b"<title>+ADw-script+AD4-</title>", "text/html; charset=utf-7", "+ADw-script+AD4-"),
    "a codec that is none": (b"<title>x</title>", "text/html; charset=zip", "x"),
}


@pytest.mark.parametrize("name", CHARSETS)
def test_head_finds_the_character_set(name: str) -> None:
    body, content_type, title = CHARSETS[name]
    assert head(body, content_type).title == title


# T15: what makes backtracking patterns and tree builders slow. `div` and `attributes` took lexbor 171 s and 35 s.
M = 1_000_000
HOSTILE = {
    "link": "<link " * (M // 6),
    "link closed": "<link rel=alternate href=x>" * (M // 27),
    "attributes": "<link " + " ".join(f"a{n}=1" for n in range(M // 8)) + ">",
    "div": "<div>" * (M // 5),
    "anchors": "<a href=x>" * (M // 10),
    "less than": "<" * M,
    "ampersand": "&" * M,
    "comments": "<!--" * (M // 4),
    "short comments": "<!-->" * (M // 5),
    "open quotes": '<a b="' * (M // 6),
    "mixed quotes": "<a b=\"'>" * (M // 8),
    "scripts": "<script>" * (M // 8),
    "script without end": "<script>" + "</scrip" * (M // 7),
    "titles": "<title></title>" * (M // 15),
    "closers": "</" * (M // 2),
    "equals": "<a " + "=" * M,
    "spaces": "<a" + " " * M,
    "assignments": "<a " + "a= " * (M // 3),
    "classes": 'class=" ' * (M // 8),
    "metas": "<meta name=a content=b>" * (M // 23),
    "charsets": "<meta " * (M // 6),
    "references": '<a href="' + "&a" * (M // 2) + '">',
    "headings": "<h1>x" * (M // 5),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_head_is_linear(name: str) -> None:
    page = HOSTILE[name].encode()
    began = time.process_time()
    head(page, "", "https://e.example/")
    assert time.process_time() - began < (0.5 if name == "link" else 1.5)


@given(st.text(alphabet="<>/!-='\" abhrefscriptlnkm&;#x\n", max_size=200), st.text(max_size=20))
def test_head_never_raises(page: str, url: str) -> None:
    assert head(page, page, url)
    assert head(page.encode("utf-16"), page, url)


def test_head_finds_every_feed_link_in_the_shared_sites() -> None:
    pages: list[Path] = sorted(shared("discovery").glob("*/home.html"))
    assert len(pages) > 20
    for page in pages:
        text = page.read_text(encoding="utf-8", errors="replace")
        assert bool(head(page.read_bytes(), "text/html", "https://e.example/").links) == ("<link" in text.lower()), page

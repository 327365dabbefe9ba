"""The short way through clean() gives what the long way gives, or leaves the decision to it."""

from __future__ import annotations

from html import escape
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from passalong.wire import feed, html
from passalong.wire.html_fast import clean_fast
from passalong.wire.shapes import Unreadable
from tests.shared import shared

BASE = "https://ben.example/notes/"
WORDS = """a abbr article b blockquote br cite code dd details div dl dt em figcaption figure font h1 h2 h3 hr i img li
ol p pre q ruby s section small span strong sub summary table td tr u ul video wbr center main P LI nobr button"""
NAMES = WORDS.split()
ATTRIBUTES = [
    ' href="https://ann.example/a?b=c&amp;d=e"', ' href="https://ann.example/page"', ' href="/here"', ' href="#x"',
    ' href="javascript:alert(1)"', ' href="mailto:ann@ann.example"', ' href="https://xn--a.example/"', ' src="x.png"',
    ' href="https://ann.example/%7Ea b"', ' href="http://ann.example:80"', ' href=""', ' src="https://a.example/i.png"',
    ' src="https://pixel.example/p.gif" width="1" height="1"', ' data-src="https://a.example/lazy.jpg"',
    ' alt="a &amp; b"',
    ' alt="<b>"', ' class="language-py x"', ' class="wp-block"', ' style="display:none"', ' onclick="x()"',
    ' lang="de"',
    ' dir="rtl"', ' dir="up"', ' title="t"', ' cite="https://cas.example/q"', ' datetime="2026-11-24"', ' open=""',
    ' start="3"', ' value="2"', " id='x'", " hidden", " /", "/", ' srcset="https://a.example/2.png 2x"', ' rel="me"',
    ' href="https://a.example/1" href="https://a.example/2"', ' target="_blank"', ' src="//a.example/i"',
]  # fmt: skip
TEXTS = [
    "words", " ", "\n", "\n\n", "&amp;", "&lt;b&gt;", "&nbsp;", "&#8217;", "&rsquo;", "&#160;", "&#13;", "&copy", "&",
    "a > b", "\xa0", "\r\n", "\x00", "\x0c", "\x7f", "\ufeff", "\ufffe", "ä 漢字 🙂", "&quot;", "'\"", "\u2028",
]  # fmt: skip


def long_way(body: str) -> html.Clean:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(html, "clean_fast", lambda *_: None)
        return html.clean(body, BASE)


def same(body: str) -> bool:
    """Whether the short way took it; fails where it gave something else."""
    found = clean_fast(body, BASE)
    if found:
        assert html.Clean(*found) == long_way(body)
        assert html.clean(found[0], BASE).html == found[0]
    return found is not None


def element(tag: tuple[str, str], inside: str) -> str:
    return f"<{tag[0]}{tag[1]}>{inside}</{tag[0]}>"


def elements() -> st.SearchStrategy[str]:
    tags = st.tuples(st.sampled_from(NAMES), st.lists(st.sampled_from(ATTRIBUTES), max_size=2).map("".join))
    return st.recursive(
        st.sampled_from(TEXTS),
        lambda inside: st.builds(element, tags, st.lists(inside, max_size=4).map("".join)),
        max_leaves=12,
    )


@given(st.lists(elements() | st.sampled_from(["<br>", "<hr>", "<br />", "<!-- x -->", "</p>", "<p>"]), max_size=6))
@example(["<ul><li>a</li><li>b</li></ul>"])
@settings(max_examples=600, deadline=None)
def test_the_short_way_is_the_long_way(pieces: list[str]) -> None:
    body = "".join(pieces)
    if "<" in body:
        same(body)


@pytest.mark.parametrize(
    "body",
    [
        '<p>One <em>word</em> and a <a href="https://ann.example/page">link</a>.</p>',
        '<p class="x">a<br />b</p>\n<ul>\n<li><strong>c</strong></li></ul><hr><h2 id="y">d</h2>',
        '<figure><img src="https://a.example/i.png" alt="An oak"><figcaption>e</figcaption></figure>',
        "<pre><code class='language-py'>f</code></pre>".replace("'", '"'),
        "<p>It&#8217;s &lt;b&gt; &amp; more&nbsp;ä</p>",
    ],
)
def test_ordinary_bodies_take_it(body: str) -> None:
    assert same(body)


@pytest.mark.parametrize(
    "body",
    [
        "<p>a<p>b",
        "<p><ul><li>a</li></ul></p>",
        "<b><i>a</b></i>",
        '<a href="https://a.example/">a<a href="https://b.example/">b</a></a>',
        "<table><tr><td>a</td></tr></table>",
        "<h1><h2>a</h2></h1>",
        "<li>a</li>",
        "<script>alert(1)</script>",
        "<p onclick=x()>a</p>",
        "<p title='a'>b</p>",
        '<a href="javascript:alert(1)">a</a>',
        "<pre>\na</pre>",
        "<p>a\xa0b</p>",
        "<p>a > b</p>",
        "<!-- a --><p>b</p>",
        "<p>a</p",
        "<svg><p>a</p></svg>",
        "<b>" * 21 + "</b>" * 21,
    ],
)
def test_what_is_in_doubt_takes_the_long_way(body: str) -> None:
    assert clean_fast(body, BASE) is None


def test_real_bodies_come_out_alike() -> None:
    taken = 0
    for file in sorted(Path(shared("feeds")).rglob("*")):
        if not file.is_file() or file.stat().st_size > 300_000:
            continue
        try:
            found = feed.read(file.read_bytes(), url=BASE)
        except Unreadable:
            continue
        for entry in found.entries[:10]:
            taken += "<" in entry.html and same(entry.html)
    assert taken > 100


def test_an_escaped_word_stays_escaped() -> None:
    assert html.clean(f"<p>{escape('<script>alert(1)</script>')}</p>").html.count("<") == 2

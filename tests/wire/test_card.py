"""What a page says of itself."""

from __future__ import annotations

import contextlib
import json
import time
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passalong.wire import card
from passalong.wire.shapes import Card, Unreadable

from .cases_of import FOLDER

URL = "https://ben.example/seeds?utm_source=x"


def read(head: str, body: str = "") -> Card:
    html = f"<!doctype html><html lang=en><head>{head}</head><body>{body}</body></html>"
    return card.read(html.encode(), "text/html; charset=utf-8", URL)


def test_it_works() -> None:
    found = read(
        '<title>Seeds | Ben</title><meta property="og:title" content="Seeds in winter">'
        '<meta property="og:description" content="Sow them &amp; wait"><meta property="og:image" content="/seed.jpg">'
        '<meta property="og:site_name" content="Ben\'s notebook"><meta name="author" content="Ben">'
        '<link rel="canonical" href="/seeds"><link rel="license" href="https://creativecommons.org/licenses/by/4.0/">'
    )
    assert found.url == "https://ben.example/seeds"
    assert (found.title, found.description) == ("Seeds in winter", "Sow them & wait")
    assert (found.image, found.author) == ("https://ben.example/seed.jpg", "Ben")
    assert (found.site, found.lang) == ("Ben's notebook", "en")
    assert found.licence == "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>Only a title</title>", "Only a title"),
        ('<meta name="twitter:title" content="By its card">', "By its card"),
        ('<meta name="citation_title" content="A paper">', "A paper"),
        ('<script type="application/ld+json">{"@type":"Article","headline":"By JSON"}</script>', "By JSON"),
        (
            '<script type="application/ld+json">{"@graph":[{"@type":"Person"},{"@type":["Book"],"name":"In a graph"}]}'
            "</script>",
            "In a graph",
        ),
        ("<title>A &lt;b&gt;bold&lt;/b&gt; claim</title>", "A bold claim"),
        ('<script type="application/ld+json">{broken</script><title>All the same</title>', "All the same"),
    ],
)
def test_titles(head: str, title: str) -> None:
    assert read(head).title == title


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ('<link rel="canonical" href="https://ben.example/seeds">', "https://ben.example/seeds"),
        ('<link rel="canonical" href="https://www.ben.example/seeds">', "https://www.ben.example/seeds"),
        ('<link rel="canonical" href="https://evil.example/seeds">', URL),
        ('<link rel="canonical" href="https://ben.example/">', URL),
        ('<link rel="canonical" href="javascript:alert(1)">', URL),
        ('<meta property="og:url" content="https://ben.example/seeds">', "https://ben.example/seeds"),
    ],
)
def test_only_its_own_site_may_name_its_address(head: str, url: str) -> None:
    assert read(head).url == url


@pytest.mark.parametrize("image", ["javascript:alert(1)", "data:image/png;base64,AA", "", "http://[::bad"])
def test_pictures_are_web_addresses_or_none(image: str) -> None:
    assert read(f'<meta property="og:image" content="{image}">').image == ""


def test_authors_from_lists_and_profiles() -> None:
    said = {"@type": "Article", "headline": "x", "author": [{"name": "Ann"}, {"name": "Ben"}]}
    assert read(f'<script type="application/ld+json">{json.dumps(said)}</script>').author == "Ann, Ben"
    assert read('<meta property="article:author" content="https://social.example/ben">').author == ""


def test_long_words_are_cut() -> None:
    found = read(f'<title>{"long " * 500}</title><meta name="description" content="{"word " * 5000}">')
    assert len(found.title) <= 300
    assert len(found.description) <= 1000


def test_oembed() -> None:
    page = read('<link rel="alternate" type="application/json+oembed" href="/oembed?u=1">')
    assert page.oembed == "https://ben.example/oembed?u=1"
    said = json.dumps({"title": "A film", "author_name": "Ben", "thumbnail_url": "/t.jpg", "type": "video"}).encode()
    found = card.merge(page, card.read_oembed(said, URL))
    assert (found.title, found.author, found.image) == ("A film", "Ben", "https://ben.example/t.jpg")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"null", b"[" * 100_000])
def test_what_is_no_oembed_is_said(body: bytes) -> None:
    with pytest.raises(Unreadable):
        card.read_oembed(body, URL)


@pytest.mark.parametrize("page", sorted((FOLDER / "card").glob("*.html")), ids=lambda page: page.stem)
def test_a_page(page: Any) -> None:
    found = asdict(card.read(page.read_bytes(), "text/html", "https://www.tide.example/2026/05/crabs?utm_source=x"))
    said = {name: value.isoformat() if name == "published" else value for name, value in found.items() if value}
    assert said == json.loads(page.with_suffix(".json").read_text())


NESTED = {
    "graphs": '{"@graph":[' * 5_000,
    "whole graphs": '{"@graph":[' * 400 + "]}" * 400,
    "images": '{"@type":"Article","image":' + '{"url":' * 900 + '"x"' + "}" * 901,
    "authors": '{"@type":"Article","author":' + "[" * 900 + "]" * 900 + "}",
    "names": '{"@type":"Article","author":' + '{"name":' * 900 + '"x"' + "}" * 901,
    "headlines": '{"@type":"Article","headline":' + "[" * 900 + "]" * 900 + "}",
    "wide": "[" + ",".join(['{"@type":"Article","headline":"x","author":{"@id":"#a"}}'] * 9_000) + "]",
    "numbers": '{"@type":["Article",7,null],"headline":7,"author":7,"image":7,"datePublished":7,"@id":7,"name":"x"}',
    "halves": '{"@type":"Article","headline":"\\ud800x","author":"\\u0000"}',
    "big numbers": '{"@type":"Article","headline":' + "9" * 5_000 + "}",
}


@pytest.mark.parametrize("name", NESTED)
def test_hostile_jsonld_ends(name: str) -> None:
    began = time.process_time()
    found = read(f'<script type="application/ld+json">{NESTED[name]}</script><title>All the same</title>')
    assert time.process_time() - began < 1
    assert found.title.encode()
    with contextlib.suppress(Unreadable):
        card.read_oembed(NESTED[name].encode(), URL)


@pytest.mark.parametrize(
    "open_tag", ['<div class="h-entry">', "<div></x>", "<b>", "<a href=x>", "<meta name=a content=b>"]
)
def test_a_hostile_page_has_a_card_soon(open_tag: str) -> None:
    began = time.process_time()
    card.read(('<p class="h-entry">x</p>' + open_tag * 40_000).encode(), "text/html", URL)
    assert time.process_time() - began < 3


names = st.sampled_from(["@type", "@graph", "@id", "headline", "author", "name", "image", "url", "license"])
anything = st.recursive(
    st.one_of(st.none(), st.integers(), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(names, inner)),
    max_leaves=20,
)


@given(anything)
def test_any_json_has_a_card(said: Any) -> None:
    if isinstance(said, dict):
        said["@type"] = "Article"
    assert read(f'<script type="application/ld+json">{json.dumps(said)}</script>').url == URL
    with contextlib.suppress(Unreadable):
        card.read_oembed(json.dumps(said).encode(), URL)


@given(st.binary(max_size=400))
def test_any_bytes_have_a_card(body: bytes) -> None:
    assert card.read(body, "", URL).url

"""Whatever the bytes: a Feed within its limits, or Unreadable with a sentence; never anything else."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passalong.wire import feed, mf2
from passalong.wire.shapes import Feed, Unreadable

FOLDER = Path(__file__).parent / "cases" / "feed"
CASES = sorted(path for path in FOLDER.glob("*") if not path.name.endswith(".expected.json"))
URL = "https://ann.example/feed"
LIMITS = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))

names = st.sampled_from(
    ["title", "link", "guid", "id", "description", "content:encoded", "content", "summary", "author", "name", "uri",
     "dc:creator", "dc:date", "pubDate", "updated", "category", "enclosure", "media:content", "media:group",
     "media:description", "media:title", "media:thumbnail", "itunes:image", "itunes:summary", "source", "image", "url",
     "item", "entry", "channel", "thr:in-reply-to", "a", "p", "div", "br", "x:y", "feed", "rss"]
)  # fmt: skip
attributes = st.dictionaries(
    st.sampled_from(
        ["href", "url", "rel", "type", "xml:base", "xml:lang", "term", "isPermaLink", "mode", "base", "length"]
    ),
    st.sampled_from(
        ["", "html", "xhtml", "text", "self", "alternate", "true", "http://[", "//", "a b", "é", "1", "javascript:x"]
    ),
    max_size=3,
)  # fmt: skip
words = st.sampled_from(
    ["", " ", "x", "1 < 2", "&amp;", "&nbsp;", "&#0;", "&#x110000;", "&lt;b&gt;", "<![CDATA[<p>]]>", "<![CDATA[", "]]>",
     "é", "\x00", "\ud800", "http://ann.example/", "2026-01-01", "http://[::1", "<!-- -->", "<?x?>", "&",
     "a@b.example (Ann)"]
)  # fmt: skip


def element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def spell(name: str, stated: dict[str, str], inside: list[str], closed: bool) -> str:
        start = "".join(f' {key}="{value}"' for key, value in stated.items())
        return f"<{name}{start}>{''.join(inside)}" + (f"</{name}>" if closed else "")

    closed = st.sampled_from([True] * 9 + [False])
    return st.builds(spell, names, attributes, st.lists(children, max_size=4), closed)


trees = st.recursive(words, element, max_leaves=25)
heads = st.sampled_from(
    [
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:x="urn:x" xmlns:thr="urn:t"'
        ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>{}</channel></rss>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/b/">{}</feed>',
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">{}</rdf:RDF>',
        "<rss>{}",
        "{}",
    ]
)


def check(reading: Callable[[], Feed]) -> None:
    refusal = None
    try:
        found = reading()
    except Unreadable as error:
        refusal = error
    if refusal is None:
        check_limits(found)
    else:
        assert str(refusal).endswith(".")
        assert refusal.code


def check_feed(body: bytes, content_type: str = "") -> None:
    check(lambda: feed.read(body, content_type=content_type, url=URL))


def check_page(body: bytes) -> None:
    check(lambda: mf2.read(body, URL))


def check_limits(found: Feed) -> None:
    assert len(found.entries) <= 1000
    for entry in found.entries:
        assert len(entry.title) <= 1000
        assert not set(entry.title) & set("\n\r\t")
        assert entry.url == "" or entry.url.startswith(("http://", "https://"))
        assert all(one.url for one in (*entry.attachments, *entry.pointers))
        assert entry.published is None or entry.published.utcoffset() is not None
        json.dumps([entry.guid, entry.html, entry.title])


@LIMITS
@given(st.binary(max_size=300), st.text(max_size=40))
def test_bytes(body: bytes, content_type: str) -> None:
    check_feed(body, content_type)


@LIMITS
@given(heads, st.lists(trees, max_size=6))
def test_trees(head: str, inside: list[str]) -> None:
    check_feed(head.replace("{}", "".join(inside)).encode("utf-8", "surrogatepass"))


keys = st.sampled_from(
    ["items", "id", "url", "title", "authors", "name", "attachments", "tags", "hubs", "content_html", "size_in_bytes",
     "date_published"]
)  # fmt: skip
scalars = st.none() | st.booleans() | st.floats() | st.text(max_size=9) | st.integers()
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4), max_leaves=12
)


@LIMITS
@given(values)
def test_json(value: object) -> None:
    check_feed(json.dumps(value).encode())
    check_feed(
        json.dumps({"items": [value, {"id": "1", "attachments": value}], "authors": value, "hubs": value}).encode()
    )


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_damaged_cases(path: Path) -> None:
    """Each case with bytes lost, doubled, swapped and turned into others."""
    whole, chance = path.read_bytes(), random.Random(path.name)
    for _ in range(40):
        body = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            at = chance.randrange(len(body))
            change = chance.randrange(4)
            if change == 0:
                del body[at : at + chance.randrange(1, 60)]
            elif change == 1:
                body[at:at] = body[chance.randrange(len(body)) :][: chance.randrange(1, 60)]
            elif change == 2:
                body[at] = chance.randrange(256)
            else:
                body[at:at] = chance.choice(
                    [b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b'"', b"\xff", b"</item>"]
                )
            body = body or bytearray(b"<")
        check_feed(bytes(body))
        if path.suffix == ".html":
            check_page(bytes(body))


@LIMITS
@given(st.lists(trees, max_size=5), st.lists(st.sampled_from(
    ["h-feed", "h-entry", "h-card", "h-cite", "p-name", "u-url", "e-content", "dt-published", "u-photo", "p-author",
     "u-in-reply-to", "p-category", "hentry", "entry-title", "vcard", "u-uid"]), min_size=1, max_size=12))  # fmt: skip
def test_pages(inside: list[str], classes: list[str]) -> None:
    text = "".join(f'<div class="{name}">{part}' for name, part in zip(classes, [*inside, *[""] * 12], strict=False))
    check_page(text.encode("utf-8", "surrogatepass"))

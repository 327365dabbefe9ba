"""Pages made to waste time: everything that looks at a page takes time in line with its length (T15)."""

from __future__ import annotations

import contextlib
import re
import time

import pytest

from passalong.follow import discover_around as around
from passalong.follow import discover_links as links
from passalong.follow import discover_say as say
from passalong.follow.discover_page import read_page
from passalong.follow.discover_pasted import read_pasted
from passalong.follow.discover_software import LOOK_IN, read_software
from passalong.follow.platforms import sections
from passalong.wire.shapes import Unreadable

PIECES = [
    "<link ",
    '<link rel="alternate" ',
    '<link rel="alternate" type="application/rss+xml" href="/a">',
    '<a href="/feed">RSS ',
    '<a class="h-entry"><img alt="rss" ',
    "<div>",
    '"https://x.example/',
    '"/',
    "<meta charset",
    "domain has name ",
    "<title>",
    "posts & ",
    "<!--",
]


@pytest.mark.parametrize("piece", PIECES)
def test_a_megabyte_of_anything_is_looked_through_in_half_a_second(piece: str) -> None:
    body = (piece * (1_000_000 // len(piece))).encode()
    began = time.process_time()
    page = read_page(body, "https://site.example/tags/a/", {"content-type": "text/html"})
    read_software(page)
    for look in (links.announced_feeds, links.linked_feeds, links.named_feeds, links.announced_lists):
        look(page)
    for judge in (around.onward_pages, around.moved_to, around.part_addresses, say.is_parked, say.is_private_page):
        judge(page)
    # Twice the promise: test machines are slow and shared.
    assert time.process_time() - began < 1.0


def expressions() -> list[str]:
    moves = [
        (verb, parts)
        for name in ("platforms.txt", "software.txt")
        for section in sections(name)
        for line in section.lines
        for verb, parts in line.moves
    ]
    return sorted({parts[0] for verb, parts in moves if verb == "scan"})


@pytest.mark.parametrize("expression", expressions())
def test_no_expression_of_the_data_can_be_made_slow(expression: str) -> None:
    begin = re.sub(r"\\(.)", r"\1", re.split(r"(?<!\\)[\[(*+?{.]", expression, maxsplit=1)[0]) or '"'
    for text in (begin * (300_000 // len(begin)), begin + "a" * 300_000, begin + "/a" * 150_000):
        began = time.process_time()
        re.compile(expression).search(text)
        assert time.process_time() - began < 1.0


def test_no_sign_can_be_made_slow() -> None:
    signs = [text for section in sections("software.txt") for kind, text in section.signs if kind == "text"]
    for text in ("/a" * LOOK_IN, "'/a" * LOOK_IN, '"https://a.example/' * LOOK_IN, "(" * LOOK_IN):
        began = time.process_time()
        for sign in signs:
            re.compile(sign, re.I).search(text, 0, LOOK_IN)
        assert time.process_time() - began < 2.0


@pytest.mark.parametrize(
    "piece", ["a.", "a.b/", "http:", "http://", "@a", "feed:", "(", "[a](", "<a href=", "\\", "%3a"]
)
def test_pasted_nonsense_is_read_at_once(piece: str) -> None:
    began = time.process_time()
    with contextlib.suppress(Unreadable):
        read_pasted(piece * (4000 // len(piece)))
    assert time.process_time() - began < 0.5

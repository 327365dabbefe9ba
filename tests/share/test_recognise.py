from __future__ import annotations

import dataclasses
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passalong.share.recognise import Pasted, joined, recognise
from passalong.wire import address
from passalong.wire.shapes import Unreadable
from tests.wire.cases_of import pairs


@pytest.mark.parametrize(("text", "expected"), pairs("recognise"))
def test_what_was_pasted(text: str, expected: dict[str, Any]) -> None:
    found = dataclasses.asdict(recognise(text, expected.pop("files", ())))
    assert {
        name: list(value) if isinstance(value, tuple) else value for name, value in found.items() if value
    } == expected


@pytest.mark.parametrize("text", ["", "  \n\t", "\ufeff\u200b"])
def test_nothing_is_nothing_to_share(text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        recognise(text)
    assert refused.value.code == "empty"
    assert str(refused.value) == "There is nothing to share yet: paste a link, write a thought or add a file."
    assert recognise(text, ["a.png"]) == Pasted("file")


def test_a_book_is_too_long() -> None:
    assert recognise("é" * 100_000).kind == "note"
    with pytest.raises(Unreadable, match="100,001 characters where 100,000 fit") as refused:
        recognise("é" * 100_001)
    assert refused.value.code == "too-long"


@pytest.mark.parametrize(
    ("url", "title", "text", "expected"),
    [
        ("https://example.org/a", "Crabs", "", "https://example.org/a"),
        ("https://example.org/a", "Crabs", "https://example.org/a", "https://example.org/a"),
        ("https://example.org/a", "Crabs", "Crabs", "https://example.org/a"),
        ("https://example.org/a", "Crabs", "Crabs https://www.example.org/a/", "https://example.org/a"),
        ("https://example.org/a", "Crabs", "They walk sideways.", "https://example.org/a\n\nThey walk sideways."),
        ("", "Crabs", "https://example.org/a", "https://example.org/a"),
        ("", "Crabs", "Crabs\nhttps://example.org/a", "https://example.org/a"),
        ("", "", "Look: https://example.org/a", "https://example.org/a\n\nLook"),
        ("", "", "I read https://example.org/a today", "I read https://example.org/a today"),
        ("", "", "https://example.org/a or https://example.org/b", "https://example.org/a or https://example.org/b"),
        ("https://example.org/a", "", "https://example.org/b", "https://example.org/a\n\nhttps://example.org/b"),
        ("https://example.org/a", "Crabs", "https://example.org/a\nCrabs", "https://example.org/a"),
        ("", "Crabs", "They walk sideways.", "They walk sideways."),
        ("", "Crabs", "Crabs", "Crabs"),
        ("", "Crabs", "", ""),
        ("", "", "", ""),
    ],
)
def test_what_phones_send_is_one_text(url: str, title: str, text: str, expected: str) -> None:
    assert joined(url, title, text) == expected


HOSTILE = {
    "links": "https://example.org/a " * 4_500,
    "almost links": "https://" * 12_000,
    "www": "www." * 25_000,
    "brackets": "[" * 100_000,
    "closing brackets": "https://e.example/" + ")" * 99_000,
    "hosts": "a." * 50_000,
    "lines": "\n" * 50_000 + "x" + "\n" * 49_000,
    "tags": "#a " * 33_000,
    "one tag": "#" + "a-" * 49_000,
    "vias": "via @" * 20_000,
    "heading": "# " + " #" * 49_000,
    "spaces": "# x" + " " * 99_000 + "y",
    "link lines": "https://e.example/\n" * 5_000,
    "openings": "<" * 100_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_no_time(name: str) -> None:
    began = time.process_time()
    recognise(HOSTILE[name])
    assert time.process_time() - began < 8


pasted = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(["https://example.org/a", "http://b.example", "www.c.example", "example.org/x", "a@b.example"]),
        st.sampled_from([" ", "\n", "\n\n", "# ", "#tag", " via @ben", " via https://d.example/"]),
        st.sampled_from(["[a](", ")", "<", ">", ". "]),
    ),
    max_size=12,
).map("".join)  # fmt: skip


@given(pasted)
def test_nothing_is_lost_and_nothing_else_raised(text: str) -> None:
    try:
        found = recognise(text)
    except Unreadable:
        return
    assert found.words or found.link
    assert not found.link or address.normalise(found.link)
    assert (found.kind == "link") == bool(found.link)
    for letter in "tag":
        assert text.count(letter) == 0 or letter in found.words + found.link + found.title + found.via + found.via_name


@given(pasted, pasted, pasted)
def test_joined_never_raises(url: str, title: str, text: str) -> None:
    assert isinstance(joined(url, title, text), str)

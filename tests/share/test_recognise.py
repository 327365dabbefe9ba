"""What was pasted? Pairs of files in tests/wire/cases/recognise."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passalong.share.recognise import EMPTY, LONGEST, recognise
from passalong.wire.shapes import Unreadable
from tests.wire.case_pairs import pairs


@pytest.mark.parametrize(("text", "expected"), [(a, b) for _, a, b in pairs("recognise", ".txt")], ids=lambda p: p.stem)
def test_a_paste(text: Path, expected: Path) -> None:
    found = asdict(recognise(text.read_bytes().decode()))
    assert found | {"tags": list(found["tags"])} == json.loads(expected.read_text())


@pytest.mark.parametrize("text", ["", " \n\t", "\0"])
def test_nothing_is_said_to_be_nothing(text: str) -> None:
    with pytest.raises(Unreadable, match=EMPTY):
        recognise(text)


def test_a_file_alone_is_enough() -> None:
    assert recognise("", ["seeds.pdf"]).kind == "file"
    assert recognise("Seeds", ["seeds.pdf"]).kind == "file"


def test_too_long_is_said() -> None:
    assert recognise("x" * LONGEST).kind == "note"
    with pytest.raises(Unreadable, match="100,000"):
        recognise("x" * (LONGEST + 1))


@given(st.text(max_size=300))
def test_anything_may_be_pasted(text: str) -> None:
    try:
        found = recognise(text)
    except Unreadable:
        assert not text.replace("\0", "").strip()
    else:
        assert found.link or found.words or found.title


@given(st.text(alphabet="htps:/.exampl #via()\n", max_size=80))
def test_anything_like_links_may_be_pasted(text: str) -> None:
    try:
        found = recognise(text)
    except Unreadable:
        return
    assert not found.link or found.link.startswith(("http://", "https://"))

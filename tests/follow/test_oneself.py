"""Nobody follows themselves by accident: their own page, its feeds and their handle say so, and nothing is asked."""

from __future__ import annotations

import pytest

from passalong.follow.by_address import follow_address, is_own
from passalong.models import Person
from passalong.wire.shapes import Unreadable

OWN = [
    "https://ann.example/@ann",
    "ann.example/@ann/",
    "HTTPS://ANN.example/@ann/feed.atom",
    "https://ann.example/@ann/123",
    "@ann@ann.example",
    "ann@ANN.example",
]
FRONT = ["ann.example", "https://ann.example/", "https://ann.example/feed.json"]
OTHERS = [
    "https://ann.example/@anna",
    "https://ann.example/@ben",
    "https://ben.example/@ann",
    "@ann@ben.example",
    "https://ann.example.ben.example/@ann",
    "",
    "http://[::1",
]


@pytest.mark.parametrize("address", [*OWN, *FRONT])
def test_it_is_said(ann: Person, address: str) -> None:
    with pytest.raises(Unreadable, match="This is your own page") as said:
        follow_address(ann, address)
    assert said.value.code == "own"


@pytest.mark.parametrize("address", OTHERS)
def test_others_are_not_oneself(ann: Person, address: str) -> None:
    assert not is_own(ann, address)


def test_the_front_page_of_several_is_nobodys_own(ann: Person, ben: Person) -> None:
    assert [is_own(ann, address) for address in FRONT] == [False] * len(FRONT)
    assert is_own(ann, OWN[0])
    assert not is_own(ben, OWN[0])

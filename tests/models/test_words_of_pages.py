"""What a card says of the page that a share is about, once."""

from __future__ import annotations

import pytest

from passalong.models import Page
from passalong.models.shown import in_words

NOTE = "Ten packets of peas are left, and two of beans; whoever comes first may choose among them all."


@pytest.mark.parametrize(
    ("title", "says", "shown"),
    [
        ("Ten minutes of silence", "A short essay.", ("Ten minutes of silence", "A short essay.")),
        ("", "", ("https://cas.example/1", "")),
        ("", "A short essay.", ("https://cas.example/1", "A short essay.")),
        ("A second try", "A second try", ("A second try", "")),
        (f"{NOTE[:60]}…", NOTE, (NOTE, "")),
        ("Seeds", "Seeds are what we share.", ("Seeds", "Seeds are what we share.")),
        ("And so on…", "Something else.", ("And so on…", "Something else.")),
    ],
)
def test_the_words_of_a_note_stand_once(title: str, says: str, shown: tuple[str, str]) -> None:
    assert in_words(Page(url="https://cas.example/1", title=title, description=says)) == shown

"""What fits is written down, and the page says what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from passalong.share import draft, redraw

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "share.md").read_text()


@pytest.mark.parametrize(
    ("what", "most"),
    [
        ("words", f"{draft.LONGEST_WORDS:,} characters"),
        ("title", f"{draft.LONGEST_TITLE} characters"),
        ("tags", f"{draft.MOST_TAGS}, of {draft.LONGEST_TAG} characters each"),
        ("files in one share", str(draft.MOST_FILES)),
        ("one file", f"{settings.FILE_LIMIT // 1024**2} MB"),
        ("one picture", f"{redraw.MOST_PIXELS // 1_000_000} million pixels"),
        ("what a picture shows", f"{draft.LONGEST_ALT:,} characters"),
    ],
)
def test_the_page_on_sharing_says_what_fits(what: str, most: str) -> None:
    assert re.search(rf"^\| {what} \| {re.escape(most)}(?: \||;)", PAGE, re.MULTILINE)

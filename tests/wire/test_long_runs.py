"""A page may hold any run of spaces, or of tags that never end (HTML, sections 13.2.5 and 13.2.6)."""

from __future__ import annotations

import time

import pytest

from passalong.wire import charset, markdown_from_html, watched


@pytest.mark.parametrize("before", ["<meta " * 60 + "charset=", "<meta " * 60 + "charset"])
def test_where_a_page_would_name_its_letters(before: str) -> None:
    """HTML, section 13.2.3.2"""
    began = time.process_time()
    assert charset.decode((before + " " * 7_700 + "!").encode())[1] == "utf-8"
    assert time.process_time() - began < 2


def test_within_preformatted_words() -> None:
    """HTML, section 4.4.3: spaces within a line stay, those at its end show nothing."""
    began = time.process_time()
    made = markdown_from_html.from_html(f"<pre>a{' ' * 60_000}b  \nc \t</pre>")
    assert made.startswith("```\na  ")
    assert "b\nc\n" in made
    assert time.process_time() - began < 2


@pytest.mark.parametrize("tag", ["<body", "<nav ", "<nav>", "<nav><aside>", "<form class=a>x</p>"])
def test_tags_that_never_end(tag: str) -> None:
    """HTML, section 13.2.5.8"""
    began = time.process_time()
    assert watched.read((tag * 60_000).encode(), "https://ann.example/", content_type="text/html").entries
    assert time.process_time() - began < 4

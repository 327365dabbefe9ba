"""Markdown from the box: what is typed is kept, what is hostile is inert."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passalong.wire import markdown
from passalong.wire.html import clean


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Hello *there*", "<em>there</em>"),
        ("one\ntwo", "one<br>"),
        ("~~gone~~", "<s>gone</s>"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "<td>2</td>"),
        ("see https://ben.example/a_b_c.", 'href="https://ben.example/a_b_c"'),
        ("(https://ben.example/x_(y))", 'href="https://ben.example/x_(y)"'),
        ("`https://ben.example`", "<code>https://ben.example</code>"),
        ("[Ben](https://ben.example)", '<a href="https://ben.example'),
        ("2 < 3 & 4 > 1", "2 &lt; 3 &amp; 4 &gt; 1"),
    ],
)
def test_what_is_typed_is_shown(typed: str, shown: str) -> None:
    assert shown in markdown.render(typed)


@pytest.mark.parametrize(
    "typed",
    ["<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](data:text/html,1)", "<img src=x onerror=alert(1)>"],
)
def test_t25_what_is_hostile_is_inert(typed: str) -> None:
    rendered = markdown.render(typed)
    assert "<script" not in rendered
    assert "<img" not in rendered
    assert 'href="javascript' not in rendered


def test_tags_are_links_where_there_is_a_page_for_them() -> None:
    assert 'href="https://ann.example/@ann/tag/b%C3%BCcher"' in markdown.render(
        "Read #Bücher", "https://ann.example/@ann/tag/"
    )
    assert "<a" not in markdown.render("Read #Bücher")


@pytest.mark.parametrize(
    ("typed", "tags"),
    [
        ("#oer and #OER and #open-ed.", ("oer", "open-ed")),
        ("# Title\n\n#real", ("real",)),
        ("C# #1 a#b &#35; https://x.example/#frag `#code` [#link](https://x.example)", ()),
        ("(#paren) \u201c#quote\u201d", ("paren", "quote")),
        ("    #code block", ()),
    ],
)
def test_tags(typed: str, tags: tuple[str, ...]) -> None:
    assert markdown.tags(typed) == tags


@given(st.text(max_size=200))
def test_anything_may_be_typed_and_is_safe_already(text: str) -> None:
    rendered = markdown.render(text, "https://ann.example/@ann/tag/")
    assert clean(rendered).html == rendered

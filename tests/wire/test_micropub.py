"""Forms and JSON as apps send them (Micropub, 3), without a server; and HTML as Markdown."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passalong.wire import markdown
from passalong.wire.html import clean
from passalong.wire.markdown_from_html import from_html
from passalong.wire.micropub import Command, changed, read_form, read_json
from passalong.wire.shapes import Unreadable


@pytest.mark.parametrize(
    ("fields", "properties"),
    [
        ([("content", "a")], {"content": ["a"]}),
        ([("category[]", "a"), ("category[]", "b")], {"category": ["a", "b"]}),
        ([("category", "a"), ("category", "b")], {"category": ["a", "b"]}),
        ([("category[0]", "a"), ("category[1]", "b")], {"category": ["a", "b"]}),
        ([("content[html]", "<b>a</b>")], {"content": [{"html": "<b>a</b>"}]}),
        ([("photo[0][value]", "u"), ("photo[0][alt]", "x"), ("photo[1][value]", "v")],
         {"photo": [{"value": "u", "alt": "x"}, {"value": "v"}]}),
        ([("checkin[type][]", "h-card"), ("checkin[properties][name][]", "Oak")],
         {"checkin": [{"type": ["h-card"], "properties": {"name": ["Oak"]}}]}),
        ([("h", "entry"), ("access_token", "secret"), ("q", "x"), ("url", "y")], {}),
        ([("mp-slug", "x")], {}),
    ],
)  # fmt: skip
def test_forms(fields: list[tuple[str, str]], properties: dict[str, Any]) -> None:
    assert read_form(fields).properties == properties


def test_orders_stand_apart() -> None:
    form = read_form([("mp-photo-alt[]", "a"), ("mp-slug", "x"), ("content", "c")])
    by_json = read_json(b'{"type":["h-entry"],"mp-slug":"x","properties":{"content":["c"],"mp-photo-alt":["a"]}}')
    for command in (form, by_json):
        assert command.orders == {"photo-alt": ["a"], "slug": ["x"]}
        assert command.properties == {"content": ["c"]}


@pytest.mark.parametrize(
    "fields",
    [
        [("a[b", "x")], [("[]", "x")], [("a[b][c][d][e][f]", "x")], [("action", "update"), ("url", "x")],
        [("action", "delete")], [("a[b]", "x"), ("a[b][c]", "y")], [("a[b][c]", "y"), ("a[b]", "x")],
    ],
)  # fmt: skip
def test_wrong_forms(fields: list[tuple[str, str]]) -> None:
    with pytest.raises(Unreadable):
        read_form(fields)


@given(st.lists(st.tuples(st.text("ab[]01", max_size=12), st.text(max_size=3)), max_size=6))
def test_any_form_is_read_or_refused(fields: list[tuple[str, str]]) -> None:
    with suppress(Unreadable):
        assert isinstance(read_form(fields), Command)


NAMES = st.sampled_from(["action", "type", "properties", "replace", "add", "delete", "url", "mp-x", "content"])
SAID = st.recursive(
    st.none() | st.booleans() | st.text(max_size=4), lambda inside: st.lists(inside) | st.dictionaries(NAMES, inside)
)


@given(SAID)
def test_any_json_is_read_or_refused(said: Any) -> None:
    body = json.dumps(said).encode()
    with suppress(Unreadable):
        assert isinstance(read_json(body), Command)


def test_changes() -> None:
    """[3.4.1] to [3.4.3]"""
    before = {"content": ["a"], "category": ["x", "y"], "photo": [{"value": "u", "alt": "w"}]}
    command = Command("update", replace={"content": ["b"]}, add={"category": ["y", "z"]}, delete={"category": ["x"]})
    assert changed(before, command) == {"content": ["b"], "category": ["y", "z"], "photo": before["photo"]}
    assert changed(before, Command("update", delete=("content", "nothing"))).keys() == {"category", "photo"}
    assert "photo" not in changed(before, Command("update", delete={"photo": ["u"]}))


@pytest.mark.parametrize(
    "html",
    [
        "<p>One <strong>two</strong> <em>three</em></p>",
        "<h2>Hi</h2>\n<p>a<br>\nb</p>",
        "<ul>\n<li>a</li>\n<li>b\n<ul>\n<li>c</li>\n</ul>\n</li>\n</ul>",
        "<ol>\n<li>a</li>\n<li>b</li>\n</ol>",
        "<blockquote>\n<p>a</p>\n<p>b</p>\n</blockquote>\n<p>c</p>",
        "<pre><code>x = 1\n  y\n</code></pre>",
        "<p>a * b _ c [d] ` e \\ f</p>",
    ],
)
def test_html_goes_round(html: str) -> None:
    """What Markdown can say comes out as it went in."""
    assert markdown.render(from_html(html)) == clean(html).html


def test_links_and_pictures_stay() -> None:
    html = '<p><a href="https://x.example/a_b">li_nk</a> <img src="https://x.example/i.png" alt="An oak"></p>'
    made = clean(markdown.render(from_html(html)))
    assert made.links == ("https://x.example/a_b",)
    assert made.images == ("https://x.example/i.png",)
    assert 'alt="An oak"' in made.html


OPENED = ("p", "ul", "li", "blockquote", "pre", "b", "script", "h1", "a href='https://x.example'", "img src=x")
CLOSED = [f"</{tag.split()[0]}>" for tag in OPENED]
PIECES = [*(f"<{tag}>" for tag in OPENED), *CLOSED, "x", "*", "`", "&lt;script&gt;"]


@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=15).map("".join))
def test_any_html_becomes_words(html: str) -> None:
    """Never fails, and what it shows is safe."""
    shown = markdown.render(from_html(html, "https://ann.example"))
    assert "<script" not in shown

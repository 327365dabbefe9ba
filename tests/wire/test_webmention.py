"""Where a page takes webmentions (section 3.1.2), and whether it links to us (section 3.2.2)."""

from __future__ import annotations

import json
import time
from email.parser import Parser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passalong.wire.address import key
from passalong.wire.webmention import endpoint, links

from .cases_of import pairs

URL = "https://cas.example/posts/one"
TARGET = "https://ann.example/@ann/1"


def answer_of(text: str) -> tuple[dict[str, str], bytes]:
    """A case file: the head of an HTTP answer, an empty line and the body."""
    head, _, body = text.partition("\n\n")
    said = Parser().parsestr(head, headersonly=True)
    return {name.lower(): ", ".join(said.get_all(name, [])) for name in said}, body.encode()


@pytest.mark.parametrize(("text", "expected"), pairs("webmention", "http"))
def test_discovery(text: str, expected: dict[str, Any]) -> None:
    headers, body = answer_of(text)
    assert endpoint(expected["url"], headers, body) == expected["endpoint"], expected["why"]


def is_linked(body: str, kind: str = "text/html") -> bool:
    return key(TARGET) in links(URL, kind, body.encode())


@pytest.mark.parametrize(
    "body",
    [
        f'<a href="{TARGET}">seen</a>',
        f"<a href={TARGET}>seen</a>",
        f'<a href="{TARGET}#note">seen</a>',
        f'<a href="{TARGET}?utm_source=cas">seen</a>',
        f'<a href="{TARGET}/">seen</a>',
        '<a href="http://ann.example/@ann/1">seen</a>',
        '<a href="//ann.example/@ann/1">seen</a>',
        f'<img src="{TARGET}">',
        f'<video src="{TARGET}"></video>',
        f'<audio><source src="{TARGET}"></audio>',
        f'<blockquote cite="{TARGET}">words</blockquote>',
        f'<data class="u-in-reply-to" value="{TARGET}"></data>',
        f'<link class="u-in-reply-to" href="{TARGET}">',
        '<base href="https://ann.example/@ann/"><a href="1">seen</a>',
    ],
)
def test_section_3_2_2_html_links(body: str) -> None:
    assert is_linked(f"<!doctype html><title>One</title><body>{body}")


@pytest.mark.parametrize(
    "body",
    [
        f"<p>{TARGET}</p>",
        f"<!-- <a href='{TARGET}'>seen</a> -->",
        f"<script>location = '{TARGET}'</script>",
        f"<p>&lt;a href='{TARGET}'&gt;</p>",
        f"<textarea><a href='{TARGET}'>seen</a></textarea>",
        f'<a href="{TARGET}2">another</a>',
        f'<a href="https://cas.example/?to={TARGET}">round about</a>',
        f'<a title="{TARGET}">no link</a>',
        f'<link rel="canonical" href="{TARGET}">',
        '<a href="https://ann.example/">home</a>',
    ],
)
def test_section_3_2_2_what_is_no_link(body: str) -> None:
    assert not is_linked(f"<!doctype html><title>One</title><body>{body}")


def test_section_3_2_2_json_is_searched_for_values() -> None:
    document = {"items": [{"properties": {"in-reply-to": [TARGET], "note": f"see {TARGET}2"}}]}
    assert is_linked(json.dumps(document), "application/json")
    assert is_linked(json.dumps(document), "application/mf2+json; charset=utf-8")
    assert not is_linked(json.dumps({"note": f"amid words {TARGET}"}), "application/json")
    assert not is_linked(json.dumps({TARGET: "a name, not a value"}), "application/json")
    assert not is_linked("{broken", "application/json")


def test_section_3_2_2_plain_text_is_searched_for_the_address() -> None:
    assert is_linked(f"See {TARGET}, it is good.", "text/plain")
    assert is_linked(f"See <{TARGET}>.", "text/plain; charset=utf-8")
    assert not is_linked(f"See {TARGET}2", "text/plain")


def test_other_kinds_link_to_nothing() -> None:
    assert not is_linked(f'<a href="{TARGET}">', "image/svg+xml")
    assert not is_linked(TARGET, "application/octet-stream")


@pytest.mark.parametrize(
    "body",
    [
        '<link rel="webmention" href="' * 40_000,
        "<a rel=webmention " * 60_000,
        "<!--" * 250_000,
        f'<a href="{TARGET}">' * 40_000,
        "[" * 1_000_000,
        "https://x.example/" + "a" * 1_000_000,
    ],
)
@pytest.mark.parametrize("kind", ["text/html", "application/json", "text/plain"])
def test_a_megabyte_of_anything_is_read_in_line_with_its_length(body: str, kind: str) -> None:
    started = time.process_time()
    endpoint(URL, {"content-type": kind}, body.encode())
    links(URL, kind, body.encode())
    assert time.process_time() - started < 3


@given(st.binary(max_size=2_000), st.sampled_from(["text/html", "application/json", "text/plain", ""]))
def test_noise_never_fails(body: bytes, kind: str) -> None:
    endpoint(URL, {"link": body.decode("latin-1"), "content-type": kind}, body)
    links(URL, kind, body)

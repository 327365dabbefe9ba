"""Handles are parsed, never interpolated (T21); what a host says of another's account is not believed (T51).

RFC 7033 sections 4.1 (query), 4.2 (media type), 4.4 (JRD); RFC 7565 section 7 (acct)."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passalong.wire.shapes import Unreadable
from passalong.wire.webfinger import Handle, Jrd, confirms, read_handle, read_jrd, webfinger_address


@pytest.mark.parametrize(
    ("text", "user", "host"),
    [
        ("@ann@social.example", "ann", "social.example"),
        ("ann@social.example", "ann", "social.example"),
        ("acct:ann@social.example", "ann", "social.example"),
        ("!group@lemmy.example", "group", "lemmy.example"),
        (" @Ann.B-c_d@Social.Example. ", "Ann.B-c_d", "social.example"),
        ("ann@social.example:8443", "ann", "social.example:8443"),
        ("ann@social.example:443", "ann", "social.example"),
        ("@ann@bücher.example", "ann", "xn--bcher-kva.example"),
    ],
)
def test_a_handle_is_read(text: str, user: str, host: str) -> None:
    assert read_handle(text) == Handle(user, host)


@pytest.mark.parametrize(
    "text",
    [
        "a@h:1234/secret?x=1#",
        "a@h.example/secret",
        "a@h.example?x=1",
        "a@h.example#x",
        "a@h.example:99999999",
        "a@h.example:70000",
        "a b@h.example",
        "a/b@h.example",
        "a?b@h.example",
        "a%40b@h.example",
        "@a@b@h.example",
        "a@127.0.0.1",
        "a@localhost",
        "a@[::1]",
        "a@h..example",
        "a@-h.example",
        "@",
        "@@h.example",
        "...@h.example",
        "",
        "a" * 400 + "@h.example",
    ],
)
def test_what_does_not_fit_the_grammar_is_no_handle(text: str) -> None:
    assert read_handle(text) is None


@given(st.text(max_size=60))
def test_a_handle_never_leaves_its_place_in_the_address(text: str) -> None:
    handle = read_handle(text)
    if handle is None:
        return
    parts = urlsplit(webfinger_address(handle))
    assert (parts.scheme, parts.netloc, parts.path) == ("https", handle.host, "/.well-known/webfinger")
    assert parse_qs(parts.query) == {"resource": [f"acct:{handle.user}@{handle.host}"]}
    assert read_handle(str(handle)) == handle


def test_the_resource_is_percent_encoded() -> None:
    address = webfinger_address(Handle("ann", "social.example"))
    assert address == "https://social.example/.well-known/webfinger?resource=acct%3Aann%40social.example"


def jrd(**keys: object) -> Jrd:
    return read_jrd(json.dumps(keys).encode())


def test_a_jrd_names_actor_page_and_feed() -> None:
    found = jrd(
        subject="acct:ann@social.example",
        links=[
            {
                "rel": "http://webfinger.net/rel/profile-page",
                "type": "text/html",
                "href": "https://social.example/@ann",
            },
            {"rel": "self", "type": "text/html", "href": "https://social.example/not-me"},
            {
                "rel": "self",
                "type": "application/ld+json; profile='https://www.w3.org/ns/activitystreams'",
                "href": "https://social.example/users/ann",
            },
            {"rel": "http://schemas.google.com/g/2010#updates-from", "href": "https://social.example/ann.atom"},
        ],
    )
    assert found.actor() == "https://social.example/users/ann"
    assert found.page() == "https://social.example/@ann"
    assert found.feed() == "https://social.example/ann.atom"


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"subject": 3}', b"<html>", b"[" * 100_000])
def test_what_is_no_jrd_is_said(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_jrd(body)


def test_odd_links_are_passed_over() -> None:
    found = read_jrd(b'{"subject": "acct:a@h.example", "links": [3, {"rel": 1}, {"href": null}], "aliases": [1, "x"]}')
    assert found.actor() == ""
    assert found.aliases == ("x",)


def test_a_host_speaks_for_its_own_accounts_only() -> None:
    asked = Handle("bob", "evil.example")
    assert not confirms(jrd(subject="acct:bob@victim.example"), asked)
    assert not confirms(jrd(subject="acct:eve@evil.example"), asked)
    assert not confirms(jrd(links=[]), asked)
    assert confirms(jrd(subject="acct:Bob@evil.example"), asked)
    assert confirms(jrd(subject="https://evil.example/bob", aliases=["https://evil.example/bob"]), asked)

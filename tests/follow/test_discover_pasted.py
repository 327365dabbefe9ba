"""What people paste, and what they mean by it (pure; the reasons are Hawksey's and Lane's lists of what was pasted)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passalong.follow.discover_pasted import carried_address, read_pasted, without_tails
from passalong.wire.shapes import Unreadable

ADDRESSES = [
    ("garden.example", "https://garden.example/"),
    ("GARDEN.EXAMPLE/Path", "https://garden.example/Path"),
    ("garden.example/a b", "https://garden.example/a"),
    ("https://garden.example/a?x=1&y=ü#part", "https://garden.example/a?x=1&y=%C3%BC"),
    ("http://garden.example", "http://garden.example/"),
    ("http://https://garden.example/", "https://garden.example/"),
    ("https://http://garden.example/", "http://garden.example/"),
    ("https//garden.example", "https://garden.example/"),
    ("https:/garden.example", "https://garden.example/"),
    ("https:garden.example", "https://garden.example/"),
    ("htp://garden.example", "https://garden.example/"),
    ("hhttps://garden.example", "https://garden.example/"),
    ("ttps://garden.example", "https://garden.example/"),
    ("HTTP//garden.example", "http://garden.example/"),
    ("feed://garden.example/x", "https://garden.example/x"),
    ("feed:http://garden.example/x", "http://garden.example/x"),
    ("view-source:feed:garden.example", "https://garden.example/"),
    ("pcast://garden.example/x", "https://garden.example/x"),
    ("garden.example:8443/x", "https://garden.example:8443/x"),
    ("lab.example:8080/wiki/", "http://lab.example:8080/wiki/"),
    ("https://garden.example:443/", "https://garden.example/"),
    ("https://ann:secret@garden.example/x", "https://garden.example/x"),
    ("Bücher.example", "https://xn--bcher-kva.example/"),
    ("https://garden.example./x", "https://garden.example/x"),
    ("https:\\\\garden.example\\x", "https://garden.example/x"),
    ("//garden.example/x", "https://garden.example/x"),
    ("**garden.example**", "https://garden.example/"),
    ("`garden.example`", "https://garden.example/"),
    ("https://garden.example/search?query=*", "https://garden.example/search?query=*"),
    ("[my garden](https://garden.example/x)", "https://garden.example/x"),
    ("<https://garden.example/x>", "https://garden.example/x"),
    ("“garden.example”", "https://garden.example/"),
    ("My blog (garden.example) is new!", "https://garden.example/"),
    ("see e.g. garden.example.", "https://garden.example/"),
    ("garden.example\nother.example", "https://garden.example/"),
    ("one\thttps://garden.example/x, two", "https://garden.example/x"),
    ('<iframe src="https://garden.example/embed">', "https://garden.example/embed"),
    ("doi:10.5555/12345678", "https://doi.org/10.5555/12345678"),
    ("10.5555/12345678", "https://doi.org/10.5555/12345678"),
    ("arXiv:2101.00001", "https://arxiv.org/abs/2101.00001"),
    ("r/OpenEd", "https://www.reddit.com/r/OpenEd/"),
    ("/u/ann/", "https://www.reddit.com/u/ann/"),
    ("did:plc:abc234", "https://bsky.app/profile/did:plc:abc234"),
    ("at://ann.bsky.social/app.bsky.feed.post/1", "https://bsky.app/profile/ann.bsky.social"),
    ("@ann.bsky.social", "https://bsky.app/profile/ann.bsky.social"),
]


@pytest.mark.parametrize(("pasted", "meant"), ADDRESSES)
def test_an_address_is_taken_out(pasted: str, meant: str) -> None:
    assert read_pasted(pasted).urls[0] == meant


@pytest.mark.parametrize(
    "pasted",
    [
        "@ann@social.example",
        "ann@social.example",
        "acct:ann@social.example",
        "mailto:ann@social.example",
        "!ann@social.example",
        "＠ann＠social．example",
        "find me: @ann@social.example, please",
        "@ann@social.example/",
    ],
)
def test_a_handle_is_taken_out(pasted: str) -> None:
    handle = read_pasted(pasted).handle
    assert handle
    assert (handle.user, handle.host) == ("ann", "social.example")


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        ("", "address"),
        ("hello there", "address"),
        ("ann", "address"),
        ("@ann", "address"),
        ("a@h:1234/secret?x=1#", "address"),
        ("mailto:", "scheme"),
        ("tel:+4912345", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("x" * 5000, "address"),
        ("https://", "address"),
        ("xn--\u2603.\u2603", "address"),
    ],
)
def test_what_means_nothing_is_said(pasted: str, code: str) -> None:
    with pytest.raises(Unreadable) as problem:
        read_pasted(pasted)
    assert problem.value.code == code


@given(st.text(max_size=200))
def test_whatever_is_pasted_ends_in_an_address_a_handle_or_a_sentence(text: str) -> None:
    try:
        found = read_pasted(text)
    except Unreadable as problem:
        assert str(problem).endswith((".", "?"))  # noqa: PT017 - both ends are right
        return
    assert found.handle or found.urls
    for url in found.urls:
        assert url.startswith(("https://", "http://"))
        assert not set(url) & set(' \n\t<>"\\^`{|}')
        assert url.isascii()


def test_campaign_tails_are_cut_and_other_parameters_kept() -> None:
    assert without_tails("https://a.example/p?utm_source=x&id=3&fbclid=y#z") == "https://a.example/p?id=3"
    assert without_tails("https://a.example/p?b=%20&a=") == "https://a.example/p?b=%20&a="


def test_an_address_inside_an_address() -> None:
    assert carried_address("https://wrap.example/go?to=https%3A%2F%2Finner.example%2F") == "https://inner.example/"
    assert carried_address("https://wrap.example/x/https://inner.example/y") == "https://inner.example/y"
    assert carried_address("https://a.example/login?next=https://a.example/x") == ""
    assert carried_address("https://a.example/?q=words") == ""

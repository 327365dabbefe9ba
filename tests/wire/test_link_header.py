"""The HTTP header Link (RFC 8288, section 3), as servers write it."""

from __future__ import annotations

import time

import pytest

from passalong.wire.link_header import read_link_header

HUB, SELF = ("https://hub.example/", {"rel": "hub"}), ("https://ann.example/feed", {"rel": "self"})


def test_it_works() -> None:
    """RFC 8288, 3: several links, parameters in any case, quoted or not."""
    text = '<https://hub.example/>; rel="hub", <https://ann.example/feed>; REL=self; title="a, \\"b\\"; c"; rel="x"'
    (hub, mine) = read_link_header(text)
    assert (hub, mine) == (HUB, (SELF[0], {"rel": "self", "title": 'a, "b"; c'}))


@pytest.mark.parametrize(
    "text",
    [
        '<https://hub.example/>; rel="hub",, <https://ann.example/feed>; rel="self"',
        ', ,<https://hub.example/>; rel="hub" , , <https://ann.example/feed>; rel="self",',
        '<https://hub.example/>; rel="hub";, <https://ann.example/feed>; rel="self";',
        '<https://hub.example/>;; rel="hub" ; ; , <https://ann.example/feed>; ;rel="self"',
        "<https://hub.example/>;rel=hub ,<https://ann.example/feed> ; rel = self",
    ],
)
def test_what_is_empty_hides_nothing(text: str) -> None:
    """RFC 9110, 5.6.1.2: empty elements of a list are passed over; RFC 8288, appendix B.3: so are empty parameters."""
    assert list(read_link_header(text)) == [HUB, SELF]


@pytest.mark.parametrize("start", ["", "<a>", "<a>;", "<a>; b", "<a>; b=", '<a>; b="', "<a>; b=c"])
@pytest.mark.parametrize("run", [" ", ",", "; ", "a", '"', "\\\\", "<", "; a=", " ,"])
def test_a_long_run_takes_no_time(start: str, run: str) -> None:
    """RFC 8288, 3: whatever stands in the header, it is read once."""
    began = time.process_time()
    assert len(list(read_link_header(start + run * 60_000 + "!"))) <= 1
    assert time.process_time() - began < 2

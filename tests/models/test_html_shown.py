"""Kept HTML in a page of ours: pictures through us, players as links, nothing else touched."""

from __future__ import annotations

import pytest

from passalong.models.html_shown import with_proxied_images
from passalong.models.shown import proxied

CAT = "https://ben.example/cat.jpg"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>Only words &lt;b&gt;</p>", "<p>Only words &lt;b&gt;</p>"),
        (f'<img src="{CAT}">', f'<img src="{proxied(CAT)}" alt="" loading="lazy" decoding="async">'),
        (
            f'<img alt="A &quot;cat&quot;" src="{CAT}" width="40" height="30">',
            f'<img src="{proxied(CAT)}" alt="A &quot;cat&quot;" width="40" height="30"'
            ' loading="lazy" decoding="async">',
        ),
        (
            f'<img src="{CAT}" width="40">',
            f'<img src="{proxied(CAT)}" alt="" loading="lazy" decoding="async">',
        ),
        ('<img src="/relative.png">', ""),
        ('<img src="data:image/png;base64,AAAA">', ""),
        ('<img src="javascript:alert(1)" alt="a cat">', "<em>a cat</em>"),
        (
            '<img src="https://x.example/a?b=1&amp;c=2">',
            f'<img src="{proxied("https://x.example/a?b=1&c=2")}" alt="" loading="lazy" decoding="async">',
        ),
        ('<audio src="javascript:1"></audio>x', "x"),
    ],
)
def test_pictures(before: str, after: str) -> None:
    assert with_proxied_images(before) == after


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ('<audio controls="" src="https://hal.example/1.mp3"></audio>', "Listen at the source"),
        ('<video controls=""><source src="https://hal.example/1.mp4" type="video/mp4"></video>', "Watch at the source"),
    ],
)
def test_players_are_links(before: str, words: str) -> None:
    after = with_proxied_images(f"<p>a</p>{before}<p>b</p>")
    assert words in after
    assert 'href="https://hal.example/1.mp' in after
    assert "(hal.example)" in after
    assert not any(tag in after for tag in ("<audio", "<video", "<source", "src="))


def test_nothing_in_a_long_page_makes_it_slow() -> None:
    after = with_proxied_images('<img src="x">' * 20_000 + "<audio>" * 2000 + "<img " * 5000)
    assert "<img src" not in after

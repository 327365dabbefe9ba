"""Pictures are drawn anew: nothing but what they show comes through, and no picture harms."""

from __future__ import annotations

import io
import time

import pytest
from PIL import Image

from passalong.models import Person
from passalong.share import pictures
from passalong.share.files import keep
from passalong.share.pictures import NotShown, redraw
from tests.share.pictures import gif_of_frames, jpeg, moving, png, png_bomb


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def test_it_works() -> None:
    drawn = redraw(io.BytesIO(jpeg(3000, 2000)))
    assert (drawn.type, drawn.width, drawn.height) == ("image/jpeg", 1600, 1067)
    assert opened(drawn.large).size == (1600, 1067)
    assert opened(drawn.small).size == (480, 320)


def test_where_it_was_taken_stays_at_home() -> None:
    original = jpeg()
    assert b"secret place" in original
    drawn = redraw(io.BytesIO(original))
    for data in (drawn.large, drawn.small):
        assert b"secret" not in data
        assert b"Exif" not in data
        assert not opened(data).getexif()


def test_it_stands_upright() -> None:
    drawn = redraw(io.BytesIO(jpeg(1200, 800, turned=True)))
    shown = opened(drawn.large)
    assert shown.size == (800, 1200) == (drawn.width, drawn.height)
    top, bottom = shown.getpixel((400, 100)), shown.getpixel((400, 1100))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 150 > top[2]
    assert bottom[2] > 150 > bottom[0]


def test_what_shines_through_still_does() -> None:
    drawn = redraw(io.BytesIO(png()))
    assert drawn.type == "image/webp"
    assert opened(drawn.large).convert("RGBA").getpixel((10, 10))[3] == 128  # type: ignore[index]


def test_the_page_says_how_wide_the_smaller_picture_is(ann: Person) -> None:
    for width, height in ((3000, 2000), (2000, 3000)):
        file = keep(ann, "x.jpg", io.BytesIO(jpeg(width, height)))
        assert opened(redraw(io.BytesIO(jpeg(width, height))).small).width == file.small_width
    assert keep(ann, "x.png", io.BytesIO(png(300, 200))).small_width == 0


def test_a_small_picture_has_no_smaller_one() -> None:
    assert redraw(io.BytesIO(png(300, 200))).small == b""


@pytest.mark.parametrize("form", ["GIF", "WEBP"])
def test_a_small_animation_goes_on_moving(form: str) -> None:
    drawn = redraw(io.BytesIO(moving(form)))
    assert drawn.type == "image/gif"
    assert getattr(opened(drawn.large), "n_frames", 1) == 3


def test_a_moving_picture_says_nothing_either() -> None:
    out = io.BytesIO()
    first, second = Image.new("RGB", (40, 40), (200, 0, 0)), Image.new("RGB", (40, 40), (0, 0, 200))
    first.save(out, "GIF", save_all=True, append_images=[second], comment=b"secret comment")
    assert b"secret" in out.getvalue()
    assert b"secret" not in redraw(io.BytesIO(out.getvalue())).large


def test_a_long_animation_keeps_its_first_frame() -> None:
    drawn = redraw(io.BytesIO(moving(frames=200)))
    assert getattr(opened(drawn.large), "n_frames", 1) == 1


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGB"])
def test_every_kind_of_png(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (50, 40)).save(out, "PNG")
    assert redraw(io.BytesIO(out.getvalue())).width == 50


def test_a_picture_for_print() -> None:
    out = io.BytesIO()
    Image.new("CMYK", (50, 40)).save(out, "JPEG")
    assert opened(redraw(io.BytesIO(out.getvalue())).large).mode == "RGB"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (png_bomb(), "pixels"),
        (jpeg()[:5000], "cut short"),
        (png(3000, 2000)[:3000], "cut short"),
        (b"\x00\x00\x00\x1cftypheic" + bytes(500), "JPEG or PNG"),
        (b"GIF89a" + bytes(3), "JPEG or PNG"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 10_000, "JPEG or PNG"),
    ],
    ids=["100 MP in 10 KB", "truncated JPEG", "truncated PNG", "HEIF", "cut GIF", "no JPEG"],
)
def test_t81_a_hostile_picture_is_refused_in_a_sentence(data: bytes, why: str) -> None:
    start = time.monotonic()
    with pytest.raises(NotShown, match=why):
        redraw(io.BytesIO(data))
    assert time.monotonic() - start < 8


def test_t81_ten_thousand_frames() -> None:
    start = time.monotonic()
    try:
        drawn = redraw(io.BytesIO(gif_of_frames()))
    except NotShown:
        pass
    else:
        assert getattr(opened(drawn.large), "n_frames", 1) == 1
    assert time.monotonic() - start < 8


def test_a_picture_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "DEADLINE", 0.01)
    with pytest.raises(NotShown, match="too long"):
        redraw(io.BytesIO(jpeg()))

"""Only pictures made of pixels pass the image proxy (threats T27, T31)."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from passalong.net import get
from passalong.net.guard import Rules
from passalong.net.images import PICTURE_LIMIT, fetch_image, raster_type
from passalong.net.shapes import Failed
from tests.net.raw import Raw, ok

FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp", "AVIF": "image/avif"}
NO_PICTURES = {
    "empty": b"",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "svg with a declaration": b'<?xml version="1.0"?><svg/>',
    "page": b"<!doctype html><img src=x onerror=alert(1)>",
    "page with a picture in it": b"<html>\x89PNG\r\n\x1a\n",
    "bmp": b"BM" + bytes(60),
    "ico": b"\0\0\1\0" + bytes(60),
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    "mp4": b"\0\0\0\x18ftypisom\0\0\2\0isomiso2",
    "wav": b"RIFF\x24\0\0\0WAVEfmt ",
    "pdf": b"%PDF-1.7",
    "half a start": b"\x89PNG",
}


def picture(kind: str) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(data, kind)
    return data.getvalue()


@pytest.mark.parametrize("kind", FORMATS)
def test_pictures(server: Raw, kind: str) -> None:
    server.answers["/"] = ok(picture(kind), "Content-Type: text/html")
    assert fetch_image(server.url()) == (picture(kind), FORMATS[kind])


def test_an_avif_by_a_compatible_brand() -> None:
    assert raster_type(b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf") == "image/avif"


@pytest.mark.parametrize("name", NO_PICTURES)
def test_what_is_none_of_them(server: Raw, name: str) -> None:
    server.answers["/"] = ok(NO_PICTURES[name], "Content-Type: image/png")
    with pytest.raises(Failed) as failed:
        fetch_image(server.url())
    assert failed.value.code == "picture"


def test_an_error_page_is_no_picture(server: Raw) -> None:
    server.answers["/"] = ok(picture("PNG"), status="404 Not Found")
    with pytest.raises(Failed) as failed:
        fetch_image(server.url())
    assert failed.value.code == "picture"


def test_too_big(server: Raw) -> None:
    server.answers["/"] = ok(picture("PNG") + bytes(PICTURE_LIMIT))
    with pytest.raises(Failed) as failed:
        fetch_image(server.url())
    assert failed.value.code == "too big"


def test_private(canary: Raw) -> None:
    get.configure(Rules())
    with pytest.raises(Failed) as failed:
        fetch_image(canary.url("/logout"))
    assert failed.value.code == "private"

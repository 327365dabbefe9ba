"""Bodies are decoded while they arrive, up to a limit (RFC 9110, 8.4; promises T11)."""

from __future__ import annotations

import gzip
import time
import tracemalloc
import zlib

import brotli
import pytest

from passalong.net.body import Body, unpack
from passalong.net.shapes import Failed

TEXT = b"<rss>" + bytes(range(256)) * 50 + b"</rss>"
RAW_DEFLATE = zlib.compress(TEXT)[2:-4]
CODED = {
    "": TEXT,
    "identity": TEXT,
    "gzip": gzip.compress(TEXT),
    "GZip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT[:99]) + gzip.compress(TEXT[99:]),
    "deflate": zlib.compress(TEXT),
    " deflate ": RAW_DEFLATE,
    "br": brotli.compress(TEXT),
    "gzip, br": brotli.compress(gzip.compress(TEXT)),
    "gzip, identity": gzip.compress(TEXT),
    "gzip,gzip,gzip": gzip.compress(gzip.compress(gzip.compress(TEXT))),
}
LIES = {
    "gzip": TEXT,
    "deflate": b"<rss/>" * 9,
    "br": b"<rss>this is no brotli</rss>",
    "utf-8": TEXT,
    "zstd": TEXT,
    "none": TEXT,
    "gzip, utf-8": TEXT,
    "gzip, deflate": TEXT,
}


def read(encoding: str, data: bytes, limit: int = 100_000, step: int = 1 << 20) -> tuple[bytes, bool]:
    body = Body(encoding, limit)
    for at in range(0, len(data), step):
        body.add(data[at : at + step])
        if body.full:
            break
    return body.end(), body.full


@pytest.mark.parametrize("step", [1, 2, 7, 1 << 20])
@pytest.mark.parametrize("encoding", CODED)
def test_codings(encoding: str, step: int) -> None:
    assert read(encoding, CODED[encoding], step=step) == (TEXT, False)


@pytest.mark.parametrize("step", [1, 5, 1 << 20])
@pytest.mark.parametrize("encoding", LIES)
def test_a_header_that_lies_leaves_the_bytes_as_they_are(encoding: str, step: int) -> None:
    assert read(encoding, LIES[encoding], step=step) == (LIES[encoding], False)


@pytest.mark.parametrize("step", [1, 1 << 20])
@pytest.mark.parametrize("tail", [b"\0\0\0\0", b"trailing rubbish", b"\x1f\x8b\x08not really"])
def test_padding_behind_gzip_is_no_part_of_it(tail: bytes, step: int) -> None:
    assert read("gzip", gzip.compress(TEXT) + tail, step=step) == (TEXT, False)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", " deflate ", "gzip, br"])
@pytest.mark.parametrize("keep", [0.3, 0.9])
def test_a_stream_that_stops_is_no_body(encoding: str, keep: float) -> None:
    data = CODED[encoding]
    with pytest.raises(Failed) as failed:
        read(encoding, data[: int(len(data) * keep)])
    assert failed.value.code == "cut short"


def test_a_damaged_stream_is_no_body() -> None:
    data = bytearray(gzip.compress(bytes(300_000) + TEXT))
    data[-6] ^= 255
    with pytest.raises(Failed) as failed:
        read("gzip", bytes(data), limit=10**6)
    assert failed.value.code == "protocol"


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate", "br", "gzip, br"])
def test_the_limit_counts_decoded_bytes(encoding: str) -> None:
    data = CODED[encoding]
    assert read(encoding, data, limit=len(TEXT)) == (TEXT, False)
    assert read(encoding, data, limit=len(TEXT) - 1) == (TEXT[:-1], True)
    assert read(encoding, data, limit=10) == (TEXT[:10], True)


BOMB = gzip.compress(bytes(100 << 20), 9)
BOMBS = {
    "gzip": BOMB,
    "deflate": zlib.compress(bytes(100 << 20), 9),
    "br": brotli.compress(bytes(100 << 20), quality=3),
    "gzip, gzip": gzip.compress(BOMB, 9),
    "gzip,gzip,gzip": gzip.compress(gzip.compress(BOMB, 9), 9),
    "br, gzip": gzip.compress(brotli.compress(bytes(100 << 20), quality=3)),
}


@pytest.mark.parametrize("encoding", BOMBS)
def test_a_bomb_stops_at_the_limit(encoding: str) -> None:
    tracemalloc.start()
    try:
        data, full = read(encoding, BOMBS[encoding], limit=1 << 20)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert full
    assert len(data) == 1 << 20
    assert most < 6 << 20


def test_a_stream_that_never_grows_ends_too() -> None:
    """Blocks of nothing are 5 bytes each; ten megabytes of them are nothing still (RFC 1951, 3.2.4)."""
    nothing = b"\0\0\0\xff\xff"
    _, full = read("deflate", nothing * 100_000, limit=300_000, step=1 << 16)
    assert full


def test_members_without_end() -> None:
    """A gzip member of nothing is 20 bytes, and a new inflater."""
    began = time.process_time()
    with pytest.raises(Failed) as failed:
        read("gzip", b"".join([gzip.compress(b"<rss>")] + [gzip.compress(b"")] * 500_000), limit=10 << 20, step=1 << 16)
    assert failed.value.code == "protocol"
    assert time.process_time() - began < 1
    assert read("gzip", gzip.compress(b"12345678") * 1000)[0] == b"12345678" * 1000


def test_files_in_gzip() -> None:
    assert unpack(gzip.compress(TEXT), 100_000) == (TEXT, False)
    assert unpack(TEXT, 100_000) == (TEXT, False)
    assert unpack(gzip.compress(bytes(10**6)), 1000) == (bytes(1000), True)

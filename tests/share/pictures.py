"""Pictures for tests, made here: honest ones and hostile ones."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

SOUND = b"RIFF\x2c\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00@\x1f\x00\x00@\x1f\x00\x00\x01\x00\x08\x00"
SOUND += b"data\x08\x00\x00\x00" + b"\x80" * 8
"""Eight samples of silence."""


def jpeg(width: int = 1200, height: int = 800, *, turned: bool = False) -> bytes:
    """A JPEG that says where it was taken, with its left half red; `turned` says it is to be shown rotated by 90°."""
    picture = Image.new("RGB", (width, height), (0, 0, 200))
    picture.paste((200, 0, 0), (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    if turned:
        exif[0x0112] = 6
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (52.0, 31.0, 12.0), "E", (13.0, 24.0, 36.0)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90, exif=exif, comment=b"secret comment")
    return out.getvalue()


def png(width: int = 300, height: int = 200, **extra: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (width, height), (0, 200, 0, 128)).save(out, "PNG", **extra)
    return out.getvalue()


def moving(form: str = "GIF", frames: int = 3, size: int = 40) -> bytes:
    out = io.BytesIO()
    first, *rest = (Image.new("RGB", (size, size), (n * 40 % 256, n % 256, 0)) for n in range(frames))
    first.save(out, form, save_all=True, append_images=rest, duration=50)
    return out.getvalue()


def png_bomb(width: int = 10_000, height: int = 10_000) -> bytes:
    """A hundred megapixels in about ten kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    squeeze = zlib.compressobj(9)
    row = bytes(1 + width // 8)
    pixels = b"".join(squeeze.compress(row) for _ in range(height)) + squeeze.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def gif_of_frames(count: int = 10_000, side: int = 2000) -> bytes:
    """A GIF of many frames, each of them a few bytes for four million pixels."""
    frame = b"\x2c" + struct.pack("<HHHH", 0, 0, side, side) + b"\x00\x02\x02\x4c\x01\x00"
    screen = b"GIF89a" + struct.pack("<HH", side, side) + b"\x80\x00\x00" + b"\x00\x00\x00\xff\xff\xff"
    return screen + frame * count + b"\x3b"

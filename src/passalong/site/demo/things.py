"""Pictures, sounds and papers for the invented sharers, drawn by a few lines each: nobody's work is borrowed."""

from __future__ import annotations

import io
import math
import random
import struct
import wave
from functools import lru_cache

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
RATE = 8000
SECONDS = 6


@lru_cache(maxsize=64)
def picture(seed: str, colour: Colour, size: tuple[int, int] = (960, 600)) -> bytes:
    """A calm landscape in one colour, the same for the same `seed`; PNG."""
    wide, high = size
    dice = random.Random(seed)  # noqa: S311 - hides nothing
    image = Image.new("RGB", size, _mix(colour, (255, 250, 240), 0.75))
    draw = ImageDraw.Draw(image)
    sun = dice.uniform(0.15, 0.85) * wide
    radius = high * dice.uniform(0.08, 0.16)
    draw.ellipse(
        (sun - radius, high * 0.16, sun + radius, high * 0.16 + 2 * radius), fill=_mix(colour, (255, 255, 255), 0.9)
    )
    for ridge in range(5):
        level, swing = high * (0.42 + 0.12 * ridge), high * dice.uniform(0.03, 0.09)
        waves, shift = dice.uniform(1.2, 3.2), dice.uniform(0, 6.3)
        line = [(x, level + swing * math.sin(waves * 6.28 * x / wide + shift)) for x in range(0, wide + 8, 8)]
        draw.polygon([(0, high), *line, (wide, high)], fill=_mix(colour, (30, 34, 30), 0.12 * ridge))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@lru_cache(maxsize=32)
def face(seed: str, colour: Colour) -> bytes:
    """A small round sign for somebody; PNG."""
    dice = random.Random(seed)  # noqa: S311 - hides nothing
    image = Image.new("RGB", (128, 128), colour)
    draw = ImageDraw.Draw(image)
    for _ in range(5):
        x, y, r = dice.uniform(10, 118), dice.uniform(10, 118), dice.uniform(12, 40)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=_mix(colour, (255, 252, 245), dice.uniform(0.2, 0.7)))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


@lru_cache(maxsize=8)
def sound(seed: str) -> bytes:
    """A few soft notes; WAV, mono, 8 kHz."""
    dice = random.Random(seed)  # noqa: S311 - hides nothing
    notes = [220 * 2 ** (dice.choice((0, 2, 4, 7, 9, 12)) / 12) for _ in range(SECONDS * 2)]
    samples = []
    for number in range(RATE * SECONDS):
        second = number / RATE
        into = second * 2 % 1
        samples.append(int(9000 * math.exp(-3 * into) * math.sin(6.2832 * notes[int(second * 2)] * second)))
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return out.getvalue()


def paper(lines: list[str]) -> bytes:
    """One page of words; PDF 1.4 (ISO 32000-1, 7.5). Latin letters only."""
    shown = " T* ".join(f"({line.encode('ascii', 'replace').decode().translate(_QUOTED)}) Tj" for line in lines)
    content = f"BT /F1 16 Tf 72 760 Td 26 TL {shown} ET".encode()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(parts) + 1, table, len(parts) + 1, len(out),
    )  # fmt: skip


_QUOTED = str.maketrans({"(": r"\(", ")": r"\)", "\\": r"\\"})

"""A picture from elsewhere, for the image proxy: what comes back is made of pixels, whatever its sender calls it."""

from __future__ import annotations

from .get import get
from .shapes import Ask, Failed

PICTURE_LIMIT = 5 * 1024 * 1024
STARTS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
AVIF_BRANDS = (b"avif", b"avis")


def fetch_image(url: str, *, limit: int = PICTURE_LIMIT, deadline: float = 15.0) -> tuple[bytes, str]:
    """The bytes and the media type, by the bytes. Raises Failed, with 'picture' for what is none: missing, a page, or
    a drawing that could carry a program (SVG)."""
    answer = get(Ask(url, {"Accept": "image/avif,image/webp,image/png,image/jpeg,image/gif;q=0.9"}, limit, deadline))
    kind = raster_type(answer.body) if answer.status == 200 else ""
    if not kind:
        raise Failed("There is no picture at this address.", "picture")
    return answer.body, kind


def raster_type(body: bytes) -> str:
    """The media type of a picture made of pixels, or ''. WHATWG MIME Sniffing, 6.1; AVIF by the brands of its file
    type box (ISO/IEC 14496-12, 4.3), the major one or a compatible one."""
    for start, kind in STARTS:
        if body.startswith(start):
            return kind
    if body[:4] == b"RIFF" and body[8:14] == b"WEBPVP":
        return "image/webp"
    if body[4:8] == b"ftyp":
        end = min(int.from_bytes(body[:4], "big"), 128)
        brands = [body[8:12], *(body[at : at + 4] for at in range(16, end, 4))]
        if any(brand in AVIF_BRANDS for brand in brands):
            return "image/avif"
    return ""

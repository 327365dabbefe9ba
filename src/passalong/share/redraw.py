"""Draws a picture anew, in a process of its own with little memory and time. Run as a script, never imported.

Reads the picture from standard input; writes a line of JSON ({"type", "width", "height", "large", "small"}: the last
two are sizes in bytes, small 0 where the picture is small already), then the two pictures. Nothing but pixels comes
through: no place, no camera, no comment. On failure the line is {"problem": word}.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from typing import Any

from PIL import Image, ImageCms, ImageOps, ImageSequence, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "AVIF")
LARGE, SMALL = 1600, 480
MOST_PIXELS = 40_000_000
MOST_MEMORY = 1_200 * 1024 * 1024
MOST_SECONDS = 15
MOST_FRAMES, MOST_MOVING_PIXELS = 150, 20_000_000
"""An animation larger than this (frames, and pixels of all frames together) keeps its first frame."""


class Problem(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """`str()` is the word for it: large, broken, unknown."""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    out = sys.stdout.buffer
    try:
        said, large, small = redraw(sys.stdin.buffer.read())
    except Problem as problem:
        said, large, small = {"problem": str(problem)}, b"", b""
    except Image.DecompressionBombError:
        said, large, small = {"problem": "large"}, b"", b""
    except UnidentifiedImageError:
        said, large, small = {"problem": "unknown"}, b"", b""
    except Exception:
        said, large, small = {"problem": "broken"}, b"", b""
    out.write(json.dumps(said).encode() + b"\n" + large + small)
    out.flush()


def redraw(data: bytes) -> tuple[dict[str, Any], bytes, bytes]:
    """Raises Problem, and whatever Pillow raises for a broken picture."""
    picture = Image.open(io.BytesIO(data), formats=FORMATS)
    if picture.width * picture.height > MOST_PIXELS:
        raise Problem("large")
    form = picture.format or ""
    moving = _moving(picture) if form in ("GIF", "WEBP") else []
    if moving:
        large, kind = _animation(moving), "image/gif"
        still = _within(moving[0].convert("RGBA"), LARGE)
        width, height = still.size
    else:
        picture.draft("RGB", (LARGE, LARGE))
        still = _upright(picture)
        shown = _within(still, LARGE)
        (large, kind), (width, height) = _packed(shown, form), shown.size
    small = _packed(_within(still, SMALL), "JPEG" if kind == "image/jpeg" else "WEBP")[0]
    if max(width, height) <= SMALL:
        small = b""
    return {"type": kind, "width": width, "height": height, "large": len(large), "small": len(small)}, large, small


def _upright(picture: Image.Image) -> Image.Image:
    """The pixels, the right way up, in colours every screen agrees on."""
    profile = picture.info.get("icc_profile")
    found = _as_rgb(ImageOps.exif_transpose(picture))
    found.thumbnail((LARGE, LARGE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            changed = ImageCms.profileToProfile(found, source, target)
            found = changed or found
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return found


def _as_rgb(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith(("I", "F")):
        return picture.point(lambda level: level / 256).convert("L").convert("RGB")
    clear = "A" in picture.getbands() or "transparency" in picture.info
    return picture.convert("RGBA" if clear else "RGB")


def _within(picture: Image.Image, side: int) -> Image.Image:
    """A copy of the pixels alone, no wider or higher than `side`."""
    found = picture.copy()
    found.info = {}
    found.thumbnail((side, side), Image.Resampling.LANCZOS)
    return found


def _packed(picture: Image.Image, form: str) -> tuple[bytes, str]:
    """JPEG stays JPEG, which everything shows; the rest becomes WebP."""
    out = io.BytesIO()
    if form == "JPEG":
        picture.convert("RGB").save(out, "JPEG", quality=84, optimize=True, progressive=True)
        return out.getvalue(), "image/jpeg"
    picture.save(out, "WEBP", quality=88, method=4, exif=b"", xmp=b"", icc_profile=b"")
    return out.getvalue(), "image/webp"


def _moving(picture: Image.Image) -> list[Image.Image]:
    """The frames of a small animation; [] for a still picture, and for an animation too large to keep."""
    if not getattr(picture, "is_animated", False):
        return []
    most = min(MOST_FRAMES, MOST_MOVING_PIXELS // max(1, picture.width * picture.height))
    frames: list[Image.Image] = []
    for frame in ImageSequence.Iterator(picture):
        if len(frames) >= most:
            picture.seek(0)
            return []
        frames.append(frame.copy())
    return frames if len(frames) > 1 else []


def _animation(frames: list[Image.Image]) -> bytes:
    out = io.BytesIO()
    times = [frame.info.get("duration", 100) for frame in frames]
    first, *rest = (_within(frame.convert("RGBA"), LARGE) for frame in frames)
    first.save(out, "GIF", save_all=True, append_images=rest, duration=times, loop=0, disposal=2)
    return out.getvalue()


if __name__ == "__main__":
    main()

"""Pictures are drawn anew before anybody sees them: upright, without the place they were taken, in two sizes."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO

SCRIPT = Path(__file__).with_name("redraw.py")
DEADLINE = 20.0
LONGEST_LINE = 500
WHY = {
    "large": "has more than 40 million pixels: make it smaller",
    "broken": "is broken or cut short: save it again and choose that",
    "unknown": "is not a picture that can be shown: save it as JPEG or PNG",
    "slow": "took too long to read: save it as JPEG or PNG and choose that",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as we drew it. `small` is b'' where `large` is small already."""

    large: bytes
    small: bytes
    type: str
    width: int
    height: int


class NotShown(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """Why a picture cannot be shared: `str()` goes on after its name."""


def redraw(stream: IO[bytes]) -> Picture:
    """Draws a picture anew in a child with limits (`redraw.py`). Raises NotShown."""
    stream.seek(0)
    try:
        done = subprocess.run(  # noqa: S603 - our own script, no words of a stranger
            [sys.executable, "-I", str(SCRIPT)],
            input=stream.read(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=DEADLINE,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotShown(WHY["slow"]) from None
    line, _, pixels = done.stdout.partition(b"\n")
    if done.returncode or len(line) > LONGEST_LINE or not line:
        raise NotShown(WHY["slow"] if done.returncode == -24 else WHY["broken"])  # SIGXCPU: its time was up
    said = json.loads(line)
    if "problem" in said:
        raise NotShown(WHY[said["problem"]])
    large, small = pixels[: said["large"]], pixels[said["large"] :]
    return Picture(large, small, said["type"], said["width"], said["height"])

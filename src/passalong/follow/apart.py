"""Huge documents are read in a child process with limits: whatever it does there, this process goes on.

Parent: `read_apart(body, ...)`. Child: `python -m passalong.follow.apart`, body on standard input, a Feed on output.
"""

from __future__ import annotations

import contextlib
import datetime
import io
import pickle
import resource
import subprocess
import sys
from typing import Any

from passalong.wire import feed as feeds
from passalong.wire import mf2, shapes
from passalong.wire.shapes import Feed, Unreadable

MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 20
DEADLINE = 25.0
MOST_OUT = 64 * 1024 * 1024
TOO_MUCH = "Its document is so large or so tangled that reading it was stopped"
ALLOWED = {
    ("passalong.wire.shapes", name): getattr(shapes, name)
    for name in ("Feed", "Entry", "Author", "Attachment", "Pointer")
} | {
    ("datetime", "datetime"): datetime.datetime,
    ("datetime", "timezone"): datetime.timezone,
    ("datetime", "timedelta"): datetime.timedelta,
    ("builtins", "frozenset"): frozenset,
}


class ShapesOnly(pickle.Unpickler):
    """The child read strangers' bytes: of what it says, nothing but our shapes is believed."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} is no shape")
        return ALLOWED[module, name]


def read_apart(body: bytes, *, content_type: str = "", url: str = "", page: bool = False) -> Feed:
    """As `wire.feed.read`, or for a `page` as `wire.mf2.read`. Raises Unreadable, also where the child met a limit
    (code: too big)."""
    command = [sys.executable, "-m", "passalong.follow.apart", "page" if page else "feed", content_type, url]
    try:
        done = subprocess.run(command, input=body, capture_output=True, timeout=DEADLINE, check=False)  # noqa: S603
        if done.returncode or len(done.stdout) > MOST_OUT:
            raise Unreadable(TOO_MUCH, "too big")
        said = ShapesOnly(io.BytesIO(done.stdout)).load()
    except (
        subprocess.TimeoutExpired,
        pickle.UnpicklingError,
        EOFError,
        AttributeError,
        OSError,
        ValueError,
    ) as problem:
        raise Unreadable(TOO_MUCH, "too big") from problem
    if isinstance(said, Feed):
        return said
    raise Unreadable(*map(str, said))


def limit() -> None:
    """Memory, time and no files: from here on this process can harm nobody but itself."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read_here(kind: str, body: bytes, content_type: str, url: str) -> Feed:
    if kind == "page":
        return mf2.read(body, url, content_type=content_type)
    return feeds.read(body, content_type=content_type, url=url)


def child(kind: str, content_type: str, url: str) -> None:
    limit()
    said: object
    try:
        said = read_here(kind, sys.stdin.buffer.read(), content_type, url)
    except Unreadable as problem:
        said = (str(problem), problem.code)
    except (MemoryError, RecursionError):
        said = (TOO_MUCH, "too big")
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.buffer.write(pickle.dumps(said))


if __name__ == "__main__":
    child(*sys.argv[1:4])

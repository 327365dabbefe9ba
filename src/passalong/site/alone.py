"""One `passalong up` for one home: a second one would take the first one's address away."""

from __future__ import annotations

import contextlib
import errno
import fcntl
from collections.abc import Iterator
from pathlib import Path

from passalong.site.sentence import CannotStart

LOCK = "running.lock"


@contextlib.contextmanager
def alone(home: Path, served_at: str) -> Iterator[None]:
    """No other process serves this home meanwhile. Raises CannotStart where one does; `served_at` is where that one is
    reached.

    The lock is a record lock (POSIX.1-2017, fcntl): no child inherits it, so it is free the moment its
    holder is killed.
    Where the folder cannot be made, or knows no locks, nothing is held: what is wrong with it is said later.
    """
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = stack.enter_context((home / LOCK).open("a"))
            if not _locked(file.fileno()):
                where = f" at {served_at}" if served_at else ""
                raise CannotStart(
                    f"Passalong is already running on the folder {home}{where}: open that, or stop it first."
                )
        yield


def _locked(handle: int) -> bool:
    """False where another process has it. Raises OSError where there are no locks."""
    try:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        if problem.errno in (errno.EACCES, errno.EAGAIN):
            return False
        raise
    return True

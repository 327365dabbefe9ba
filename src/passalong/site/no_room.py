"""The disk is full, or may not be written: said in words, and nothing typed is lost (P14).

Reading goes on by itself, since no page writes in order to be shown; and nothing needs a restart, since each request
and each round of the worker tries anew.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator

FULL = "full"
READ_ONLY = "read-only"
BUSY = "busy"
_ERRNO = {errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EROFS: READ_ONLY}
_SQLITE = {
    "database or disk is full": FULL,
    "attempt to write a readonly database": READ_ONLY,
    "database is locked": BUSY,
}
_POSTGRES = {"53100": FULL, "25006": READ_ONLY, "55P03": BUSY}
"""SQLSTATE: disk_full, read_only_sql_transaction, lock_not_available (PostgreSQL, Appendix A)."""


def _(words: str) -> str:
    """Marks words that are translated where they are shown: commands say them before there are settings."""
    return words


WORDS = {
    FULL: (
        _("The disk of this node is full."),
        _("Its keeper must make room; then send it again. Reading goes on."),
    ),
    READ_ONLY: (
        _("This node cannot write to its disk just now."),
        _("Its keeper must make the folder and the database writable; then send it again. Reading goes on."),
    ),
    BUSY: (
        _("Another program has held the database of this node for too long."),
        _("Send it again in a moment; if it stays so, its keeper must stop that program. Reading goes on."),
    ),
}
STATUS = {FULL: 507, READ_ONLY: 507, BUSY: 503}
"""RFC 4918, section 11.5, and RFC 9110, section 15.6.4."""


def no_room(problem: BaseException | None) -> str:
    """FULL, READ_ONLY, BUSY, or '' where it is something else that went wrong."""
    return next(filter(None, map(_why, _causes(problem))), "")


def _causes(problem: BaseException | None) -> Iterator[BaseException]:
    seen = 0
    while problem is not None and seen < 20:
        yield problem
        problem, seen = problem.__cause__ or problem.__context__, seen + 1


def _why(problem: BaseException) -> str:
    if isinstance(problem, OSError):
        return _ERRNO.get(problem.errno or 0, "")
    if isinstance(problem, sqlite3.OperationalError):
        return _SQLITE.get(str(problem), "")
    return _POSTGRES.get(str(getattr(problem, "sqlstate", "")), "")

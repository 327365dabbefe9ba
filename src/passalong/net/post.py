"""Messages to the outside, through the same door as everything else: same guard, deadlines and budget per host."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from .get import get
from .shapes import Answer, Ask

ANSWER_LIMIT = 64 * 1024
"""Decoded bytes of an answer that are read; what a receiver says beyond is of no use."""
FORM = "application/x-www-form-urlencoded"


def message(
    url: str,
    data: bytes,
    kind: str,
    headers: Mapping[str, str] | None = None,
    *,
    deadline: float = 15.0,
    pace: float = 0.0,
    limit: int = ANSWER_LIMIT,
) -> Ask:
    """A POST of `data`, of media type `kind`, for `post` and `net.get.get_many`.

    Redirects 307 and 308 are followed with the same message, each hop guarded; other redirects are answers.
    """
    return Ask(
        url, {"Content-Type": kind, **(headers or {})}, limit, deadline, hops=3, cut_ok=True, pace=pace, data=data
    )


def form(url: str, fields: Mapping[str, str] | Iterable[tuple[str, str]], *, pace: float = 0.0) -> Ask:
    """A form, as a browser would send it."""
    pairs = list(fields.items()) if isinstance(fields, Mapping) else list(fields)
    return message(url, urlencode(pairs).encode(), FORM, pace=pace)


def post(ask: Ask) -> Answer:
    """Sends one message. Raises Failed; an answer of any status is an Answer."""
    return get(ask)

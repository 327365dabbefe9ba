"""What goes through the one outbound door, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FEED_LIMIT = 10 * 1024 * 1024
PAGE_LIMIT = 2 * 1024 * 1024
JSON_LIMIT = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to the outside: a GET, or a POST of `data`."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Extra headers: Accept, If-None-Match, If-Modified-Since. Validators are sent byte for byte."""
    limit: int = FEED_LIMIT
    """Most decoded bytes of body; a longer body ends in Failed(code='too big')."""
    deadline: float = 30.0
    """Seconds for everything: name, connection, every hop, the whole body."""
    hops: int = 5
    """Most redirects."""
    cut_ok: bool = False
    """A body over the limit is cut there instead of failing, and one that breaks off is taken as far as it came
    (reading a page's head)."""
    pace: float = 0.0
    """Least seconds since our last visit to the same host (pages that strangers make us visit: 1)."""
    data: bytes | None = None
    """What is posted; None asks with GET. `net.post` makes such asks."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect on the way."""

    status: int
    url: str
    """Where it was asked; the next hop's url, or the answer's, is where it led."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever the status."""

    url: str
    """Address of the last hop, which answered."""
    status: int
    headers: Mapping[str, str]
    """Names in lower case; repeated headers joined by ', ' (Link)."""
    body: bytes = b""
    """Decoded (gzip, deflate, br)."""
    hops: tuple[Hop, ...] = ()
    cut: bool = False
    """The body was longer than the limit, or broke off, and ends there (only with cut_ok)."""


class Failed(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """No answer. `str()` is one plain sentence; `code` one of: private, scheme, address, name, refused, timeout,
    tls, too big, redirects, cut short, protocol, header, offline, picture."""

    led = ""
    """Where the last redirect led, when one did before it failed."""

    def __init__(self, sentence: str, code: str) -> None:
        super().__init__(sentence)
        self.code = code

"""Answers' heads as servers in the world write them, made such that a strict parser takes them. Browsers show these
sites, so a person cannot know that anything is wrong with them.

Pure but for Handler, which stands between the connection and aiohttp's parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from aiohttp.client_proto import ResponseHandler

LONGEST_HEAD = 256 * 1024
REFUSED = b"a head without an end\r\n\r\n"
END = re.compile(rb"\r?\n\r?\n")
TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
NEAT = re.compile(rb"HTTP/1\.[01] [0-9]{3} [^\r\n\0]*\r\n(?:" + TOKEN + rb":[^\r\n\0]*\r\n)*\r\n")
STATUS = re.compile(rb"(?:HTTP/[0-9](?:\.[0-9])?|ICY) +([0-9]{3})(?: +(.*))?")
NAME = re.compile(TOKEN)
FRAMING = re.compile(rb"\n(content-length|transfer-encoding):[ \t]*([^\r\n]*?)[ \t]*\r", re.IGNORECASE)
FRAMERS = (b"content-length", b"transfer-encoding")


def tidy(head: bytes) -> tuple[bytes, int | None]:
    """A head, empty line included -> the same, well-formed, and how many bytes of body belong to it (None: that shows
    later). What cannot be made sense of is left as it is, for the parser to refuse."""
    framing = FRAMING.findall(head)
    if not NEAT.fullmatch(head) or len(framing) > 1 or not all(is_length(*field) for field in framing):
        head = rewrite(head)
        framing = FRAMING.findall(head)
    status = head[9:12]
    if status in (b"204", b"304") or status.startswith(b"1"):
        return head, 0
    if len(framing) == 1 and is_length(*framing[0]):
        return head, int(framing[0][1])
    return head, None


def is_length(name: bytes, value: bytes) -> bool:
    return name.lower() == b"content-length" and value.isdigit() and len(value) < 19


def rewrite(head: bytes) -> bytes:
    lines = re.split(rb"\r?\n", re.sub(rb"\r?\n[ \t]+", b" ", head.strip(b"\r\n")))
    status = STATUS.fullmatch(lines[0])
    if not status:
        return head
    fields = list(read_fields(lines[1:]))
    version = b"HTTP/1.0" if head.startswith((b"HTTP/1.0", b"ICY")) else b"HTTP/1.1"
    first = b"%s %s %s" % (version, status[1], (status[2] or b"").replace(b"\0", b""))
    rest = [field for field in fields if field[0].lower() not in FRAMERS]
    return b"\r\n".join([first, *(b"%s: %s" % field for field in rest + frame(fields)), b"", b""])


def read_fields(lines: list[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Lines that are none, or whose name is none, or that hold a NUL, are left out."""
    for line in lines:
        name, colon, value = line.partition(b":")
        if colon and NAME.fullmatch(name.strip()) and b"\0" not in value:
            yield name.strip(), value.strip()


def frame(fields: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """One word about where the body ends, by the rules of RFC 9112, 6.3: chunks go before a length, a length said
    twice is one, an empty one is none. A contradiction stays one."""
    codings = b",".join(value for name, value in fields if name.lower() == b"transfer-encoding").lower()
    named = [coding.strip() for coding in codings.split(b",") if coding.strip() not in (b"", b"identity")]
    if named:
        return [(b"Transfer-Encoding", b", ".join(named))]
    lengths = b",".join(value for name, value in fields if name.lower() == b"content-length").split(b",")
    return [(b"Content-Length", length) for length in sorted({length.strip() for length in lengths} - {b""})]


class Handler(ResponseHandler):
    """Gives each head to `tidy` before the parser sees it, and drops what comes behind the end of a body."""

    head: bytes | None = None
    """Of the head what has arrived so far; None while no head is waited for."""
    room: int | None = None
    """Bytes of the body still to come, where that is known."""

    def set_response_params(self, **settings: Any) -> None:
        self.head, self.room = b"", None
        super().set_response_params(**settings)

    def data_received(self, data: bytes) -> None:
        data = self.cross(data) if self.head is not None else self.within(data)
        if data:
            super().data_received(data)

    def cross(self, data: bytes) -> bytes:
        """Wait for the end of the head; give on the head, tidied, with what came of the body."""
        held, ready = ((self.head or b"") + data).lstrip(b"\r\n"), b""
        while end := END.search(held):
            given, held = held[: end.end()], held[end.end() :]
            head, self.room = tidy(given)
            if head is not given:
                self.force_close()  # who errs here may err about where a body ends
            ready += head
            if head[9:10] != b"1" or head[9:12] == b"101":
                self.head = None
                return ready + self.within(held)
        self.head = held
        return ready if len(held) <= LONGEST_HEAD else REFUSED

    def within(self, data: bytes) -> bytes:
        if self.room is None:
            return data
        if len(data) > self.room:
            self.force_close()
            data = data[: self.room]
        self.room -= len(data)
        return data

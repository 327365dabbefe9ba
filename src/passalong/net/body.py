"""Bytes as they arrive -> the body, decoded, never more than the limit. Pure: knows no sockets and no clock."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli

from .shapes import Failed

GZIP_MAGIC = b"\x1f\x8b\x08"
STEP = 256 * 1024
"""Most bytes inflated at once: what a bomb can cost before the limit is looked at again."""
MOST_CODINGS = 3
MOST_MEMBERS = 1000
"""Parts of one gzip body. Each costs time though it may hold nothing: 10 MB of empty ones would take five seconds."""


class Coding(Protocol):
    """One Content-Encoding being undone."""

    def decode(self, data: bytes) -> Iterator[bytes]:
        """The decoded bytes in pieces of about STEP. Raises ValueError where the data is not in this coding."""

    def complete(self) -> bool:
        """Has the stream come to its own end?"""


class Zlib:
    """gzip with any number of members, deflate with its zlib wrapper or without (RFC 9110, 8.4.1)."""

    def __init__(self, wbits: int) -> None:
        self.wbits = wbits
        self.stream = zlib.decompressobj(wbits)
        self.between = False
        """A member ended, and nothing has come out of a further one."""
        self.over = False
        self.members = 1

    def decode(self, data: bytes) -> Iterator[bytes]:
        try:
            while data and not self.over:
                piece = self.stream.decompress(data, STEP)
                self.between = self.between and not piece
                yield piece
                data = self.stream.unconsumed_tail
                if self.stream.eof:
                    data = self.begin_next(self.stream.unused_data)
        except zlib.error as error:
            if not self.between or self.members > MOST_MEMBERS:
                raise ValueError(str(error)) from error
            self.over = True

    def begin_next(self, rest: bytes) -> bytes:
        """A further gzip member follows, or padding that is no part of the body."""
        self.between = True
        if self.wbits < 31 or not rest.startswith(GZIP_MAGIC[: len(rest)]):
            self.over = True
        elif rest:
            self.members += 1
            if self.members > MOST_MEMBERS:
                raise zlib.error("too many members")
            self.stream = zlib.decompressobj(self.wbits)
        return rest

    def complete(self) -> bool:
        return self.over or self.between or self.stream.eof


class Brotli:
    """br (RFC 7932)."""

    def __init__(self) -> None:
        self.stream = brotli.Decompressor()

    def decode(self, data: bytes) -> Iterator[bytes]:
        try:
            yield self.stream.process(data, output_buffer_limit=STEP)
            while not self.stream.can_accept_more_data():
                yield self.stream.process(b"", output_buffer_limit=STEP)
        except brotli.error as error:
            raise ValueError(str(error)) from error

    def complete(self) -> bool:
        return bool(self.stream.is_finished())


def choose_coding(name: str, first: bytes) -> Coding | None:
    """The coding a header names, unless the first bytes show that it lies; None means: as it is."""
    if name in ("gzip", "x-gzip"):
        return Zlib(31) if first.startswith(GZIP_MAGIC[: len(first)]) else None
    if name == "deflate":
        wrapped = len(first) > 1 and first[0] & 15 == 8 and int.from_bytes(first[:2], "big") % 31 == 0
        return Zlib(15 if wrapped else -15)
    return Brotli() if name == "br" else None


class Body:
    """A body growing up to its limit."""

    def __init__(self, encoding: str, limit: int) -> None:
        names = [name.strip().lower() for name in encoding.split(",")]
        names = [name for name in names if name not in ("", "identity")][-MOST_CODINGS:]
        self.name = names[-1] if names else ""
        self.inner = Body(",".join(names[:-1]), limit) if len(names) > 1 else None
        """What comes out of the last coding is coded once more."""
        self.limit = limit
        self.pieces: list[bytes] = []
        self.size = 0
        self.arrived = 0
        self.raw = b""
        """What arrived while nothing has come out of it yet (about STEP of it)."""
        self.coding: Coding | None = None
        self.full = False

    def add(self, data: bytes) -> None:
        """Take what arrived. Sets `full` when there is more than the limit. Raises Failed('protocol')."""
        self.arrived += len(data)
        if self.name and not self.size and len(self.raw) <= STEP:
            self.raw += data
        if self.name and not self.coding:
            if len(self.raw) < len(GZIP_MAGIC):
                return
            data = self.begin()
        if self.coding:
            self.inflate(data)
        else:
            self.keep(data)

    def begin(self) -> bytes:
        """Settle the coding by the first bytes, which are then to be taken in."""
        self.coding = choose_coding(self.name, self.raw)
        if not self.coding:
            self.name = ""
        return self.raw

    def inflate(self, data: bytes) -> None:
        assert self.coding is not None
        try:
            for piece in self.coding.decode(data):
                self.keep(piece)
                if self.full:
                    return
        except ValueError:
            if self.size or self.arrived > len(self.raw):
                raise Failed("The site sent a damaged answer. Trying again later may help.", "protocol") from None
            # Nothing came out of it: the header lied, and the bytes are meant as they are.
            self.coding, self.name = None, ""
            self.keep(self.raw)
        # An endless stream of empty blocks never grows, so what arrives is counted too.
        self.full = self.full or self.arrived > max(self.limit, STEP)

    def keep(self, piece: bytes) -> None:
        if self.inner:
            self.inner.add(piece)
            self.full = self.inner.full
            self.size += len(piece)
            return
        room = self.limit - self.size
        if len(piece) > room:
            piece, self.full = piece[:room], True
        if piece:
            self.pieces.append(piece)
            self.size += len(piece)

    def end(self, broken: bool = False) -> bytes:
        """The whole body, further codings undone; with `broken`, what there is of it. Raises Failed: cut short,
        protocol."""
        if self.name and not self.coding and self.raw:
            data = self.begin()
            self.inflate(data) if self.coding else self.keep(data)
        if self.coding and not (self.full or broken or self.coding.complete()):
            raise Failed("The site's answer broke off in the middle. Trying again later may help.", "cut short")
        if self.inner:
            data = self.inner.end(broken or self.full)
            self.full = self.full or self.inner.full
            return data
        return self.pieces[0] if len(self.pieces) == 1 else b"".join(self.pieces)


def unpack(data: bytes, limit: int) -> tuple[bytes, bool]:
    """The inside of a .gz file, and whether there was more than the limit; other data comes back as it is."""
    if not data.startswith(GZIP_MAGIC):
        return data, False
    body = Body("gzip", limit)
    body.add(data)
    return body.end(), body.full

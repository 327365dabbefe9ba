"""What a file is, by its first and last bytes; never by its name or what its sender says. Pure.

After the WHATWG MIME Sniffing Standard, sections 6 and 7, with the formats people keep beside pictures.
"""

from __future__ import annotations

import re

HEAD = 4096
"""How many first (and last) bytes tell."""
UNKNOWN = "application/octet-stream"

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"%PDF-", "application/pdf"),
    (b"%!PS-Adobe-", "application/postscript"),
    (b"{\\rtf", "application/rtf"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"SQLite format 3\x00", "application/vnd.sqlite3"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_OOXML = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
_ZIP_SAYS = re.compile(rb"^PK\x03\x04.{26}mimetype([a-z]+/[a-z0-9.+-]+?)(?:PK|$)", re.DOTALL)
_HEIF = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
_HTML = re.compile(rb"<(?:html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[\s>]", re.IGNORECASE)
_BEFORE_ROOT = ((b"<!--", b"-->"), (b"<?", b"?>"), (b"<!", b">"))
"""What may stand before the first element, and where each ends."""
_MP3_SYNC = re.compile(rb"^\xff[\xe2-\xe7\xf2-\xff][\x10-\xef]")
_AAC_SYNC = re.compile(rb"^\xff[\xf0\xf1\xf8\xf9]")
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


def sniff(head: bytes, tail: bytes = b"") -> str:
    """The media type of a file that begins with `head` and ends with `tail` (HEAD bytes of each)."""
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    return _boxed(head) or _zipped(head, tail) or _sounds(head) or _written(head)


def _boxed(head: bytes) -> str:
    """RIFF (WebP, WAV, AVI), ISO base media (MP4, QuickTime, AVIF, HEIF) and Ogg."""
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], "")
    if head.startswith(b"OggS"):
        return "video/ogg" if b"theora" in head[:256] else "audio/ogg"
    if head[4:8] != b"ftyp":
        return ""
    brand = head[8:12]
    if brand in (b"avif", b"avis"):
        return "image/avif"
    if brand in _HEIF:
        return "image/avif" if b"avif" in head[8:64] else "image/heif"
    if brand in (b"M4A ", b"M4B ", b"F4A "):
        return "audio/mp4"
    return "video/quicktime" if brand == b"qt  " else "video/mp4"


def _zipped(head: bytes, tail: bytes) -> str:
    if not head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return ""
    said = _ZIP_SAYS.match(head)
    if said and said[1].startswith((b"application/vnd.oasis.", b"application/epub+zip")):
        return said[1].decode()
    if b"[Content_Types].xml" in head + tail:
        for folder, kind in _OOXML:
            if folder in head or folder in tail:
                return kind
    return "application/zip"


def _sounds(head: bytes) -> str:
    if _MP3_SYNC.match(head):
        return "audio/mpeg"
    return "audio/aac" if _AAC_SYNC.match(head) else ""


def _written(head: bytes) -> str:
    """Text, where no byte says otherwise; markup is named, so that nobody serves it as what it is."""
    plain = head.removeprefix(b"\xef\xbb\xbf")
    root = _root(plain)
    if root[:4].lower() == b"<svg":
        return "image/svg+xml"
    if _HTML.match(root) or plain.lstrip()[:14].lower() == b"<!doctype html":
        return "text/html"
    if plain.lstrip().startswith(b"<?xml"):
        return "text/xml"
    if _NOT_TEXT.search(plain):
        return UNKNOWN
    return "text/plain" if plain else UNKNOWN


def _root(plain: bytes) -> bytes:
    """From the first element on; b'' where comments and the like never end."""
    at = 0
    while True:
        rest = plain[at:].lstrip()
        end = next((end for start, end in _BEFORE_ROOT if rest.startswith(start)), b"")
        if not end:
            return rest
        found = plain.find(end, len(plain) - len(rest))
        if found < 0:
            return b""
        at = found + len(end)

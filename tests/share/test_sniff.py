"""What a file is, by its bytes (WHATWG MIME Sniffing, sections 6 and 7)."""

from __future__ import annotations

import io
import zipfile

import pytest

from passalong.share.sniff import HEAD, UNKNOWN, sniff


def office(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return packed.getvalue()


def spoken_for(kind: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", "<x/>")
    return packed.getvalue()


OOXML = "application/vnd.openxmlformats-officedocument"
CASES = {
    "png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    "jpeg": (b"\xff\xd8\xff\xe0", "image/jpeg"),
    "gif": (b"GIF89a", "image/gif"),
    "webp": (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
    "avif": (b"\x00\x00\x00\x1cftypavif", "image/avif"),
    "heic": (b"\x00\x00\x00\x1cftypheic", "image/heif"),
    "pdf": (b"%PDF-1.7", "application/pdf"),
    "mp3 with tags": (b"ID3\x04", "audio/mpeg"),
    "mp3": (b"\xff\xfb\x90\x00", "audio/mpeg"),
    "aac": (b"\xff\xf1\x50\x80", "audio/aac"),
    "m4a": (b"\x00\x00\x00\x20ftypM4A ", "audio/mp4"),
    "mp4": (b"\x00\x00\x00\x20ftypisom", "video/mp4"),
    "quicktime": (b"\x00\x00\x00\x14ftypqt  ", "video/quicktime"),
    "ogg": (b"OggS\x00\x02", "audio/ogg"),
    "webm": (b"\x1aE\xdf\xa3", "video/webm"),
    "wav": (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
    "docx": (office("[Content_Types].xml", "word/document.xml"), f"{OOXML}.wordprocessingml.document"),
    "xlsx": (office("[Content_Types].xml", "xl/workbook.xml"), f"{OOXML}.spreadsheetml.sheet"),
    "pptx": (office("[Content_Types].xml", "ppt/presentation.xml"), f"{OOXML}.presentationml.presentation"),
    "odt": (spoken_for("application/vnd.oasis.opendocument.text"), "application/vnd.oasis.opendocument.text"),
    "epub": (spoken_for("application/epub+zip"), "application/epub+zip"),
    "zip that claims to be a page": (spoken_for("text/html"), "application/zip"),
    "zip": (office("a.txt"), "application/zip"),
    "text": ("Grüße\n".encode(), "text/plain"),
    "text that is json": (b'{"type": "Person"}', "text/plain"),
    "script": (b"alert(1)", "text/plain"),
    "html": (b"  <!doctype HTML><p>x", "text/html"),
    "html after a comment": (b"<!-- x --><script>alert(1)</script>", "text/html"),
    "svg": (b'<?xml version="1.0"?><!-- a --><svg xmlns="http://www.w3.org/2000/svg">', "image/svg+xml"),
    "xml": (b'<?xml version="1.0"?><feed>', "text/xml"),
    "unknown": (b"\x00\x01\x02", UNKNOWN),
    "empty": (b"", UNKNOWN),
}


@pytest.mark.parametrize(("data", "kind"), CASES.values(), ids=CASES)
def test_sniff(data: bytes, kind: str) -> None:
    assert sniff(data[:HEAD], data[-HEAD:]) == kind


def test_a_hostile_head_costs_no_time() -> None:
    assert sniff(b"<!-- --" * 600) in ("text/plain", "text/html", "text/xml", UNKNOWN)
    assert sniff(b"<!---->" * 500 + b"<") == "text/plain"
    assert sniff(b"<?xml ?>" * 500 + b"<") == "text/xml"
    assert sniff(b" " * HEAD) == "text/plain"

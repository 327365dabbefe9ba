"""Which characters the bytes of a web page stand for."""

from __future__ import annotations

import codecs
import re

_HEADER = re.compile(r"charset\s*+=\s*+[\"']?\s*+([^\s\"';,]++)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,400}?charset\s*+=\s*+[\"']?\s*+([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_PEEK = 8_192

# Encoding Standard, section 4.2: these labels all mean windows-1252. Any label not known here is not believed,
# because Python also answers to codecs that are no character sets (zip, hex, rot13) and to the unsafe UTF-7.
_LATIN = "ascii us-ascii iso-8859-1 iso8859-1 latin1 latin-1 l1 cp1252 windows-1252 x-cp1252 cp819"
_KNOWN = """
    utf-8 utf8 utf-16 utf-16le utf-16be iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-6 iso-8859-7
    iso-8859-8 iso-8859-9 iso-8859-10 iso-8859-13 iso-8859-14 iso-8859-15 iso-8859-16 latin2 latin5 windows-1250
    windows-1251 windows-1253 windows-1254 windows-1255 windows-1256 windows-1257 windows-1258 cp1250 cp1251
    koi8-r koi8-u windows-874 tis-620 macintosh gbk gb2312 gb18030 big5 big5-hkscs shift_jis shift-jis sjis
    x-sjis euc-jp iso-2022-jp euc-kr ks_c_5601-1987 windows-949 ibm866 cp866
"""
_LATIN_LABELS = frozenset(_LATIN.split())
_KNOWN_LABELS = frozenset(_KNOWN.split())
_PYTHON_NAMES = {
    "gb2312": "gb18030", "gbk": "gb18030", "x-sjis": "cp932", "shift_jis": "cp932", "shift-jis": "cp932",
    "sjis": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "windows-949": "cp949", "windows-874": "cp874",
    "macintosh": "mac_roman", "iso-8859-9": "cp1254", "latin5": "cp1254", "ibm866": "cp866",
}  # fmt: skip


def decode(body: bytes, content_type: str = "") -> tuple[str, str]:
    """The text of a page and the name of its encoding. Never fails: what cannot be read becomes U+FFFD.

    Order: byte order mark, header, meta (HTML, section 13.2.3.2), then UTF-8, then windows-1252. A Latin label on
    bytes that are valid UTF-8 is a known lie and not believed; a label that does not fit gives way to one that does.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace"), name
    stated = [label for label in (_stated(content_type), _in_meta(body)) if label]
    doubtful = not stated or "cp1252" in stated
    for label in ["utf-8", *stated] if doubtful else stated:
        try:
            return body.decode(label), label
        except UnicodeDecodeError:
            continue
    fallback = stated[0] if stated else "cp1252"
    return body.decode(fallback, "replace"), fallback


def _stated(content_type: str) -> str:
    found = _HEADER.search(content_type)
    return _python_name(found[1]) if found else ""


def _in_meta(body: bytes) -> str:
    found = _META.search(body, 0, _PEEK)
    label = _python_name(found[1].decode("ascii")) if found else ""
    return "utf-8" if label.startswith("utf-16") else label  # HTML 13.2.3.2: a readable meta cannot be in UTF-16


def _python_name(label: str) -> str:
    label = label.strip().lower()
    if label in _LATIN_LABELS:
        return "cp1252"
    return _PYTHON_NAMES.get(label, label) if label in _KNOWN_LABELS else ""

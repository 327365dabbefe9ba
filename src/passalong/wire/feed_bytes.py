"""From bytes to text, whatever the server, the declaration and the bytes themselves claim.

byte order mark  -> it wins (RFC 7303 3.3)
valid UTF-8      -> UTF-8, whatever is claimed: other encodings hardly ever are
what is claimed  -> the HTTP charset, then the declaration, where the bytes agree
nothing fits     -> UTF-8 with stray windows-1252 bytes; or the one legacy encoding in which the text makes sense
"""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
)
# The first bytes of `<?xm` or `<r` in wide encodings without a mark (XML 1.0, appendix F).
_WIDE = (
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00<\x00", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
_DECLARATION = re.compile(r"<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([\w.:\-]{1,40})[\"']", re.IGNORECASE)
_META = re.compile(r"<meta\b[^>]{0,200}?\bcharset\s{0,5}=\s{0,5}[\"']?([\w.:\-]{1,40})", re.IGNORECASE)
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:\-]{1,40})", re.IGNORECASE)
_ASCII_NAMES = frozenset({"ascii", "iso8859-1", "cp1252", "utf-8"})
_SHIFTING = ("iso2022", "hz")

# What is meant by a label is what browsers do with it (WHATWG Encoding, names and labels).
_MEANT = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
    "iso8859-11": "cp874",
    "big5": "big5hkscs",
}


def decode(body: bytes, content_type: str = "") -> str:
    """The characters of a document; never fails, control characters and all."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _mixed(body[len(mark) :]) if encoding == "utf-8" else body[len(mark) :].decode(encoding, "replace")
    for start, encoding in _WIDE:
        if body.startswith(start):
            return _wide(body, encoding)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _by_claim(body, _claims(body, content_type))
    # Japanese and Chinese mail encodings shift between alphabets by an escape, all in seven bits.
    if b"\x1b" in body or b"hz-gb" in body[:200].lower() or "hz-gb" in content_type.lower():
        shifting = next((claim for claim in _claims(body, content_type) if claim.startswith(_SHIFTING)), "")
        return body.decode(shifting, "replace") if shifting else text
    return text


def _claims(body: bytes, content_type: str) -> list[str]:
    stated = []
    if match := _CHARSET.search(content_type[:500]):
        stated.append(match[1])
    head = body[:2048].decode("latin-1")
    if match := _DECLARATION.search(head) or _META.search(head):
        stated.append(match[1])
    return [name for name in map(_codec, stated) if name]


def _codec(label: str) -> str:
    """Python's name for a text encoding; '' for what is none."""
    try:
        info = codecs.lookup(label.strip())
    except (LookupError, ValueError):
        return ""
    return info.name if getattr(info, "_is_text_encoding", True) else ""


def _by_claim(body: bytes, claims: list[str]) -> str:
    """Bytes which are not UTF-8: the first claim that fits them, or the best guess."""
    for claim in claims:
        if claim == "utf-8":
            continue
        for encoding in (_MEANT.get(claim, claim), claim):
            try:
                return body.decode(encoding)
            except (UnicodeError, LookupError):
                continue
    strange = next((claim for claim in claims if claim not in _ASCII_NAMES), "")
    if strange:
        return body.decode(_MEANT.get(strange, strange), "replace")
    if _mostly_utf_8(body):
        return _mixed(body)
    return body.decode(_guessed(body), "passalong.windows1252")


def _mostly_utf_8(body: bytes) -> bool:
    replaced = body.decode("utf-8", "replace")
    strays = replaced.count("\ufffd")
    return sum(1 for _ in _NOT_ASCII.finditer(replaced)) >= 2 * strays


def _guessed(body: bytes) -> str:
    """The legacy encoding in which an unlabelled text reads like a language; windows-1252 where none does."""
    for encoding, expected, share in _LIKENESS:
        try:
            text = body.decode(encoding)
        except UnicodeError:
            continue
        foreign = _NOT_ASCII.findall(text)
        if foreign and sum(map(len, expected.findall(text))) >= share * len(foreign):
            return encoding
    return "cp1252"


def _wide(body: bytes, encoding: str) -> str:
    """Documents in UTF-16, UTF-32 or EBCDIC without a mark; the declaration inside may name the code page."""
    text = body.decode(encoding, "replace")
    if encoding == "cp037" and (match := _DECLARATION.search(text[:1024])) and (named := _codec(match[1])):
        return body.decode(named, "replace")
    return text


def _mixed(body: bytes) -> str:
    """UTF-8 in which stray bytes are windows-1252."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("utf-8", "passalong.windows1252")


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stray = error.object[error.start : error.end]
    return "".join(_STRAY[byte] for byte in stray), error.end


_NOT_ASCII = re.compile("[^\x00-\x7f]")
# Among the commonest characters of Chinese, simplified and traditional.
_FREQUENT_HAN = "[的一是不了人在有我他这這中大来來上国國个個到说說们們为為子和你地出道也时時得就要下以生会會]"
_LIKENESS = (
    ("euc_jp", re.compile("[\u3041-\u30ff]+"), 0.3),
    ("cp932", re.compile("[\u3041-\u30ff]+"), 0.3),
    ("cp949", re.compile("[\uac00-\ud7a3]+"), 0.6),
    ("gb18030", re.compile(_FREQUENT_HAN), 0.06),
    ("big5hkscs", re.compile(_FREQUENT_HAN), 0.06),
    # One byte a letter: only words tell, for single letters of these stand among the accents of western text too.
    ("cp1255", re.compile("[\u05d0-\u05ea]{2,}"), 0.8),
    ("cp874", re.compile("[\u0e01-\u0e5b]{3,}"), 0.9),
    ("cp1251", re.compile("[А-ЯЁ]?[а-яё]{2,}"), 0.7),
    ("koi8_r", re.compile("[А-ЯЁ]?[а-яё]{2,}"), 0.7),
)
"""Encodings, what their text is full of, and how much of it tells (shares of the characters beyond ASCII)."""
_STRAY = [bytes([byte]).decode("windows-1252", "replace") for byte in range(256)]
codecs.register_error("passalong.windows1252", _as_windows_1252)

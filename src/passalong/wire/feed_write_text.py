"""The small spellings that all written feeds share: text, addresses, dates, first words.

Nothing here trusts its input: characters that XML 1.0 forbids are dropped, addresses become plain-ASCII URIs of a
scheme that does no harm or nothing at all.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from html import unescape
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

import idna

# XML 1.0 section 2.2 (Char), and the C0/C1 controls it allows but discourages.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_PRINTABLE = re.compile("[\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*\\Z")
_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"\s+")
_BREAK = re.compile(r"</(?:p|div|li|h[1-6]|blockquote|pre|tr)>|<br\b", re.IGNORECASE)

# RFC 3986 appendix A: what may stand in a URI; everything else is percent-encoded.
_URI_SAFE = "!#$%&'()*+,/:;=?@-._~"
_PLAIN_URL = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]{1,5})?/(?:[A-Za-z0-9!#$&'()*+,/:;=?@\-._~]|%[0-9A-Fa-f]{2})*\Z")
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_OPAQUE_ID = re.compile(r"(?:tag|urn|acct):[A-Za-z0-9!$&'()*+,/:;=?@\-._~%]+\Z")

_MIME = re.compile(r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\Z")
_LANG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*\Z")

_LINK_NAMES = ("href", "src", "poster", "cite")
_SAFE_TAG = re.compile(r'<[A-Za-z][A-Za-z0-9-]*(?:\s+[^\s=<>"]+(?:="[^"]*")?)*\s*/?>')
_LINK_ATTRIBUTE = re.compile(r'(\s(?:href|src|poster|cite)=")([^"]*)"')


def printable(text: str) -> str:
    """`text` without the characters that no XML document may hold."""
    return text if _PRINTABLE.match(text) else _UNPRINTABLE.sub("", text)


def one_line(text: str) -> str:
    """Printable, and every run of white space one space."""
    return _SPACE.sub(" ", printable(text)).strip()


def in_element(text: str) -> str:
    """Escaped as the content of an XML element. HTML goes in as it is: escaped once, read back whole."""
    return printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def in_plain_element(text: str) -> str:
    """Plain text as the content of an XML element, on one line.

    Hexadecimal references: the RSS Advisory Board's Best Practices Profile (Character Data) asks for them, since
    some readers unescape titles twice when they see the named ones.
    """
    return one_line(text).replace("&", "&#x26;").replace("<", "&#x3C;").replace(">", "&#x3E;")


def in_attribute(text: str) -> str:
    """Escaped as an XML attribute between double quotes."""
    return in_plain_element(text).replace('"', "&#x22;")


def rfc3339(when: datetime) -> str:
    """RFC 3339 in UTC; parts of a second only where there are some (two entries of one second stay in order)."""
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")


def rfc822(when: datetime) -> str:
    """RFC 822 section 5 as RSS 2.0 wants it: four-digit year, GMT."""
    return format_datetime(when.astimezone(UTC), usegmt=True)


@lru_cache(maxsize=4096)
def web_address(url: str) -> str:
    """`url` as an http(s) URI in ASCII (RFC 3987 section 3.1), '' where it is none."""
    if _PLAIN_URL.match(url):
        return url
    try:
        parts = urlsplit(_UNPRINTABLE.sub("", url).strip())
        port = parts.port
    except ValueError:
        return ""
    scheme, host = parts.scheme.lower(), parts.hostname or ""
    if scheme not in ("http", "https") or not host or parts.username is not None:
        return ""
    host = _ascii_host(host)
    if not host:
        return ""
    place = host if port is None or port == {"http": 80, "https": 443}[scheme] else f"{host}:{port}"
    path, query, fragment = (_encoded(part) for part in (parts.path or "/", parts.query, parts.fragment))
    return urlunsplit((scheme, place, path, query, fragment))


def identity(text: str) -> str:
    """`text` as an identity other programs compare letter by letter (RFC 4287 section 4.2.6), '' where it is none."""
    return text if _OPAQUE_ID.match(text) else web_address(text)


def _ascii_host(host: str) -> str:
    """The host in lower case and ASCII, '' where it cannot be one."""
    if ":" in host:
        return f"[{host}]"
    try:
        return host.encode("ascii").decode() if host.isascii() else idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        return ""


def _encoded(part: str) -> str:
    """Everything a URI may not hold percent-encoded; what is encoded already stays."""
    return quote(_BARE_PERCENT.sub("%25", part), safe=_URI_SAFE)


def media_type(stated: str) -> str:
    """The media type without parameters, 'application/octet-stream' where none is stated or it cannot be one."""
    bare = stated.split(";", 1)[0].strip().lower()
    return bare if _MIME.match(bare) else "application/octet-stream"


def language(stated: str) -> str:
    """A BCP 47 tag that begins with an ISO 639 code, by form; '' where it is none."""
    tag = stated.replace("_", "-").strip()
    return tag if _LANG.match(tag) else ""


def words(html: str) -> str:
    """The text a person would read in `html` (safe already: no script or style in it), on one line."""
    if "<" in html:
        html = _TAG.sub("", _BREAK.sub(" \\g<0>", html))
    return one_line(unescape(html))


def first_words(html: str, most: int) -> str:
    """The beginning of what `html` says, at most `most` characters."""
    # Markup can be long, and only its beginning is needed; where that says too little, all of it is read.
    head = html[: 12 * most].rpartition("<")[0] if len(html) > 12 * most else html
    text = words(head)
    if len(text) <= most and head is not html:
        text = words(html)
    return shortened(text, most)


def shortened(text: str, most: int) -> str:
    """One line of text, cut to at most `most` characters, between words where there are any."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    short = cut.rsplit(" ", 1)[0].rstrip(" ,;:.-") if " " in cut[most // 2 :] else cut
    return short + "…"


def absolute_links(html: str, base: str) -> str:
    """`html` with relative links, pictures and citations made absolute against `base`.

    Expects what an HTML serialiser wrote (names in lower case, values in double quotes), as the sanitiser does.
    """
    if not any(_may_be_relative(html, name) for name in _LINK_NAMES):
        return html
    return _SAFE_TAG.sub(lambda tag: _LINK_ATTRIBUTE.sub(lambda link: _absolute(link, base), tag.group()), html)


def _may_be_relative(html: str, name: str) -> bool:
    """Counting is ten times faster than looking, and most bodies have nothing to change."""
    return html.count(f'{name}="') != html.count(f'{name}="https://') + html.count(f'{name}="http://')


def _absolute(link: re.Match[str], base: str) -> str:
    """One attribute, its address resolved."""
    try:
        whole = urljoin(base, unescape(link.group(2)))
    except ValueError:
        return link.group()
    return f'{link.group(1)}{whole.replace("&", "&amp;").replace(chr(34), "&quot;")}"'

"""Addresses on the web: tidied as a person pastes them, joined, and brought to one form.

RFC 3986 section 6.2 for the normal form, the URL Standard for what browsers forgive, UTS 46 for names in all scripts.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from passalong.wire.hosts import read_host
from passalong.wire.shapes import Unreadable
from passalong.wire.tracking import keeps
from passalong.wire.wrapped import for_all_screens, is_plain, unwrapped

LONGEST = 2_000
"""Characters. A longer address does not fit a unique index everywhere, and few servers answer to one."""

_WEB = re.compile(r"(https?):[/\\]*([^/\\?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.IGNORECASE | re.DOTALL)
_PLAIN = re.compile(
    r"https?://((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,9}[a-z]{2,20})((?:/(?!\.)[A-Za-z0-9\-._~!$&'()*+,;=:@]*)+)"
)
"""What most addresses look like, with host and path: short ones of this form are in normal form already."""
_SHORT = 250
_LEFT_BEHIND = re.compile(r"[\x00\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_MAIL_LINE = 60
_FEED_SCHEMES = "feed|pcast|podcast|itpc|rss|webcal"
_STARTS_WEB = re.compile(rf"(?:(https?)(?::|//|;//)|(?:{_FEED_SCHEMES}):)[/\\]*", re.IGNORECASE)
_NOT_ITS_SCHEME = re.compile(
    rf"(?:(?:{_FEED_SCHEMES}|view-source|ur[li]|https?):[/\s]*)+(?=https?[:;/])", re.IGNORECASE
)
# What `split` would give back unchanged; most links of most pages are of this form.
_SETTLED = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,6}[a-z]{2,20}/"
    r"(?:[A-Za-z0-9\-_~!$&'()*+,;=:@]++|/(?!\.)|\.)*+"
    r"(?:\?[A-Za-z0-9\-._~!$&'()*+,;=:@/]++)?+(?:#[A-Za-z0-9\-._~!$&'()*+,;=:@/]++)?+"
)
_MARKDOWN = re.compile(r"!?\[[^\]]*\]\(\s*<?([^\s<>]+?)>?(?:\s+[\"'][^\"']*[\"'])?\s*\)[.,;:!?]*")
_OPENERS = "<(\"'“”„«‘‹「`*_{"
_CLOSERS = ".,;:!?…>\"'“”’»›」`*_}"
_HOST_LIKE = re.compile(r"(?:localhost|\[[0-9A-Fa-f:.]+\]|[^\s@:\"'<>()]+\.[^\s@:.\"'<>()]+)\.?(?::[0-9]*)?", re.I)
_OWN_NETWORK = re.compile(r"(?:localhost|\[.*\]|[0-9.]+)(?::[0-9]*)?", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_INVISIBLE = re.compile(r"[\t\r\n\x00\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_EDGES = "".join(map(chr, range(33))) + "\x7f\x85\u00a0\u3000"
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})")
_IN_PATH = re.compile(r"[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]+")
_IN_QUERY = re.compile(r"[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%]+")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PORTS = {"http": "80", "https": "443"}
_INDEXES = ("index.html", "index.htm", "index.xhtml", "index.shtml", "index.php")


class Parts(NamedTuple):
    """An address in pieces, each in normal form. `port` is '' for the usual one; `?` and `#` are left off."""

    scheme: str
    host: str
    port: str
    path: str
    query: str
    fragment: str


def normalise(url: str) -> str:
    """The identity of a page: one spelling for one address, without credentials, tracking and jumps inside the page.

    A fragment stays only where it names a page of its own (`#!/x`, `#/x`: routes inside an application). http and https
    stay apart, as written; `key` folds them. Raises Unreadable (codes: not-web, no-host, bad-host, bad-port, too-long).
    """
    if len(url) <= _SHORT and _PLAIN.fullmatch(url):
        return url
    parts = split(url)
    query = "&".join(field for field in parts.query.split("&") if field and keeps(parts.host, field))
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) and len(parts.fragment) > 1 else ""
    return _joined(parts._replace(query=query, fragment=fragment))


def key(url: str) -> str:
    """A string that is equal for two addresses which almost surely show the same page. Not an address itself.

    Folds what `normalise` keeps apart: http and https, a leading www., a last slash, index.html; and looks through
    what stands for another page (`wire.wrapped`): AMP and phone copies, archives, translators. Raises Unreadable.
    """
    is_itself = is_plain(url)
    if is_itself and len(url) <= _SHORT and (plain := _PLAIN.fullmatch(url)):
        return _folded_host(plain[1]) + _folded_path(plain[2])
    parts = split(normalise(url if is_itself else unwrapped(url)))
    if not is_itself:
        name, path, query = for_all_screens(parts.host, parts.path, parts.query)
        parts = parts._replace(host=name, path=path, query=query)
    folded = parts._replace(host=_folded_host(parts.host), path=_folded_path(parts.path))
    return _joined(folded).partition("://")[2]


def _folded_host(name: str) -> str:
    return name.removeprefix("www.") if name.count(".") > 1 else name


def _folded_path(path: str) -> str:
    folder, _, name = path.rpartition("/")
    return (folder if name in _INDEXES else path).rstrip("/")


def absolute(base: str, ref: str) -> str:
    """The web address a link on the page `base` leads to; '' where it leads off the web (mailto:, data:, nonsense).

    Credentials are dropped, unsafe characters are percent-encoded, the query and fragment stay. Never raises.
    """
    if is_settled(ref):
        return ref
    ref = _INVISIBLE.sub("", ref).strip(_EDGES)
    try:
        if _SCHEME.match(ref):
            return _joined(split(ref))
        if not base:
            return ""
        return _joined(_resolved(split(base), ref.replace("\\", "/")))
    except Unreadable:
        return ""


def tidy(pasted: str) -> str:
    """The web address in what a person pasted, ready to be fetched: wrappings off, https:// put in front where missing.

    Knows <...>, quotes, Markdown links, a full stop at the end, feed: and its kin, `www.x`, `HTTP//`, an address broken
    over two lines, one address among a few words. Query and fragment stay. Raises Unreadable (code: not-web, ...).
    """
    text = _LEFT_BEHIND.sub("", pasted).strip(_EDGES)
    if len(text) > LONGEST * 4:
        raise Unreadable("That is too long for an address: paste the address alone.", "too-long")
    lines = text.split()
    if len(lines[0] if lines else "") >= _MAIL_LINE and lines == [line.strip() for line in text.splitlines()]:
        text = "".join(lines)  # mail programs break long addresses at about 70 characters
    words = [_bare(word) for word in _bare(text).split()]
    named = [word for word in words if _STARTS_WEB.match(word)]
    if len(words) != 1 and len(named) != 1:
        raise _no_address()
    return _joined(split(_with_scheme(words[0] if len(words) == 1 else named[0])))


def origin(url: str) -> str:
    """'https://host[:port]' of a web address; '' for anything else."""
    try:
        return _joined(split(url)._replace(path="", query="", fragment=""))
    except Unreadable:
        return ""


def host(url: str) -> str:
    """The host of a web address, lower case, in ASCII; '' for anything else."""
    try:
        return split(url).host
    except Unreadable:
        return ""


def is_settled(url: str) -> bool:
    """Whether `absolute` would give it back as it is, told at first glance (it may do so with others too)."""
    return _SETTLED.fullmatch(url) is not None and len(url) <= LONGEST


def split(url: str) -> Parts:
    """The pieces of an absolute web address, each in normal form. Raises Unreadable."""
    url = _INVISIBLE.sub("", url).strip(_EDGES)
    if len(url) > LONGEST * 4:
        raise Unreadable("That address is too long to keep: use a shorter one.", "too-long")
    found = _WEB.fullmatch(url)
    if found is None:
        raise Unreadable("That is not a web address: it should start with https:// or http://.", "not-web")
    scheme = found[1].lower()
    name, port = _host_and_port(found[2].rpartition("@")[2], scheme)
    path = _without_dots(_encoded(found[3].replace("\\", "/"), _IN_PATH)) or "/"
    return Parts(scheme, name, port, path, _encoded(found[4] or "", _IN_QUERY), _encoded(found[5] or "", _IN_QUERY))


def _joined(parts: Parts) -> str:
    name = f"[{parts.host}]" if ":" in parts.host else parts.host
    port = ":" + parts.port if parts.port else ""
    query = "?" + parts.query if parts.query else ""
    fragment = "#" + parts.fragment if parts.fragment else ""
    url = f"{parts.scheme}://{name}{port}{parts.path}{query}{fragment}"
    if len(url) > LONGEST:
        raise Unreadable("That address is too long to keep: use a shorter one.", "too-long")
    return url


def _resolved(base: Parts, ref: str) -> Parts:
    """RFC 3986, section 5.2.2, for a reference without a scheme."""
    if ref.startswith("//"):
        return split(f"{base.scheme}:{ref}")
    rest, _, fragment = ref.partition("#")
    path, mark, query = rest.partition("?")
    fragment = _encoded(fragment, _IN_QUERY)
    if not path:
        query = _encoded(query, _IN_QUERY) if mark else base.query
        return base._replace(query=query, fragment=fragment)
    whole = path if path.startswith("/") else base.path.rpartition("/")[0] + "/" + path
    clean = _without_dots(_encoded(whole, _IN_PATH))
    return base._replace(path=clean, query=_encoded(query, _IN_QUERY), fragment=fragment)


def _host_and_port(text: str, scheme: str) -> tuple[str, str]:
    name, colon, port = text.rpartition(":")
    if not colon or text.endswith("]"):
        name, port = text, ""
    if port and (not port.isascii() or not port.isdigit() or len(port.lstrip("0")) > 5 or int(port) > 65_535):
        raise Unreadable("The number after the colon is no port: check that part of the address.", "bad-port")
    port = str(int(port)) if port else ""
    return read_host(name), "" if port == _PORTS[scheme] else port


def _bare(text: str) -> str:
    """Without the wrappings and the punctuation that came along."""
    link = _MARKDOWN.fullmatch(text.strip(_EDGES))
    text = (link[1] if link else text).strip(_EDGES).lstrip(_OPENERS).strip(_EDGES)
    text = _NOT_ITS_SCHEME.sub("", re.sub(r"^(\w{3,7}:?//)\s+", r"\1", text), count=1)
    while (shorter := _without_last(text.rstrip(_CLOSERS + _EDGES))) != text:
        text = shorter
    return text.replace("&amp;", "&")


def _without_last(text: str) -> str:
    """Without a last bracket that nothing opened: '(see example.org/a_(b))' keeps one of two."""
    for opener, closer in ("()", "[]"):
        if text.endswith(closer) and text.count(closer) > text.count(opener):
            return text[:-1]
    return text


def _with_scheme(word: str) -> str:
    stated = _STARTS_WEB.match(word)
    if stated:
        return ("http://" if (stated[1] or "").lower() == "http" else "https://") + word[stated.end() :]
    word = word.lstrip("/\\")
    name = re.split(r"[/?#\\]", word, maxsplit=1)[0]
    if not _HOST_LIKE.fullmatch(name):
        raise _no_address()
    # A bare machine name or number is one's own network, where certificates are rare.
    return ("http://" if _OWN_NETWORK.fullmatch(name) else "https://") + word


def _no_address() -> Unreadable:
    return Unreadable("That is not a web address: paste one such as https://example.org/page.", "not-web")


def _encoded(text: str, illegal: re.Pattern[str]) -> str:
    """RFC 3986, section 6.2.2: escapes upper case, letters and digits not escaped, everything foreign escaped."""
    if "%" in text:
        text = _PERCENT.sub(_unescaped, _STRAY_PERCENT.sub("%25", text))
    return illegal.sub(_escaped, text)


def _unescaped(found: re.Match[str]) -> str:
    byte = int(found[1], 16)
    return chr(byte) if byte in _UNRESERVED else found[0].upper()


def _escaped(found: re.Match[str]) -> str:
    octets = found[0].encode("utf-8", "surrogatepass").decode("utf-8", "replace").encode("utf-8")
    return "".join(f"%{octet:02X}" for octet in octets)


def _without_dots(path: str) -> str:
    """RFC 3986, section 5.2.4."""
    if "/." not in path:
        return path
    kept: list[str] = []
    steps = path.split("/")[1:]
    for step in steps:
        if step == "..":
            kept = kept[:-1]
        elif step != ".":
            kept.append(step)
    folder = steps[-1] in (".", "..")
    return "/" + "/".join(kept) + ("/" if folder and kept else "")

"""Addresses that stand for another one: copies for phones and of archives, translators, "you are leaving" pages.

Told from the address alone; where only a redirect can tell, `leads_on` says that it is worth asking.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

DEPTH = 3
"""A wrapped address may be wrapped again."""

_BY_FIELD: tuple[tuple[str, str, str], ...] = (
    # host ("." in front: and its subdomains), path begins with, query field
    (".google.*", "/url", "q url"),
    ("translate.google.com", "/translate", "u"),
    (".facebook.com", "/l.php", "u"),
    ("l.instagram.com", "/", "u"),
    ("l.threads.com", "/", "u"),
    ("out.reddit.com", "/", "url"),
    ("duckduckgo.com", "/l/", "uddg"),
    ("slack-redir.net", "/link", "url"),
    (".linkedin.com", "/redir/", "url"),
    (".linkedin.com", "/safety/go", "url"),
    (".vk.com", "/away.php", "to"),
    (".youtube.com", "/redirect", "q"),
    ("t.umblr.com", "/redirect", "z"),
    ("medium.com", "/r/", "url"),
    ("getpocket.com", "/redirect", "url"),
    (".safelinks.protection.outlook.com", "/", "url"),
    ("steamcommunity.com", "/linkfilter/", "u url"),
)
_WORTH_A_LOOK = re.compile(
    r"(?<![a-z])amp(?![a-z])|ampproject|//(?:www\.)?m(?:obile)?\.|\.m\.|.https?(?::|%3a)|translate\.goog", re.IGNORECASE
)
_ARCHIVE = re.compile(r"/web/[0-9]{1,14}(?:[a-z]{2}_)?/(https?:/{0,2}.+)", re.IGNORECASE)
_AMP_CACHE = re.compile(r"/(?:[a-z]/)?(s/)?(.+)")
_AMP_VIEWER = re.compile(r"/amp/(s/)?(.+)")
_AMP_END = re.compile(r"(?<=[^/])(?:/amp/?|[./]amp\.html|\.amp)\Z", re.IGNORECASE)
_AMP_FIELD = re.compile(r"(?:amp(?:=(?:1|true|yes)?)?|outputtype=amp|view=amp)\Z", re.IGNORECASE)
_PHONE = re.compile(r"\A(?:www\.)?(?:m|mobile|amp)\.(?=[^.]+\.)|(?<=\.)m\.(?=[^.]+\.)", re.IGNORECASE)

# fmt: off
SHORTENERS = frozenset({
    "bit.ly", "t.co", "tinyurl.com", "is.gd", "v.gd", "ow.ly", "buff.ly", "goo.gl", "lnkd.in", "dlvr.it", "t.ly",
    "rb.gy", "cutt.ly", "wp.me", "amzn.to", "fb.me", "trib.al", "ift.tt", "hubs.ly", "hubs.la", "shorturl.at",
    "tiny.cc", "s.id", "kutt.it", "j.mp", "soo.gd", "clck.ru", "vk.cc", "doi.org", "dx.doi.org", "hdl.handle.net",
    "purl.org", "purl.archive.org", "w3id.org", "n2t.net", "youtu.be", "redd.it", "flip.it", "shar.es", "po.st",
    "x.co", "zpr.io", "mzl.la", "git.io", "nyti.ms", "wapo.st", "bbc.in", "econ.st", "spoti.fi", "apple.co",
    "g.co", "aka.ms",
})
# fmt: on
_CODE = re.compile(r"/(?:[a-z]{1,5}/)?(?=[A-Za-z0-9_-]*[0-9A-Z])(?=[0-9_-]*[A-Za-z])[A-Za-z0-9_-]{1,12}/?")
"""A made-up word: letters, and among them a digit or a capital. A bare number is mostly a page of its own."""
_BY_NUMBER = re.compile(r"(?:p|page_id|story|id|node|r|u)=[A-Za-z0-9]{1,12}")
_SHORT_NAME = re.compile(r"(?:s|l|r|u|t|go|to|url|lnk|link|links|short|tiny)\.")
_HOST_AND_PATH = re.compile(r"https?://((?:[a-z0-9-]+\.)+[a-z]{2,20})(/[!\"$->@-~]*)")
"""What most addresses are; the pieces as `urlsplit` gives them."""
SHORT = 60
"""Characters of a short address, at most."""


def is_plain(url: str) -> bool:
    """Whether nothing in the address hints at another one: what nearly all are."""
    low = url.lower()
    hints = "amp" in low or "//m" in low or "//www.m" in low or ".m." in low or "translate.goog" in low
    if not hints and low.find("http", 1) < 0:
        return True  # what the pattern finds holds one of these: they are found far quicker
    return _WORTH_A_LOOK.search(url) is None


def unwrapped(url: str) -> str:
    """The address it stands for as far as its own words tell; itself where they tell nothing."""
    for _ in range(DEPTH):
        inner = _inside(url)
        if not inner:
            return url
        url = inner
    return url


def _inside(url: str) -> str:
    """The address inside an address, or ''."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    found = _of_a_copy(host, parts.path + (f"?{parts.query}" if parts.query else ""))
    if not found and host == "href.li":
        found = unquote(parts.query)
    if not found and parts.query:
        fields = dict(parse_qsl(parts.query))
        for place, start, names in _BY_FIELD:
            if parts.path.startswith(start) and _is_at(host, place):
                found = next((fields[name] for name in names.split() if name in fields), "")
    return found if re.match(r"https?://[^/]", found, re.IGNORECASE) else ""


def _is_at(host: str, place: str) -> bool:
    bare = place.lstrip(".")
    if bare.endswith(".*"):
        return (
            re.fullmatch(rf"(?:[a-z0-9-]+\.)*{re.escape(bare[:-2])}\.[a-z]{{2,3}}(?:\.[a-z]{{2}})?", host) is not None
        )
    return host == bare or (place.startswith(".") and host.endswith(place))


def _of_a_copy(host: str, rest: str) -> str:
    """Out of an archive, an AMP cache or viewer, or a translator."""
    if host == "web.archive.org" and (copy := _ARCHIVE.match(rest)):
        return re.sub(r"^(https?):/{0,2}", r"\1://", copy[1], flags=re.IGNORECASE)
    cached = _AMP_CACHE.match(rest) if host.endswith(".cdn.ampproject.org") else None
    viewed = _AMP_VIEWER.match(rest) if re.match(r"(?:google\.[a-z.]{2,6}|bing\.com)\Z", host) else None
    if found := cached or viewed:
        return f"http{'s' if found[1] else ''}://{found[2]}"
    if host.endswith(".translate.goog"):
        name = host.removesuffix(".translate.goog").replace("--", "\0").replace("-", ".").replace("\0", "-")
        path, _, query = rest.partition("?")
        kept = "&".join(field for field in query.split("&") if field and not field.startswith("_x_tr_"))
        return f"https://{name}{path}" + (f"?{kept}" if kept else "")
    return ""


def for_all_screens(host: str, path: str, query: str) -> tuple[str, str, str]:
    """Host, path and query without what only says "for phones" or "AMP"."""
    fields = [field for field in query.split("&") if not _AMP_FIELD.match(field)]
    return _PHONE.sub("", host, count=1), _AMP_END.sub("", path), "&".join(fields)


def leads_on(url: str) -> bool:
    """May this address be a short one, so that only asking tells which page it stands for? Takes no tracking off."""
    if len(url) > SHORT:
        return False
    if plain := _HOST_AND_PATH.fullmatch(url):
        host, path, query = plain[1], plain[2], ""
    else:
        try:
            parts = urlsplit(url)
            host, path, query = parts.hostname or "", parts.path, parts.query
        except ValueError:
            return False
    host = host.removeprefix("www.")
    if len(path) < 2:
        return bool(query) and _BY_NUMBER.fullmatch(query) is not None
    if host in SHORTENERS:
        return True
    if query:
        return path in ("/index.php", "/") and _BY_NUMBER.fullmatch(query) is not None
    return _CODE.fullmatch(path) is not None or (
        _SHORT_NAME.match(host) is not None and path.rstrip("/").count("/") == 1
    )

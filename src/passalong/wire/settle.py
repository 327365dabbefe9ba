"""Every address, picture and player in HTML that nh3 has written: where it leads, or that it goes.

nh3 writes attribute values in double quotes and escapes &, <, > and quotes in them, so its tags can be read by pattern.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from html import escape, unescape

from passalong.wire import address

MOST_LISTED = 1_000

_TEXT_TAGS = """a abbr article aside b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt
em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i ins kbd li mark ol p pre q rp rt ruby s samp section small
span strike strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr"""
TAGS = frozenset(_TEXT_TAGS.split()) | {"audio", "img", "source", "video"}

_LAZY = (
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-orig-file",
    "data-actualsrc",
    "data-hi-res-src",
    "data-lazy",
)
_PLAYERS = frozenset({"audio", "source", "video"})
ALWAYS = {name: {"controls": "", "preload": "none"} for name in ("audio", "video")}
"""What nh3 writes on tags of these names. Nothing of a player is fetched before somebody plays it."""
_LAZY_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
_PICTURE = {"src", "alt", "width", "height", "style", *_LAZY, *_LAZY_SETS}
ATTRIBUTES: dict[str, frozenset[str]] = {
    "*": frozenset({"lang", "dir", "title"}),
    "a": frozenset({"href"}),
    "audio": frozenset({"src"}),
    "blockquote": frozenset({"cite"}),
    "code": frozenset({"class"}),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "del": frozenset({"cite", "datetime"}),
    "details": frozenset({"open"}),
    "img": frozenset(_PICTURE),
    "ins": frozenset({"cite", "datetime"}),
    "li": frozenset({"value"}),
    "ol": frozenset({"start", "reversed"}),
    "pre": frozenset({"class"}),
    "q": frozenset({"cite"}),
    "source": frozenset({"src", "type"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan", "scope"}),
    "time": frozenset({"datetime"}),
    "video": frozenset({"src", "poster", "width", "height"}),
}
"""What nh3 lets through, more than what stays: a lazy picture's attributes are needed to mend it."""

_TAG = re.compile(r'<([a-z][a-z0-9]*)((?: [a-z-]+="[^"<>]*")+)>')
_PLAIN_LINK = re.compile(r' href="([^"&]*)"')
"""The attributes of most links. Nothing in it is escaped."""
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_LANGUAGE = re.compile(r"(?<!\S)language-[A-Za-z0-9+#-]{1,30}(?!\S)")
_BARE = re.compile(r"<(?:img|source)(?: type=\"[^\"]*\")?>")
# HTML drops the first newline in <pre>, at each reading another one.
_PRE_START = re.compile(r"(<pre[^>]*>)\n+")
_NUMBERS = frozenset({"colspan", "rowspan", "span", "start", "value", "width", "height"})
_NUMBER = re.compile(r"-?[0-9]{1,4}")
_VALUES = {
    "dir": re.compile(r"ltr|rtl|auto"),
    "lang": re.compile(r"[A-Za-z0-9-]{1,35}"),
    "datetime": re.compile(r"[0-9A-Za-z:.+ -]{1,40}"),
    "scope": re.compile(r"row|col|rowgroup|colgroup"),
    "type": re.compile(r"(?:audio|video)/[A-Za-z0-9.+-]{1,40}"),
    "open": re.compile(""),
    "controls": re.compile(""),
    "preload": re.compile("none"),
    "reversed": re.compile(""),
}
_OTHER_LINK = re.compile(r"mailto:[^\s<>\"@:]{1,100}@[^\s<>\"@]{1,200}|tel:[0-9+().,;=A-Za-z-]{1,60}", re.IGNORECASE)
_STAND_IN = re.compile(
    r"data:|about:|(?:.*/)?[^/]*(?:blank|spacer|placeholder|transparent|loading|lazy|grey|gray|1x1|pixel)[^/]*"
    r"\.(?:gif|png|svg)(?:\?.*)?$",
    re.IGNORECASE,
)
_HIDDEN = re.compile(
    r"(?:width|height)\s*:\s*[01](?:px)?\s*(?:[;!]|$)|display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE
)
_BEACON = re.compile(
    r"https?://(?:[^/]*\.)?(?:"
    r"feeds\.feedburner\.com/~|pixel\.wp\.com/|stats\.wordpress\.com/|stats\.wp\.com/|feedsportal\.com/|"
    r"doubleclick\.net/|google-analytics\.com/|googletagmanager\.com/|quantserve\.com/|scorecardresearch\.com/|"
    r"medium\.com/_/stat|blogger\.googleusercontent\.com/tracker/|feedblitz\.com/[^?]*\.gif|list-manage\.com/track/|"
    r"facebook\.com/tr[/?]|pixel\.[^/]+/|counter\.[^/]+/|api\.follow\.it/track|open\.substack\.com/open)"
)


@dataclass(slots=True)
class Met:
    """What has been met so far."""

    base: str
    links: dict[str, None] = field(default_factory=dict)
    images: dict[str, None] = field(default_factory=dict)
    last: str = ""


def settle(html: str, base: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """HTML as nh3 wrote it -> (HTML with every attribute settled, links, images)."""
    met = Met(base)
    html = _BARE.sub("", _TAG.sub(partial(_settled, met), html))
    if "<pre" in html:
        html = _PRE_START.sub(r"\1", html)
    return html, tuple(met.links), tuple(met.images)


def _settled(met: Met, tag: re.Match[str]) -> str:
    return settle_tag(met, tag[1], tag[2])


def settle_link(met: Met, url: str) -> str:
    """The tag of a link with nothing but an address that needs no settling."""
    if len(met.links) < MOST_LISTED:
        met.links[url] = None
    return f'<a href="{url}" rel="noopener noreferrer">'


def settle_tag(met: Met, name: str, inside: str) -> str:
    """An opening tag as it may stand in our pages; `inside` is its attributes as nh3 writes them."""
    if name == "a" and (plain := _PLAIN_LINK.fullmatch(inside)) and address.is_settled(plain[1]):
        return settle_link(met, plain[1])
    found: dict[str, str] = dict(sorted(_ATTRIBUTE.findall(inside)))  # nh3 writes those of players in any order
    if name == "img":
        return _picture(met, found)
    kept = {key: value for key, value in found.items() if _may_stay(key, value)}
    if "class" in found and (language := _LANGUAGE.search(unescape(found["class"]))):
        kept["class"] = language[0]
    if name == "a":
        kept |= _link(met, found)
    elif name in _PLAYERS:
        kept |= _player(met, found)
    elif "cite" in found:
        cited = address.absolute(met.base, unescape(found["cite"]))
        kept |= {"cite": escape(cited)} if cited else {}
    return _written(name, kept)


def _may_stay(key: str, value: str) -> bool:
    if key in _NUMBERS:
        return _NUMBER.fullmatch(value) is not None
    pattern = _VALUES.get(key)
    return pattern.fullmatch(value) is not None if pattern else key in ("title", "alt")


def _link(met: Met, found: dict[str, str]) -> dict[str, str]:
    written = unescape(found.get("href", ""))
    url = address.absolute(met.base, written) if written else ""
    if url:
        if len(met.links) < MOST_LISTED:
            met.links[url] = None
        return {"href": escape(url), "rel": "noopener noreferrer"}
    other = written.strip()
    return {"href": escape(other)} if _OTHER_LINK.fullmatch(other) else {}


def _picture(met: Met, found: dict[str, str]) -> str:
    url = _source(met.base, {key: unescape(value) for key, value in found.items()})
    small = found.get("width", "").strip() in ("0", "1") or found.get("height", "").strip() in ("0", "1")
    # A lazy picture often stands twice, the second time for readers without scripts.
    if not url or small or _HIDDEN.search(found.get("style", "")) or _BEACON.match(url) or url == met.last:
        return ""
    met.last = url
    if len(met.images) < MOST_LISTED:
        met.images[url] = None
    kept = {key: value for key, value in found.items() if _may_stay(key, value)}
    return _written("img", {"src": escape(url), "alt": "", **kept, "loading": "lazy"})


def _source(base: str, found: dict[str, str]) -> str:
    """The address of a picture, also where a script was to put it in its place."""
    src = found.get("src", "").strip()
    if src and not _STAND_IN.match(src):
        return address.absolute(base, src)
    lazy = [found[key] for key in _LAZY if key in found]
    sets = [_largest(found[key]) for key in _LAZY_SETS if key in found]
    return next(filter(None, (address.absolute(base, url) for url in [*lazy, *sets, src] if url.strip())), "")


def _largest(srcset: str) -> str:
    """HTML, section 4.8.4.2.1: candidates are split at commas that end a word; the widest or densest wins."""
    best, most = "", -1.0
    for candidate in re.split(r",\s+|,$", srcset[:10_000].strip()):
        url, _, size = candidate.strip().partition(" ")
        number = re.fullmatch(r"([0-9]{1,5}(?:\.[0-9]{1,3})?)[wx]", size.strip())
        measure = float(number[1]) if number else 1.0
        if url and measure > most:
            best, most = url, measure
    return best


def _player(met: Met, found: dict[str, str]) -> dict[str, str]:
    kept = {"src": address.absolute(met.base, unescape(found["src"]))} if found.get("src", "").strip() else {}
    if found.get("poster", "").strip():
        kept["poster"] = address.absolute(met.base, unescape(found["poster"]))
    return {key: escape(url) for key, url in kept.items() if url}


def _written(name: str, attributes: dict[str, str]) -> str:
    return "<" + name + "".join(f' {key}="{value}"' for key, value in attributes.items()) + ">"

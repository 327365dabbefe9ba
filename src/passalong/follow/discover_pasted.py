"""What a person pasted: an address, a handle, or a sentence with one of them somewhere inside. Pure.

People paste anything: Markdown, HTML, a whole sentence, an address with a typing mistake in its scheme, invisible
characters, a podcast scheme. What is meant is taken out by grammar; what fits none is said in a sentence.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

import idna

from passalong.wire.shapes import Unreadable
from passalong.wire.webfinger import Handle, read_handle

LONGEST = 4000
NO_ADDRESS = "That is no address. Paste the address of a page, or a handle such as @name@host."

_INVISIBLE = dict.fromkeys([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, 0xAD, *range(0x200B, 0x2010)])
_INVISIBLE |= dict.fromkeys([*range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF])
_WIDE = {0xFF20: "@", 0xFF1A: ":", 0xFF0F: "/", 0xFF0E: ".", 0x3002: ".", 0xA0: " ", 0x3000: " "}

_HREF = re.compile(r"""\b(?:href|src|xmlUrl|content)\s*=\s*["']?([^"'\s>]+)""", re.I)
_MARKDOWN = re.compile(r"\]\(\s*<?([^)\s>]+)")
_WITH_SCHEME = re.compile(r"(?:[a-z][a-z0-9+]{1,40}:)?(?:https?|feeds?|pcast|itpcs?|podcast)[:/]+[^\s<>\"'«»“”]+", re.I)
_BARE = re.compile(r"[^\s<>\"'«»“”()\[\],;]+", re.I)
_HOST_LIKE = re.compile(r"[^\s/@:.]+(?:\.[^\s/@:.]+)*\.[^\W\d_][^\s/@:.]+\.?(?::\d{1,5})?(?:[/?#].*)?", re.I)
_CARRIERS = re.compile(
    r"(?:view-source|feeds?|feed\+https?|web\+(?:feed|rss|ap|activitypub)|rss2?|atom|pcast|podcasts?|itpcs?|url|link)"
    r":(?://)?(?=\S)",
    re.I,
)
_APPS = re.compile(
    r"(?:pktc|castro|podcastrepublic|podkicker|antennapod-subscribe|podgrasp|icatcher|instacast)://", re.I
)
_MISTYPED = re.compile(r"(?:h{1,2}t{1,3}ps?|hxxps?|h?ttps?|http?s?)(?::/*|/{2,})(?=[^/])", re.I)
_SECURE = re.compile(r"s[:/]*$", re.I)
_TAILS = re.compile(
    r"utm_|fbclid$|gclid$|mc_[ce]id$|igshid$|msclkid$|yclid$|twclid$|_hs(?:enc|mi)$|triedRedirect$", re.I
)


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was meant: a handle, or addresses to try in order (https before http where no scheme was given)."""

    handle: Handle | None = None
    urls: tuple[str, ...] = ()
    otherwise: str = ""
    """What may have been meant as well: `@garden.example` is a handle of Bluesky, or a site."""


def read_pasted(text: str) -> Pasted:
    """What was meant by a pasted text. Raises Unreadable('…', 'address' | 'scheme') where nothing was."""
    text = text.translate(_WIDE).translate(_INVISIBLE).strip()
    if not text or len(text) > LONGEST:
        raise Unreadable(NO_ADDRESS, "address")
    word = text if not re.search(r"\s", text) and text[0] not in "<[(\"'" else pick(text)
    word = word.strip("<>\"'«»“”‘’ ").rstrip(",;!")
    word = word.strip("`*_") if word[:1] in "`*_" else word
    return _short_form(word) or _handle(word) or Pasted(urls=addresses(word))


def pick(text: str) -> str:
    """The address or handle in a text: a link's target, else what has a scheme, else what looks like a host."""
    target = _HREF.search(text) or _MARKDOWN.search(text)
    if target:
        return target[1]
    words: list[str] = [word.rstrip(".,;:!?)]}’") for word in _BARE.findall(text)]
    for word in words:
        if read_handle(word) and not word.lower().startswith("mailto:"):
            return word
    full = _WITH_SCHEME.search(text)
    if full:
        return full[0].rstrip(".,;:!?)]}’")
    for word in words:
        if _HOST_LIKE.fullmatch(word) and word.lower() not in ("e.g", "i.e", "z.b"):
            return word
    if len(text.split()) == 1:
        return text.strip("<>[]()\"'")
    raise Unreadable(NO_ADDRESS, "address")


def addresses(word: str) -> tuple[str, ...]:
    """The http(s) addresses that a word means, in the order to try. Raises Unreadable where it means none."""
    word = _without_carrier(word.replace("\\", "/"))
    scheme, rest = _scheme(word)
    host_part, path = _split_rest(rest.lstrip("/"))
    if "@" in host_part and not scheme:
        raise Unreadable("That is neither an address nor a handle. A handle looks like @name@host.", "address")
    host = _host(host_part.rpartition("@")[2])
    if "." not in host and not scheme and not host.startswith("localhost"):
        raise Unreadable(NO_ADDRESS, "address")
    plain = scheme == "http" or (not scheme and re.search(r":(?!\d*443$)\d+$", host) is not None)
    schemes = ("http", "https") if plain else ("https",) if scheme else ("https", "http")
    return tuple(f"{each}://{host}{path}" for each in schemes)


def carried_address(url: str) -> str:
    """An address of another host that is carried whole in this one's query or path, '' where there is none."""
    parts = urlsplit(url)
    values = [value for _, value in parse_qsl(parts.query)]
    inside = re.search(r"/(https?://?[^/].*)", unquote(parts.path))
    for value in [*values, inside[1] if inside else ""]:
        if re.match(r"https?:/", value) and urlsplit(value).hostname not in (None, parts.hostname):
            return value
    return ""


def without_tails(url: str) -> str:
    """The address without its fragment and without the parameters that campaigns append."""
    parts = urlsplit(url)
    query = parts.query
    if query and any(_TAILS.match(key) for key, _ in parse_qsl(query, keep_blank_values=True)):
        kept = [(k, v) for k, v in parse_qsl(query, keep_blank_values=True) if not _TAILS.match(k)]
        query = urlencode(kept)
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", query, ""))


def _short_form(word: str) -> Pasted | None:
    """Names that have an address although they are none: DOIs, identifiers of Bluesky, arXiv and Reddit."""
    forms = (
        (r"(?:doi:\s*)?(10\.\d{4,9}/\S+)", "https://doi.org/{}"),
        (r"arxiv:\s*([\w.-]+(?:/\d+)?)", "https://arxiv.org/abs/{}"),
        (r"/?(r/\w{2,30})/?", "https://www.reddit.com/{}/"),
        (r"/?(u/[\w-]{2,30})/?", "https://www.reddit.com/{}/"),
        (r"(?:at://)?(did:(?:plc|web):[\w.:-]+)(?:/.*)?", "https://bsky.app/profile/{}"),
        (r"at://([\w.-]+\.[a-z]+)(?:/.*)?", "https://bsky.app/profile/{}"),
        (r"@([\w-]+(?:\.[\w-]+)*\.[a-z]{2,})", "https://bsky.app/profile/{}"),
    )
    for expression, address in forms:
        if found := re.fullmatch(expression, word, re.I | re.ASCII):
            other = found[1] if word.startswith("@") else ""
            return Pasted(urls=(address.format(quote(found[1], safe="/:.-_~")),), otherwise=other)
    return None


def _handle(word: str) -> Pasted | None:
    plain = re.sub(r"^(?:mailto|acct|web\+acct|xmpp):(?://)?", "", word, flags=re.I).rstrip("/")
    handle = read_handle(plain)
    if handle is not None:
        return Pasted(handle=handle)
    if re.fullmatch(r"[@!]?[\w.-]+@(?:[\d.]+|\[[0-9a-f:.]+\])(?::\d*)?", plain, re.I):
        raise Unreadable("A handle needs the name of its host, not a number, such as @name@host.example.", "address")
    if word.startswith("@") and "@" not in word[1:]:
        raise Unreadable("A handle needs its host as well, such as @name@host. Where is this person?", "address")
    return None


def _without_carrier(word: str) -> str:
    """`feed:https://…`, `pcast://…`, `view-source:…`, an app's scheme: what they carry."""
    word = _APPS.sub("", word, count=1).removeprefix("subscribe/")
    for _ in range(3):
        carrier = _CARRIERS.match(word)
        if carrier is None or re.match(r"[\w.-]+:\d+(?:/|$)", word):
            break
        word = word[carrier.end() :]
    if word.lower().startswith(("overcast://", "podcastaddict://")):
        word = dict(parse_qsl(urlsplit(word).query)).get("url", word)
    word = re.sub(r"^feed/(?=https?(?::|%3a))|__;.*$", "", word, flags=re.I)
    if re.match(r"aHR0c[A-Za-z0-9_-]+=*$", word):
        word = urlsafe_b64decode(word + "=" * (-len(word) % 4)).decode("utf-8", errors="replace")
    return unquote(word) if re.match(r"https?%3a", word, re.I) else word


def _scheme(word: str) -> tuple[str, str]:
    """('https' | 'http' | '' where none was meant, the rest). Raises Unreadable for any other scheme."""
    scheme = ""
    while (found := _MISTYPED.match(word)) and (scheme == "" or "://" in found[0]):
        scheme, word = "https" if _SECURE.search(found[0]) else "http", word[found.end() :]
        if found[0].lower().rstrip(":/") not in ("http", "https"):
            scheme = ""
            break
    other = re.match(r"([a-z][a-z0-9+.-]*):(?!\d+(?:/|$|\?))", word, re.I)
    if other and other[1].lower() in ("http", "https"):
        raise Unreadable(NO_ADDRESS, "address")
    if other and not scheme:
        raise Unreadable(
            f"“{other[1][:20]}:” is no address of the web, and only these can be followed. Paste one with https.",
            "scheme",
        )
    return scheme, word


def _split_rest(rest: str) -> tuple[str, str]:
    end = next((n for n, char in enumerate(rest) if char in "/?#"), len(rest))
    tail, _, fragment = rest[end:].partition("#")
    if carried := re.search(r"https?(?::|%3a)(?:/|%2f){2}.+", fragment, re.I):
        tail = "/" + unquote(carried[0])
    path, mark, query = tail.partition("?")
    path = "/" + path.lstrip("/")
    return rest[:end], quote(path, safe="/%:@!$&'()*+,;=~-._") + mark * bool(query) + quote(
        query, safe="/%:@!$&'()*+,;=~-._?[]"
    )


def _host(text: str) -> str:
    """Lower case, ASCII, no final dot, no port that the scheme implies."""
    if text.startswith("["):
        if not re.fullmatch(r"\[[0-9a-f:.]+\](?::\d{1,5})?", text, re.I):
            raise Unreadable(NO_ADDRESS, "address")
        return text.lower()
    name, _, port = text.strip().lower().partition(":")
    name = name.strip(".")
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            raise Unreadable("That name of a site is not possible. Look at its spelling.", "address") from None
    if not re.fullmatch(r"[a-z0-9_.-]+", name) or (port and not port.isdigit()):
        raise Unreadable(NO_ADDRESS, "address")
    return f"{name}:{port}" if port and port not in ("443", "80") else name

"""What a web page says of itself that helps to find what to follow there. Bytes in, a `Page` out; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from passalong.follow.discover_header import read_link_header

MOST_LINKS = 400
MOST_ANCHORS = 1500
MOST_TEXT = 400_000

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{2,40})""", re.I)
_REFRESH = re.compile(r"""^\s*([\d.]*)\s*[;,]?\s*(?:url\s*=\s*)?["']?\s*([^"'\s]+)""", re.I)
_SCRIPT_MOVE = re.compile(
    r"""^\s*(?:window\.|document\.|top\.|self\.)?location(?:\.href)?\s*(?:=\s*|\.replace\(\s*)["']([^"']+)["']""", re.M
)


@dataclass(frozen=True, slots=True)
class LinkTag:
    """A link of the page's head, body or HTTP header: the relations and media type in lower case."""

    rels: frozenset[str]
    type: str
    href: str
    title: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link in the text, with what is written on it (or the alternative text of its picture) and its hints."""

    href: str
    text: str
    hint: str
    """Its title, class and aria-label, and those of the picture in it."""
    rels: frozenset[str]
    aside: bool
    """Inside navigation, header or footer."""


@dataclass(frozen=True, slots=True)
class Page:
    """A web page, as far as looking for something to follow needs it. All addresses are absolute."""

    url: str
    title: str
    lang: str
    links: tuple[LinkTag, ...]
    anchors: tuple[Anchor, ...]
    metas: Mapping[str, str]
    """name or property (in lower case) -> content; the first of each."""
    headers: Mapping[str, str]
    refresh: str
    """Where it sends its visitors by itself, within 30 seconds; '' where it does not."""
    frames: tuple[str, ...]
    password: bool
    """It has a field for a password."""
    h_feeds: int
    h_entries: int
    author: str
    """The address of its author, as h-entry, rel=author or an article's metas say it."""
    words: str
    """Its visible text, the first part."""
    source: str
    """Its markup as text."""


def read_page(body: bytes, url: str, headers: Mapping[str, str]) -> Page:
    """The page in `body`, served from `url` with these response headers (names in lower case)."""
    text = decode_page(body, headers.get("content-type", ""))
    tree = LexborHTMLParser(text)
    base = _base(tree, url)
    words = tree.body.text(separator=" ")[:20_000] if tree.body else ""
    links = tuple(_header_links(headers, url)) + tuple(_link_tags(tree, base, url))
    anchors = tuple(_anchors(tree, base))
    return Page(
        url=url,
        title=_text(tree.css_first("title")),
        lang=((tree.root.attributes.get("lang") or "") if tree.root else "").lower(),
        links=links,
        anchors=anchors,
        metas=_metas(tree),
        headers=headers,
        refresh=_refresh(tree, base, text),
        frames=tuple(_addresses(tree, "frame[src], iframe[src]", "src", base)),
        password=tree.css_first("input[type=password i]") is not None,
        h_feeds=len(tree.css(".h-feed")),
        h_entries=len(tree.css(".h-entry")),
        author=_author(tree, links, anchors, base),
        words=" ".join(words.split()),
        source=text[:MOST_TEXT] if len(text) > MOST_TEXT * 5 else text,
    )


def decode_page(body: bytes, content_type: str) -> str:
    """Text from bytes: by byte order mark, the header's charset, the page's own, then UTF-8, then Windows-1252."""
    declared = re.search(r"charset\s*=\s*[\"']?([\w-]+)", content_type, re.I)
    inside = _CHARSET.search(body[:4096])
    names = ["utf-8-sig"] if body.startswith(b"\xef\xbb\xbf") else []
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        names.append("utf-16")
    names += [declared[1]] if declared else []
    names += [inside[1].decode("ascii")] if inside else []
    for name in [*names, "utf-8"]:
        try:
            return body.decode(name)
        except (LookupError, UnicodeError):
            continue
    return body.decode("cp1252", errors="replace")


def _base(tree: LexborHTMLParser, url: str) -> str:
    node = tree.css_first("base[href]")
    return _join(url, (node.attributes.get("href") or "") if node else "") or url


def _join(base: str, href: str) -> str:
    """An absolute http(s) address, '' where none comes out."""
    try:
        found = urljoin(base, href.strip().replace("\t", "").replace("\n", ""))
        parts = urlsplit(found)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return found if usable else ""


def _link_tags(tree: LexborHTMLParser, base: str, url: str) -> Iterator[LinkTag]:
    for node in tree.css("link[rel][href]")[:MOST_LINKS]:
        given = node.attributes
        href = (given.get("href") or "").strip()
        address = _join(base, href) if href and not href.startswith("#") else ""
        if address and address != url:
            yield LinkTag(
                rels=_rels(given.get("rel")),
                type=(given.get("type") or "").strip().lower(),
                href=address,
                title=" ".join((given.get("title") or "").split()),
                lang=(given.get("hreflang") or "").lower(),
            )


def _header_links(headers: Mapping[str, str], url: str) -> Iterator[LinkTag]:
    for target, given in read_link_header(headers.get("link", "")):
        address = _join(url, target)
        if address:
            rels = frozenset(given.get("rel", "").lower().split())
            yield LinkTag(
                rels, given.get("type", "").lower(), address, given.get("title", ""), given.get("hreflang", "")
            )


def _anchors(tree: LexborHTMLParser, base: str) -> Iterator[Anchor]:
    for node in tree.css("a[href], area[href]")[:MOST_ANCHORS]:
        given = node.attributes
        address = _join(base, _feed_scheme(given.get("href") or ""))
        if address:
            pictures = [value for image in node.css("img, svg, i, use") for value in _hints(image)]
            hint = " ".join([*_hints(node), *pictures])
            yield Anchor(
                address, " ".join(node.text().split())[:200], hint[:300], _rels(given.get("rel")), _aside(node)
            )


def _feed_scheme(href: str) -> str:
    """`feed:https://…`, `pcast://…` in a link: the web address that is meant."""
    found = re.match(r"\s*(?:feed|pcast|itpc|podcast|web\+feed|rss):(?://)?", href, re.I)
    if not found:
        return href
    rest = href[found.end() :]
    return rest if rest.lower().startswith(("http:", "https:")) else "https://" + rest.lstrip("/")


def _hints(node: LexborNode) -> Iterator[str]:
    for key in ("title", "class", "aria-label", "alt", "src", "href", "xlink:href", "data-icon", "id"):
        value = node.attributes.get(key)
        if value and not (key == "href" and node.tag == "a"):
            yield value[-80:]


def _aside(node: LexborNode) -> bool:
    up: LexborNode | None = node.parent
    for _ in range(12):
        if up is None:
            return False
        if up.tag in ("nav", "header", "footer", "aside"):
            return True
        up = up.parent
    return False


def _metas(tree: LexborHTMLParser) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.css("meta[content]")[:MOST_LINKS]:
        name = (node.attributes.get("name") or node.attributes.get("property") or "").strip().lower()
        if name:
            found.setdefault(name, " ".join((node.attributes.get("content") or "").split()))
    return found


def _refresh(tree: LexborHTMLParser, base: str, text: str) -> str:
    for node in tree.css("meta[http-equiv=refresh i][content]"):
        found = _REFRESH.match(node.attributes.get("content") or "")
        if (
            found
            and float("0" + found[1].strip(".").split(".")[0]) <= 30
            and "url" in (node.attributes["content"] or "").lower()
        ):
            return _join(base, found[2])
    if len(text) < 3000 and len(tree.css("a[href]")) < 4 and (found := _SCRIPT_MOVE.search(_scripts(tree))):
        return _join(base, found[1])
    return ""


def _scripts(tree: LexborHTMLParser) -> str:
    return "\n".join(node.text() for node in tree.css("script:not([src])"))


def _addresses(tree: LexborHTMLParser, selector: str, key: str, base: str) -> Iterator[str]:
    for node in tree.css(selector)[:20]:
        address = _join(base, node.attributes.get(key) or "")
        if address:
            yield address


def _author(tree: LexborHTMLParser, links: tuple[LinkTag, ...], anchors: tuple[Anchor, ...], base: str) -> str:
    for node in tree.css(
        ".h-entry .p-author a.u-url, .h-entry a.p-author, .h-entry a.u-author, .h-entry .p-author[href]"
    ):
        if address := _join(base, node.attributes.get("href") or ""):
            return address
    stated = [link.href for link in links if "author" in link.rels] + [a.href for a in anchors if "author" in a.rels]
    return stated[0] if stated else ""


def _rels(text: str | None) -> frozenset[str]:
    return frozenset((text or "").lower().split())


def _text(node: LexborNode | None) -> str:
    return " ".join(node.text().split())[:300] if node else ""

"""What was pasted? A link, a thought, something longer with a title; pure, and never wrong twice in the same way.

Its cases are file pairs in tests/wire/cases/recognise: adding one is adding two files.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from passalong.wire import markdown
from passalong.wire.address import tidy
from passalong.wire.shapes import Unreadable

LONGEST = 100_000
EMPTY = "There is nothing to share yet: paste a link, write a thought or add a file."
TOO_LONG = "That is longer than 100,000 characters: shorten it, or share it as a file."

_BARE = re.compile(r"(?:[a-z0-9](?:[\w-]*\w)?\.)+[a-z]{2,24}(?::\d{1,5})?(?P<path>/\S*)?", re.IGNORECASE)
_COMMON = "com org net edu gov info blog social example eu uk de fr es it nl at ch ca au nz ie se no"
_HOSTS_ALONE = frozenset(_COMMON.split(" "))
"""A bare name that ends so is a host; others (node.js, notes.md) need a path or www. to be a link."""
_VIA = re.compile(r"\(?\bvia:?\s+(?P<url>https?://\S+?)\)?\.?\s*$", re.IGNORECASE)
_HEADING = re.compile(r"#[ \t]+(?P<title>[^\n]+?)[ \t]*#*(?:\n|$)")


@dataclass(frozen=True, slots=True)
class Pasted:
    """What a paste is. `words` is the rest, in Markdown, without the link, the title and the via."""

    kind: str
    """link, note, article or file."""
    link: str = ""
    words: str = ""
    tags: tuple[str, ...] = ()
    title: str = ""
    via: str = ""


def recognise(text: str, files: Sequence[str] = ()) -> Pasted:
    """Recognises a paste; `files` are the names that came with it. Raises Unreadable for nothing, or too much."""
    if len(text) > LONGEST:
        raise Unreadable(TOO_LONG, "too long")
    words = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()
    if not words and not files:
        raise Unreadable(EMPTY, "empty")
    title, words = _title(words)
    via, words = _via(words)
    link, words = ("", words) if title else _link(words)
    kind = "link" if link else "article" if title else "file" if files else "note"
    return Pasted(kind, link, words, markdown.tags(words), title, via)


def _title(words: str) -> tuple[str, str]:
    """A first line `# Like this` with something below it is a title."""
    found = _HEADING.match(words)
    rest = words[found.end() :].strip() if found else ""
    return (found["title"], rest) if found and rest else ("", words)


def _via(words: str) -> tuple[str, str]:
    """`via https://...` at the very end is credit."""
    found = _VIA.search(words)
    if not found:
        return "", words
    url = _address(markdown.address_end(found["url"]))
    before = words[: found.start()].rstrip(" \t\n-–—,;(")
    return (url, before) if url and before else ("", words)


def _link(words: str) -> tuple[str, str]:
    """The one link it is about, and the words without it: alone, first or last. One amid words belongs to them."""
    bare = _bare_address(words)
    if bare:
        return bare, ""
    found = list(markdown.BARE_LINK.finditer(words))
    spelled = {markdown.address_end(match[0]) for match in found}
    if len(spelled) > 1:
        return _first_line(words)
    if len(spelled) != 1 or not found:
        return "", words
    url = spelled.pop()
    address = _address(url)
    first, last = found[0], found[-1]
    at_start = first.start() == 0
    at_end = not words[last.start() + len(url) :].strip(".!?)»” \n")
    if not address or not (at_start or at_end):
        return "", words
    return address, _without(words, url, [match.start() for match in found], at_end)


def _first_line(words: str) -> tuple[str, str]:
    """Among several links, the one that has the first line to itself."""
    line, _, rest = words.partition("\n")
    return (_bare_address(line), rest.strip()) if _bare_address(line) else ("", words)


def _without(words: str, url: str, starts: list[int], at_end: bool) -> str:
    """The words with the address taken out at both ends (a share sheet may send it twice)."""
    kept = words
    if at_end:
        kept = kept[: starts[-1]]
    if starts[0] == 0:
        kept = kept[len(url) :]
    return kept.strip(" \t\n:–—-(").strip() if kept.strip() != url else ""


def _bare_address(words: str) -> str:
    """A lone address as people type it, with or without https://; '' for anything else."""
    alone = words.strip("<> \n\t")
    if len(alone.split()) != 1:
        return ""
    if markdown.BARE_LINK.fullmatch(alone):
        return _address(markdown.address_end(alone))
    found = _BARE.fullmatch(alone.rstrip(".,;"))
    if not found or "@" in alone.partition("/")[0]:
        return ""
    last = alone.partition("/")[0].partition(":")[0].rpartition(".")[2].lower()
    if found["path"] or alone.lower().startswith("www.") or last in _HOSTS_ALONE:
        return _address(alone)
    return ""


def _address(text: str) -> str:
    try:
        return tidy(text)
    except Unreadable:
        return ""

"""What was pasted into the box? Pure: text in, a proposal out; nothing is looked up and nothing is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from passalong.wire import address, markdown
from passalong.wire.bare import Bare, links_in
from passalong.wire.html import clean
from passalong.wire.shapes import Unreadable

EMPTY = "There is nothing to share yet: paste a link, write a thought or add a file."
LONGEST_WORDS = 100_000
LONGEST_TITLE = 300

_VIA = re.compile(
    r"(?:^|(?<=\s))\(?(?:via|h/t)[ \t]*:?[ \t]+(?P<who>@[\w.-]*\w(?:@[\w.-]*\w)?|<?https?://[^\s<>]+?>?)\)?[.\s]*\Z",
    re.IGNORECASE,
)
_MARKDOWN_LINK = re.compile(r"\[([^\[\]]*)\]\(\s{0,9}<?(https?://[^\s<>]{1,2000}?)>?\s{0,9}\)", re.IGNORECASE)
_WRAPPED = re.compile(r"[<\"'“‘«(\[]*(\S+?)[>\"'”’»)\].,;]*")
# example.org, not notes.txt, 3.14, e.g. or ASP.NET: a name that ends as hosts do, in small letters.
_BARE_HOST = re.compile(r"(?i:[\w-]+\.)+(?P<last>[a-z]{2,24}|[^\W\d_A-Za-z]{2,})(?P<rest>(?::\d+)?(?:[/?#]\S*)?)")
_FILE_ENDINGS = frozenset(
    ["txt", "md", "html", "htm", "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "csv", "json", "xml", "zip"]
) | frozenset(["png", "jpg", "jpeg", "gif", "webp", "svg", "mp3", "mp4", "mov", "py", "js", "ts", "css", "sh", "exe"])
_VIA_NAME = re.compile(r"@[\w.-]*\w(?:@[\w.-]*\w)?")
_LONGEST_ALONE = 2 * address.LONGEST
_SEPARATORS = " \t\n-–—|:→>"
_AROUND = "\ufeff\u200b\u200e\u200f\u2060\x85\xa0\u3000" + "".join(map(chr, range(33)))


@dataclass(frozen=True, slots=True)
class Pasted:
    """What would be shared. `words` are Markdown without the link; at least one of words, link and files is there."""

    kind: Literal["link", "note", "article", "file"]
    words: str = ""
    link: str = ""
    """An absolute web address, as pasted: not yet brought to one form."""
    title: str = ""
    tags: tuple[str, ...] = ()
    """Those in the words, without #."""
    via: str = ""
    """The web address to be credited."""
    via_name: str = ""
    """'@name' or '@name@host' where a name is credited, which also stays in the words."""


def recognise(text: str, files: Sequence[str] = ()) -> Pasted:
    """What a person put into the box, with the names of the files beside it.

    A link that stands alone, on a line of its own at either end, or first or last as the only one, is what is shared;
    the rest is what is said about it. The only link amid words is shared too, and the words stay whole.
    Raises Unreadable (codes: empty, too-long).
    """
    text = _tidied(text)
    if len(text) > LONGEST_WORDS:
        raise Unreadable(
            f"That is {len(text):,} characters where {LONGEST_WORDS:,} fit: make it shorter, or share it as a file.",
            "too-long",
        )
    if not text and not files:
        raise Unreadable(EMPTY, "empty")
    said, via, credit = _without_via(text)
    if not said and not files:
        return Pasted("link", link=via) if via else Pasted("note", text, via_name=credit.strip())
    found = _taken_apart(said)
    if not (found.words or found.link or files):
        return Pasted("note", text)  # nothing but a heading
    words = (found.words + credit).strip()
    kind = found.kind if found.link or found.title or not files else "file"
    name = _VIA_NAME.search(credit)
    return replace(found, kind=kind, words=words, tags=markdown.tags(words), via=via, via_name=name[0] if name else "")


def joined(url: str = "", title: str = "", text: str = "") -> str:
    """What the box shows of the three fields in which phones and bookmarklets send a page; each thing once.

    Many phones send the address within the text, behind the title, which the page states itself.
    """
    url, title, text = (_tidied(part) for part in (url, title, text))
    inside = list(links_in(text))
    ends = [bare for bare in inside if not (text[: bare.start].strip() and text[bare.end :].strip())]
    if not url and len({_key(bare.url) for bare in inside}) == 1:
        url = ends[-1].url if ends else ""
    for bare in reversed(ends):
        if _same(bare.url, url):
            text = (text[: bare.start] + text[bare.end :]).strip(_SEPARATORS)
    return "\n\n".join(part for part in (url, "" if url and text == title else text) if part)


def _taken_apart(text: str) -> Pasted:
    heading, rest = _without_heading(text)
    if heading:
        return Pasted("article", rest, "", heading)
    link, words, label = _without_link(text)
    return Pasted("link" if link else "note", words, link, label)


def _tidied(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip(_AROUND)


def _without_heading(text: str) -> tuple[str, str]:
    first, _, rest = text.partition("\n")
    heading = first[1:].strip() if first.startswith(("# ", "#\t")) else ""
    unclosed = heading.rstrip("#")
    title = markdown.plain(unclosed if unclosed[-1:].isspace() else heading)
    return (title[:LONGEST_TITLE], rest.strip("\n")) if title else ("", text)


def _without_via(text: str) -> tuple[str, str, str]:
    """(text without its closing credit, the address it names, or what stays in the words because it names a person)."""
    found = _VIA.search(text, max(0, len(text) - _LONGEST_ALONE))
    if found is None:
        return text, "", ""
    said = text[: found.start()].rstrip(" \t\n(—–-,;|")
    if found["who"].startswith("@"):
        return said, "", text[len(said) :].rstrip()
    url = address.absolute("", found["who"].strip("<>").rstrip(".,;)"))
    return (said, url, "") if url else (text, "", "")


def _without_link(text: str) -> tuple[str, str, str]:
    """(the link that is shared, or '', the rest of the text, the words the link was given in Markdown)."""
    alone = _lone_link(text) if len(text) <= _LONGEST_ALONE else None
    if alone:
        return alone[0], "", alone[1]
    lines = text.split("\n")
    own = [place for place in (0, len(lines) - 1) if _link_line(lines[place])]
    found = list(links_in(text))
    different = {_key(bare.url) for bare in found}
    if own and (len(own) == 1 or len(different) == 1):
        link = _link_line(lines[own[0]])
        rest = _once_each([line for line in lines if not _same(_link_line(line), link)])
        again = list(links_in(rest)) if len(different) == 1 else []
        return link, _at_an_end(rest, again)[1] if again else rest, ""
    if len(different) != 1:
        return "", text, ""
    if not _MARKDOWN_LINK.search(text):
        link, words, label = _at_an_end(text, found)
        if link:
            return link, words, label
    return _amid(text, found[0].url), text, ""


def _amid(text: str, url: str) -> str:
    """The only address of a text where it is a link of it, once rendered; '' in code, or as a picture's address."""
    linked = clean(markdown.render(text)).links
    return url if len(linked) == 1 and _same(linked[0], url) else ""


def _lone_link(text: str) -> tuple[str, str] | None:
    labelled = _MARKDOWN_LINK.fullmatch(text)
    if labelled:
        url = address.absolute("", labelled[2])
        return (url, markdown.plain(labelled[1])) if url else None
    wrapped = _WRAPPED.fullmatch(text)
    if not wrapped:
        return None
    host = _BARE_HOST.fullmatch(wrapped[1])
    named = host and (host["rest"] or host["last"] not in _FILE_ENDINGS)
    try:
        url = address.tidy(text) if named or re.match(r"(?i)https?:|www\.", wrapped[1]) else ""
    except Unreadable:
        return None
    return (url, "") if url else None


def _link_line(line: str) -> str:
    found = list(links_in(line))
    whole = len(found) == 1 and not (line[: found[0].start] + line[found[0].end :]).strip(" \t<>()[].,:;-*\"'")
    return found[0].url if whole else ""


def _at_an_end(text: str, found: Sequence[Bare]) -> tuple[str, str, str]:
    """The only address of a text where it stands first or last; phones send 'Title https://...'."""
    first, last = found[0], found[-1]
    bracketed = last.start > 0 and text[last.start - 1] in "(["
    if not text[last.end :].strip(" \t\n.)]" if bracketed else " \t\n."):
        return last.url, _once_each(text[: last.start - bracketed].split("\n")), ""
    if first.start == 0 and len(found) == 1:
        said = text[first.end :].strip(_SEPARATORS)
        return first.url, text if said[:1].islower() else said, ""  # 'https://... is the best' needs its subject
    return "", text, ""


def _once_each(lines: Sequence[str]) -> str:
    """The lines as text again. Share sheets repeat the title, as a line of its own and before the address."""
    words = "\n".join(lines).strip(_SEPARATORS)
    repeated = [line.strip(_SEPARATORS) for line in words.split("\n") if line.strip()]
    return repeated[0] if len(repeated) == 2 and repeated[0] == repeated[1] else words


def _same(one: str, other: str) -> bool:
    return bool(one) and _key(one) == _key(other)


def _key(url: str) -> str:
    try:
        return address.key(url)
    except Unreadable:
        return url

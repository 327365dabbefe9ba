"""Places we know: for an address (or for the software a page was made with), where its feed is.

The knowledge is data, not code: `platforms.txt` (hosts) and `software.txt` (programs that run on many hosts). Their
grammar is explained at the top of each; adding a place means adding a line. Everything here is pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

HERE = Path(__file__).parent
SAFE_IN_PATH = "/:@!$&'()*+,;=~-._"
SAFE_IN_QUERY = ":@!'()*,/~-._"
ANY_REST = "/**"
WHOLE = ("root", "origin", "here", "up", "host")
"""Values that are addresses, or hosts, already: put in as they are."""
_PIECE = re.compile(r"\{([a-z]+)(\*?)(?::([^{}]+))?\}")


@dataclass(frozen=True, slots=True)
class Move:
    """One thing to try at a known place.

    `verb` is feed, scan, go, lookup, inside, prefer or none; `parts` are its filled-in arguments. `scan` and
    `lookup` keep a template for last, filled from what they find by `fill`."""

    verb: str
    parts: tuple[str, ...]
    values: dict[str, str] = field(default_factory=dict, hash=False, compare=False)


@dataclass(frozen=True, slots=True)
class Place:
    """A known place, and what to try there in order. `crowd`: many people live on its host, so that its front page
    is never an answer for one of them."""

    name: str
    crowd: bool
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One rule as written: a pattern for the path and query, and the moves with their templates."""

    path: str
    """An expression for the whole path."""
    query: tuple[tuple[str, str], ...]
    moves: list[tuple[str, tuple[str, ...]]]
    general: bool
    """Written without a path: holds everywhere on that host or software, after the more exact ones."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its rules."""

    name: str
    crowd: bool
    hosts: tuple[str, ...]
    signs: list[tuple[str, str]]
    lines: list[Line]


def known_place(url: str) -> Place | None:
    """The first host section that knows this address, with its filled-in moves; None where none does.

    A place that knows the host, but nothing about this path, still says whether it is a crowd."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    for section, values in _sections_of(host):
        moves = _moves_at(section, url, {**values, "host": parts.netloc.rsplit("@", 1)[-1]})
        return Place(section.name, section.crowd, moves)
    return None


def software_moves(names: dict[str, str], url: str, *, general: bool) -> tuple[Move, ...]:
    """What the programs in `names` (name -> where its site begins, as `read_software` gives) offer for this address.

    `general` asks for what they offer for the whole site, otherwise for what they offer for exactly this page."""
    found: list[Move] = []
    for section in sections("software.txt"):
        if section.name in names:
            found += _software_moves(section, url, names[section.name], general)
    return tuple(found)


def fill(template: str, values: dict[str, str]) -> str:
    """The template with its values put in, each quoted for where it stands (path or query), never raw."""
    out, in_query = [], False
    for text in re.split(r"(\{[a-z0-9]+\})", template):
        if not (text.startswith("{") and text.endswith("}")):
            out.append(text)
            in_query = in_query or "?" in text
        elif text[1:-1] in WHOLE or (text == "{1}" and template.startswith("{1}")):
            out.append(values.get(text[1:-1], ""))
        else:
            out.append(quote(values.get(text[1:-1], ""), safe=SAFE_IN_QUERY if in_query else SAFE_IN_PATH))
    return "".join(out)


@cache
def sections(name: str) -> tuple[Section, ...]:
    """The sections of one of the two data files, in their order."""
    found: list[Section] = []
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            found.append(_read_heading(line[3:]))
        elif line.startswith("sign "):
            kind, _, text = line[5:].partition(" ")
            found[-1].signs.append((kind, text.strip()))
        elif line[:1].isspace() and line.strip():
            found[-1].lines[-1].moves.append(_read_move(line.strip()))
        elif line.strip() and not line.startswith("#"):
            pattern, rest = line.split(None, 1)
            found[-1].lines.append(_read_line(pattern, rest.strip(), found[-1].hosts != ()))
    return tuple(found)


def _read_heading(text: str) -> Section:
    name, _, hosts = text.partition(":")
    return Section(name.strip().removesuffix(" *"), name.endswith(" *"), tuple(hosts.split()), [], [])


def _read_line(pattern: str, move: str, anchored: bool) -> Line:
    path, _, query = pattern.partition("?")
    wanted = tuple((key, _regex(value)) for key, _, value in (each.partition("=") for each in query.split("&") if each))
    if pattern == "any":
        return Line("", (), [_read_move(move)], True)
    text = _regex(path.removesuffix(ANY_REST).rstrip("/")) + ("(?:/.*)?" if path.endswith(ANY_REST) else "/?")
    return Line(text if anchored else f"(?P<root>.*?){text}", wanted, [_read_move(move)], False)


def _read_move(text: str) -> tuple[str, tuple[str, ...]]:
    verb, _, rest = text.partition(" ")
    if verb == "none":
        code, _, sentence = rest.strip().partition(" ")
        return verb, (code, sentence.strip())
    return verb, tuple(rest.split())


def _regex(pattern: str) -> str:
    out, at = [], 0
    for piece in _PIECE.finditer(pattern):
        name, rest, expression = piece.groups()
        out += [re.escape(pattern[at : piece.start()]), f"(?P<{name}>{expression or ('.*' if rest else '[^/]+?')})"]
        at = piece.end()
    return "".join(out) + re.escape(pattern[at:])


def _sections_of(host: str) -> Iterator[tuple[Section, dict[str, str]]]:
    labels = host.split(".")
    for section in sections("platforms.txt"):
        for known in section.hosts:
            if known == host:
                yield section, {}
            elif "{" in known:
                values = _match_host(known, labels)
                if values is not None:
                    yield section, values


def _match_host(known: str, labels: list[str]) -> dict[str, str] | None:
    """`{blog}.tumblr.com` against a host's labels; `{tld*}` at the end takes one or two labels."""
    wanted = known.split(".")
    if wanted[-1] == "{tld*}" and len(labels) == len(wanted) + 1:
        labels = [*labels[:-2], labels[-2] + "." + labels[-1]]
    if len(wanted) != len(labels):
        return None
    values: dict[str, str] = {}
    for want, label in zip(wanted, labels, strict=True):
        if want.startswith("{"):
            values[want.strip("{}*")] = label
        elif want != label:
            return None
    return values


def _moves_at(section: Section, url: str, values: dict[str, str]) -> tuple[Move, ...]:
    for line in section.lines:
        found = None if line.general else _match(line, url)
        if found is not None:
            found["query"] = "" if line.query else urlsplit(url).query
            return tuple(_filled(verb, args, {**values, **found}) for verb, args in line.moves)
    general = [move for line in section.lines if line.general for move in line.moves]
    rest = {"path": urlsplit(url).path, "query": urlsplit(url).query}
    return tuple(_filled(verb, args, {**values, **rest}) for verb, args in general)


def _software_moves(section: Section, url: str, root: str, general: bool) -> list[Move]:
    parts = urlsplit(url)
    origin, here = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
    values = {"origin": origin, "host": parts.netloc, "here": origin + here, "up": origin + here.rpartition("/")[0]}
    for line in section.lines:
        if line.general and general:
            values["root"] = root or origin
        elif not line.general and not general and (found := _match(line, url)) is not None:
            values |= found
            values["root"] = origin + quote(found.get("root", ""), safe=SAFE_IN_PATH)
        else:
            continue
        return [_filled(verb, args, values) for verb, args in line.moves]
    return []


def _match(line: Line, url: str) -> dict[str, str] | None:
    parts = urlsplit(url)
    match = re.fullmatch(line.path, parts.path.rstrip("/") or "/") or re.fullmatch(line.path, parts.path or "/")
    if match is None:
        return None
    values = {key: unquote(value or "") for key, value in match.groupdict().items()}
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    for key, pattern in line.query:
        value = re.fullmatch(pattern, given[key]) if key in given else None
        if value is None:
            return None
        values |= {name: text or "" for name, text in value.groupdict().items()}
    return values


def _filled(verb: str, args: tuple[str, ...], values: dict[str, str]) -> Move:
    if verb == "none":
        return Move(verb, args)
    if verb in ("scan", "lookup"):
        return Move(
            verb, tuple(fill(x, values) if verb == "lookup" and not n else x for n, x in enumerate(args)), values
        )
    if verb == "inside":
        return Move(verb, (_inside(values, args[0].strip("{}*")),))
    if verb == "unhyphen":
        return Move("inside", (_unhyphened(values, args[0].strip("{}")),))
    return Move(verb, tuple(fill(x, values) for x in args))


def _inside(values: dict[str, str], name: str) -> str:
    """An address that was carried in another; a query behind a carried path belongs to the carried address."""
    query = values.get("query", "")
    return values.get(name, "") + (f"?{query}" if query else "")


def _unhyphened(values: dict[str, str], name: str) -> str:
    """`my--site-example` -> my-site.example, with the path and the query that are not the carrier's own."""
    host = values.get(name, "").replace("--", "\0").replace("-", ".").replace("\0", "-")
    kept = [pair for pair in values.get("query", "").split("&") if pair and not pair.startswith("_x_tr_")]
    return f"https://{host}{values.get('path', '')}" + ("?" + "&".join(kept) if kept else "")

"""Does our reader take from feeds what feedparser 6 takes? Prints, per field, how often both agree.

    python bench/feed_parity.py FOLDER...        (default: ../shared/feeds beside the checkout)
    python bench/feed_parity.py --differences FOLDER

A folder may be feedparser's own tests (from its source distribution) or any heap of feed documents.
"""

from __future__ import annotations

import argparse
import io
import os
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser

from passalong.wire import feed
from passalong.wire.feed_finish import absolute
from passalong.wire.feed_raw import HTML, Text
from passalong.wire.feed_text import as_html, could_be_link, plain, read_author, without_tags
from passalong.wire.shapes import Entry, Feed, Unreadable

SHARED = Path(os.environ.get("PASSALONG_SHARED", Path(__file__).resolve().parents[2] / "shared"))
URL = "https://feeds.example/a/feed.xml"
FIELDS = ("id", "link", "title", "author", "date", "content")
NO_FEEDS = frozenset({".md", ".opml", ".html", ".py", ".rst"})


@dataclass
class Outcome:
    """What a comparison found; `lost` and `other` count where feedparser has something."""

    same: Counter[str] = field(default_factory=Counter)
    other: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    more: Counter[str] = field(default_factory=Counter)
    documents: int = 0
    entries_theirs: int = 0
    entries_ours: int = 0
    differences: list[str] = field(default_factory=list)


def documents(folders: list[Path]) -> Iterator[tuple[str, bytes]]:
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix not in NO_FEEDS and path.name != "index.json":
                yield str(path.relative_to(folder)), path.read_bytes()


def theirs(body: bytes) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        headers = {"content-type": "application/xml"}
        return feedparser.parse(
            io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False, response_headers=headers
        )


def ours(body: bytes) -> Feed | None:
    try:
        return feed.read(body, content_type="application/xml", url=URL)
    except Unreadable:
        return None


def compare(folders: list[Path]) -> Outcome:
    outcome = Outcome()
    for name, body in documents(folders):
        if body.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"{", b"["):
            continue
        outcome.documents += 1
        reference, read = theirs(body), ours(body)
        entries = read.entries if read else ()
        outcome.entries_theirs += len(reference.entries)
        outcome.entries_ours += len(entries)
        if len(entries) < len(reference.entries):
            cut = ", cut" if read and read.cut else ""
            outcome.differences.append(f"{name}: {len(entries)} entries, feedparser {len(reference.entries)}{cut}")
        for index, (one, their) in enumerate(zip(entries, reference.entries, strict=False)):
            for key, left, right in compared(one, their):
                count(outcome, f"{name} #{index} {key}", key, left, right)
    return outcome


def count(outcome: Outcome, place: str, key: str, our: Any, their: Any) -> None:
    if our == their:
        outcome.same[key] += bool(their)
        return
    if not their:
        outcome.more[key] += 1
        return
    (outcome.other if our else outcome.lost)[key] += 1
    outcome.differences.append(f"{place}\n    feedparser: {str(their)[:160]!r}\n    ours:       {str(our)[:160]!r}")


def compared(entry: Entry, their: Any) -> Iterator[tuple[str, Any, Any]]:
    yield "id", entry.guid, their.get("id", "").strip()
    # feedparser takes any identity for a link where there is none; ours must look like an address.
    stated = their.get("link", "")
    is_link = any(link.get("href") == stated for link in their.get("links", [])) or could_be_link(stated)
    link = absolute(stated, URL) if is_link else ""
    yield "link", entry.url, link
    yield "title", entry.title, plain(Text(their.get("title", ""), their.get("title_detail", {}).get("type", HTML)))
    names = {part for author in entry.authors for part in (author.name, author.email) if part}
    author = read_author(their.get("author", ""))
    named = their.get("author_detail", {}).get("name", "") or author.name or author.email
    named = plain(Text(named, "text/plain"), 200)
    yield "author", named if named in names else ", ".join(sorted(names)), named
    ours_at = entry.published or entry.updated
    yield "date", ours_at.replace(microsecond=0) if ours_at else None, date(their)
    yield "content", squeezed(entry.html), content(their)


def date(their: Any) -> datetime | None:
    parsed = their.get("published_parsed") or their.get("created_parsed") or dict.get(their, "updated_parsed")
    return datetime(*parsed[:6], tzinfo=UTC) if parsed and 0 < parsed[0] < 10000 else None


def content(their: Any) -> str:
    """The fullest of feedparser's bodies: `content[0]` is now and then a mere caption."""
    summary = {"value": their.get("summary", ""), "type": their.get("summary_detail", {}).get("type", HTML)}
    bodies = [one for one in [*their.get("content", []), summary] if one.get("value")]
    bodies = [one for one in bodies if one.get("type", HTML) in ("text/html", "text/plain", "application/xhtml+xml")]
    return max((squeezed(as_html(Text(one["value"], one.get("type", HTML)))) for one in bodies), key=len, default="")


def squeezed(markup: str) -> str:
    return "".join(without_tags(markup).split())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--differences", action="store_true", help="list each one")
    options = parser.parse_args()
    folders = options.folders or [SHARED / "feeds"]
    outcome = compare(folders)
    print(f"{outcome.documents} documents; entries: feedparser {outcome.entries_theirs}, ours {outcome.entries_ours}")
    print(f"{'field':8} {'same':>7} {'other':>7} {'lost':>7} {'only ours':>10}")
    for key in FIELDS:
        print(f"{key:8} {outcome.same[key]:7} {outcome.other[key]:7} {outcome.lost[key]:7} {outcome.more[key]:10}")
    if options.differences:
        print(*outcome.differences, sep="\n")


if __name__ == "__main__":
    main()

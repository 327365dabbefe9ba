"""A stranger's feed reader follows Ann: it sees what is new and what was changed, and what she took back is gone.

The readers are other people's: newsboat (Debian) and the PyPI package `reader`, over HTTP, from a real node.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from reader import Reader, make_reader

from passalong.wire.feed_write import CONTENT_TYPES, FeedKind
from tests.node import Browser, Node
from tests.wire.feed_rules import faults

KINDS: tuple[FeedKind, ...] = ("atom", "rss", "json")
pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Ann:
    node: Node
    browser: Browser

    def feed(self, kind: FeedKind = "atom") -> str:
        return f"{self.node.url}/@ann/feed.{kind}"

    def share(self, *what: str) -> str:
        """Shares it from the terminal, and returns its address."""
        done = self.node.run("share", *what)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def change(self, address: str, what: str) -> None:
        self.browser.get(f"{address}/edit")
        self.browser.post(f"{address}/edit", what=what)
        assert (self.browser.status, self.browser.url) == (200, address), self.browser.page

    def take_back(self, address: str) -> None:
        done = self.node.run("unshare", address)
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def ann(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ann]:
    with Node(tmp_path_factory.mktemp("ann")) as node:
        yield Ann(node, node.browser())


@pytest.fixture(autouse=True)
def straight_to_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """The readers ask the node itself, whatever proxy this machine has."""
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("no_proxy", "*")


def get(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """(status, headers in lower case, body)"""
    asked = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, {k.lower(): v for k, v in answer.headers.items()}, answer.read()


class Newsboat:
    """newsboat with a folder of its own; `seen` is what stands in its list."""

    def __init__(self, folder: Path, feed: str) -> None:
        folder.mkdir()
        self.folder = folder
        (folder / "urls").write_text(f"{feed}\n")
        (folder / "config").touch()

    def look(self) -> None:
        files = [part for flag, name in (("-u", "urls"), ("-c", "cache"), ("-C", "config"))
                 for part in (flag, str(self.folder / name))]  # fmt: skip
        subprocess.run(
            ["newsboat", "-q", *files, "-x", "reload"],
            env=os.environ | {"HOME": str(self.folder), "TERM": "dumb"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=60,
        )

    def seen(self) -> dict[str, tuple[str, str]]:
        """(title, content) by address."""
        with closing(sqlite3.connect(self.folder / "cache")) as cache:
            rows = cache.execute("SELECT url, title, content FROM rss_item WHERE deleted = 0")
            return {url: (title, content) for url, title, content in rows}


@pytest.fixture
def newsboat_folder(tmp_path: Path) -> Path:
    if not shutil.which("newsboat"):
        if os.environ.get("CI"):
            pytest.fail("newsboat is not installed, and CI has to have it")
        pytest.skip("newsboat is not installed (apt-get install newsboat)")
    return tmp_path / "newsboat"


def shown(reader: Reader) -> dict[str, tuple[str | None, str]]:
    """(title, content) by address, after a look."""
    reader.update_feeds(scheduled=False)
    assert not [feed for feed in reader.get_feeds() if feed.last_exception]
    return {entry.link or "": (entry.title, entry.content[0].value) for entry in reader.get_entries()}


@pytest.mark.parametrize("kind", KINDS)
def test_the_reader_library_follows_ann(ann: Ann, kind: FeedKind) -> None:
    before = ann.share("First words")
    with make_reader(":memory:") as reader:
        reader.add_feed(ann.feed(kind))
        assert "First words" in shown(reader)[before][1]
        new = ann.share("https://ben.example/grading", "Why I stopped grading", "--tag", "oer")
        assert "Why I stopped grading" in shown(reader)[new][1]
        assert "https://ben.example/grading" in shown(reader)[new][1]
        ann.change(new, "https://ben.example/grading\n\nWhy I began again")
        assert "Why I began again" in shown(reader)[new][1]
        assert "stopped" not in shown(reader)[new][1]
    ann.take_back(new)
    with make_reader(":memory:") as stranger:
        stranger.add_feed(ann.feed(kind))
        assert new not in shown(stranger)
        assert before in shown(stranger)
    assert get(new)[0] == 410
    assert b"began again" not in get(ann.feed(kind))[2]


def test_newsboat_follows_ann(ann: Ann, newsboat_folder: Path) -> None:
    before = ann.share("Words for newsboat")
    newsboat = Newsboat(newsboat_folder, ann.feed())
    newsboat.look()
    assert "Words for newsboat" in newsboat.seen()[before][1]
    new = ann.share("https://ben.example/boats", "On boats")
    newsboat.look()
    assert "On boats" in newsboat.seen()[new][1]
    for words in ("On ships", "On rafts", "On kayaks"):  # quickly, so that some changes fall into one second
        ann.change(new, f"https://ben.example/boats\n\n{words}")
        newsboat.look()
        assert words in newsboat.seen()[new][1]
    ann.take_back(new)
    stranger = Newsboat(newsboat_folder.with_name("stranger"), ann.feed())
    stranger.look()
    assert new not in stranger.seen()
    assert before in stranger.seen()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_served_is_valid_and_costs_little_to_ask_again(ann: Ann, kind: FeedKind, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.txt"
    sheet.write_text("1, 2, 3")
    address = ann.share(str(sheet), "A sheet", "--tag", "données")
    for place in (ann.feed(kind), f"{ann.node.url}/feed.{kind}", f"{ann.node.url}/@ann/tag/donn%C3%A9es/feed.{kind}"):
        status, headers, body = get(place)
        assert (status, headers["content-type"]) == (200, CONTENT_TYPES[kind])
        assert address.encode() in body
        assert faults(body, kind, place) == []
        assert get(place, if_none_match=headers["etag"])[::2] == (304, b"")
        assert get(place, if_modified_since=headers["last-modified"])[::2] == (304, b"")
    etag = get(ann.feed(kind))[1]["etag"]
    ann.take_back(address)
    status, _, body = get(ann.feed(kind), if_none_match=etag)
    assert status == 200
    assert address.encode() not in re.sub(rb"<at:deleted-entry [^>]*>", b"", body), "but to say that it was taken back"
    assert faults(body, kind, ann.feed(kind)) == []


def test_what_is_unlisted_is_followed_by_nobody(ann: Ann) -> None:
    address = ann.share("Between you and me", "--unlisted")
    assert get(address)[0] == 200
    for kind in KINDS:
        for place in (ann.feed(kind), f"{ann.node.url}/feed.{kind}"):
            assert b"Between you and me" not in get(place)[2]

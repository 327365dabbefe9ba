"""`passalong up --demo`: a folder of its own with a small living network, never mixed with anything real."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from passalong.site.demo import pages, place, things
from passalong.site.demo.street import answer
from passalong.site.demo.village import REF, Village, feed, read
from passalong.site.sentence import CannotStart
from passalong.wire import feed as feeds
from passalong.wire import mf2
from passalong.wire.shapes import Feed
from tests.node import Browser, Node, free_port, is_listening, run

OURS = {"seeds", "silence", "morning", "fractions", "worksheet", "how-many", "drawers", "thanks-song", "forty"}


@pytest.fixture
def village() -> Village:
    ours = {word: f"http://127.0.0.1:8000/@ann/{number}" for number, word in enumerate(sorted(OURS))}
    return Village(read(), 8123, datetime(2026, 11, 24, 12, tzinfo=UTC), ours)


def test_everything_that_is_pointed_to_is_there(village: Village) -> None:
    told = village.told
    known = {(who, post.slug) for who, sharer in told.people.items() for post in sharer.posts}
    known |= {("ann", one["word"]) for one in told.owner}
    said = (Path(place.__file__).parent / "people.toml").read_text()
    lines = [line for line in said.splitlines() if not line.startswith("#")]
    assert {found.groups() for found in REF.finditer("\n".join(lines))} <= known
    assert {one["word"] for one in told.owner} == OURS
    assert {one["who"] for one in (*told.later, *told.answers)} <= set(told.people)


def as_read(village: Village, handle: str) -> Feed:
    """What a reader makes of this sharer's site."""
    sharer, home = village.told.people[handle], village.home(handle)
    if sharer.wire == "hfeed":
        return mf2.read(pages.home(village, sharer).encode(), home)
    return feeds.read(feed(village, sharer), url=f"{home}feed.atom")


@pytest.mark.parametrize("handle", list(read().people))
def test_readers_read_them(village: Village, handle: str) -> None:
    sharer, found = village.told.people[handle], as_read(village, handle)
    assert len(found.entries) == len(sharer.posts)
    assert found.title == sharer.name
    stated = {pointer.rel for one in found.entries for pointer in one.pointers}
    assert {
        rel for post in sharer.posts for rel in ("reply", "like", "repost", "quote", "via") if getattr(post, rel)
    } <= (stated)


def test_a_post_waits_for_what_it_points_to(village: Village) -> None:
    del village.ours["seeds"]
    slugs = {post.slug for post in village.posts("ben")}
    assert "tried-it" not in slugs
    assert "first-frost" in slugs


def test_pictures_sounds_and_papers_are_what_they_say() -> None:
    assert things.picture("x", (10, 120, 90)).startswith(b"\x89PNG")
    assert things.sound("x")[:4] == b"RIFF"
    assert re.fullmatch(rb"%PDF-1\.4.*%%EOF\n", things.paper(["One (two) three"]), re.DOTALL)


def test_a_site_in_trouble_answers_so(village: Village) -> None:
    almanac = village.told.people["almanac"]
    assert answer(village, almanac, "/feed.atom")[0] == 200
    village.troubled = True
    assert answer(village, almanac, "/feed.atom")[0] == 410


def test_the_demo_points_away_from_everything_real(tmp_path: Path) -> None:
    environ = {
        "HOME": str(tmp_path), "PASSALONG_HOME": str(tmp_path / "new"), "DATABASE_URL": "postgres://real/db",
        "PASSALONG_MEDIA_URL": "s3://real", "PASSALONG_URL": "https://ann.example",
    }  # fmt: skip
    assert place.settle(environ) == tmp_path / "new"
    assert environ == {"HOME": str(tmp_path), "PASSALONG_HOME": str(tmp_path / "new")}


def test_without_a_folder_it_is_beside_the_real_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "passalong").mkdir()
    (tmp_path / "passalong" / "passalong.sqlite3").touch()
    assert place.settle({}) == tmp_path / "passalong-demo"


@pytest.mark.parametrize("real", place.HOLDS_A_NODE)
def test_the_demo_refuses_a_real_nodes_folder(tmp_path: Path, real: str) -> None:
    (tmp_path / real).touch()
    with pytest.raises(CannotStart, match="holds a real node"):
        place.settle({"PASSALONG_HOME": str(tmp_path)})


def test_a_damaged_mark_is_said(tmp_path: Path) -> None:
    (tmp_path / place.MARK).write_text("{")
    with pytest.raises(CannotStart, match="is damaged"):
        place.read(tmp_path)


@pytest.mark.parametrize("word", ["up", "web", "work"])
def test_a_real_node_refuses_the_demos_folder(tmp_path: Path, word: str) -> None:
    place.write(tmp_path, place.new_mark(free_port()))
    more = () if word == "work" else ("--port", str(free_port()))
    done = run(tmp_path, word, *more)
    assert done.returncode == 1
    assert "holds the demo" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "passalong.sqlite3").exists()


FULL = {
    "/": (
        "I teach, I keep seeds",
        "/ann.webp",
        "Seed libraries work",
        "How many packets did you begin",
        "This morning",
    ),
    "/river": ("First frost.", "The seed library opens its drawers", "Also from", "المكتبة المفتوحة", 'lang="fr"'),
    "/river?show=kept": ("The seed library opens its drawers",),
    "/came-back": ("answered", "thanked you for", "passed on", "quoted", "found in what we read", "Cas"),
    "/came-back/first-contact": ("Cas", "An evening school", "Approve always"),
    "/unanswered": ("Why do climbing beans", "The first thing they shared"),
    "/people": ("The reading room", "gone for good", "without a key", "Unmute", "All is well."),
    "/@ann/tag/seeds": ("Seed libraries work", "worksheet.pdf"),
}


TALK = ("Seed libraries work", "at our bus stop", "How many packets", "Here it was forty", "Forty is less")
"""One conversation of several levels."""


def within(seconds: float, what: Callable[[], object]) -> bool:
    until = time.monotonic() + seconds
    while not what() and time.monotonic() < until:
        time.sleep(0.3)
    return bool(what())


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Node]:
    with Node(tmp_path / "demo", "up", "--no-open", "--demo") as node:
        yield node


def check_pages(owner: Browser) -> None:
    for path, words in FULL.items():
        owner.get(path)
        assert owner.status == 200, path
        assert "This is a demo: nothing here is real." in owner.page, path
        missing = [word for word in words if word not in owner.page]
        assert not missing, (path, missing)


@pytest.mark.slow
def test_it_lives_and_goes_on_after_kill_9(demo: Node) -> None:
    owner = demo.browser()
    check_pages(owner)
    talks = [owner.get(path) for path in set(re.findall(r"/conversation/\d+", owner.get("/came-back")))]
    assert any(all(word in talk for word in TALK) and talk.count('class="voices"') >= 3 for talk in talks)

    owner.post("/share", what="Something of mine, which nobody has seen before", key="one")
    assert within(20, lambda: "Something of mine" in owner.get("/came-back")), "nobody answered it"

    mark = json.loads((demo.home / place.MARK).read_text())
    assert is_open(mark["port"])
    os.killpg(demo.process.pid, signal.SIGKILL)
    demo._end()
    again = Node(demo.home, "up", "--no-open", "--demo", port=demo.port)
    with again:
        check_pages(again.browser())
        assert json.loads((demo.home / place.MARK).read_text())["said"] == mark["said"]
        assert is_open(mark["port"])
        again.stop()
        assert not is_open(mark["port"])
    assert not is_listening(demo.port)


def is_open(port: int) -> bool:
    """Does the demo's street answer?"""
    browser = Browser(f"http://127.0.0.1:{port}")
    try:
        browser.get("/")
    except OSError:
        return False
    return browser.status == 404

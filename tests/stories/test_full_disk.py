"""A disk that is really full: reading goes on, writing says so and gives the words back; no restart (P14)."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.node import Browser, Node, free_port, run
from tests.site.test_up import one_sentence

pytestmark = pytest.mark.slow
LONG = "a long thought " * 2000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(disk: Path) -> Path:
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError:
            return filler
    raise AssertionError("the disk has no end")


def test_it_works(small_disk: Path) -> None:
    with Node(small_disk / "home") as node:
        browser = node.browser()
        before = node.run("share", "from before").stdout.strip()
        filler = fill(small_disk)
        for path in ("/", "/river", "/people", "/settings", "/feed.atom", "/readyz", before):
            browser.get(path)
            assert browser.status == 200, path
        page = browser.post("/share", what=LONG)
        assert (browser.status, "The disk of this node is full." in page) == (507, True)
        assert LONG.strip() in page
        stranger = Browser(node.url)
        assert "from before" in stranger.get(before)
        done = node.run("share", LONG)
        assert (done.returncode, done.stderr.startswith("The disk of this node is full.")) == (1, True)
        assert node.run("river").returncode == 0
        filler.unlink()
        browser.get("/")
        browser.post("/share", what=LONG)
        assert browser.status == 200
        assert "a long thought" in stranger.get("/feed.atom")


def test_a_start_on_a_full_disk_speaks_of_room_and_not_of_damage(small_disk: Path) -> None:
    """SQLite needs room for its -shm file where a clean stop has taken it away (sqlite.org/wal.html)."""
    home = small_disk / "home"
    assert run(home, "following").returncode == 0
    filler = fill(small_disk)
    done = run(home, "up", "--no-open", "--port", str(free_port()))
    assert done.returncode == 1
    assert "make room" in done.stderr
    assert one_sentence(done.stderr), done.stderr
    filler.unlink()
    assert run(home, "following").returncode == 0

"""`passalong follow`, `unfollow`, `following`, `fetch` in processes of their own, against a real server."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from passalong.wire import opml
from tests.follow.feeds import things
from tests.node import PROGRAM, environment, run

pytestmark = pytest.mark.slow

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def passalong(tmp_path: Path) -> Command:
    def command(*words: str) -> subprocess.CompletedProcess[str]:
        return run(tmp_path / "home", *words, PASSALONG_ALLOW_PRIVATE="127.0.0.0/8")

    return command


@pytest.fixture
def site(httpserver: HTTPServer) -> str:
    """Ben's site with his feed. Returns its address."""
    page = '<!doctype html><title>Ben</title><link rel="alternate" type="application/atom+xml" href="/feed"><p>Hello'
    httpserver.expect_request("/").respond_with_data(page, content_type="text/html")
    says(httpserver, 1, 2, 3)
    return f"http://127.0.0.1:{httpserver.port}"


def says(server: HTTPServer, *numbers: int) -> None:
    server.expect_request("/feed").respond_with_data(things(*numbers), content_type="application/atom+xml")


def test_it_works(passalong: Command, site: str) -> None:
    done = passalong("follow", site)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("You follow Ben now.")
    assert "3 shares of theirs came in." in done.stdout
    assert len(done.stdout.splitlines()) == 1
    listed = json.loads(passalong("following", "--json").stdout)
    assert [(one["person"], one["url"], one["state"], one["unseen"]) for one in listed] == [
        ("Ben", f"{site}/feed", "fine", 3)
    ]
    (line,) = opml.read(passalong("following", "--opml").stdout.encode())
    assert (line.url, line.title) == (f"{site}/feed", "Ben")
    assert "Ben" in passalong("following").stdout
    assert passalong("unfollow", site.removeprefix("http://")).stdout == "You do not follow Ben any more.\n"
    assert json.loads(passalong("following", "--json").stdout) == []


def test_fetch_counts(passalong: Command, site: str, httpserver: HTTPServer) -> None:
    passalong("follow", site)
    assert passalong("fetch").stdout == "sources: 0, new: 0, changed: 0, unchanged: 0, failed: 0\n"
    assert passalong("fetch", "--all").stdout == "sources: 1, new: 0, changed: 0, unchanged: 1, failed: 0\n"
    httpserver.clear()
    says(httpserver, 0, 1, 2, 3)
    done = passalong("fetch", "--all")
    assert (done.stdout, done.stderr) == ("sources: 1, new: 1, changed: 0, unchanged: 0, failed: 0\n", "")
    httpserver.clear()
    assert passalong("fetch", "--all").stdout == "sources: 1, new: 0, changed: 0, unchanged: 0, failed: 1\n"
    assert "backing off" in json.loads(passalong("following", "--json").stdout)[0]["state"]


def test_nothing_to_follow_is_a_sentence_and_exit_1(passalong: Command, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data(
        "<!doctype html><title>Shop</title><p>Buy", content_type="text/html"
    )
    url = f"http://127.0.0.1:{httpserver.port}/"
    done = passalong("follow", url)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("127.0.0.1 has no feed that could be found from this page, ")
    assert done.stderr.strip().endswith(f". To have it looked at here: passalong follow --page {url}")
    assert "Traceback" not in done.stderr


def test_what_was_only_near_is_said_with_the_command_to_follow_it(passalong: Command, site: str) -> None:
    done = passalong("follow", f"{site}/wrong")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("This is not what you pasted, but “Ben” is near it. It is at a usual address.")
    *_, word, address = done.stderr.split()
    assert word == "follow"
    assert json.loads(passalong("following", "--json").stdout) == []
    assert passalong("follow", address).returncode == 0


def test_a_page_with_a_feed_is_not_looked_at_itself(passalong: Command, site: str) -> None:
    done = passalong("follow", "--page", site)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"This page has a feed, “Ben”: follow that instead. To follow it: passalong follow {site}\n"
    assert passalong("follow", site).returncode == 0
    again = passalong("follow", "--page", site)
    assert (again.stdout, again.stderr) == ("You follow Ben already.\n", "")
    assert len(json.loads(passalong("following", "--json").stdout)) == 1


def test_one_of_several_that_fails_does_not_stop_the_others(passalong: Command, site: str) -> None:
    done = passalong("follow", "http://127.0.0.1:1/", site)
    assert done.returncode == 1
    assert "You follow Ben now." in done.stdout
    assert len(done.stderr.splitlines()) == 1


def test_following_twice_and_oneself_says_so(passalong: Command, site: str) -> None:
    passalong("follow", site)
    again = passalong("follow", site)
    assert (again.returncode, again.stdout, again.stderr) == (0, "You follow Ben already.\n", "")


def test_whoever_follows_nobody_is_told_how(passalong: Command) -> None:
    done = passalong("following")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "You follow nobody yet. Follow someone: passalong follow ben.example\n"
    assert passalong("following", "--opml").stderr == ""


def test_t01_a_private_address_is_refused_in_a_sentence(tmp_path: Path, site: str, httpserver: HTTPServer) -> None:
    done = run(tmp_path / "home", "follow", f"{site}/feed")
    assert done.returncode == 1
    assert "private" in done.stderr
    assert httpserver.log == []


def test_a_list_of_people_is_followed(passalong: Command, site: str, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/two").respond_with_data(things(7), content_type="application/atom+xml")
    outlines = [opml.Outline(f"{site}/feed", "Ben"), opml.Outline(f"{site}/two", "Cas")]
    listed = "".join(f'<outline type="rss" text="{one.title}" xmlUrl="{one.url}"/>' for one in outlines)
    httpserver.expect_request("/people.opml").respond_with_data(
        f'<?xml version="1.0"?><opml version="2.0"><head/><body>{listed}</body></opml>', content_type="text/x-opml"
    )
    done = passalong("follow", f"{site}/people.opml")
    assert done.stdout == "You follow 2 people of this list now. 4 shares of theirs came in.\n"
    assert passalong("follow", f"{site}/people.opml").returncode == 0, "nothing new is nothing wrong"


def test_unfollow_somebody_unknown(passalong: Command) -> None:
    done = passalong("unfollow", "nobody.invalid")
    assert (done.returncode, done.stdout) == (1, "")
    assert "passalong following" in done.stderr


@pytest.mark.parametrize("word", ["follow", "unfollow", "following", "fetch"])
def test_each_has_help_with_an_example(tmp_path: Path, word: str) -> None:
    done = subprocess.run(
        [*PROGRAM, word, "--help"], env=environment(tmp_path), capture_output=True, text=True, check=True
    )
    assert f"passalong {word}" in done.stdout
    assert "Example:" in done.stdout
    assert "--home" in done.stdout

"""How a search is driven: its budget, its answers' form, real sockets on loopback."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from pytest_httpserver import HTTPServer

from passalong.follow.discover import MOST_REQUESTS, MOST_SECONDS, discover, discover_json
from passalong.follow.discover_steps import steps
from passalong.net import get
from passalong.net.guard import Rules, parse_allowed
from passalong.net.rules import in_force
from passalong.net.shapes import Answer, Ask, Failed
from passalong.wire.shapes import Unreadable

RSS = b"<rss version='2.0'><channel><title>Ann</title><item><title>One</title><guid>1</guid></item></channel></rss>"


def nothing(ask: Ask) -> Answer:
    return Answer(ask.url, 404, {"content-type": "text/html"}, b"<!doctype html><p>No.")


def test_it_works() -> None:
    def fetch(ask: Ask) -> Answer:
        if ask.url == "https://ann.example/feed.xml":
            return Answer(ask.url, 200, {"content-type": "application/rss+xml"}, RSS)
        page = b'<!doctype html><link rel="alternate" type="application/rss+xml" href="/feed.xml">'
        return Answer(ask.url, 200, {"content-type": "text/html"}, page)

    (found,) = discover("ann.example", fetch)
    assert (found.url, found.kind, found.title) == ("https://ann.example/feed.xml", "feed", "Ann")
    assert found.why == "The page announces it."


def test_the_search_itself_opens_no_socket() -> None:
    search = steps("ann.example")
    first = next(search)
    assert first.url == "https://ann.example/"
    assert "text/html" in first.headers["Accept"]
    again = search.send(Failed("It does not answer.", "refused"))
    assert again.url == "http://ann.example/"
    assert search.send(Failed("There is no site with that name.", "name")).url == "https://www.ann.example/"
    with pytest.raises(Unreadable) as problem:
        search.send(Failed("There is no site with that name.", "name"))
    assert problem.value.code == "refused"


def test_the_answer_of_the_command() -> None:
    assert discover_json("ann.example", nothing)["code"] == "not found"  # type: ignore[call-overload]
    assert discover_json("", nothing)["code"] == "address"  # type: ignore[call-overload]

    def fetch(ask: Ask) -> Answer:
        return Answer(ask.url, 200, {"content-type": "application/rss+xml"}, RSS)

    answer = discover_json("feed:ann.example/x", fetch)
    assert isinstance(answer, list)
    assert set(answer[0]) == {"url", "kind", "title", "person", "why"}
    json.dumps(answer)


def test_a_search_ends_after_so_many_requests() -> None:
    asked: list[str] = []

    def fetch(ask: Ask) -> Answer:
        asked.append(ask.url)
        return Answer(ask.url, 200, {"content-type": "text/html"}, b"<!doctype html><p>A shell.")

    with pytest.raises(Unreadable):
        discover("shell.example/a/b/c", fetch)
    assert len(asked) <= MOST_REQUESTS
    assert len(asked) == len(set(asked)) or asked.count("https://shell.example/a/b/c") <= 2


def test_a_search_ends_after_so_many_seconds() -> None:
    now = [0.0]
    deadlines: list[float] = []

    def fetch(ask: Ask) -> Answer:
        deadlines.append(ask.deadline)
        now[0] += min(ask.deadline, 6.0)
        return Answer(ask.url, 200, {"content-type": "text/html"}, b"<!doctype html><p>Slow.")

    with pytest.raises(Unreadable):
        discover("slow.example", fetch, clock=lambda: now[0])
    assert now[0] <= MOST_SECONDS + 1
    assert max(deadlines) < MOST_SECONDS


def test_a_host_that_does_not_answer_is_left_alone() -> None:
    asked: list[str] = []

    def fetch(ask: Ask) -> Answer:
        asked.append(ask.url)
        if ask.url == "https://half.example/":
            page = (
                b"<!doctype html>"
                + b'<link rel="alternate" type="application/rss+xml" href="https://dead.example/%d">' * 6
            )
            page = b"".join(page.replace(b"%d", b"%d" % n) if n else b"" for n in range(6))
            return Answer(ask.url, 200, {"content-type": "text/html"}, page)
        raise Failed("It took too long.", "timeout")

    with pytest.raises(Unreadable):
        discover("https://half.example/", fetch)
    assert sum("dead.example" in url for url in asked) == 2


@pytest.fixture(name="home")
def server_at_home(httpserver: HTTPServer) -> Iterator[HTTPServer]:
    before = in_force()
    get.configure(Rules(allow_private=parse_allowed(f"{httpserver.host}:{httpserver.port}")))
    yield httpserver
    get.configure(before)


@pytest.fixture(name="strict_door")
def door_as_it_is_by_default() -> Iterator[None]:
    before = in_force()
    get.configure(Rules())
    yield
    get.configure(before)


def test_over_real_sockets(home: HTTPServer) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="moved.xml">'
    home.expect_request("/blog/").respond_with_data(f"<!doctype html>{link}", content_type="text/html")
    home.expect_request("/blog/moved.xml").respond_with_data("", 301, {"Location": "/blog/feed.xml"})
    home.expect_request("/blog/feed.xml").respond_with_data(RSS, content_type="text/plain")
    (found,) = discover(home.url_for("/blog/"))
    assert found.url == home.url_for("/blog/feed.xml")


@pytest.mark.usefixtures("strict_door")
def test_our_own_network_is_not_looked_at() -> None:
    with pytest.raises(Unreadable) as problem:
        discover("http://127.0.0.1:1/feed")
    assert problem.value.code == "private"
    assert "private" in str(problem.value)


@pytest.mark.parametrize(
    "address", ["a@h:1234/secret?x=1#", "file:///etc/passwd", "gopher://x.example", "data:,x", "@", "?"]
)
def test_what_is_no_address_costs_no_request(address: str) -> None:
    def fetch(ask: Ask) -> Answer:
        raise AssertionError(ask.url)

    with pytest.raises(Unreadable):
        discover(address, fetch)


def test_it_needs_no_django() -> None:
    """The command starts quickly, because nothing here touches the database or its framework."""
    check = "import sys, passalong.follow.discover; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


@pytest.mark.parametrize("name", ["cas", "login"])
def test_somebodys_page_is_no_login_because_of_its_name(name: str) -> None:
    """Universities sign in at /cas, and people are called Cas."""

    def fetch(ask: Ask) -> Answer:
        page = b"""<!doctype html><title>Cas</title><div class="h-feed"><div class="h-entry">
        <a class="u-url p-name" href="/%s/1">First note</a></div></div>""" % name.encode()
        return Answer(ask.url, 200, {"content-type": "text/html"}, page)

    best = discover(f"https://people.example/{name}/", fetch)[0]
    assert (best.url, best.kind) == (f"https://people.example/{name}/", "hfeed")

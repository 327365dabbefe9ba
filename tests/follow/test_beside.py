"""Nobody is followed who was only near what was pasted, unless somebody says so: with a real server of files."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.test import Client

from passalong.follow.by_address import Beside, follow_address
from passalong.follow.discover import discover, discover_json
from passalong.models import Follow, Person
from tests.conftest import client_of
from tests.follow.feeds import things

pytestmark = pytest.mark.slow


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What is served: two feeds and a file without anything, in a folder."""
    (tmp_path / "cas.xml").write_bytes(things(1, 2))
    (tmp_path / "dan.rss").write_bytes(things(3))
    (tmp_path / "nothing").write_bytes(b"")
    return tmp_path


@pytest.fixture
def files(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("path", ["/wrong", "/blog/2020/wrong.html", "/nothing", "", "/"])
def test_what_a_folder_of_files_has_is_asked_about(ben: Person, files: str, path: str) -> None:
    with pytest.raises(Beside) as asked:
        follow_address(ben, files + path)
    assert asked.value.found[0].url == f"{files}/dan.rss"
    assert str(asked.value).startswith("This is not what you pasted, but “")
    assert not Follow.objects.exists()


def test_how_it_was_found_is_true(files: str) -> None:
    found = discover(f"{files}/blog/wrong")
    assert found[0].why == f"The front page of {files.removeprefix('http://')} links to it."
    assert discover_json(f"{files}/wrong")[0].keys() == {"url", "kind", "title", "person", "why"}  # type: ignore[index]


def test_what_is_pasted_itself_is_followed(ben: Person, files: str) -> None:
    assert follow_address(ben, f"{files}/cas.xml").follows[0].source.url == f"{files}/cas.xml"


def test_a_wrong_address_is_asked_about_where_the_front_page_announces_a_feed(
    ben: Person, files: str, folder: Path
) -> None:
    (folder / "index.html").write_text(
        '<title>C</title><link rel="alternate" type="application/rss+xml" href="/dan.rss">'
    )
    with pytest.raises(Beside):
        follow_address(ben, f"{files}/wrong")
    assert follow_address(ben, files).follows[0].source.url == f"{files}/dan.rss"


def test_a_post_that_leads_to_its_front_page_needs_no_question(ben: Person, files: str, folder: Path) -> None:
    (folder / "index.html").write_text(
        '<title>C</title><link rel="alternate" type="application/rss+xml" href="/dan.rss">'
    )
    (folder / "post.html").write_text('<title>A post</title><a href="/">Home</a><p>' + "Words. " * 50)
    (folder / "alone.html").write_text("<title>A post</title><p>" + "Words. " * 50)
    assert "front page" in follow_address(ben, f"{files}/post.html").sentence
    with pytest.raises(Beside):
        follow_address(ben, f"{files}/alone.html")


def test_the_page_asks_and_one_click_answers(ben: Person, files: str) -> None:
    browser: Client = client_of(ben)
    asked = browser.post("/follow", {"address": f"{files}/wrong"})
    shown = asked.content.decode()
    assert asked.status_code == 200
    assert "This is not what you pasted" in shown
    assert f'name="address" value="{files}/dan.rss"' in shown
    assert not Follow.objects.exists()
    assert browser.post("/follow", {"address": f"{files}/dan.rss"}).status_code == 302
    assert Follow.objects.get().source.url == f"{files}/dan.rss"

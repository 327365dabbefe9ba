"""The starter lists: their form, their page, and following many of them at once."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import get_language_info
from pytest_httpserver import HTTPServer

from passalong.follow import refresh, starters, starters_views
from passalong.follow.seek import seek_once
from passalong.follow.start import start
from passalong.follow.starters import Blog, Starter, blogs
from passalong.models import Follow, Item, Person, Source
from passalong.wire.address import key, tidy
from passalong.wire.shapes import Found
from tests.conftest import client_of

from .feeds import atom, entry

EVERY = [blog for one in starters.starters() for blog in one.blogs]
WANTED = {"open-education", "libraries", "open-science", "research-software"}


def test_there_is_a_list_for_each_field() -> None:
    assert {one.slug for one in starters.starters()} == WANTED
    assert all(8 <= len(one.blogs) <= 12 for one in starters.starters())
    assert all(one.name and one.about.endswith(".") for one in starters.starters())


@pytest.mark.parametrize("blog", EVERY, ids=lambda blog: blog.name)
def test_each_blog_is_an_address_a_name_and_a_sentence(blog: Blog) -> None:
    parts = urlsplit(blog.url)
    assert parts.scheme == "https"
    assert re.fullmatch(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", parts.netloc), "no port, no name, no capitals"
    assert (parts.query, parts.fragment) == ("", "")
    assert blog.url == tidy(blog.url)
    assert 3 <= len(blog.name) <= 60
    assert re.fullmatch(r"[A-Z].{18,105}[^.!?]\.", blog.says), "one plain sentence"
    assert ". " not in blog.says
    assert get_language_info(blog.lang)["code"] == blog.lang


def test_each_blog_stands_there_once() -> None:
    assert len({key(blog.url) for blog in EVERY}) == len(EVERY) == len(blogs())
    assert len({blog.name.lower() for blog in EVERY}) == len(EVERY)


@pytest.fixture
def bens_browser(ben: Person) -> Client:
    return client_of(ben)


def nobody_is_asked(*_: Any, **__: Any) -> None:
    raise AssertionError("a stranger's server was waited for")


def test_many_are_followed_with_one_press_and_nobody_is_waited_for(
    ben: Person, bens_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("passalong.net.get.get", nobody_is_asked)
    monkeypatch.setattr("passalong.follow.discover.get", nobody_is_asked)
    ticked = [blog.url for blog in EVERY[:9]]
    done = bens_browser.post("/people/starters", {"blog": ticked}, follow=True)
    assert "You follow 9 more blogs." in done.content.decode()
    assert EVERY[0].name.replace("'", "&#x27;") in done.content.decode()
    kept = Source.objects.filter(follows__person=ben, follows__state="yes")
    assert set(kept.values_list("url", "kind")) == {(url, "address") for url in ticked}
    assert not kept.filter(fetch_at__gt=timezone.now()).exists()


def test_one_is_followed_with_one_button_whatever_is_ticked(ben: Person, bens_browser: Client) -> None:
    done = bens_browser.post("/people/starters", {"one": EVERY[0].url, "blog": [EVERY[1].url]})
    assert (done.status_code, done["Location"]) == (302, "/people/starters#open-education")
    assert set(Source.objects.filter(follows__person=ben).values_list("url", flat=True)) == {EVERY[0].url}
    assert bens_browser.get("/people/starters").content.decode().count("You follow them") == 1


@pytest.mark.parametrize("sent", [{}, {"blog": "https://evil.example/"}, {"one": "http://127.0.0.1/"}])
def test_only_what_is_on_the_lists_is_followed(ben: Person, bens_browser: Client, sent: dict[str, str]) -> None:
    answer = bens_browser.post("/people/starters", sent)
    assert answer.status_code == 422
    assert "tick those whom you want to read" in answer.content.decode()
    assert not Follow.objects.exists()


def test_whom_one_follows_already_is_not_followed_twice(ben: Person, bens_browser: Client) -> None:
    """Also where they were found by another address of theirs."""
    blog = EVERY[3]
    source = start(ben, Found(f"{blog.url}feed/", "feed"), now=timezone.now()).source
    Source.objects.filter(pk=source.pk).update(home=blog.url.rstrip("/"))
    assert starters.followed_of_them(ben) == {blog.url}
    assert bens_browser.post("/people/starters", {"blog": blog.url}).status_code == 422


def test_the_page_asks_as_little_for_many_as_for_none(ben: Person, bens_browser: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert bens_browser.get("/people/starters").status_code == 200
        return len(queries)

    none = asked()
    starters.follow_some(ben, [blog.url for blog in EVERY], timezone.now())
    assert asked() == none


def test_it_is_offered_where_nobody_is_followed_yet(bens_browser: Client) -> None:
    for page in ("/people", "/river"):
        assert "/people/starters" in bens_browser.get(page).content.decode()


@pytest.mark.django_db(transaction=True)
def test_what_they_share_comes_to_the_river(
    ben: Person, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Local servers stand in for the blogs of a list."""
    names = ["one", "two", "three"]
    there = [Blog(name, f"http://{name}.example:{httpserver.port}/", "Something to read.", "en") for name in names]
    mine = (Starter("here", "Here", "Close by.", tuple(there)),)
    monkeypatch.setattr(starters, "starters", lambda: mine)
    monkeypatch.setattr(starters_views, "starters", lambda: mine)
    for name in names:
        host = {"Host": f"{name}.example:{httpserver.port}"}
        home = f'<title>{name}</title><link rel="alternate" type="application/atom+xml" href="/posts.xml">'
        httpserver.expect_request("/", headers=host).respond_with_data(home, content_type="text/html")
        posts = atom([entry(1, id=f"urn:{name}", title=f"Of {name}")], title=name, home=f"http://{name}.example/")
        httpserver.expect_request("/posts.xml", headers=host).respond_with_data(
            posts, content_type="application/atom+xml"
        )
    client_of(ben).post("/people/starters", {"blog": [blog.url for blog in there]})
    assert seek_once(timezone.now(), "worker") == 3
    refresh.refresh_due("worker")
    assert set(Item.objects.values_list("title", flat=True)) == {"Of one", "Of two", "Of three"}
    assert set(Source.objects.filter(kind="feed").values_list("state", flat=True)) == {"fine"}
    assert starters.followed_of_them(ben) == {blog.url for blog in there}

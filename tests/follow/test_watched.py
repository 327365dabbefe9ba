"""A plain page without a feed: somebody may have the page itself looked at."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_httpserver import HTTPServer

from passalong.follow import refresh
from passalong.follow.by_address import follow_address, watch
from passalong.models import Item, Link, Person, Source
from passalong.net import get
from passalong.net.guard import Rules, parse_allowed
from passalong.wire.shapes import Unreadable
from passalong.wire.watched import read
from tests.conftest import client_of
from tests.follow.feeds import things
from tests.follow.test_beside import Quiet

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = (
    "<!doctype html><html lang=en><title>Garden notes</title><nav><a href='/imprint'>Imprint</a></nav>"
    "<h1>Beans</h1><p>As <a href='https://ann.example/@ann/1'>Ann says</a>{more}.</p></html>"
)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    page = tmp_path / "notes.html"
    page.write_text(PAGE.format(more=""))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        get.configure(Rules(parse_allowed(f"127.0.0.1:{server.server_port}")))
        yield page, f"http://127.0.0.1:{server.server_port}/notes.html"
        get.configure(Rules())
        server.shutdown()
        thread.join()


def test_the_page_is_what_is_shared(ann: Person, site: tuple[Path, str]) -> None:
    page, url = site
    (follow,) = watch(ann, url).follows
    assert refresh.refresh_these("me", [follow.source_id]).new == 1
    item = Item.objects.get(source=follow.source)
    assert (item.title, item.page and item.page.url) == ("Garden notes", url)
    assert [link.page.url for link in Link.objects.filter(item=item)] == ["https://ann.example/@ann/1"]
    page.write_text(PAGE.format(more=" and <a href='https://ben.example/x'>Ben too</a>"))
    Source.objects.update(fetch_at=timezone.now(), last_modified="", etag="")
    assert refresh.refresh_these("me", [follow.source_id]).changed == 1
    assert Link.objects.filter(item=item).count() == 2


def test_without_a_page_nothing_is_followed(ann: Person, site: tuple[Path, str]) -> None:
    _, url = site
    with pytest.raises(Unreadable, match="404"):
        watch(ann, url + "x")
    with pytest.raises(Unreadable, match="not a web page"):
        read(b"words", url, content_type="text/plain")
    assert not Source.objects.filter(kind="watched").exists()


def test_a_site_that_does_not_work_is_not_a_matter_of_spelling(ann: Person, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/notes").respond_with_data("", status=503)
    get.configure(Rules(parse_allowed(f"127.0.0.1:{httpserver.port}")))
    with pytest.raises(Unreadable, match=r"not working at the moment \(it answered with error 503\)"):
        watch(ann, httpserver.url_for("/notes"))
    get.configure(Rules())


def test_offered_where_there_is_no_feed(ann: Person, site: tuple[Path, str]) -> None:
    _, url = site
    browser = client_of(ann)
    asked = browser.post("/follow", {"address": url})
    assert asked.status_code == 422
    assert "Look at the page itself" in asked.content.decode()
    browser.post("/follow", {"address": url, "page": "itself"})
    assert Source.objects.get(kind="watched").url == url


def test_a_page_that_has_a_feed_is_not_looked_at_itself(ann: Person, site: tuple[Path, str]) -> None:
    page, url = site
    named = '<link rel="alternate" type="application/atom+xml" href="/feed.xml">'
    page.write_text(PAGE.format(more="").replace("<nav>", f"{named}<nav>"))
    (page.parent / "feed.xml").write_bytes(things(1, 2))
    with pytest.raises(Unreadable, match="This page has a feed, “Ben”: follow that instead") as said:
        watch(ann, url)
    assert said.value.code == "feed"
    answer = client_of(ann).post("/follow", {"address": url, "page": "itself"})
    assert answer.status_code == 422
    assert "follow that instead" in answer.content.decode()
    assert "Look at the page itself" not in answer.content.decode()
    assert not Source.objects.exclude(kind="here").exists()
    follow_address(ann, url)
    with pytest.raises(Unreadable, match="You follow Ben already"):
        watch(ann, url)
    assert [source.kind for source in Source.objects.exclude(kind="here")] == ["feed"]


def test_a_page_beside_a_feed_of_its_site_is_looked_at_itself(ann: Person, site: tuple[Path, str]) -> None:
    page, url = site
    (page.parent / "feed.xml").write_bytes(things(1, 2))
    assert watch(ann, url).sentence.startswith("You follow Garden notes now. It has no feed")

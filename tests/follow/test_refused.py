"""What may not be reached is refused where a person types it, in words, and nobody is asked (T01, T05, T07, T21)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from passalong.models import Follow, Page, Person, Source
from passalong.net import get
from passalong.net.guard import Rules
from passalong.share.draft import Draft
from passalong.share.enrich import work_once
from passalong.share.publish import publish
from tests.conftest import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def door() -> Iterator[None]:
    """The door as it is out of the box, unlike in the other tests of this folder."""
    get.configure(Rules())
    yield
    get.configure(Rules())


@pytest.fixture
def bens_browser(ben: Person) -> Client:
    return client_of(ben)


@pytest.fixture
def canary(httpserver: HTTPServer) -> HTTPServer:
    """A site of our own network, which has a good feed and must never be asked."""

    def sing(request: Request) -> Response:
        return Response('<rss version="2.0"><channel><title>secret</title></channel></rss>', mimetype="text/xml")

    httpserver.expect_request("").respond_with_handler(sing)
    return httpserver


def refused(browser: Client, address: str) -> str:
    answer = browser.post("/follow", {"address": address})
    page = answer.content.decode()
    assert answer.status_code == 422, address
    assert 'role="alert"' in page
    assert "Traceback" not in page
    assert not Source.objects.exclude(kind="here").exists()
    assert not Follow.objects.exists()
    return page


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "①②⑦.0.0.1", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_t01_a_private_address_is_not_followed(bens_browser: Client, canary: HTTPServer, host: str) -> None:
    page = refused(bens_browser, f"http://{host}:{canary.port}/feed")
    assert "private" in page
    assert not canary.log


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "gopher://127.0.0.1:{port}/x", "data:text/xml,<rss/>", "ftp://127.0.0.1:{port}/feed",
     "HTTP://127.0.0.1:{port}/feed", "feed://127.0.0.1:{port}/", "feed:file:///etc/passwd", "javascript:alert(1)"],
)  # fmt: skip
def test_t07_no_other_scheme_is_followed(bens_browser: Client, canary: HTTPServer, address: str) -> None:
    page = refused(bens_browser, address.format(port=canary.port))
    assert "root:" not in page
    assert not canary.log


@pytest.mark.parametrize(
    "address", ["a@127.0.0.1:{port}/secret?x=1#", "@a@127.0.0.1:{port}", "acct:a@127.0.0.1:{port}/x"]
)
def test_t21_a_handle_is_no_way_to_another_place(bens_browser: Client, canary: HTTPServer, address: str) -> None:
    refused(bens_browser, address.format(port=canary.port))
    assert not canary.log


@pytest.mark.parametrize("rel", ["about", "via", "reply"])
def test_t01_what_is_shared_is_not_looked_at_there(ann: Person, canary: HTTPServer, rel: str) -> None:
    """A link to the inside may be shared; our worker does not go and read it."""
    inside = canary.url_for("/inside")
    said = {
        "about": {"link": inside},
        "via": {"words": "x", "via": inside},
        "reply": {"words": "x", "reply_to": inside},
    }
    publish(ann, Draft(**said[rel]))  # type: ignore[arg-type]
    now = Page.objects.get(url=inside).look_at
    assert now
    assert work_once(now, "worker") == 1
    assert not canary.log
    assert Page.objects.get(url=inside).title == ""

"""The door works: one thing, many things, and what is not let out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_httpserver import HTTPServer

from passalong.net import get
from passalong.net.guard import Rules, parse_allowed
from passalong.net.shapes import Answer, Ask


@pytest.fixture(autouse=True)
def door(httpserver: HTTPServer) -> Iterator[None]:
    get.configure(Rules(allow_private=parse_allowed(f"127.0.0.1:{httpserver.port}")))
    yield
    get.configure(Rules())


def test_it_works(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed").respond_with_data("hello", content_type="text/plain")
    answer = get.get(httpserver.url_for("/feed"))
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, b"hello", "text/plain")


def test_many(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed").respond_with_data("hello")
    asks = [Ask(httpserver.url_for("/feed")), Ask("ftp://x.example/"), Ask("http://10.0.0.1/")]
    found = dict(get.get_many(asks))
    assert isinstance(found[asks[0]], Answer)
    assert [getattr(found[ask], "code", "") for ask in asks] == ["", "scheme", "private"]

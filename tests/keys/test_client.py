"""Who asks, and where the answer may go: IndieAuth, 4.2, with apps served by a real server on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_httpserver import HTTPServer

from passalong.net import get
from passalong.net.guard import Rules, parse_allowed
from passalong.wire.client import Client as Said
from passalong.wire.client import read
from passalong.wire.shapes import Unreadable
from tests.conftest import client_of
from tests.keys.dance import App
from tests.net.conftest import resolver_of


@pytest.fixture
def site(httpserver: HTTPServer) -> Iterator[str]:
    """app.example, which is a server of the test; the door may visit it."""
    port = httpserver.port
    names = {"app.example": ["127.0.0.1"], "other.example": ["127.0.0.1"]}
    get.configure(Rules(allow_private=parse_allowed(f"127.0.0.1:{port}"), resolver=resolver_of(names)))
    yield f"http://app.example:{port}"
    get.configure(Rules())


@pytest.fixture
def app(anns_browser: Client, site: str) -> App:
    return App(anns_browser, client_id=f"{site}/", redirect_uri=f"{site}/back")


def metadata(site: str, **said: Any) -> dict[str, Any]:
    return {"client_id": f"{site}/", "client_name": "Quill & <b>Co</b>", "client_uri": f"{site}/"} | said


def test_the_name_is_shown_with_its_host_and_as_words(app: App, site: str, httpserver: HTTPServer) -> None:
    """[4.2.1]; what it calls itself proves nothing."""
    httpserver.expect_request("/").respond_with_json(metadata(site))
    text = app.question().content.decode()
    assert "Quill &amp; &lt;b&gt;Co&lt;/b&gt;" in text
    assert site.removeprefix("http://") in text
    assert app.tokens()["me"]
    listed = app.browser.get("/settings").content.decode()
    assert site.removeprefix("http://") in listed
    assert "Quill &amp; &lt;b&gt;" in listed


def test_an_app_that_says_nothing_is_its_host(app: App, httpserver: HTTPServer, site: str) -> None:
    httpserver.expect_request("/").respond_with_data("gone", status=500)
    assert "does not say what it is called" in app.question().content.decode()


@pytest.mark.parametrize("elsewhere", ["myapp://back", "https://other.example/back", "http://app.example/back"])
def test_another_place_is_listed_letter_by_letter(app: App, site: str, httpserver: HTTPServer, elsewhere: str) -> None:
    """[4.2.2] MUST: an exact match; another port is another place."""
    httpserver.expect_request("/").respond_with_json(metadata(site, redirect_uris=[elsewhere, "/more"]))
    assert app.question(redirect_uri=elsewhere).status_code == 200
    assert app.question(redirect_uri=elsewhere + "/x").status_code == 400
    assert app.question(redirect_uri=elsewhere.upper()).status_code == 400
    httpserver.clear()
    httpserver.expect_request("/").respond_with_json(metadata(site))
    assert app.question(redirect_uri=elsewhere).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_a_listed_program_on_this_machine_listens_where_there_is_room(
    app: App, site: str, httpserver: HTTPServer, host: str
) -> None:
    """RFC 8252, 7.3 MUST: any port of the same number, and the rest letter by letter; 8.3: not so for a name."""
    listed = [f"http://{host}:9999/cb?x=1", "http://localhost:9999/cb", "https://other.example:9999/cb"]
    httpserver.expect_request("/").respond_with_json(metadata(site, redirect_uris=listed))
    for port in (":9999", ":50123", ""):
        assert app.question(redirect_uri=f"http://{host}{port}/cb?x=1").status_code == 200
    other = "[::1]" if host == "127.0.0.1" else "127.0.0.1"
    for wrong in (
        f"http://{host}:50123/cb", f"http://{host}:50123/cb/?x=1", f"http://{host}:50123/CB?x=1",
        f"https://{host}:50123/cb?x=1", f"http://{other}:50123/cb?x=1", f"http://a@{host}:50123/cb?x=1",
        "http://127.0.0.2:9999/cb?x=1", "http://localhost:50123/cb", "https://other.example:50123/cb",
    ):  # fmt: skip
        assert app.question(redirect_uri=wrong).status_code == 400, wrong


def test_what_opens_no_app_is_refused_even_if_listed(app: App, site: str, httpserver: HTTPServer) -> None:
    listed = ["javascript:alert(1)", "data:text/html,x", "https://u:p@other.example/", "https://other.example/#x"]
    httpserver.expect_request("/").respond_with_json(metadata(site, redirect_uris=listed))
    for each in listed:
        assert app.question(redirect_uri=each).status_code == 400


def test_the_metadata_of_another_app_counts_for_nothing(app: App, site: str, httpserver: HTTPServer) -> None:
    """[4.2.1] MUST: client_id in the document is the address it was found at."""
    said = metadata(site, redirect_uris=["https://other.example/back"], client_id="https://other.example/")
    httpserver.expect_request("/").respond_with_json(said)
    page = app.question()
    assert "Quill" not in page.content.decode()
    assert app.question(redirect_uri="https://other.example/back").status_code == 400


def test_an_app_that_is_a_page(app: App, site: str, httpserver: HTTPServer) -> None:
    """[4.2.1], note: h-app; [4.2.2]: rel=redirect_uri, in a link element and in the header, relative ones too."""
    html = (
        '<title>Home</title><link rel="redirect_uri" href="myapp://back"><div class="h-app">'
        '<a class="u-url p-name" href="/">Indigenous</a></div>'
    )
    header = {"Link": '<https://other.example/back>; rel="redirect_uri"'}
    httpserver.expect_request("/").respond_with_data(html, content_type="text/html", headers=header)
    assert "Indigenous" in app.question().content.decode()
    for listed in ("myapp://back", "https://other.example/back"):
        assert app.question(redirect_uri=listed).status_code == 200
    assert app.question(redirect_uri="myapp://other").status_code == 400


def test_nobody_is_followed_elsewhere(app: App, site: str, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("", status=302, headers={"Location": f"{site}/elsewhere"})
    httpserver.expect_request("/elsewhere").respond_with_json(metadata(site, redirect_uris=["myapp://x"]))
    assert app.question(redirect_uri="myapp://x").status_code == 400
    assert [request.path for request, _ in httpserver.log] == ["/"]


def test_what_is_on_this_machine_is_never_asked(anns_browser: Client, httpserver: HTTPServer) -> None:
    """[4.2] MUST NOT: 127.0.0.1 and its like; and nothing private through a name either (T01)."""
    port = httpserver.port
    get.configure(Rules(allow_private=parse_allowed(f"127.0.0.1:{port},localhost:{port}")))
    for host in (f"127.0.0.1:{port}", f"localhost:{port}"):
        app = App(anns_browser, client_id=f"http://{host}/", redirect_uri=f"http://{host}/back")
        assert app.question().status_code == 200
    get.configure(Rules(resolver=resolver_of({"inside.example": ["127.0.0.1"]})))
    inside = f"http://inside.example:{port}"
    assert App(anns_browser, client_id=f"{inside}/", redirect_uri=f"{inside}/back").question().status_code == 200
    get.configure(Rules())
    assert httpserver.log == []


def test_a_stranger_makes_us_ask_nobody(app: App, httpserver: HTTPServer) -> None:
    app.browser = client_of(None)
    assert app.question().status_code == 302
    assert httpserver.log == []


def test_the_policy_lets_the_answer_go_to_the_app_alone(app: App, site: str, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_json(metadata(site, redirect_uris=["myapp://back"]))
    assert "form-action 'self' myapp:;" in app.question(redirect_uri="myapp://back")["Content-Security-Policy"]


@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b'"x"', b"[" * 100_000, b'{"client_id": 1}'])
def test_nonsense_is_no_app(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read(body, "https://app.example/", "application/json")


def test_odd_metadata() -> None:
    """Wrong types are passed over; names are short, of one line and printable."""
    said = {
        "client_id": "https://APP.example",
        "client_name": "a\n\u202eb" + "x" * 500,
        "redirect_uris": [1, None, "", "y"],
    }
    found = read(json.dumps(said).encode(), "https://app.example/", "application/json; charset=utf-8")
    assert found.redirect_uris == ("https://app.example/y",)
    assert found.name.startswith("a b")
    assert len(found.name) == 100
    assert read(b"<p>no app</p>", "https://app.example/", "text/html") == Said()
    assert read(b"<title>T</title>", "https://app.example/", "text/html").name == "T"
    assert read(b'<div class="h-x-app">Words</div>', "https://app.example/", "text/html").name == "Words"

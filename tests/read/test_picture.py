"""Pictures from elsewhere come through us: signed, inert, bounded, and nobody waits long."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from passalong.models.shown import proxied
from passalong.net import get
from passalong.net.guard import Rules, parse_allowed
from passalong.net.images import raster_type
from passalong.net.shapes import Failed
from passalong.read import picture as serving
from passalong.read import pictures as keeping
from passalong.read.pictures import Pictures, sweep

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


@pytest.fixture
def album(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pictures]:
    album = Pictures(tmp_path / "pictures")
    monkeypatch.setattr(serving, "pictures", album)
    yield album
    album.fetchers.shutdown()


@pytest.fixture
def site(httpserver: HTTPServer) -> Iterator[HTTPServer]:
    """Ben's site, which the door may visit."""
    get.configure(Rules(allow_private=parse_allowed(f"127.0.0.1:{httpserver.port}")))
    yield httpserver
    get.configure(Rules())


def test_it_works(album: Pictures, site: HTTPServer, strangers_browser: Client) -> None:
    site.expect_oneshot_request("/cat.png").respond_with_data(PNG)
    address = proxied(site.url_for("/cat.png"))
    answer = strangers_browser.get(address)
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, PNG, "image/png")
    assert "immutable" in answer["Cache-Control"]
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert strangers_browser.get(address).content == PNG
    assert len(site.log) == 1


@pytest.mark.parametrize(
    "address",
    [
        "/picture/AAAA/aHR0cHM6Ly9iZW4uZXhhbXBsZS9jYXQuanBn",
        "/picture//aHR0cHM6Ly9iZW4uZXhhbXBsZS9jYXQuanBn",
        "/picture/x/%FF",
        "/picture/x/____",
        "/picture/é/aHR0",
    ],
)
def test_only_what_we_signed_is_fetched(album: Pictures, strangers_browser: Client, address: str) -> None:
    assert strangers_browser.get(address).status_code == 404
    assert not album.coming


def test_a_signature_is_for_one_address(album: Pictures, site: HTTPServer, strangers_browser: Client) -> None:
    site.expect_request("/b.png").respond_with_data(PNG)
    one, other = proxied(site.url_for("/a.png")), proxied(site.url_for("/b.png"))
    crossed = "/".join([*one.split("/")[:3], other.split("/")[3]])
    assert strangers_browser.get(crossed).status_code == 404
    assert not site.log


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a..", "image/gif"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x1cftypavif", "image/avif"),
        (SVG, ""),
        (b"<!doctype html><script>", ""),
        (b"%PDF-1.7", ""),
        (b"", ""),
        (b"RIFF\x24\0\0\0WAVEfmt ", ""),
    ],
)
def test_only_pictures_made_of_pixels(body: bytes, kind: str) -> None:
    assert raster_type(body) == kind


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [(SVG, 200, "image/svg+xml"), (b"<html>", 200, "image/png"), (PNG, 404, "image/png"), (PNG * 200_000, 200, "x/y")],
)
def test_what_is_none_is_a_clear_pixel_and_is_asked_once_an_hour(
    album: Pictures, site: HTTPServer, strangers_browser: Client, body: bytes, status: int, kind: str
) -> None:
    site.expect_request("/x").respond_with_data(body, status=status, content_type=kind)
    for _ in range(2):
        answer = strangers_browser.get(proxied(site.url_for("/x")))
        assert answer.status_code == 404
        assert answer.content == serving.NOTHING
    assert len(site.log) == 1
    for path in album.folder.glob("*/*"):
        os.utime(path, (time.time() - 4000,) * 2)
    strangers_browser.get(proxied(site.url_for("/x")))
    assert len(site.log) == 2


def test_a_private_address_is_not_visited(album: Pictures, httpserver: HTTPServer, strangers_browser: Client) -> None:
    get.configure(Rules())
    httpserver.expect_request("/x").respond_with_data(PNG)
    assert strangers_browser.get(proxied(httpserver.url_for("/x"))).status_code == 404
    assert not httpserver.log


def test_t31_one_picture_never_stands_for_another(album: Pictures, site: HTTPServer, strangers_browser: Client) -> None:
    site.expect_request("/x", query_string="a=1").respond_with_data(PNG + b"one")
    site.expect_request("/x", query_string="a=2").respond_with_data(PNG + b"two")
    one = strangers_browser.get(proxied(site.url_for("/x?a=1"))).content
    two = strangers_browser.get(proxied(site.url_for("/x?a=2"))).content
    assert (one, two) == (PNG + b"one", PNG + b"two")


def test_slow_pictures_hold_one_thread_at_most(album: Pictures, site: HTTPServer, strangers_browser: Client) -> None:
    let_go = threading.Event()

    def slowly(request: Request) -> Response:
        let_go.wait(10)
        return Response(PNG)

    site.expect_request("/slow").respond_with_handler(slowly)
    site.expect_request("/other").respond_with_data(PNG)
    first = threading.Thread(target=album.have, args=(site.url_for("/slow"),))
    first.start()
    while album.waiter.acquire(blocking=False):
        album.waiter.release()
        time.sleep(0.01)
    began = time.monotonic()
    answer = strangers_browser.get(proxied(site.url_for("/other")))
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert time.monotonic() - began < 5, "it would be ten"
    let_go.set()
    first.join(10)
    for _ in range(100):
        answer = strangers_browser.get(proxied(site.url_for("/other")))
        if answer.status_code == 200:
            break
        time.sleep(0.05)
    assert answer.content == PNG


def test_many_at_once_fetch_it_once(album: Pictures, site: HTTPServer) -> None:
    site.expect_request("/x").respond_with_handler(lambda request: time.sleep(0.2) or Response(PNG))
    futures = [album.bring(site.url_for("/x")) for _ in range(20)]
    assert {future.result(10) for future in futures if future} == {PNG}
    assert len(site.log) == 1


def test_a_crowd_is_sent_away(album: Pictures, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_WAITING", 0)
    assert album.have("https://ben.example/x.png") is None


def test_a_full_disk_shows_the_picture_all_the_same(
    album: Pictures, site: HTTPServer, strangers_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(here: Pictures, url: str, body: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Pictures, "keep", full)
    site.expect_request("/x").respond_with_data(PNG)
    assert strangers_browser.get(proxied(site.url_for("/x"))).content == PNG


def test_a_failure_is_remembered_where_the_disk_keeps_nothing(
    album: Pictures, site: HTTPServer, strangers_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(here: Pictures, url: str, body: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Pictures, "keep", full)
    site.expect_request("/x").respond_with_data("no", status=404)
    for _ in range(3):
        assert strangers_browser.get(proxied(site.url_for("/x"))).content == serving.NOTHING
    assert len(site.log) == 1
    album.failed.seconds = 0
    strangers_browser.get(proxied(site.url_for("/x")))
    assert len(site.log) == 2


def test_a_host_that_does_not_answer_is_left_alone_for_a_minute(
    album: Pictures, monkeypatch: pytest.MonkeyPatch, strangers_browser: Client
) -> None:
    asked: list[str] = []

    def nobody(url: str, **how: object) -> tuple[bytes, str]:
        asked.append(url)
        raise Failed("The site took too long to answer.", "timeout")

    monkeypatch.setattr(keeping, "fetch_image", nobody)
    began = time.monotonic()
    assert strangers_browser.get(proxied("https://dead.example/0.png")).status_code == 404
    for number in range(1, 30):
        answer = strangers_browser.get(proxied(f"https://dead.example/{number}.png"))
        assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    strangers_browser.get(proxied("https://other.example/a.png"))
    assert asked == ["https://dead.example/0.png", "https://other.example/a.png"]
    assert time.monotonic() - began < 20, "two seconds for each would be a minute"
    album.silent.seconds = 0
    strangers_browser.get(proxied("https://dead.example/1.png"))
    assert len(asked) == 3


def test_a_slow_picture_keeps_a_page_waiting_for_seconds_only(
    album: Pictures, site: HTTPServer, strangers_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "PATIENCE", 0.1)
    let_go = threading.Event()

    def slowly(request: Request) -> Response:
        let_go.wait(10)
        return Response(PNG)

    site.expect_request("/slow").respond_with_handler(slowly)
    began = time.monotonic()
    assert strangers_browser.get(proxied(site.url_for("/slow"))).status_code == 503
    assert time.monotonic() - began < 5, "it would be ten"
    coming = album.coming[site.url_for("/slow")]
    let_go.set()
    assert coming.result(10) == PNG
    assert strangers_browser.get(proxied(site.url_for("/slow"))).content == PNG


def test_a_fetch_that_stumbles_is_no_picture_and_blocks_nothing(
    album: Pictures, monkeypatch: pytest.MonkeyPatch, strangers_browser: Client
) -> None:
    def stumble(url: str, **how: object) -> tuple[bytes, str]:
        raise RuntimeError("nobody thought of it")

    monkeypatch.setattr(keeping, "fetch_image", stumble)
    assert strangers_browser.get(proxied("https://ben.example/x.png")).status_code == 404
    assert not album.coming


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_REMEMBERED", 3)
    lately = keeping.Lately(60)
    for what in "abcab":
        lately.note(what)
    assert list(lately.when) == ["c", "a", "b"]
    lately.note("d")
    assert [what in lately for what in "abcd"] == [True, True, False, True]


def test_the_folder_stays_small_and_keeps_what_is_looked_at(tmp_path: Path) -> None:
    for number in range(10):
        path = tmp_path / "ab" / str(number)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x" * 100)
        os.utime(path, (1000 + number, 1000 + number))
    assert sweep(tmp_path, 450) == 6
    assert sorted(path.name for path in tmp_path.glob("*/*")) == ["6", "7", "8", "9"]

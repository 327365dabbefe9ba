"""Pages and feeds travel packed, the program's own files too; what is packed is the same when it is unpacked."""

from __future__ import annotations

import gzip
import os
import re
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory

from passalong.models import Person
from passalong.models.assets import asset
from passalong.share.draft import Draft
from passalong.share.publish import publish
from passalong.site import smaller
from passalong.site.public_cache import PublicCache
from tests.browser.village import crowd
from tests.read.cast import a_source

PACKED = {"accept-encoding": "gzip, deflate, br"}
MASKED = re.compile(rb'(name="csrfmiddlewaretoken" value="|datetime="|name="until" value=")[^"]*')


def body_of(answer: Any) -> bytes:
    sent: bytes = b"".join(answer.streaming_content) if answer.streaming else answer.content
    answer.close()
    packed = answer.headers.get("Content-Encoding")
    return gzip.decompress(sent) if packed == "gzip" else brotli.decompress(sent) if packed == "br" else sent


def test_it_works(ann: Person, anns_browser: Client) -> None:
    crowd(ann, people=8, each=6)
    plain, packed = anns_browser.get("/river"), anns_browser.get("/river", headers=PACKED)
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert MASKED.sub(b"", body_of(packed)) == MASKED.sub(b"", plain.content)
    assert len(packed.content) < len(plain.content) / 4


def test_who_cannot_unpack_gets_it_plain(ann: Person, anns_browser: Client) -> None:
    a_source("ben")
    answer = anns_browser.get("/people")
    assert "Content-Encoding" not in answer
    assert "Accept-Encoding" in answer["Vary"]


@pytest.mark.parametrize(
    ("said", "packed"),
    [
        ("gzip", True), ("gzip;q=0.5", True), ("br, gzip;q=1.0", True), ("x-gzip", True),
        ("deflate,gzip ; q=0.001", True), ("gzip;Q=0", False),
        ("gzip;q=0", False), ("gzip; q=0.000, br", False), ("br;q=1, gzip;q=0.0", False), ("identity", False),
        ("gzip-not", False), ("", False),
    ],
)  # fmt: skip
def test_gzip_is_for_who_takes_it(ann: Person, strangers_browser: Client, said: str, packed: bool) -> None:
    """RFC 9110, 12.5.3: a weight of 0 is: not acceptable; in the public cache neither is given for the other."""
    publish(ann, Draft(words="Ten packets left. " * 40))
    for _ in range(2):  # made, then kept
        for header, wanted in (("gzip", True), (said, packed), ("identity", False)):
            answer = strangers_browser.get("/@ann/feed.atom", headers={"accept-encoding": header})
            assert ("Content-Encoding" in answer) == wanted, header
            assert "Accept-Encoding" in answer["Vary"]


def test_how_long_a_page_is_packed_says_little(ann: Person, anns_browser: Client) -> None:
    """BREACH: the same page is never packed to the same bytes, nor always to the same length."""
    answers = [anns_browser.get("/settings", headers=PACKED).content for _ in range(8)]
    assert len({len(each) for each in answers}) > 1


@pytest.mark.parametrize("path", ["/@ann", "/@ann/feed.atom", "/@ann/feed.rss", "/@ann/feed.json"])
def test_a_packed_page_is_asked_for_again(ann: Person, strangers_browser: Client, path: str) -> None:
    publish(ann, Draft(words="Ten packets left. " * 40))
    first = strangers_browser.get(path, headers=PACKED)
    assert first["Content-Encoding"] == "gzip"
    again = strangers_browser.get(path, headers=PACKED | {"if-none-match": first["ETag"]})
    assert again.status_code == 304


def test_the_public_cache_packs_once_and_mixes_nothing(ann: Person) -> None:
    asked: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        asked.append(request)
        said = {"ETag": '"1"', "Last-Modified": "Mon, 14 Sep 2026 12:00:00 GMT"}
        return HttpResponse("words " * 200, headers=said)

    cache = PublicCache(smaller.Smaller(view))

    def ask(**headers: str) -> HttpResponseBase:
        return cache(RequestFactory().get("/@ann", headers=headers))

    packed, plain, again = ask(**PACKED), ask(), ask(**PACKED)
    assert len(asked) == 2
    assert (packed["Content-Encoding"], again["Content-Encoding"]) == ("gzip", "gzip")
    assert "Content-Encoding" not in plain
    assert body_of(packed) == body_of(plain) == body_of(again)


@pytest.mark.parametrize("kind", ["image/jpeg", "application/zip", "application/json"])
def test_what_is_packed_already_or_for_apps_stays_as_it_is(kind: str) -> None:
    answer = smaller.Smaller(lambda _: HttpResponse(b"x" * 5000, content_type=kind))
    assert "Content-Encoding" not in answer(RequestFactory().get("/", headers=PACKED))


@pytest.mark.parametrize("name", ["passalong.css", "passalong.js", "favicon.svg"])
@pytest.mark.parametrize("way", ["br", "gzip"])
def test_own_files_travel_packed_and_stay(strangers_browser: Client, name: str, way: str) -> None:
    answer = strangers_browser.get(asset(name), headers={"accept-encoding": way})
    assert answer["Content-Encoding"] == way
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert body_of(answer) == (settings.PACKAGE / "static" / name).read_bytes()


def test_an_address_that_does_not_name_the_content_is_asked_again(strangers_browser: Client) -> None:
    answer = strangers_browser.get("/static/mfa/js/webauthn.js", headers=PACKED)
    assert answer["Cache-Control"] == "public, max-age=3600"
    assert b"webauthn" in body_of(answer)
    again = strangers_browser.get("/static/mfa/js/webauthn.js", headers=PACKED | {"if-none-match": answer["ETag"]})
    assert again.status_code == 304


def test_a_copy_is_made_once_for_each_content(tmp_path: Path) -> None:
    file, folder = tmp_path / "a.css", tmp_path / "cache"
    file.write_text("p { color: red }" * 50)
    first = smaller.packed(file, folder)
    made = {name: os.stat(name).st_ino for name in first.values()}
    assert smaller.packed(file, folder) == first
    assert {name: os.stat(name).st_ino for name in first.values()} == made
    file.write_text("p { color: tan }" * 50)
    assert smaller.packed(file, folder).keys() == first.keys()
    assert set(smaller.packed(file, folder).values()).isdisjoint(first.values())


def test_where_no_copy_can_be_kept_it_travels_plain(tmp_path: Path) -> None:
    file, folder = tmp_path / "a.css", tmp_path / "cache"
    file.write_text("p { color: red }" * 50)
    folder.write_text("a file stands where the folder would be")
    assert smaller.packed(file, folder) == {}

"""Who comes from outside gets the style in the page itself; who goes on from page to page has it already."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from passalong.models import Person
from passalong.models.assets import STATIC, asset
from passalong.share import fresh
from passalong.share.draft import Draft
from passalong.share.publish import publish
from passalong.site.public_cache import PublicCache
from tests.keys.dance import App

TYPED = {"sec-fetch-dest": "document", "sec-fetch-mode": "navigate", "sec-fetch-site": "none"}
ELSEWHERE = TYPED | {"sec-fetch-site": "cross-site"}
WITHIN = TYPED | {"sec-fetch-site": "same-origin"}
FETCHED = {"sec-fetch-dest": "empty", "sec-fetch-mode": "cors", "sec-fetch-site": "same-origin"}
CSS = (STATIC / "passalong.css").read_bytes().decode()


def styles(page: str) -> list[str]:
    return re.findall(r"<style>(.*?)</style>", page, re.DOTALL)


def links(page: str) -> list[str]:
    return re.findall(r'<link rel="stylesheet"[^>]*>', page)


@pytest.mark.parametrize("headers", [TYPED, ELSEWHERE], ids=["typed", "elsewhere"])
@pytest.mark.parametrize("path", ["/", "/@ann", "/sign-in", "/nothing-here"])
def test_from_outside(ann: Person, strangers_browser: Client, path: str, headers: dict[str, str]) -> None:
    page = strangers_browser.get(path, headers=headers).content.decode()
    assert styles(page) == [CSS]
    assert links(page) == [f'<link rel="stylesheet" href="{asset("passalong.css")}" media="print">']


@pytest.mark.parametrize("headers", [WITHIN, FETCHED, {}], ids=["within", "fetched", "no browser, or an old one"])
@pytest.mark.parametrize("path", ["/", "/@ann", "/sign-in", "/nothing-here"])
def test_from_within(ann: Person, strangers_browser: Client, path: str, headers: dict[str, str]) -> None:
    page = strangers_browser.get(path, headers=headers).content.decode()
    assert styles(page) == []
    assert links(page) == [f'<link rel="stylesheet" href="{asset("passalong.css")}">']


@pytest.mark.parametrize("path", ["/river", "/settings", "/people"])
def test_the_owner_too_whose_worker_keeps_it(anns_browser: Client, path: str) -> None:
    page = anns_browser.get(path, headers=TYPED).content.decode()
    assert (styles(page), links(page)) == ([CSS], [])


def allowed(policy: str, style: str) -> bool:
    """CSP 3, section 6.7.2.2: base64 of the digest of the element's text; and nothing else that is inline."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (sources,) = re.findall(r"style-src ([^;]*)", policy)
    return sources == f"'self' 'sha256-{digest}'"


def test_the_policy_allows_this_style_and_no_other(ann: Person, strangers_browser: Client) -> None:
    answer = strangers_browser.get("/@ann", headers=TYPED)
    assert allowed(answer["Content-Security-Policy"], styles(answer.content.decode())[0])


def test_also_where_an_app_asks(anns_browser: Client) -> None:
    app = App(anns_browser)
    app.browser.defaults |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in ELSEWHERE.items()}
    answer = app.question()
    assert allowed(answer["Content-Security-Policy"], styles(answer.content.decode())[0])


def test_a_style_that_may_stand_in_a_page() -> None:
    """HTML, 13.1.2.6 (raw text) and 13.2.3.5 (newlines, which a browser changes before it counts the digest)."""
    assert not re.search(r"</style|<!--|\r|\x00", CSS, re.IGNORECASE)
    assert "url(" not in CSS, "it would mean another address in a page than in the file"


def test_what_is_kept_between_knows_the_difference(ann: Person, strangers_browser: Client) -> None:
    """RFC 9110, 12.5.5 and 8.8.1: the same page, but not the same bytes."""
    publish(ann, Draft(words="Ten packets left."))
    outside, within = (strangers_browser.get("/@ann", headers=each) for each in (TYPED, WITHIN))
    for answer in (outside, within):
        assert {"Sec-Fetch-Dest", "Sec-Fetch-Site"} <= set(answer["Vary"].split(", "))
    assert outside["ETag"] == f"W/{within['ETag']}"
    for held in (outside["ETag"], within["ETag"]):
        again = strangers_browser.get("/@ann", headers=WITHIN | {"if-none-match": held})
        assert (again.status_code, again.content) == (304, b"")


def test_the_public_cache_mixes_nothing(ann: Person) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        said = {"ETag": '"1"', "Last-Modified": "Mon, 14 Sep 2026 12:00:00 GMT"}
        return HttpResponse(request.headers.get("Sec-Fetch-Site", "nobody"), headers=said)

    cache = PublicCache(view)
    for _ in range(2):
        for headers, word in ((TYPED, b"none"), (WITHIN, b"same-origin"), (TYPED, b"none")):
            answer = cache(RequestFactory().get("/@ann", headers=headers))
            assert isinstance(answer, HttpResponse)
            assert answer.content == word
            assert "Sec-Fetch-Site" in answer["Vary"]


def test_another_style_is_another_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However its file is dated: a browser that got 304 would keep the old style, and be told the hash of the new."""
    style, versions = tmp_path / "passalong.css", set()
    monkeypatch.setattr(fresh, "PACKAGE", tmp_path)
    for words in ("a { color: red; }", "a { color: tan; }"):
        style.write_text(words)
        os.utime(style, (1, 1))
        fresh.code_version.cache_clear()
        versions.add(fresh.code_version())
    fresh.code_version.cache_clear()
    assert len(versions) == 2

"""The language of a page: a person's own choice, then this browser's, then the browser's wish."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from passalong.models import Person
from tests.conftest import client_of

pytestmark = pytest.mark.django_db


def tongue(client: Client, path: str = "/", **headers: str) -> str:
    page = client.get(path, headers=headers).content.decode()
    return page.partition('<html lang="')[2].partition('"')[0]


def test_the_browser_is_asked(ann: Person, strangers_browser: Client) -> None:
    assert tongue(strangers_browser) == "en"
    assert tongue(strangers_browser, accept_language="fr-CA,en;q=0.5") == "fr"
    assert tongue(strangers_browser, accept_language="eo, ar;q=0.5, en;q=0.1") == "ar"
    assert (
        '<html lang="ar" dir="rtl">' in strangers_browser.get("/", headers={"accept-language": "ar"}).content.decode()
    )


def test_a_stranger_chooses_below_the_page(ann: Person, strangers_browser: Client) -> None:
    done = strangers_browser.post(
        "/language", {"to": "fr", "next": "/@ann?x=1"}, headers={"sec-fetch-site": "same-origin"}
    )
    assert (done.status_code, done["Location"]) == (302, "/@ann?x=1")
    assert tongue(strangers_browser, accept_language="ar") == "fr"


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_way_back_stays_here(strangers_browser: Client, ann: Person, where: str) -> None:
    assert strangers_browser.post("/language", {"to": "fr", "next": where})["Location"] == "/"


def test_another_site_chooses_nothing(strangers_browser: Client, ann: Person) -> None:
    for said in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        assert strangers_browser.post("/language", {"to": "fr"}, headers=said).status_code == 403
    assert tongue(strangers_browser) == "en"


def test_no_page_kept_for_all_has_ones_choice(ann: Person, strangers_browser: Client) -> None:
    """What a cookie asked for is never answered to who has none, by the kept bytes or by the ETag."""
    Person.objects.update(changed=timezone.now() - timedelta(hours=1))
    browser = strangers_browser  # the kept pages are its server's
    first = browser.get("/@ann")
    browser.post("/language", {"to": "ar"})
    chosen = [browser.get("/@ann") for _ in range(2)]
    del browser.cookies[settings.LANGUAGE_COOKIE_NAME]
    again = browser.get("/@ann")
    assert '<html lang="en"' in again.content.decode()
    assert all('<html lang="ar"' in each.content.decode() for each in chosen)
    assert first["ETag"] == again["ETag"] != chosen[0]["ETag"]
    assert "Cookie" in first["Vary"]
    assert "Accept-Language" in first["Vary"]
    assert browser.get("/@ann", headers={"if-none-match": chosen[0]["ETag"]}).status_code == 200


def test_a_person_chooses_in_settings(ann: Person) -> None:
    browser = client_of(ann)
    fields = {"name": "Ann", "handle": "ann", "zone": "UTC", "language": "fr"}
    assert browser.post("/settings", fields).status_code == 302
    assert tongue(browser, "/settings", accept_language="ar") == "fr"
    assert browser.post("/settings", fields | {"language": ""}).status_code == 302
    assert tongue(browser, "/settings", accept_language="ar") == "ar"
    assert browser.post("/settings", fields | {"language": "xx"}).status_code == 422

"""A person's page is one for a business card: their face, and where else they are. Both go when they are taken away."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import mf2py
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image
from pytest_django.fixtures import Settings
from selectolax.lexbor import LexborHTMLParser

from passalong.models import File, Person
from passalong.share.draft import Draft
from passalong.share.files import forget_waiting, keep
from passalong.share.publish import publish
from tests.conftest import client_of
from tests.share.pictures import jpeg, moving, png, png_bomb

pytestmark = pytest.mark.django_db(transaction=True)

FIELDS = {"name": "Ann", "zone": "UTC"}
HOME = "https://ann.example"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> None:
    """Each test has a folder of its own."""
    where = {"location": tmp_path / "files"}
    settings.HOME = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "passalong.share.store.WholeFiles", "OPTIONS": where}
    }


def on_disk() -> int:
    return sum(path.is_file() for path in (Path(settings.HOME) / "files").rglob("*"))


def send(browser: Client, data: bytes = b"", name: str = "Me on the beach.jpg", **said: str) -> Any:
    files = {"picture": SimpleUploadedFile(name, data)} if data else {}
    return browser.post("/settings", FIELDS | said | files)


def page_of(browser: Client, path: str = "/@ann") -> LexborHTMLParser:
    return LexborHTMLParser(browser.get(path).content.decode())


def shown(browser: Client, address: str) -> bytes:
    answer = browser.get(address.removeprefix(HOME))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def card_of(browser: Client) -> dict[str, Any]:
    page = mf2py.parse(doc=browser.get("/@ann").content.decode(), url=f"{HOME}/@ann")
    (feed,) = (each for each in page["items"] if "h-feed" in each["type"])
    (card,) = feed["properties"]["author"]
    properties: dict[str, Any] = card["properties"]
    return properties


def test_a_face_is_wherever_the_person_is(ann: Person, anns_browser: Client, strangers_browser: Client) -> None:
    publish(ann, Draft(words="Good morning"))
    assert send(anns_browser, jpeg()).status_code == 302
    ann.refresh_from_db()
    assert ann.photo.endswith("/ann.jpg"), "what the picture was called is nobody's business"
    whole = HOME + ann.photo
    assert card_of(strangers_browser)["photo"] in ([whole], [{"value": whole, "alt": ""}])
    page = page_of(strangers_browser)
    assert page.css_first('meta[property="og:image"]').attributes["content"] == whole
    said = json.loads(page.css_first('script[type="application/ld+json"]').text())
    assert said["mainEntity"]["image"] == whole
    assert strangers_browser.get("/@ann/feed.json").json()["authors"][0]["avatar"] == whole
    assert f"<icon>{whole}</icon>" in strangers_browser.get("/@ann/feed.atom").content.decode()
    assert [each.attributes["src"] for each in page.css("img.face")] == [ann.photo] * 2, "on the page, and on the card"


def test_nothing_but_pixels_comes_through(ann: Person, anns_browser: Client, strangers_browser: Client) -> None:
    send(anns_browser, jpeg(1200, 800, turned=True))
    ann.refresh_from_db()
    data = shown(strangers_browser, ann.photo)
    assert b"secret" not in data
    picture = Image.open(io.BytesIO(data))
    assert not picture.getexif()
    assert picture.size == (320, 480), "upright, and no larger than a face needs to be"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("me.pdf", b"%PDF-1.4 me", "“me.pdf” is not a picture that can be shown: save it as JPEG or PNG."),
        ("me.svg", b"<svg onload='alert(1)'/>", "“me.svg” is not a picture that can be shown: save it as JPEG or PNG."),
        ("me.png", png_bomb(), "“me.png” has more than 40 million pixels: make it smaller."),
        ("me.jpg", jpeg()[:900], "“me.jpg” is broken or cut short: save it again and choose that."),
    ],
    ids=["no picture", "a drawing that runs", "too many pixels", "cut short"],
)
def test_what_cannot_be_shown_is_refused_in_one_sentence(
    ann: Person, anns_browser: Client, name: str, data: bytes, said: str
) -> None:
    answer = send(anns_browser, data, name)
    assert answer.status_code == 422
    errors = LexborHTMLParser(answer.content.decode()).css(".errorlist")
    assert [each.text(strip=True) for each in errors] == [said]
    ann.refresh_from_db()
    assert (ann.photo, File.objects.count(), on_disk()) == ("", 0, 0)


def test_what_is_too_large_is_refused_in_one_sentence(ann: Person, anns_browser: Client, settings: Settings) -> None:
    settings.FILE_LIMIT = 1024 * 1024
    answer = send(anns_browser, b"x" * 1_100_000, "me.jpg")
    assert answer.status_code == 422
    errors = LexborHTMLParser(answer.content.decode()).css(".errorlist")
    assert [each.text(strip=True) for each in errors] == ["“me.jpg” is larger than 1 MB: choose a smaller picture."]
    assert not File.objects.exists()


def test_a_face_taken_away_is_gone(ann: Person, anns_browser: Client, strangers_browser: Client) -> None:
    send(anns_browser, jpeg())
    ann.refresh_from_db()
    old = ann.photo
    assert on_disk() == 2
    assert send(anns_browser, no_picture="on").status_code == 302
    ann.refresh_from_db()
    assert (ann.photo, File.objects.count(), on_disk()) == ("", 0, 0)
    assert strangers_browser.get(old).status_code == 404
    assert "photo" not in card_of(strangers_browser)
    assert not page_of(strangers_browser).css('meta[property="og:image"]')


def test_a_new_face_takes_the_place_of_the_old(ann: Person, anns_browser: Client, strangers_browser: Client) -> None:
    for data in (jpeg(), png(), png(), moving()):
        assert send(anns_browser, data).status_code == 302
        ann.refresh_from_db()
        assert shown(strangers_browser, ann.photo)
        assert File.objects.count() == 1
    assert on_disk() == 1


def test_saving_other_things_keeps_the_face(ann: Person, anns_browser: Client, strangers_browser: Client) -> None:
    send(anns_browser, jpeg())
    send(anns_browser, note="I teach.")
    ann.refresh_from_db()
    assert shown(strangers_browser, ann.photo)


def test_a_face_waits_for_nothing_and_is_nothing_to_share(
    ann: Person, anns_browser: Client, strangers_browser: Client
) -> None:
    send(anns_browser, jpeg())
    ann.refresh_from_db()
    face = File.objects.get()
    assert forget_waiting(timezone.now() + timedelta(days=9)) == 0
    anns_browser.post("/share", {"what": "Not a file of this", "kept": [str(face.pk)], "key": "k"})
    face.refresh_from_db()
    assert (face.item_id, face.face) == (None, True)
    assert shown(strangers_browser, ann.photo)


def test_the_same_picture_shared_and_worn_outlives_either(ann: Person, anns_browser: Client) -> None:
    publish(ann, Draft(files=(keep(ann, "me.jpg", io.BytesIO(jpeg())),)))
    send(anns_browser, jpeg())
    ann.refresh_from_db()
    send(anns_browser, no_picture="on")
    assert shown(client_of(None), ann.photo)


def test_t63_nobody_says_where_a_face_is(ann: Person, anns_browser: Client) -> None:
    evil = "https://evil.example/face.png"
    send(anns_browser, photo=evil, picture=evil, face="1", url=evil, is_superuser="1")
    ann.refresh_from_db()
    assert (ann.photo, ann.url) == ("", f"{HOME}/@ann")


def test_other_places_stand_on_the_page(ann: Person, anns_browser: Client, strangers_browser: Client) -> None:
    typed = (
        "https://social.example/@ann\n\n  www.annpaints.example \nhttps://social.example/@trees\nwww.annpaints.example"
    )
    assert send(anns_browser, elsewhere=typed).status_code == 302
    places = ["https://social.example/@ann", "https://www.annpaints.example/", "https://social.example/@trees"]
    page = page_of(strangers_browser)
    links = page.css('.places a[rel="me"]')
    assert [each.attributes["href"] for each in links] == places
    assert [each.text() for each in links] == ["social.example/@ann", "annpaints.example", "social.example/@trees"]
    assert card_of(strangers_browser)["url"] == [f"{HOME}/@ann", *places]
    assert card_of(strangers_browser)["uid"] == [f"{HOME}/@ann"]
    parsed = mf2py.parse(doc=strangers_browser.get("/@ann").content.decode(), url=f"{HOME}/@ann")
    assert set(places) <= set(parsed["rels"]["me"])
    said = json.loads(page.css_first('script[type="application/ld+json"]').text())
    assert said["mainEntity"]["sameAs"] == places
    assert [each.attributes["href"] for each in page_of(strangers_browser, "/").css(".places a")] == places


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            "https://a.example\njavascript:alert(1)",
            "“javascript:alert(1)” is not a web address: it has to look like https://example.org/page.",
        ),
        ("my other blog", "“my other blog” is not a web address: it has to look like https://example.org/page."),
        ("\n".join(f"https://a.example/{n}" for n in range(6)), "These are more than five addresses: leave some out."),
    ],
    ids=["runs", "words", "six"],
)
def test_what_is_no_address_is_said_and_stays_typed(
    ann: Person, anns_browser: Client, strangers_browser: Client, typed: str, said: str
) -> None:
    answer = send(anns_browser, elsewhere=typed)
    assert answer.status_code == 422
    page = LexborHTMLParser(answer.content.decode())
    assert [each.text(strip=True) for each in page.css(".errorlist")] == [said]
    assert page.css_first("[name=elsewhere]").text(strip=True) == typed
    assert not page_of(strangers_browser).css(".places")


def test_only_places_one_lives_in_are_offered(ann: Person, anns_browser: Client) -> None:
    offered = [each.attributes["value"] for each in page_of(anns_browser, "/settings").css("[name=zone] option")]
    assert {"UTC", "Europe/Vienna", "Asia/Dubai", "America/Argentina/Ushuaia"} <= set(offered)
    assert not {"W-SU", "Zulu", "localtime", "Etc/GMT+3", "US/Eastern", "GMT"} & set(offered)


def test_a_zone_chosen_before_is_kept(ann: Person, anns_browser: Client) -> None:
    Person.objects.filter(pk=ann.pk).update(zone="W-SU")
    assert anns_browser.post("/settings", {"name": "Ann", "zone": "W-SU"}).status_code == 302
    ann.refresh_from_db()
    assert ann.zone == "W-SU"


@pytest.mark.parametrize(
    ("before", "said", "after"),
    [
        ("", "Asia/Dubai", "Asia/Dubai"),
        ("", "localtime", "UTC"),
        ("", "", "UTC"),
        ("UTC", "Asia/Dubai", "UTC"),
        ("Europe/Vienna", "Asia/Dubai", "Europe/Vienna"),
    ],
    ids=["never chosen", "no city", "nothing", "UTC is a choice", "chosen"],
)
def test_the_browsers_zone_is_taken_where_none_was_chosen(
    ann: Person, anns_browser: Client, before: str, said: str, after: str
) -> None:
    Person.objects.filter(pk=ann.pk).update(zone=before)
    assert ("data-no-zone" in anns_browser.get("/").content.decode()) == (not before)
    assert anns_browser.post("/settings/zone", {"zone": said}).status_code == 204
    ann.refresh_from_db()
    assert ann.zone == after
    assert "data-no-zone" not in anns_browser.get("/").content.decode()


def test_no_browser_of_a_stranger_is_asked(ann: Person, strangers_browser: Client) -> None:
    assert "data-no-zone" not in strangers_browser.get("/").content.decode()


@pytest.mark.parametrize("name", ["", "   "])
def test_a_name_is_not_taken_away(ann: Person, anns_browser: Client, name: str) -> None:
    answer = anns_browser.post("/settings", FIELDS | {"name": name})
    assert answer.status_code == 422
    assert "a name needs at least one letter" in answer.content.decode()
    ann.refresh_from_db()
    assert ann.name == "Ann"

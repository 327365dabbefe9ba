"""A face and other places, as one gives them to oneself; and the zone, which the browser says once."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from passalong.models import Person
from tests.browser.chromium import PHONE
from tests.browser.conftest import Visit
from tests.share.pictures import jpeg

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]

VIENNA = {"timezone_id": "Europe/Vienna"}


@pytest.mark.parametrize(
    "how", [{}, {"java_script_enabled": False, "viewport": PHONE}], ids=["desk", "phone, no script"]
)
def test_one_gives_oneself_a_face_and_takes_it_away(
    ann: Person, visit: Visit, tmp_path: Path, how: dict[str, object]
) -> None:
    mine = tmp_path / "me.jpg"
    mine.write_bytes(jpeg())
    page = visit(ann, **how).open("/settings")
    page.get_by_label("A picture of you").set_input_files(mine)
    page.get_by_label("Other places of yours").fill("social.example/@ann")
    with page.expect_navigation():
        page.get_by_role("button", name="Save").first.click()
    expect(page.locator(".has-face img")).to_have_js_property("naturalWidth", 480)
    stranger = visit(None, **how).open("/@ann")
    expect(stranger.locator(".whose img.u-photo")).to_have_js_property("naturalWidth", 480)
    expect(stranger.get_by_role("link", name="social.example")).to_have_attribute("href", "https://social.example/@ann")
    page.get_by_label("Take the picture away").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Save").first.click()
    expect(page.locator(".has-face")).to_have_count(0)


def test_the_browser_says_the_zone_once(ann: Person, visit: Visit) -> None:
    Person.objects.filter(pk=ann.pk).update(zone="")
    tab = visit(ann, **VIENNA)
    with tab.page.expect_response("**/settings/zone") as answer:
        tab.open("/")
    assert answer.value.status == 204
    page = tab.open("/settings")
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Vienna")
    assert len([each for each in tab.asked if each.url.endswith("/settings/zone")]) == 1


def test_a_chosen_zone_stays_and_without_scripts_it_is_utc(ann: Person, visit: Visit) -> None:
    tab = visit(ann, **VIENNA)
    page = tab.open("/settings")
    expect(page.get_by_label("Time zone")).to_have_value("UTC")
    assert not [each for each in tab.asked if each.url.endswith("/settings/zone")]
    Person.objects.filter(pk=ann.pk).update(zone="")
    visit(ann, java_script_enabled=False, **VIENNA).open("/")
    ann.refresh_from_db()
    assert ann.zone == ""

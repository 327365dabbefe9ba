"""Following, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from passalong.follow import views
from passalong.follow.by_address import Beside
from passalong.models import Person
from passalong.wire.shapes import Found
from tests.browser.chromium import PHONE
from tests.browser.conftest import Visit
from tests.read.cast import a_source, follow

pytestmark = pytest.mark.slow


@pytest.mark.django_db(transaction=True)
def test_whoever_had_to_wait_is_not_lost(ann: Person, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    def near(_me: Person, _address: str) -> None:
        raise Beside([Found("https://dan.example/" + "long" * 60, "feed", "Dan", why="It is at a usual address.")])

    monkeypatch.setattr(views, "follow_address", near)
    page = visit(ann, viewport=PHONE).open("/people")
    for _ in range(views.AT_ONCE):
        assert views.LOOKING.acquire(blocking=False)
    try:
        page.fill("#address", "dan.example/wrong")
        page.click("form[data-follow] button")
        page.wait_for_selector("#problem")
        assert "Press Follow again in a moment" in page.inner_text("#problem")
        assert page.input_value("#address") == "dan.example/wrong"
    finally:
        for _ in range(views.AT_ONCE):
            views.LOOKING.release()
    page.wait_for_selector("#beside")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.django_db(transaction=True)
def test_the_key_for_following_leads_into_the_field(ann: Person, visit: Visit) -> None:
    """Also of whoever follows somebody already."""
    follow(ann, a_source("cas"))
    page = visit(ann).open("/river")
    with page.expect_navigation():
        page.keyboard.press("f")
    expect(page.locator("#address")).to_be_focused()


def test_the_key_for_finding_leads_into_its_field(ann: Person, visit: Visit) -> None:
    for name in ("cas", "dora"):
        follow(ann, a_source(name))
    page = visit(ann).open("/river")
    with page.expect_navigation():
        page.keyboard.press("/")
    expect(page.locator("[data-find]")).to_be_focused()
    page.keyboard.type("dor")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Dora")).to_be_visible()
    expect(page.get_by_role("link", name="Cas")).to_have_count(0)

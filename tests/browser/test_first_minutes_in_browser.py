"""The first five minutes, in a real browser: what one sees, and the three moves, with and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from passalong.follow.starters import starters
from passalong.models import Person, Source
from passalong.models.first_moves import ALL
from tests.browser.chromium import PHONE, QUIET, demand
from tests.browser.conftest import Visit

FINGER = "--blink-settings=primaryHoverType=1,availableHoverTypes=1,primaryPointerType=2,availablePointerTypes=2"
"""How a browser without a mouse sees itself: it cannot hover, and it points coarsely."""
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def newcomer(ann: Person) -> Person:
    Person.objects.update(first_moves=ALL)
    ann.refresh_from_db()
    return ann


def test_the_moves_vanish_as_they_are_made(newcomer: Person, visit: Visit) -> None:
    page = visit(newcomer).open("/")
    expect(page.locator("#what")).to_be_focused()
    expect(page.locator(".first-line")).to_be_visible()
    page.keyboard.type("My first thought")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.get_by_text("My first thought").first).to_be_visible()
    expect(page.locator(".first-line")).to_have_count(0)
    expect(page.locator(".welcome .move")).to_have_count(2)
    with page.expect_navigation():
        page.get_by_role("button", name="Not now").click()
    expect(page.locator(".welcome .move")).to_have_count(1)
    page.goto(page.url)
    expect(page.get_by_text("Drag this button")).to_have_count(0)


def test_nothing_takes_the_focus_from_the_box(newcomer: Person, visit: Visit) -> None:
    """The key for following leads to the field that is here already."""
    page = visit(newcomer).open("/")
    expect(page.locator("#what")).to_be_focused()
    page.locator("#what").blur()
    page.keyboard.press("f")
    expect(page.locator("#whom")).to_be_focused()


def test_the_button_says_where_it_belongs(newcomer: Person, visit: Visit) -> None:
    page = visit(newcomer).open("/")
    button = page.get_by_role("link", name="Pass along")
    assert "/share?popup=1&url=" in (button.get_attribute("href") or "")
    for _ in range(2):
        button.click()
    expect(page.get_by_text("it works there, on any page")).to_have_count(2)  # seen, and said to those who listen
    assert page.url.endswith("/")


def test_a_phone_has_another_way(newcomer: Person, chromium: Browser, visit: Visit) -> None:
    """Fingers cannot drag to a bar that is not there."""
    desk = visit(newcomer).open("/")
    expect(desk.locator(".for-a-mouse")).to_be_visible()
    expect(desk.locator(".for-a-finger")).to_be_hidden()
    finger = chromium.browser_type.launch(executable_path=demand(), args=[*QUIET, FINGER])
    try:
        page = finger.new_context(viewport=PHONE, storage_state=desk.context.storage_state()).new_page()
        page.goto(desk.url)
        expect(page.locator(".for-a-finger")).to_be_visible()
        expect(page.locator(".for-a-mouse")).to_be_hidden()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    finally:
        finger.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_many_are_followed_with_one_press(newcomer: Person, visit: Visit, scripts: bool) -> None:
    page = visit(newcomer, java_script_enabled=scripts, viewport=PHONE).open("/")
    page.get_by_role("link", name="Starter lists").click()
    wanted = [starters()[0].blogs[0], starters()[1].blogs[2], starters()[3].blogs[1]]
    for blog in wanted:
        page.get_by_role("checkbox", name=blog.name).check()
    with page.expect_navigation():
        page.get_by_role("button", name="Follow all that are ticked").last.click()
    expect(page.locator("[data-said]")).to_contain_text("You follow 3 more blogs.")
    for blog in wanted:
        expect(page.get_by_role("link", name=blog.name)).to_be_visible()
    assert Source.objects.filter(kind="address").count() == 3
    page.goto(page.url.replace("/people", "/"))
    expect(page.locator("#whom")).to_have_count(0)


def test_one_is_followed_with_one_button(newcomer: Person, visit: Visit) -> None:
    blog = starters()[2].blogs[0]
    page = visit(newcomer).open("/people/starters")
    with page.expect_navigation():
        page.get_by_role("button", name=f"Follow {blog.name}").click()
    assert page.url.endswith("/people/starters#open-science")
    row = page.locator("li", has_text=blog.name)
    expect(row).to_contain_text("You follow them")
    expect(row.get_by_role("button")).to_have_count(0)

"""Sharing by hand: paste, wait or not, undo. Time to share, with a stopwatch."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from passalong.models import Item, Person
from tests.browser.chromium import PHONE
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LINK = "https://cas.example/a-good-page"


def shared() -> list[str]:
    return list(Item.objects.filter(source__kind="here", gone=None).values_list("excerpt", flat=True))


def paste(page: Page, words: str) -> None:
    """As a hand does it: the clipboard's words arrive in the box at once."""
    page.evaluate(
        """words => {
            const box = document.querySelector("#what");
            box.focus();
            document.execCommand("insertText", false, words);
            box.dispatchEvent(new ClipboardEvent("paste", {bubbles: true}));
        }""",
        words,
    )


def test_it_works(ann: Person, visit: Visit) -> None:
    page = visit(ann).open("/")
    expect(page.get_by_label("Share a link, words or a file")).to_be_focused()
    page.keyboard.type("A sentence of why.")
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_text("Shared", exact=True)).to_be_visible()
    assert shared() == ["A sentence of why."]


@pytest.mark.parametrize("scripts", [True, False])
def test_undo(ann: Person, visit: Visit, scripts: bool) -> None:
    page = visit(ann, java_script_enabled=scripts).open("/")
    page.get_by_label("Share a link, words or a file").fill("Oh no")
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    assert shared() == []


def test_a_lone_link_shares_itself_after_five_seconds(ann: Person, visit: Visit) -> None:
    page = visit(ann).open("/")
    began = time.monotonic()
    paste(page, LINK)
    expect(page.locator("[data-countdown]").get_by_text("Sharing in 5")).to_be_visible()
    expect(page.locator("#live")).to_have_text("Sharing in 5")
    expect(page.get_by_text("Shared", exact=True)).to_be_visible(timeout=9000)
    assert 4.5 < time.monotonic() - began < 9
    assert Item.objects.filter(source__kind="here").count() == 1


@pytest.mark.parametrize("how", ["button", "escape", "typing"])
def test_the_countdown_can_be_stopped(ann: Person, visit: Visit, how: str) -> None:
    page = visit(ann).open("/")
    paste(page, LINK)
    expect(page.locator("[data-countdown]").get_by_text("Sharing in 5")).to_be_visible()
    if how == "button":
        page.get_by_role("button", name="Wait").click()
    elif how == "escape":
        page.keyboard.press("Escape")
    else:
        page.keyboard.type(" and why")
    expect(page.locator("[data-countdown]")).to_be_hidden()
    page.wait_for_timeout(5500)
    assert shared() == []


def test_words_with_a_link_wait_for_the_hand(ann: Person, visit: Visit) -> None:
    page = visit(ann).open("/")
    paste(page, f"Look at this: {LINK}")
    page.wait_for_timeout(300)
    expect(page.locator("[data-countdown]")).to_be_hidden()


@pytest.mark.parametrize(("words", "keys"), [(LINK, "Enter"), ("Some words", "Control+Enter"), (LINK, "Control+Enter")])
def test_enter_shares_at_once(ann: Person, visit: Visit, words: str, keys: str) -> None:
    page = visit(ann).open("/")
    page.keyboard.insert_text(words)
    began = time.monotonic()
    page.keyboard.press(keys)
    expect(page.get_by_text("Shared", exact=True)).to_be_visible()
    assert time.monotonic() - began < 4
    assert Item.objects.filter(source__kind="here").count() == 1


def test_enter_is_a_new_line_in_words(ann: Person, visit: Visit) -> None:
    page = visit(ann).open("/")
    page.keyboard.type("One")
    page.keyboard.press("Enter")
    page.keyboard.type("Two")
    assert page.locator("#what").input_value() == "One\nTwo"


def test_two_presses_share_once(ann: Person, visit: Visit) -> None:
    page = visit(ann).open("/")
    page.keyboard.type("Twice?")
    page.get_by_role("button", name="Share").dblclick()
    expect(page.get_by_text("Shared", exact=True)).to_be_visible()
    assert shared() == ["Twice?"]


def test_a_picture_is_asked_what_it_shows(ann: Person, visit: Visit) -> None:
    page = visit(ann, viewport=PHONE).open("/")
    expect(page.get_by_label(re.compile("What does the picture show"))).to_be_hidden()
    dot = bytes.fromhex(
        "89504e470d0a1a0a0000000d494844520000000100000001080600000"
        "01f15c4890000000d49444154789c6360f8cf500f000385010180a04b4d3c0000000049454e44ae426082"
    )
    page.set_input_files("#files", {"name": "cat.png", "mimeType": "image/png", "buffer": dot})
    expect(page.get_by_label(re.compile("What does the picture show"))).to_be_visible()


def test_the_way_back_is_there_for_ten_seconds(ann: Person, visit: Visit) -> None:
    page = visit(ann).open("/")
    page.keyboard.type("Ten seconds")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.wait_for_timeout(8500)
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0, timeout=6000)
    assert "shared=" not in page.url

"""Sharing by hand: paste, wait or not, undo. Time to share, with a stopwatch."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import FilePayload, Page, expect

from passalong.models import Item, Person
from tests.browser.chromium import PHONE
from tests.browser.conftest import Visit
from tests.share.pictures import jpeg

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


def test_what_was_typed_is_there_again_until_it_is_shared(ann: Person, visit: Visit) -> None:
    page = visit(ann).open("/")
    page.keyboard.type("A long thought")
    page.get_by_role("link", name="River").click()
    page.get_by_role("link", name="Share", exact=True).click()
    box = page.get_by_label("Share a link, words or a file")
    expect(box).to_have_value("A long thought")
    box.press("Control+Enter")
    expect(page.get_by_text("Shared", exact=True)).to_be_visible()
    page.goto(page.url.partition("?")[0])
    expect(box).to_have_value("")
    assert shared() == ["A long thought"]


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
    expect(page.get_by_text("Shared", exact=True)).to_be_visible(timeout=15_000)
    assert time.monotonic() - began > 4.5
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
    page.clock.install()
    page.clock.pause_at(page.evaluate("Date.now() + 3_600_000"))  # no second of a countdown goes by
    page.keyboard.insert_text(words)
    page.keyboard.press(keys)
    expect(page.get_by_text("Shared", exact=True)).to_be_visible()
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


def given(name: str, data: bytes, kind: str = "image/jpeg") -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": data}


SHOWS = re.compile("What does it show")


def test_each_picture_is_asked_what_it_shows_beside_itself(ann: Person, visit: Visit) -> None:
    page = visit(ann, viewport=PHONE).open("/")
    expect(page.get_by_label(SHOWS)).to_have_count(0)
    page.set_input_files("#files", [given("image.jpg", jpeg()), given("notes.txt", b"words", "text/plain")])
    page.set_input_files("#files", [given("image.jpg", jpeg(80, 60))])
    expect(page.locator("[data-chosen] li")).to_have_count(3)
    expect(page.locator("[data-chosen] canvas")).to_have_count(2)
    page.wait_for_function(
        """() => [...document.querySelectorAll("[data-chosen] canvas")]
            .every(each => each.getContext("2d").getImageData(20, 70, 1, 1).data[0] > 150)"""
    )
    page.get_by_label(SHOWS).nth(0).fill("Red and blue")
    page.get_by_label(SHOWS).nth(1).fill("The small one")
    page.get_by_role("button", name="Leave out notes.txt").click()
    expect(page.get_by_text("notes.txt")).to_have_count(0)
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_text("Shared", exact=True)).to_be_visible()
    files = Item.objects.get(source__kind="here").files.order_by("place")
    assert [(file.alt, file.width) for file in files] == [("Red and blue", 1200), ("The small one", 80)]


def test_files_are_added_by_keyboard(ann: Person, visit: Visit) -> None:
    tab = visit(ann)
    tab.page.on("filechooser", lambda _: None)  # so early that Chromium has heard of it before the key is pressed
    page = tab.open("/")
    field = page.get_by_label("Add files")
    field.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(field).to_be_focused()
    assert page.locator("label.file").evaluate("it => getComputedStyle(it).outlineStyle") == "solid"
    assert field.evaluate("it => getComputedStyle(it).opacity") == "0"
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files([given("a.txt", b"words", "text/plain")])
    expect(page.locator("[data-chosen]")).to_contain_text("a.txt")


def test_without_scripts_the_browsers_own_field_stays(ann: Person, visit: Visit) -> None:
    page = visit(ann, java_script_enabled=False).open("/")
    page.set_input_files("#files", [given("image.jpg", jpeg(80, 60))])
    expect(page.get_by_label("Add files")).to_have_css("opacity", "1")
    page.get_by_role("button", name="Share").click()
    page.get_by_role("link", name="Say what this picture shows").click()
    page.get_by_label(SHOWS).fill("Red and blue")
    page.get_by_role("button", name="Save").click()
    assert Item.objects.get(source__kind="here").files.get().alt == "Red and blue"


def test_what_fits_is_said_when_it_comes_near(ann: Person, visit: Visit) -> None:
    page = visit(ann).open("/")
    near = page.locator("[data-near]")
    page.locator("#what").fill("x" * 80_000)
    expect(near).to_be_hidden()
    page.locator("#what").fill("x" * 95_000)
    expect(near).to_have_text("5,000 more characters fit here; a longer text can be shared as a file.")
    page.locator("#what").fill("x" * 100_010)
    expect(near).to_contain_text("10 characters too many")
    page.locator("#what").fill("x")
    expect(near).to_be_hidden()
    page.set_input_files("#files", [given(f"{n}.txt", b"words", "text/plain") for n in range(22)])
    expect(near).to_have_text("That is 2 files too many: leave some out.")
    page.locator("form.box").evaluate("box => { box.querySelector('[data-near]').dataset.mostBytes = 3; }")
    page.set_input_files("#files", [given("film.mp4", b"words", "video/mp4")])
    expect(near).to_contain_text("is too large")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.get_by_role("button", name="Share", exact=True).click()
    page.wait_for_timeout(300)
    assert not sent, "it would travel only to be refused"
    expect(page.locator("#live")).to_contain_text("is too large")


def test_the_way_back_is_there_for_ten_seconds(ann: Person, visit: Visit) -> None:
    page = visit(ann).open("/")
    page.keyboard.type("Ten seconds")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.wait_for_timeout(8500)
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    assert "shared=" not in page.url

"""The river by hand, by key, on a phone, and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from passalong.models import Mark, Person
from tests.browser.chromium import DESK, PHONE
from tests.browser.conftest import Visit
from tests.browser.village import crowd, settle, unseen

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_it_works(ann: Person, visit: Visit) -> None:
    settle(ann)
    page = visit(ann).open("/river")
    expect(page.get_by_role("heading", name="The seed library opens its drawers")).to_be_visible()
    expect(page.locator("article")).to_have_count(7)


@pytest.mark.parametrize("scripts", [True, False])
def test_keep_and_seen(ann: Person, visit: Visit, scripts: bool) -> None:
    thing = settle(ann)["article"]
    page = visit(ann, java_script_enabled=scripts).open("/river")
    before = unseen(ann)
    card = page.locator(f"#i{thing.pk}")
    card.get_by_role("button", name="Keep").click()
    expect(page.locator(f"#i{thing.pk}").get_by_role("button", name="Keep")).to_have_attribute("aria-pressed", "true")
    page.locator(f"#i{thing.pk}").get_by_role("button", name="Seen").click()
    expect(page.locator(f"#i{thing.pk}").get_by_role("button", name="Seen")).to_have_attribute("aria-pressed", "true")
    mark = Mark.objects.get(person=ann, item=thing)
    assert mark.kept
    assert mark.seen
    assert unseen(ann) == before - 1


@pytest.mark.parametrize("scripts", [True, False])
def test_load_more(ann: Person, visit: Visit, scripts: bool) -> None:
    crowd(ann, people=8, each=6)
    page = visit(ann, java_script_enabled=scripts).open("/river")
    expect(page.locator("article")).to_have_count(30)
    page.get_by_role("link", name="Load more").click()
    expect(page.locator("article")).to_have_count(48 if scripts else 18)
    expect(page.get_by_text("Here your river begins.")).to_be_visible()
    if scripts:
        expect(page.locator("article").nth(30)).to_be_focused()
        expect(page.locator("#live")).to_have_text("18 more things")


@pytest.mark.parametrize("scripts", [True, False])
def test_all_seen_and_back(ann: Person, visit: Visit, scripts: bool) -> None:
    settle(ann)
    page = visit(ann, java_script_enabled=scripts).open("/river")
    before = unseen(ann)
    page.get_by_role("button", name="Mark all as seen").click()
    expect(page.get_by_text("You have seen everything")).to_be_visible()
    assert unseen(ann) == 0
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("article")).to_have_count(before)
    assert unseen(ann) == before


def test_by_keys_alone(ann: Person, visit: Visit) -> None:
    things = settle(ann)
    page = visit(ann).open("/river")
    page.keyboard.press("j")
    expect(page.locator(f"#i{things['article'].pk}")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator(f"#i{things['note'].pk}")).to_be_focused()
    page.keyboard.press("b")
    expect(page.locator(f"#i{things['note'].pk} [data-act=keep]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("m")
    expect(page.locator(f"#i{things['note'].pk} [data-act=seen]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("k")
    expect(page.locator(f"#i{things['article'].pk}")).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("o")
    page.wait_for_url("**/read/*")
    expect(page.get_by_role("heading", name="The seed library opens its drawers")).to_be_visible()


def test_keys_can_be_switched_off(ann: Person, visit: Visit) -> None:
    settle(ann)
    Person.objects.filter(pk=ann.pk).update(shortcuts=False)
    page = visit(ann).open("/river")
    for key in "jom?":
        page.keyboard.press(key)
    assert page.url.endswith("/river")
    expect(page.locator("article:focus")).to_have_count(0)
    assert not Mark.objects.filter(seen__isnull=False).exists()


def test_opening_is_seeing(ann: Person, visit: Visit) -> None:
    thing = settle(ann)["article"]
    page = visit(ann).open("/river")
    with page.expect_response(re.compile(r"/items/\d+/seen")):
        page.get_by_role("link", name="The seed library opens its drawers").click()
    assert Mark.objects.get(person=ann, item=thing).seen


@pytest.mark.parametrize("width", [320, 360])
def test_nothing_is_wider_than_a_phone(ann: Person, visit: Visit, width: int) -> None:
    things = settle(ann)
    tab = visit(ann, viewport={**PHONE, "width": width})
    reading = [f"/read/{item.pk}" for item in things.values()]
    for path in ["/river", "/river?show=unseen", "/river?show=kept", *reading]:
        page = tab.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_one_row_on_a_phone(ann: Person, visit: Visit) -> None:
    """The ways on top stay where they are from page to page, and what one can do with a thing takes one row."""
    settle(ann)
    tab = visit(ann, viewport=PHONE)
    tall = {path: tab.open(path).evaluate(TALL, ".top") for path in ("/@ann", "/", "/river", "/came-back", "/people")}
    assert len(set(tall.values())) == 1, tall
    page = tab.open("/river")
    page.locator("article").first.get_by_role("button", name="Seen").click()
    expect(page.locator("article").first.locator("[data-act=seen][aria-pressed=true]")).to_be_visible()
    assert page.evaluate(TALL, "article .acts") <= 40


TALL = "(what) => document.querySelector(what).getBoundingClientRect().height"


def test_the_whole_way_by_tab(ann: Person, visit: Visit) -> None:
    settle(ann)
    page = visit(ann).open("/river")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to what is here")).to_be_focused()
    page.keyboard.press("Enter")
    names = []
    for _ in range(16):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.textContent.trim()"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    assert "Keep" in names
    assert "Seen" in names


def test_targets_are_large_enough(ann: Person, visit: Visit) -> None:
    """WCAG 2.2, 2.5.8: at least 24 by 24 CSS pixels, or inline in a sentence."""
    settle(ann)
    page = visit(ann, viewport=PHONE).open("/river")
    small = page.evaluate(
        """() => [...document.querySelectorAll("a, button, summary, input")].filter((each) => {
            const box = each.getBoundingClientRect();
            return box.width && !each.closest(".skip, .menu, .shot") && (box.width < 24 || box.height < 24);
        }).map((each) => each.outerHTML.slice(0, 120))"""
    )
    assert not small


@pytest.mark.parametrize("view", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_jumps_while_pictures_come(ann: Person, visit: Visit, view: dict[str, int]) -> None:
    """Cumulative layout shift, W3C Layout Instability: pictures have their place before they are there."""
    settle(ann)
    tab = visit(ann, viewport=view)
    tab.page.add_init_script(
        """window.shifted = 0;
        new PerformanceObserver((list) => { for (const one of list.getEntries()) window.shifted += one.value; })
            .observe({type: "layout-shift", buffered: true});"""
    )
    page = tab.open("/river")
    for _ in range(8):
        page.mouse.wheel(0, 400)
        page.wait_for_timeout(60)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.shifted") < 0.05


def test_the_page_is_light(ann: Person, visit: Visit) -> None:
    """Without pictures: everything the browser had to read for a full river."""
    crowd(ann, people=8, each=6)
    tab = visit(ann)
    sizes = []
    tab.page.on("response", lambda answer: sizes.append(len(answer.body())) if "/picture/" not in answer.url else None)
    tab.open("/river")
    assert sum(sizes) < 150_000


def test_what_was_hidden_comes_back(ann: Person, visit: Visit) -> None:
    thing = settle(ann)["article"]
    page = visit(ann).open("/river")
    card = page.locator(f"#i{thing.pk}")
    card.locator("details.more summary").click()
    card.get_by_role("button", name="Hide this one").click()
    expect(card).to_have_count(0)
    did = page.locator("[data-did]")
    expect(did).to_contain_text("Hidden.")
    did.get_by_role("button", name="Undo").click()
    expect(card).to_be_visible()
    assert page.url.endswith(f"/river#i{thing.pk}")
    page.goto(page.url)
    card.locator("details.more summary").click()
    card.get_by_role("button", name="Hide this one").click()
    expect(did).to_contain_text("Hidden.")
    page.goto(f"{page.url.partition('/river')[0]}/people/{thing.source.person_id}")
    card.get_by_role("button", name="Show again").click()
    expect(card).to_be_focused()
    expect(card.get_by_role("button", name="Show again")).to_have_count(0)

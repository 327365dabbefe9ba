"""Arabic, from right to left, as a real browser lays it out."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from passalong.models import Person
from tests.browser.chromium import DESK, PHONE, Tab
from tests.browser.conftest import Visit
from tests.browser.full_house import everything
from tests.conftest import make_person

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.looks]

MINE = (
    "/", "/share?reply_to={article_url}", "/river", "/river?of={dora}", "/came-back", "/came-back/first-contact",
    "/conversation/{reply}", "/unanswered", "/people", "/people/{kai}", "/settings", "/read/{article}", "/read/{rtl}",
    "/@ann", "{mine_at}", "{passed_at}", "{picture_at}/edit",
)  # fmt: skip
PUBLIC = ("/", "/@ann", "/@ann/tag/oer", "{mine_at}", "{picture_at}", "{gone_at}", "/sign-in", "/webmention")
VIEWS = pytest.mark.parametrize("view", [DESK, PHONE], ids=["desk", "phone"])

OUTSIDE = """() => [...document.querySelectorAll("body *")].filter((each) => {
    const { left, right, width } = each.getBoundingClientRect();
    return width > 1 && (left < -0.5 || right > innerWidth + 0.5) && !each.closest("pre, table, .unseen-text");
}).map((each) => each.outerHTML.slice(0, 120))"""
"""What sticks out of the window on either side."""
BACKWARDS = r"""() => {
    const NAMES = /https?:\/\/[^\s\u2068\u2069]+|[@#][a-z]+|[a-z0-9]+\.example|[a-z]+\/[a-z]+/g;
    const wrong = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const letters = document.createRange();
    for (let text; (text = texts.nextNode());) {
        for (const found of text.data.matchAll(NAMES)) {
            const boxes = [...found[0]].map((_, at) => {
                letters.setStart(text, found.index + at);
                letters.setEnd(text, found.index + at + 1);
                return letters.getBoundingClientRect();
            });
            const back = (box, at) => at && box.top === boxes[at - 1].top && box.left < boxes[at - 1].left;
            if (boxes[0].width && boxes.some(back)) wrong.push(found[0]);
        }
    }
    return wrong;
}"""
"""Addresses, names with @, tags and the like whose letters do not go from left to right."""


@pytest.fixture
def known(ann: Person) -> dict[str, Any]:
    return everything(ann)


def arabic(visit: Visit, person: Person | None, view: dict[str, int], **how: Any) -> Tab:
    tab = visit(person, locale="ar", viewport=view, **how)
    tab.page.set_default_navigation_timeout(30_000)  # a busy machine is slow with a page that holds everything
    return tab


def edge(page: Page, what: str, side: str) -> float:
    """Where this side of the first such thing is."""
    found: float = page.locator(what).first.evaluate(f"each => each.getBoundingClientRect().{side}")
    return found


def every(tab: Tab, paths: tuple[str, ...], known: dict[str, Any], ask: str) -> list[str]:
    """What the script `ask` has to say of each of these pages."""
    return [f"{path}: {said}" for path in paths for said in tab.open(path.format(**known)).evaluate(ask)]


@VIEWS
def test_a_page_is_mirrored(ann: Person, known: dict[str, Any], visit: Visit, view: dict[str, int]) -> None:
    page = arabic(visit, ann, view).open("/river")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    assert edge(page, ".brand", "left") > edge(page, ".ways", "right")
    ways = page.locator(".ways a").evaluate_all("all => all.map(each => each.getBoundingClientRect().right)")
    assert len(ways) == 5
    assert ways == sorted(ways, reverse=True)
    assert edge(page, "h1", "right") > edge(page, ".chips", "right")
    card = "article.card >> nth=2"
    assert edge(page, f"{card} >> .face", "left") >= edge(page, f"{card} >> .who-name", "right")
    assert edge(page, f"{card} >> .acts > button", "right") > edge(page, f"{card} >> .more", "right")
    keys = page.locator(".keys dt").first
    page.keyboard.press("?")
    assert edge(page, ".keys dt", "left") >= edge(page, ".keys dd", "right")
    assert keys.locator("kbd").first.bounding_box()["x"] > keys.locator("kbd").last.bounding_box()["x"]  # type: ignore[index]


def test_names_and_headings_stand_at_the_beginning(ann: Person, known: dict[str, Any], visit: Visit) -> None:
    """Latin names too: what they are turned to does not pull them to the other side."""
    tab = arabic(visit, ann, PHONE)
    for path, what in (
        ("/people/{dora}", "h1"),
        ("/@ann/tag/oer", "h1"),
        ("/came-back/first-contact", ".who-name"),
        ("/came-back/first-contact", ".who .where"),
    ):
        page = tab.open(path.format(**known))
        words = page.locator(f"main {what}").first
        text = words.evaluate(
            "each => { const all = document.createRange(); all.selectNodeContents(each);"
            " return all.getBoundingClientRect().right - each.getBoundingClientRect().right; }"
        )
        assert abs(text) < 2, (path, what)
    make_person("ben")  # with one person alone the front page is theirs
    page = tab.open("/")
    assert 0 < edge(page, ".people .face", "left") - edge(page, ".people .p-name", "right") < 24


@pytest.mark.parametrize("width", [320, 360])
def test_nothing_is_wider_than_a_phone(ann: Person, known: dict[str, Any], visit: Visit, width: int) -> None:
    view = {**PHONE, "width": width}
    ask = "() => document.documentElement.scrollWidth > innerWidth ? [document.documentElement.scrollWidth] : []"
    mine, public = arabic(visit, ann, view), arabic(visit, None, view)
    for said in (ask, OUTSIDE):
        assert not every(mine, MINE, known, said)
        assert not every(public, PUBLIC, known, said)


@VIEWS
def test_what_folds_open_stays_in_sight(ann: Person, known: dict[str, Any], visit: Visit, view: dict[str, int]) -> None:
    page = arabic(visit, ann, view).open("/river")
    opened = 0
    for more in page.locator("article .more").all()[:4]:
        more.locator("summary").click()
        menu = more.locator(".menu")
        expect(menu).to_be_visible()
        box = menu.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= view["width"]
        opened += 1
        page.keyboard.press("Escape")  # it lies over the next card
        expect(menu).to_be_hidden()
    assert opened == 4
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert edge(page, "#keys", "left") >= 0
    assert edge(page, "#keys", "right") <= view["width"]


def test_addresses_go_from_left_to_right(ann: Person, known: dict[str, Any], visit: Visit) -> None:
    """In the text, with all that is not a letter in them, and in what one types them into."""
    mine, public = arabic(visit, ann, DESK), arabic(visit, None, DESK)
    assert not every(mine, MINE, known, BACKWARDS)
    assert not every(public, PUBLIC, known, BACKWARDS)
    for tab, path, fields in (
        (mine, "/people", ["#address"]),
        (mine, "/", ["#what", "#via", "#reply_to"]),
        (public, "/webmention", ["#source", "#target"]),
    ):
        page = tab.open(path)
        for field in fields:
            page.locator(field).evaluate("each => { each.value = 'https://ann.example/@ann/'; }")
            assert page.locator(field).evaluate("each => getComputedStyle(each).direction") == "ltr", field
    address = public.open("/@ann").locator("#address")
    assert address.evaluate("each => getComputedStyle(each).direction") == "ltr"
    assert mine.open("/").locator("#what").evaluate("each => getComputedStyle(each).direction") == "rtl"


def test_the_check_sees_an_address_that_is_turned_around(ann: Person, visit: Visit) -> None:
    page = arabic(visit, ann, DESK).open("/settings")
    page.evaluate("document.querySelector('main').append('في https://ann.example/ هنا')")
    assert page.evaluate(BACKWARDS) == ["https://ann.example/"]


@VIEWS
def test_the_countdown_speaks_arabic(ann: Person, visit: Visit, view: dict[str, int]) -> None:
    page = arabic(visit, ann, view).open("/")
    page.evaluate(
        """() => { const what = document.querySelector("#what"); what.value = "https://cas.example/";
        what.dispatchEvent(new ClipboardEvent("paste")); }"""
    )
    line = page.locator("[data-countdown-text]")
    expect(line).to_contain_text("المشاركة بعد")
    page.locator("[data-wait]").click()
    expect(line).to_be_hidden()
    assert edge(page, ".box-row .file", "right") > edge(page, ".box-row .primary", "right")

"""What one sees and hears: targets large enough, room for large and for wide letters, rest for who asks for it,
colours of one's own, and names and news for who listens. axe-core looks at other things (test_accessibility.py)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from passalong.models import Person
from passalong.share.draft import Draft
from passalong.share.publish import publish
from tests.browser.chromium import DESK, PHONE
from tests.browser.conftest import Visit
from tests.browser.full_house import everything
from tests.browser.keyboard import Keyboard
from tests.browser.places import opened
from tests.browser.village import settle
from tests.share.pictures import jpeg

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.looks]
MAIN = (
    "/", "/share", "/share?url=https://meetings.example/silence&title=A+page", "/?shared={picture}", "/@ann",
    "/@ann?show=unlisted", "{unlisted_at}",
    "/@ann/tag/oer", "{mine_at}", "{picture_at}", "{passed_at}", "{replied_at}", "{picture_at}/edit", "/river",
    "/river?show=kept", "/read/{article}", "/read/{long}", "/read/{rtl}", "/came-back", "/came-back/first-contact",
    "/conversation/{reply}", "/unanswered", "/people", "/people/{dora}", "/people/{kai}", "/settings", "/sign-out",
    "/nothing-here",
)  # fmt: skip
"""Where one mainly is, filled."""
SMALL = """() => [...document.querySelectorAll("a, button, summary, input, select, textarea, label:has(input)")]
    .filter((each) => {
        if (each.matches(".skip, [type=hidden], [tabindex='-1']") || !each.checkVisibility()) return false;
        if (each.closest(".unseen-text, template, .body, dialog:not([open])")) return false;
        const field = each.matches("input") && each.closest("label");
        if (field) return false;  // the label is the target
        const box = each.getBoundingClientRect();
        if (box.width >= 24 && box.height >= 24) return false;
        const words = (node) => node.textContent.replace(/\\s+/g, " ").trim();
        const line = each.closest("p, li, dd, blockquote, h1, h2, h3, .helptext");
        const beside = line ? words(line).length - words(each).length : 0;
        return !(getComputedStyle(each).display === "inline" && beside > 8);  // amid a sentence: 2.5.8, "Inline"
    })
    .map((each) => `${each.outerHTML.slice(0, 110)} ${JSON.stringify(each.getBoundingClientRect())}`)"""
SPACED = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
        word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
}"""
WIDE = "() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - innerWidth"
CUT = """() => [...document.querySelectorAll("main *, header *, footer *")]
    .filter((each) => {
        const style = getComputedStyle(each);
        if (each.matches(".unseen-text, .unseen-text *, .face, .brand span")) return false;
        if (each.matches("textarea, select, option, img, canvas")) return false;
        if (!each.checkVisibility() || !each.textContent.trim()) return false;
        const hides = (way) => ["hidden", "clip"].includes(way);
        return hides(style.overflowY) && each.scrollHeight > each.clientHeight + 1
            || hides(style.overflowX) && each.scrollWidth > each.clientWidth + 1;
    }).map((each) => each.outerHTML.slice(0, 120))"""
MOVING = """() => {
    const long = (times) => times.split(",")
        .some((each) => parseFloat(each) * (each.trim().endsWith("ms") ? 1 : 1000) > 10);
    const still = [...document.querySelectorAll("*")].flatMap((each) => [null, "::before", "::after"].map((part) => {
        const style = getComputedStyle(each, part);
        return long(style.transitionDuration) || (style.animationName !== "none" && long(style.animationDuration))
            ? each.outerHTML.slice(0, 90) : "";
    })).filter(Boolean);
    const running = document.getAnimations().filter((each) => each.effect.getComputedTiming().duration > 10);
    return [...still, ...running.map((each) => `running: ${each.effect.target?.outerHTML.slice(0, 90)}`)];
}"""


@pytest.fixture
def known(ann: Person) -> dict[str, object]:
    return everything(ann)


def test_targets_are_24_pixels_or_amid_a_sentence(ann: Person, known: dict[str, object], visit: Visit) -> None:
    """WCAG 2.2, 2.5.8, without the exception for targets that stand apart."""
    tab, found = visit(ann), []
    for view in (DESK, PHONE):
        tab.page.set_viewport_size({"width": view["width"], "height": view["height"]})
        for path in MAIN:
            page = tab.open(path.format(**known))
            opened(page)
            found += [f"{path} at {view['width']}: {one}" for one in page.evaluate(SMALL)]
    assert not found, "\n".join(found)


def test_small_targets_would_be_found(ann: Person, visit: Visit) -> None:
    page = visit(ann).open("/river")
    page.evaluate(
        "document.querySelector('nav a').replaceChildren(); document.querySelector('nav a').style.padding = 0"
    )
    assert len(page.evaluate(SMALL)) == 1


def test_400_percent_and_wide_letters(ann: Person, known: dict[str, object], visit: Visit) -> None:
    """WCAG 2.2, 1.4.10: 1280 px at 400 % are 320; and 1.4.12: letters, words and lines further apart lose nothing."""
    tab, found = visit(ann, viewport={"width": 320, "height": 256}), []
    for path in MAIN:
        page = tab.open(path.format(**known))
        opened(page)
        for how in ("as it is", "spaced"):
            if how == "spaced":
                page.evaluate(SPACED)
            if (wide := page.evaluate(WIDE)) > 0:
                found.append(f"{path}, {how}: {wide} px too wide")
            found += [f"{path}, {how}, cut: {one}" for one in page.evaluate(CUT)]
    assert not found, "\n".join(found)


def test_nothing_moves_for_who_asks_for_rest(ann: Person, known: dict[str, object], visit: Visit) -> None:
    tab, found = visit(ann, reduced_motion="reduce"), []
    for path in ("/", "/river", "/people", "/came-back", "/settings", "/read/{article}"):
        page = tab.open(path.format(**known))
        opened(page)
        found += [f"{path}: {one}" for one in page.evaluate(MOVING)]
    assert not found, "\n".join(found)


def test_motion_would_be_found(ann: Person, visit: Visit) -> None:
    page = visit(ann).open("/")
    page.evaluate("document.querySelector('main').className = 'gone'")
    assert page.evaluate(MOVING)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_of_ones_own(ann: Person, visit: Visit, scheme: str) -> None:
    """In the system's few colours the box, what can be pressed, what has the focus and what is kept still show."""
    thing = settle(ann)["article"]
    tab = visit(ann, forced_colors="active", color_scheme=scheme)
    page, keys = tab.open("/"), Keyboard(tab.page)
    keys.sees_where()
    for name, role in (("Share", "button"), ("Take back", "button")):
        if page.get_by_role(role, name=name, exact=True).count():
            keys.goes_to(role, name)
    share = page.get_by_role("button", name="Share", exact=True)
    assert share.evaluate("it => parseFloat(getComputedStyle(it).borderTopWidth)") >= 1
    page = tab.open("/river")
    kept = page.locator(f"#i{thing.pk}").get_by_role("button", name="Keep")
    keys.goes_to("button", "Keep", page.locator(f"#i{thing.pk}"))
    keys.press("Enter")
    expect(kept).to_have_attribute("aria-pressed", "true")
    dot = "it => [getComputedStyle(it, '::before').backgroundColor, getComputedStyle(document.body).backgroundColor]"
    mark, paper = kept.evaluate(dot)
    assert mark != paper
    assert kept.evaluate("it => getComputedStyle(it).fontWeight") == "600"


def told(page: Page, words: str) -> None:
    expect(page.locator("#live")).to_have_text(words)


def test_what_happens_is_told_who_listens(ann: Person, visit: Visit) -> None:
    """Shared, and undone, in the live region of the page, which stands there empty before."""
    tab = visit(ann)
    page, keys = tab.open("/"), Keyboard(tab.page)
    live = page.locator("#live")
    expect(live).to_have_attribute("role", "status")
    expect(live).to_be_empty()
    keys.types("A sentence of why.")
    keys.press("Control+Enter")
    told(page, "Shared · See it")
    expect(page.get_by_role("status").filter(has_text="Undo")).to_be_visible()
    keys.uses("button", "Undo", back=True)
    told(page, "Undone: it was never shared.")


def test_a_river_page_says_nothing_by_itself(ann: Person, visit: Visit) -> None:
    settle(ann)
    page = visit(ann).open("/river")
    page.wait_for_timeout(300)
    expect(page.locator("#live")).to_be_empty()
    assert page.evaluate("document.activeElement === document.body")


def test_names_for_who_listens(ann: Person, visit: Visit) -> None:
    """What a screen reader gets: each card has a name, each part a role, and what is pressed says so."""
    settle(ann)
    page = visit(ann).open("/river")
    expect(page.locator("body")).to_match_aria_snapshot(
        """
        - link "Skip to what is here"
        - banner:
          - navigation "Main":
            - link "River"
        - main:
          - heading "River" [level=1]
          - navigation "What to show":
            - list:
              - listitem:
                - link /Unseen/
          - article "Dora Winter The seed library opens its drawers":
            - paragraph:
              - link "Dora Winter"
            - heading "The seed library opens its drawers" [level=2]
            - button "Reply"
            - button "Pass along"
            - button "Keep"
            - button "Seen"
        - contentinfo
        - status
        """
    )
    page.get_by_role("article", name="Dora Winter").get_by_role("button", name="Keep").press("Enter")
    expect(
        page.get_by_role("article", name="Dora Winter").get_by_role("button", name="Keep", pressed=True)
    ).to_be_visible()


def test_a_picture_without_words_asks_for_them_until_it_has_some(ann: Person, visit: Visit) -> None:
    page = visit(ann).open("/")
    page.set_input_files("#files", [{"name": "beans.jpg", "mimeType": "image/jpeg", "buffer": jpeg(80, 60)}])
    told(page, "Added: beans.jpg. Above, you can say what it shows.")
    expect(page.get_by_role("textbox", name="What does it show?")).to_be_visible()
    page.keyboard.press("Control+Enter")
    page.get_by_role("link", name="Say what this picture shows").press("Enter")
    expect(page.get_by_role("textbox", name="What does it show?")).to_be_focused()
    page.keyboard.type("Beans in a bowl")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("img", name="Beans in a bowl")).to_be_visible()


def test_the_language_of_each_thing_is_said(ann: Person, visit: Visit) -> None:
    settle(ann)
    publish(ann, Draft(words="Ten packets"))
    page = visit(ann).open("/river")
    expect(page.get_by_role("heading", name="المكتبة المفتوحة في الحي")).to_be_visible()
    assert page.get_by_text("المكتبة المفتوحة في الحي").first.evaluate("it => it.closest('[lang]').lang") == "ar"

"""Pictures and sound that people here share: a calm grid, one as large as the window; without scripts too."""

from __future__ import annotations

import io

import pytest
from playwright.sync_api import Locator, Page, expect

from passalong.models import Item, Person
from passalong.share.draft import Draft
from passalong.share.files import keep
from passalong.share.publish import publish
from tests.browser.chromium import PHONE
from tests.browser.conftest import Visit
from tests.browser.village import settle
from tests.share.pictures import SOUND, jpeg

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.looks]

WORDS = ("Beans in a bowl", "Peas on a sill", "Marigolds", "A drawer", "Its label")
SHIFTED = """new Promise((done) => {
    let sum = 0;
    const add = (list) => { for (const one of list.getEntries()) sum += one.value; };
    new PerformanceObserver(add).observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(sum), 300);
})"""


def shared(person: Person, *sizes: tuple[int, int]) -> Item:
    files = [
        keep(person, f"{number}.jpg", io.BytesIO(jpeg(*size)), alt=WORDS[number]) for number, size in enumerate(sizes)
    ]
    return publish(person, Draft(words="From the garden", files=tuple(files)))


def shown_large(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Pictures").get_by_role("img")


def test_a_picture_opens_and_closes_by_keys(ann: Person, visit: Visit) -> None:
    shared(ann, (900, 600), (600, 900), (640, 480))
    page = visit(None).open("/@ann")
    second = page.get_by_role("link", name=WORDS[1])
    second.focus()
    page.keyboard.press("Enter")
    expect(shown_large(page)).to_have_accessible_name(WORDS[1])
    expect(page.locator("[data-shows]")).to_have_text(WORDS[1])
    expect(page.locator("[data-which]")).to_have_text("2 / 3")
    for key, now in (("ArrowRight", 2), ("ArrowRight", 0), ("ArrowLeft", 2)):
        page.keyboard.press(key)
        expect(shown_large(page)).to_have_accessible_name(WORDS[now])
    expect(page.get_by_role("dialog").get_by_role("status")).to_have_text(f"3 / 3: {WORDS[2]}")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(second).to_be_focused()
    assert page.url.endswith("/@ann")


def test_a_picture_opens_and_closes_by_mouse(ann: Person, visit: Visit) -> None:
    shared(ann, (900, 600), (600, 900))
    page = visit(ann).open("/@ann")
    page.get_by_role("link", name=WORDS[0]).click()
    page.get_by_role("button", name="Next picture").click()
    expect(shown_large(page)).to_have_accessible_name(WORDS[1])
    expect(shown_large(page)).to_have_js_property("naturalWidth", 600)  # the large one, not the small
    page.keyboard.press("j")  # the keys of the page below rest
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("link", name=WORDS[0])).to_be_focused()


def test_a_lone_picture_has_no_arrows_and_others_are_not_gone_to(ann: Person, visit: Visit) -> None:
    shared(ann, (900, 600))
    shared(ann, (600, 500), (500, 600))
    page = visit(None).open("/@ann")
    page.get_by_role("link", name=WORDS[0]).last.click()
    expect(page.get_by_role("button", name="Next picture")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(shown_large(page)).to_have_accessible_name(WORDS[0])


def test_read_from_the_right_the_arrow_to_the_left_goes_on(ann: Person, visit: Visit) -> None:
    shared(ann, (900, 600), (600, 900), (640, 480))
    page = visit(None, locale="ar").open("/@ann")
    page.get_by_role("link", name=WORDS[0]).click()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-shows]")).to_have_text(WORDS[1])


def test_without_scripts_the_link_leads_to_the_picture(ann: Person, visit: Visit) -> None:
    shared(ann, (900, 600), (600, 900))
    tab = visit(None, java_script_enabled=False)
    page = tab.open("/@ann")
    link = page.get_by_role("link", name=WORDS[0])
    address = link.get_attribute("href")
    link.click()
    page.wait_for_url(f"**{address}")
    tab.wrong.clear()  # Chromium gives a lone picture a style of its own, which our policy for files forbids


@pytest.mark.parametrize(("many", "rows"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 2)])
def test_several_pictures_make_a_grid(ann: Person, visit: Visit, many: int, rows: int) -> None:
    item = shared(ann, *[(900, 600), (600, 900), (1200, 300), (200, 200), (640, 480)][:many])
    page = visit(None, viewport=PHONE).open(f"/@ann/{item.pk}")
    boxes = [link.bounding_box() for link in page.locator("[data-pictures] > a").all()]
    tops = {round(box["y"]) for box in boxes if box}
    assert len(boxes) == many
    assert len(tops) == rows
    assert all(box and box["x"] + box["width"] <= PHONE["width"] for box in boxes)
    assert all(box and box["width"] >= 24 and box["height"] >= 24 for box in boxes)


def test_nothing_jumps_and_a_phone_takes_the_smaller_picture(ann: Person, visit: Visit) -> None:
    item = shared(ann, (1600, 1000), (1000, 1600))
    tab = visit(None, viewport=PHONE)
    page = tab.open(f"/@ann/{item.pk}")
    for picture in page.locator("[data-pictures] img").all():
        expect(picture).not_to_have_js_property("naturalWidth", 0)
    assert page.evaluate(SHIFTED) < 0.01
    small = {file.small for file in item.files.all()}
    asked = {request.url.split("/")[4] for request in tab.asked if "/file/" in request.url}
    assert asked == small


def test_sound_plays_in_place_and_loads_nothing_before(ann: Person, visit: Visit) -> None:
    sound = keep(ann, "blackbird.wav", io.BytesIO(SOUND))
    item = publish(ann, Draft(words="This morning", files=(sound,)))
    tab = visit(None)
    page = tab.open(f"/@ann/{item.pk}")
    assert not [request for request in tab.asked if "/file/" in request.url]
    player = page.locator("audio")
    player.evaluate("each => each.play()")
    expect(player).to_have_js_property("ended", True)
    expect(page.get_by_role("link", name="blackbird.wav")).to_have_attribute("href", sound.address)


def test_undo_stands_above_the_pictures_that_were_just_shared(ann: Person, visit: Visit) -> None:
    files = [keep(ann, f"{number}.jpg", io.BytesIO(jpeg(90, 60 + number))) for number in range(2)]
    item = publish(ann, Draft(files=tuple(files)))
    page = visit(ann).open(f"/?shared={item.pk}")
    undo = page.get_by_role("button", name="Undo").bounding_box()
    rows = [each.bounding_box() for each in page.locator(".shared .line").all()]
    assert undo
    assert all(rows)
    first, second = (row for row in rows if row)
    assert undo["y"] + undo["height"] <= first["y"]
    assert (first["x"], first["width"]) == (second["x"], second["width"])


@pytest.mark.parametrize(("locale", "back", "on"), [("en", 300, 60), ("ar", 60, 300)], ids=["English", "Arabic"])
def test_one_finger_wipes_to_the_next(ann: Person, visit: Visit, locale: str, back: int, on: int) -> None:
    """As one turns pages: towards where reading begins. A short touch is none, and two fingers make it larger."""
    shared(ann, (900, 600), (600, 900), (640, 480))
    tab = visit(None, viewport=PHONE, has_touch=True, locale=locale)
    page = tab.open("/@ann")
    page.get_by_role("link", name=WORDS[0]).tap()
    expect(page.locator("[data-large] img")).to_have_attribute("alt", WORDS[0])
    hand = tab.context.new_cdp_session(page)

    def wipe(start: int, end: int, fingers: int = 1) -> None:
        def points(x: int) -> list[dict[str, int]]:
            return [{"x": x + 10 * number, "y": 300 + 40 * number, "id": number} for number in range(fingers)]

        hand.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points(start)})
        hand.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": points(end)})
        hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    for start, end, now in ((back, on, 1), (back, on, 2), (on, back, 1)):
        wipe(start, end)
        expect(page.locator("[data-large] img")).to_have_attribute("alt", WORDS[now])
    wipe(180, 200)
    wipe(back, on, fingers=2)
    expect(page.locator("[data-large] img")).to_have_attribute("alt", WORDS[1])
    expect(page.locator("#lightbox")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["scripts", "no scripts"])
def test_a_face_that_cannot_be_had_is_a_letter(ann: Person, visit: Visit, script: bool) -> None:
    settle(ann)
    tab = visit(ann, java_script_enabled=script)
    tab.page.route("**/picture/**", lambda route: route.fulfill(status=404))
    tab.open("/people")
    tab.page.wait_for_timeout(500)
    shown = tab.page.evaluate(
        """[...document.querySelectorAll("img.face")].map((face) => [face.naturalWidth, getComputedStyle(face).opacity,
            getComputedStyle(face, "::before").content, face.getBoundingClientRect().width])"""
    )
    assert [0, "1", '"D"', 40] in shown
    assert all(width == 40 for *_, width in shown)

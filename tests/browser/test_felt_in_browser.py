"""What a person with a slow phone feels, as far as it is no matter of time: weight, what jumps, who else is asked.

Seconds are measured by bench/felt.py.
"""

from __future__ import annotations

import gzip
import io
import re
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, Response, Route

from passalong.models import Person
from passalong.read.pictures import pictures
from tests.browser.chromium import DESK, PHONE, Tab
from tests.browser.conftest import Visit
from tests.browser.full_house import everything
from tests.browser.places import PAGES
from tests.browser.village import crowd
from tests.read.cast import a_source, an_item, follow

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.looks]

WEIGHT, PACKED, SHIFT = 150_000, 50_000, 0.05
ROUTES = ("", "@name", "@name/thing", "river", "read/<int:pk>", "came-back", "people", "people/<int:pk>")
"""Where people are most of the time."""
WATCH = """window.shifted = [];
new PerformanceObserver((list) => {
    for (const one of list.getEntries()) {
        const what = one.sources.map((each) => each.node?.outerHTML?.slice(0, 80) ?? `${each.node?.nodeName}`);
        window.shifted.push([one.value, what.join(" and ")]);
    }
}).observe({type: "layout-shift", buffered: true});"""


@pytest.fixture
def known(ann: Person) -> dict[str, Any]:
    known = everything(ann)
    crowd(ann, people=8, each=6)
    return known


def places(known: dict[str, Any]) -> list[str]:
    """Addresses of those pages as Ann sees them, before anything is done there."""
    return [
        place.at.format_map(known)
        for route in ROUTES
        for place in PAGES[route]
        if place.who == "ann" and not place.then and place.status == 200
    ]


def down(page: Page) -> None:
    for _ in range(0, page.evaluate("document.documentElement.scrollHeight"), 300):
        page.mouse.wheel(0, 300)
        page.wait_for_timeout(30)
    page.wait_for_load_state("networkidle")


def opened_before_pictures(tab: Tab, path: str) -> Page:
    """Pictures come when the page has been drawn without them, as on a slow line."""
    waiting: list[Route] = []
    drawn = False
    tab.page.route("**/picture/**", lambda each: each.continue_() if drawn else waiting.append(each))
    page = tab.open(path)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))")
    drawn = True
    for each in waiting:
        each.continue_()
    page.wait_for_load_state("networkidle")
    page.unroute("**/picture/**")
    return page


def jumped(tab: Tab, path: str) -> tuple[float, list[Any]]:
    """Cumulative layout shift (W3C Layout Instability) to the end of the page, and of one more page of it; that the
    foot makes room for what was asked for is no jump."""
    page = opened_before_pictures(tab, path)
    down(page)
    more = page.locator("a[data-load-more]")
    if more.count():
        cards = page.locator("article").count()
        more.click()
        page.wait_for_function("many => document.querySelectorAll('article').length > many", arg=cards)
        down(page)
    found = [
        each for each in page.evaluate("window.shifted") if " and " in each[1] or not each[1].startswith("<footer")
    ]
    return sum(value for value, _ in found), found


@pytest.mark.parametrize("view", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_jumps(ann: Person, known: dict[str, Any], visit: Visit, view: dict[str, int]) -> None:
    tab = visit(ann, viewport=view)
    tab.page.add_init_script(WATCH)
    for path in places(known):
        much, what = jumped(tab, path)
        assert much <= SHIFT, (path, what)


@pytest.mark.parametrize("size", [(800, 500), (800, 600), (640, 360)], ids=["8:5", "4:3", "16:9"])
def test_a_figure_has_room_before_its_picture_comes(ann: Person, visit: Visit, size: tuple[int, int]) -> None:
    """The page it is from did not say how large it is."""
    at, out = "https://ben.example/bowl.png", io.BytesIO()
    Image.new("RGB", size, (120, 150, 100)).save(out, "PNG")
    pictures.keep(at, out.getvalue())
    words = "<p>Beans and marigolds and a tomato without a name.</p>" * 3
    html = f'<p>Look.</p><figure><img src="{at}" alt="A bowl"></figure>{words}'
    item = an_item(a_source("ben"), html=html)
    follow(ann, item.source)
    tab = visit(ann, viewport=PHONE)
    tab.page.add_init_script(WATCH)
    much, what = jumped(tab, f"/read/{item.pk}")
    assert much <= SHIFT, what


def test_pages_are_light(ann: Person, known: dict[str, Any], visit: Visit) -> None:
    """Without pictures, with an empty cache: what the browser reads, and what of it travels when it is packed."""
    for who, path in [*((ann, path) for path in places(known)), (None, "/"), (None, "/@ann")]:
        sizes = [(len(body), len(gzip.compress(body))) for body in words_of(visit(who), path)]
        assert sum(whole for whole, _ in sizes) < WEIGHT, path
        assert sum(packed for _, packed in sizes) < PACKED, path


def words_of(tab: Tab, path: str) -> list[bytes]:
    answers: list[Response] = []
    tab.page.on("response", lambda each: answers.append(each))
    tab.open(path)
    return [each.body() for each in answers if each.request.resource_type != "image"]


def test_pages_come_packed_and_hold_nothing_up(ann: Person, known: dict[str, Any], visit: Visit) -> None:
    tab = visit(ann)
    for path in places(known):
        answer = tab.page.goto(tab.base + path, wait_until="load")
        assert answer
        assert answer.header_value("content-encoding") == "gzip", path
        holding = tab.page.evaluate(
            """performance.getEntriesByType("resource").filter((each) => each.renderBlockingStatus === "blocking")
                .map((each) => each.name)"""
        )
        assert holding == [], path
        eager = tab.page.locator("img:not([loading=lazy]):not([width][height])")
        assert not eager.count(), path
        assert not tab.page.locator("link[rel~=preload], link[rel~=modulepreload], link[rel~=prefetch]").count(), path


@pytest.mark.parametrize("script", [True, False], ids=["scripts", "no scripts"])
def test_the_first_page_waits_for_no_second_answer(ann: Person, visit: Visit, script: bool) -> None:
    """It brings its style along (site/test_arriving.py); the next takes it from what was fetched behind the first."""
    tab = visit(None, java_script_enabled=script, color_scheme="light")
    file = re.compile(r"/static/passalong\.css")
    tab.page.route(file, lambda route: route.abort())
    assert coloured(tab.open("/@ann"))
    assert tab.page.locator("style").count() == 1
    tab.page.unroute(file)

    assert coloured(tab.open("/@ann"))
    with tab.page.expect_navigation():
        tab.page.locator("a.brand").click()
    assert tab.page.locator("style").count() == 0
    assert coloured(tab.page)
    assert tab.page.evaluate(TRAVELLED) == [0]


TRAVELLED = """performance.getEntriesByType("resource").filter((each) => each.name.includes("passalong.css"))
    .map((each) => each.transferSize)"""


def coloured(page: Page) -> bool:
    """Is the paper the colour that the stylesheet gives it?"""
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor")) == "rgb(250, 246, 239)"

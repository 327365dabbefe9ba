"""A picture of every page: by day, by night, on a phone, and in Arabic, from the right. `make screenshots`

Not called test_, so that the suite leaves it out: pytest takes it where it is named.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page

from passalong.models import Person
from passalong.models.first_moves import ALL
from tests.browser.chromium import PHONE
from tests.browser.conftest import Visit
from tests.browser.places import EMPTY, EVERY, Place, names
from tests.browser.test_accessibility import BROKEN, PARTS, Visitors, break_it, house

__all__ = ["house"]

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.looks]

ONLY = os.environ.get("PAGES", "").split(",")
"""Parts of names: other pages are left out."""
LANGUAGES = ("en", "ar")
FOLDER = Path(os.environ.get("PASSALONG_SHOTS", "screenshots")).resolve()
SETTLED = """Promise.all([...document.images].map((each) => {
    each.loading = "eager";
    return each.decode().catch(() => 0);
}))"""
"""Also what would wait until somebody scrolls to it: a screenshot is of the whole page."""


def take(visitors: Visitors, places: Mapping[Place, str], language: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    lost = []
    for place, name in places.items():
        if not any(part in name for part in ONLY):
            continue
        try:
            page = visitors.go_to(place, language)
        except AssertionError as problem:
            lost.append(str(problem))
            continue
        page.evaluate(SETTLED)
        shoot(page, f"{name}--{'arabic' if language == 'ar' else 'light'}")
        if language == "en":
            page.emulate_media(color_scheme="dark")
            shoot(page, f"{name}--dark")
            page.emulate_media(color_scheme="light")
            page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
            shoot(page, f"{name}--phone")
        visitors.leave(place, page)
    assert not lost, "\n".join(lost)


def shoot(page: Page, name: str) -> None:
    page.screenshot(path=FOLDER / f"{name}.png", full_page=True)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page(house: Visitors, part: int, language: str) -> None:
    named = names(EVERY)
    take(house, {place: named[place] for place in EVERY[part::PARTS]}, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_node(ann: Person, visit: Visit, language: str) -> None:
    Person.objects.update(first_moves=ALL)
    take(Visitors(visit, [ann], {}), {place: f"empty-{name}" for place, name in names(EMPTY).items()}, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_broke(house: Visitors, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    break_it(monkeypatch)
    take(house, {place: f"broken-{name}" for place, name in names(BROKEN).items()}, language)

"""WCAG 2.2 AA on every page, in both themes, as axe-core sees it; and pictures of each on demand.

`PASSALONG_SHOTS=folder pytest tests/browser/test_accessibility.py` leaves a screenshot of every page there.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from allauth.core.internal import ratelimit
from allauth.mfa.webauthn.internal import auth as passkeys
from playwright.sync_api import Page, TimeoutError

from passalong.credit import views as credit_views
from passalong.models import Person
from passalong.share import views as share_views
from tests.browser.chromium import DESK, PHONE, Tab
from tests.browser.conftest import Visit
from tests.browser.full_house import everything, just_proved
from tests.browser.places import EMPTY, EVERY, NO_PAGE, PAGES, Place, pressed
from tests.conftest import make_person
from tests.site.test_routes import EXAMPLES

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.looks]

AXE = (Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALSO = ["label-content-name-mismatch", "target-size", "focus-order-semantics"]
"""Rules that axe-core has, but asks only when told to."""
SHOTS = os.environ.get("PASSALONG_SHOTS")
PARTS = 6
"""The pages are gone through by so many workers at once."""


BY_THEME = ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"]
"""What may differ in the other theme, and on a phone."""


def wrong(tab: Tab, path: str) -> list[str]:
    """What axe-core finds at an address, one line for each place."""
    tab.open(path)
    return found_by_axe(tab.page, path)


def found_by_axe(page: Page, said: str, only: Sequence[str] = ()) -> list[str]:
    """All rules, or `only` these."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    asked: dict[str, Any] = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": RULES}}
    asked["rules"] = {name: {"enabled": True} for name in ALSO}
    if only:
        asked = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": only}}
    found: dict[str, Any] = page.evaluate("asked => axe.run(document, asked)", asked)
    return [
        f"{said}: {one['id']}: {one['help']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def shoot(tab: Tab, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        tab.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


class Visitors:
    """One tab for each who looks, made when they first do, and used for all they look at."""

    def __init__(self, visit: Visit, people: Iterable[Person], known: dict[str, Any]) -> None:
        self.visit, self.people, self.known = visit, {person.handle: person for person in people}, known
        self.tabs: dict[str | None, Tab] = {}

    def tab(self, who: str | None) -> Tab:
        if who not in self.tabs:
            person = self.people[who] if who else None
            self.tabs[who] = tab = self.visit(person)
            if person:
                cookies = {one["name"]: one["value"] for one in tab.context.cookies()}  # type: ignore[typeddict-item]
                just_proved(cookies["sessionid"], person)
        return self.tabs[who]

    def look_at(self, place: Place) -> list[str]:
        """Goes there and does what is to be done; everything that axe-core says of it, in both themes."""
        tab = self.tab(place.who)
        page = tab.page
        page.set_viewport_size({"width": DESK["width"], "height": DESK["height"]})
        page.emulate_media(color_scheme="light")
        answer = page.goto(tab.base + place.at.format(**self.known))
        assert answer is not None
        assert answer.status == place.status, place
        if place.then:
            try:
                place.then(page)
            except TimeoutError as problem:
                raise AssertionError(f"could not be reached: {place}") from problem
        found = found_by_axe(page, str(place))
        self.shoot(tab, place, "light")
        page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        page.emulate_media(color_scheme="dark")
        found += found_by_axe(page, f"{place}, dark, on a phone", BY_THEME)
        self.shoot(tab, place, "dark")
        if place.who is None:
            tab.context.clear_cookies()
        return found

    def shoot(self, tab: Tab, place: Place, theme: str) -> None:
        shoot(tab, re.sub(r"\W+", "-", f"{place}"[:80]).strip("-") + f"-{theme}")


@pytest.fixture
def house(ann: Person, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> Visitors:
    monkeypatch.setattr(passkeys, "get_credentials", lambda _: [])  # Ann's is only a name here
    return Visitors(visit, [ann, make_person("ben")], everything(ann))


def test_every_route_that_answers_a_person_is_looked_at() -> None:
    """A new route goes into `PAGES` of places.py or, with its reason, into `NO_PAGE`."""
    for_programs = {name for name, route in EXAMPLES.items() if route.get == 405}
    named = set(PAGES) | set(NO_PAGE)
    assert sorted(set(EXAMPLES) - for_programs - named) == []
    assert sorted(named - set(EXAMPLES)) == []
    assert not set(PAGES) & set(NO_PAGE)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page(house: Visitors, part: int) -> None:
    found = [line for place in EVERY[part::PARTS] for line in house.look_at(place)]
    assert not found, "\n".join(found)


def test_an_empty_node_too(ann: Person, visit: Visit) -> None:
    visitors = Visitors(visit, [ann], {})
    found = [line for place in EMPTY for line in visitors.look_at(place)]
    assert not found, "\n".join(found)


def test_what_broke_says_so_on_a_page_like_the_others(house: Visitors, monkeypatch: pytest.MonkeyPatch) -> None:
    """500, 507 and 429."""

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    def broken(*_: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(share_views, "publish", full)
    monkeypatch.setattr(credit_views, "unanswered", broken)
    monkeypatch.setattr(ratelimit, "consume", lambda *_, **__: None)
    places = [
        Place("/", then=pressed("Share", what="A long thought")),
        Place("/unanswered", status=500),
        Place("/account/password", status=429),
    ]
    found = [line for place in places for line in house.look_at(place)]
    assert not found, "\n".join(found)


def test_the_check_sees_what_is_wrong(ann: Person, visit: Visit) -> None:
    """A check that finds nothing anywhere would say the same as one that is broken."""
    tab = visit(ann)
    tab.open("/river")
    tab.page.evaluate(
        "document.querySelector('main').append(document.createElement('input'), document.createElement('h1'))"
    )
    found = " ".join(found_by_axe(tab.page, "/river"))
    assert ": label: " in found
    assert ": empty-heading: " in found

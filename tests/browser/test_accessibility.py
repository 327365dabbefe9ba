"""WCAG 2.2 AA on every page, in both themes, as axe-core sees it. Pictures of the same pages: shots.py."""

from __future__ import annotations

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
from passalong.models.first_moves import ALL
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


class Visitors:
    """One tab for each who looks, made when they first do, and used for all they look at."""

    def __init__(self, visit: Visit, people: Iterable[Person], known: dict[str, Any]) -> None:
        self.visit, self.people, self.known = visit, {person.handle: person for person in people}, known
        self.tabs: dict[tuple[str | None, str], Tab] = {}

    def tab(self, who: str | None, language: str) -> Tab:
        if (who, language) not in self.tabs:
            person = self.people[who] if who else None
            self.tabs[who, language] = tab = self.visit(person, locale=language)
            if person:
                cookies = {one["name"]: one["value"] for one in tab.context.cookies()}  # type: ignore[typeddict-item]
                just_proved(cookies["sessionid"], person)
        return self.tabs[who, language]

    def go_to(self, place: Place, language: str = "en") -> Page:
        """Goes there and does what is to be done, at a desk by day."""
        tab = self.tab(place.who, language)
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
        return page

    def look_at(self, place: Place) -> list[str]:
        """Everything that axe-core says of it, in both themes."""
        page = self.go_to(place)
        found = found_by_axe(page, str(place))
        page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        page.emulate_media(color_scheme="dark")
        found += found_by_axe(page, f"{place}, dark, on a phone", BY_THEME)
        self.leave(place, page)
        return found

    def leave(self, place: Place, page: Page) -> None:
        if place.who is None:
            page.context.clear_cookies()


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
    Person.objects.update(first_moves=ALL)
    visitors = Visitors(visit, [ann], {})
    found = [line for place in EMPTY for line in visitors.look_at(place)]
    assert not found, "\n".join(found)


BROKEN = (
    Place("/", then=pressed("Share", what="A long thought")),
    Place("/unanswered", status=500),
    Place("/account/password", status=429),
)
"""After `break_it`: 507, 500 and 429."""


def break_it(monkeypatch: pytest.MonkeyPatch) -> None:

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    def broken(*_: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(share_views, "publish", full)
    monkeypatch.setattr(credit_views, "unanswered", broken)
    monkeypatch.setattr(ratelimit, "consume", lambda *_, **__: None)


def test_what_broke_says_so_on_a_page_like_the_others(house: Visitors, monkeypatch: pytest.MonkeyPatch) -> None:
    break_it(monkeypatch)
    found = [line for place in BROKEN for line in house.look_at(place)]
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

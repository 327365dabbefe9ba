"""WCAG 2.2 AA on every page, in both themes, as axe-core sees it; and pictures of each on demand.

`PASSALONG_SHOTS=folder pytest tests/browser/test_accessibility.py` leaves a screenshot of every page there.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from passalong.models import Item, Person
from tests.browser.chromium import DESK, PHONE, Tab
from tests.browser.conftest import Visit
from tests.browser.village import settle, shared_by

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = (Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SHOTS = os.environ.get("PASSALONG_SHOTS")

MINE = [
    "/",
    "/share",
    "/share?url=https://cas.example/&title=A+page&text=words",
    "/river",
    "/river?show=unseen",
    "/river?show=kept",
    "/river?of={dora}",
    "/read/{article}",
    "/read/{rtl}",
    "/read/{sound}",
    "/people",
    "/people/{dora}",
    "/@ann",
    "/@ann/{mine}",
    "/@ann/{mine}/edit",
    "/settings",
]
STRANGERS = ["/", "/@ann", "/@ann/{mine}", "/sign-in", "/hello/none", "/nothing-here"]


def wrong(tab: Tab, path: str) -> list[str]:
    """What axe-core finds at an address, one line for each place."""
    page = tab.open(path)
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})", RULES
    )
    return [
        f"{path}: {one['id']}: {one['help']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def shoot(tab: Tab, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        tab.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def places(ann: Person) -> dict[str, Any]:
    things = settle(ann)
    mine: Item = shared_by(ann, "A first thing of my own, with some words to it.")
    return {word: item.pk for word, item in things.items()} | {
        "dora": things["article"].source.person_id,
        "mine": mine.pk,
    }


@pytest.mark.parametrize("view", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_mine(ann: Person, visit: Visit, scheme: str, view: dict[str, int]) -> None:
    known = places(ann)
    tab = visit(ann, color_scheme=scheme, viewport=view)
    found = []
    for number, path in enumerate(MINE):
        found += wrong(tab, path.format(**known))
        shoot(tab, f"mine-{number:02}-{path.strip('/').split('/')[0].split('?')[0]}-{scheme}-{view['width']}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_a_stranger_sees(ann: Person, visit: Visit, scheme: str) -> None:
    known = places(ann)
    tab = visit(None, color_scheme=scheme, viewport=PHONE if scheme == "dark" else DESK)
    found = []
    for number, path in enumerate(STRANGERS):
        found += wrong(tab, path.format(**known))
        shoot(tab, f"stranger-{number:02}-{scheme}")
    assert not found, "\n".join(found)


def test_an_empty_node_too(ann: Person, visit: Visit) -> None:
    tab = visit(ann)
    found = []
    for number, path in enumerate(["/", "/river", "/river?show=kept", "/people"]):
        found += wrong(tab, path)
        shoot(tab, f"empty-{number:02}")
    assert not found, "\n".join(found)


def test_the_check_sees_what_is_wrong(ann: Person, visit: Visit) -> None:
    """A check that finds nothing anywhere would say the same as one that is broken."""
    tab = visit(ann)
    tab.open("/river")
    tab.page.evaluate(AXE)
    tab.page.evaluate("document.body.append(document.createElement('input'))")
    found = tab.page.evaluate("rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES)
    assert [one["id"] for one in found["violations"]] == ["label", "region"] or found["violations"]

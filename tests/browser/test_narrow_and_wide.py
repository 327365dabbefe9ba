"""What has room, and what has none: long names on a phone, and the bar that says what was shared on a desk."""

from __future__ import annotations

import pytest

from passalong.models import Person
from passalong.share.draft import Draft
from passalong.share.publish import publish
from passalong.share.withdraw import withdraw
from tests.browser.conftest import Visit
from tests.browser.village import settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]
GOOD = "https://meetings.example/silence"


@pytest.mark.parametrize("width", [1100, 360])
def test_what_is_good_to_know_of_a_share_stands_below_it(ann: Person, visit: Visit, width: int) -> None:
    settle(ann)
    publish(ann, Draft(link=GOOD))
    item = publish(ann, Draft(link=GOOD, words="Worth it", via="https://gus.example/1"))
    page = visit(ann, viewport={"width": width, "height": 800}).open(f"/?shared={item.pk}")
    bar = page.locator(".shared")

    def box(words: str) -> dict[str, float]:
        found = bar.locator("p", has_text=words).bounding_box()
        assert found
        return dict(found)

    undo = bar.get_by_role("button", name="Undo").bounding_box()
    whole = bar.bounding_box()
    assert undo
    assert whole
    assert whole["x"] + whole["width"] - (undo["x"] + undo["width"]) < 40, "Undo stands at the end of the first line"
    for words in ("via ", "Gus Øster & daughters shared this", "You shared this"):
        assert box(words)["x"] == box("See it")["x"], words
        assert box(words)["y"] >= undo["y"] + undo["height"], words


@pytest.mark.parametrize("path", ["/", "/@ann", "{gone}", "/people", "/people/{dora}", "/river", "/river?of={dora}"])
def test_a_long_name_without_a_break_makes_no_page_wider(ann: Person, visit: Visit, path: str) -> None:
    thing = settle(ann)["article"]
    gone = publish(ann, Draft(words="Taken back"))
    withdraw(gone)
    Person.objects.update(name="W" * 250)
    who = None if path == "{gone}" else ann
    page = visit(who, viewport={"width": 360, "height": 700}).open(
        path.format(gone=f"/@ann/{gone.pk}", dora=thing.source.person_id)
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 360

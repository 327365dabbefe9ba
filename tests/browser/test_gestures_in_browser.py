"""Gestures with a real browser: in place, by keyboard, without JavaScript; and what axe-core says of their pages."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from passalong.models import Item, Link, Page, Person
from passalong.share.draft import Draft
from passalong.share.publish import publish
from passalong.wire.address import key
from tests.browser.chromium import DESK, PHONE
from tests.browser.conftest import Visit
from tests.browser.test_accessibility import wrong
from tests.browser.village import settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]
GOOD = "https://meetings.example/silence"


def mine() -> Item:
    return Item.objects.filter(source__kind="here").order_by("-id")[0]


def test_passed_along_in_place_and_undone(ann: Person, visit: Visit) -> None:
    thing = settle(ann)["link"]
    tab = visit(ann)
    page = tab.open("/river")
    card = page.locator(f"#i{thing.pk}")
    card.get_by_role("button", name="Pass along").click()
    said = card.locator("[data-did]")
    expect(said).to_contain_text("Passed along, via Gus")
    expect(said).to_be_focused()
    assert page.url.endswith("/river")
    assert mine().kind == "repost"
    said.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-said]")).to_contain_text("Undone")
    assert page.url.endswith(f"/river#i{thing.pk}")
    assert not Item.objects.filter(source__kind="here").exists()


def test_without_javascript_each_is_a_form(ann: Person, visit: Visit) -> None:
    thing = settle(ann)["article"]
    page = visit(ann, java_script_enabled=False).open("/river")
    page.locator(f"#i{thing.pk}").get_by_role("button", name="Thank", exact=True).click()
    expect(page.locator("[data-said]")).to_contain_text("Thanked Dora Winter.")
    assert mine().kind == "like"
    page.locator(f"#i{thing.pk}").get_by_role("button", name="Reply", exact=True).click()
    expect(page.locator(".towards")).to_contain_text("In reply to Dora Winter: The seed library opens its drawers")
    page.get_by_label("Share a link, words or a file").fill("I brought beans")
    page.get_by_role("button", name="Reply", exact=True).click()
    assert mine().kind == "reply"


def test_who_shared_it_already_is_said_while_a_link_is_typed(ann: Person, visit: Visit) -> None:
    settle(ann)
    page = visit(ann).open("/share")
    page.locator("#what").press_sequentially(f"{GOOD} worth it", delay=2)
    near = page.locator("[data-nearby]")
    expect(near).to_contain_text("Gus Øster & daughters shared this ")
    near.get_by_role("checkbox", name="via Gus Øster & daughters").uncheck()
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.locator(".shared")).to_contain_text("Shared")
    assert list(mine().links.values_list("rel", flat=True)) == ["about"]


def test_ask_shows_up_with_the_question_mark(ann: Person, visit: Visit) -> None:
    settle(ann)
    page = visit(ann).open("/share")
    ask = page.get_by_role("button", name="Ask", exact=True)
    expect(ask).to_be_hidden()
    page.locator("#what").press_sequentially("Where is the seed library?")
    expect(ask).to_be_visible()
    ask.click()
    expect(page.locator(".known")).to_contain_text("The seed library opens its drawers")
    page.get_by_role("button", name="Ask anyway").click()
    expect(page.locator(".shared")).to_be_visible()
    assert mine().kind == "question"


@pytest.mark.looks
@pytest.mark.parametrize(("scheme", "view"), [("light", DESK), ("dark", PHONE), ("light", PHONE)])
def test_nothing_is_wrong_with_their_pages(ann: Person, visit: Visit, scheme: str, view: dict[str, int]) -> None:
    things = settle(ann)
    url = things["article"].page.url  # type: ignore[union-attr]
    gus = things["link"].page.url  # type: ignore[union-attr]
    passed = publish(ann, Draft(repost_of=gus, link=GOOD, via=gus, chain=(url,)))
    thanked = publish(ann, Draft(like_of=url))
    quoted = publish(ann, Draft(words="“You take a packet.” Yes.", quote_of=url))
    replied = publish(ann, Draft(words="I will come", reply_to=url))
    Link.objects.create(
        item=things["note"],
        rel="via",
        page=Page.objects.create(url="https://x.example/", key=key("https://x.example/")),
    )
    paths = ["/@ann", "/river", f"/read/{things['article'].pk}", f"/share?reply_to={url}", f"/share?url={GOOD}"]
    paths += [f"/?shared={quoted.pk}", *(f"/@ann/{item.pk}" for item in (passed, thanked, quoted, replied))]
    tab = visit(ann, color_scheme=scheme, viewport=view)
    found = []
    for path in paths:
        found += wrong(tab, path)
        wide = tab.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            found.append(f"{path}: {wide} px too wide")
    assert not found, "\n".join(found)

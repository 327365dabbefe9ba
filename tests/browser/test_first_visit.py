"""Somebody who has never seen it: starts it, shares, takes it back, follows someone and reads them.

They know nothing of how the pages are made: everything is found by what it is and how it is called.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import PHONE, new_tab
from tests.node import Node
from tests.stories.test_tutorial import bens_web

pytestmark = [pytest.mark.browser, pytest.mark.slow]
A_WHILE = 30_000
FIRST_SHARE_WITHIN = 60


def looks_until_it_is_there(page: Page, title: str) -> None:
    """Goes to the river again and again, as somebody does who waits for it."""
    until = time.monotonic() + A_WHILE / 1000
    while time.monotonic() < until:
        page.get_by_role("navigation", name="Main").get_by_role("link", name="River", exact=True).click()
        if page.get_by_role("article").get_by_role("link", name=title).count():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"“{title}” did not come into the river")


@pytest.mark.parametrize("how", ["desk", "phone without scripts"])
def test_the_first_visit(chromium: Browser, tmp_path: Path, how: str) -> None:
    ways = {"viewport": PHONE, "java_script_enabled": False} if how.startswith("phone") else {}
    began = time.monotonic()
    with bens_web() as proxy, Node(tmp_path / "home", "up", "--no-open", PASSALONG_PROXY=proxy) as node:
        tab = new_tab(chromium, node.url, **ways)
        page = tab.page
        page.goto(node.hello)
        expect(page.get_by_role("textbox", name=re.compile("^Share"))).to_be_focused()
        page.keyboard.type("Hello, is this thing on?")
        page.get_by_role("button", name="Share", exact=True).click()
        expect(page.get_by_text("Shared", exact=True)).to_be_visible(timeout=A_WHILE)
        assert time.monotonic() - began < FIRST_SHARE_WITHIN, (
            "the promise is about a person, and a busy machine keeps it"
        )
        expect(page.get_by_role("article").get_by_text("Hello, is this thing on?")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_role("main").get_by_text("Undone")).to_be_visible(timeout=A_WHILE)
        expect(page.get_by_role("article")).to_have_count(0)

        page.get_by_role("navigation", name="Main").get_by_role("link", name="People").click()
        page.get_by_role("textbox", name="Follow someone").fill("http://ben.example")
        page.get_by_role("button", name="Follow", exact=True).first.click()
        expect(page.get_by_role("heading", name="Ben")).to_be_visible(timeout=A_WHILE)
        looks_until_it_is_there(page, "Winter seeds")
        assert not tab.wrong
        assert not tab.strangers_asked()
        tab.close()

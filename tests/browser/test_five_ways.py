"""The five ways in: the box, paste, the button in one's browser, another app's share sheet, the command line.

Each publishes with as few gestures as promised, and when "Shared" is on the screen it is true: the thing is in the
database and in the feed. How fast that is, is measured by bench/time_to_share.py.
"""

from __future__ import annotations

import sqlite3
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import new_tab
from tests.browser.elsewhere import SENT
from tests.browser.elsewhere import elsewhere as somewhere
from tests.node import Node

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    with somewhere() as place:
        yield f"{place}/good"


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with Node(tmp_path_factory.mktemp("ann") / "home") as running:
        yield running


@dataclass
class Hand:
    """Counts what a hand does once it has what it wants to share."""

    page: Page
    gestures: list[str] = field(default_factory=list)

    def press(self, keys: str, page: Page | None = None) -> None:
        self.gestures.append(keys)
        (page or self.page).keyboard.press(keys)


@pytest.fixture
def hand(chromium: Browser, node: Node) -> Iterator[Hand]:
    tab = new_tab(chromium, node.url)
    if node.hello not in SESSIONS:
        tab.page.goto(node.hello)
        SESSIONS[node.hello] = tab.context.cookies()
    else:
        tab.context.add_cookies(SESSIONS[node.hello])
    tab.page.goto(node.url + "/")
    yield Hand(tab.page)
    assert not tab.wrong
    tab.close()


SESSIONS: dict[str, Any] = {}
"""The printed link signs in once; what it gave is for all tests of its node. There may be several: a worker that takes
over tests of this module from another one comes back to it, and begins anew."""


def is_out(node: Node, words: str) -> None:
    """In the database and in the feed, at this moment and once."""
    with closing(sqlite3.connect(node.home / "passalong.sqlite3", timeout=20)) as database:
        query = """SELECT COUNT(*) FROM passalong_item item LEFT JOIN passalong_link link ON link.item_id = item.id
            LEFT JOIN passalong_page page ON page.id = link.page_id WHERE item.excerpt LIKE ? OR page.url LIKE ?"""
        assert database.execute(query, (f"%{words}%", f"%{words}%")).fetchone() == (1,)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{node.url}/@ann/feed.json", timeout=20) as feed:
        assert words in feed.read().decode()


def says_shared(page: Page) -> None:
    expect(page.get_by_text("Shared", exact=True)).to_be_visible(timeout=20_000)


def test_the_box(hand: Hand, node: Node) -> None:
    hand.page.keyboard.type("A sentence of why")
    hand.press("Control+Enter")
    says_shared(hand.page)
    is_out(node, "A sentence of why")
    assert len(hand.gestures) == 1


@pytest.mark.parametrize("how", ["waiting", "Enter"])
def test_paste(hand: Hand, node: Node, elsewhere: str, how: str) -> None:
    """One gesture: a lone link goes by itself, after five seconds in which one sees it go and can stop it."""
    other = hand.page.context.new_page()
    link = f"https://cas.example/copied-{how}"
    other.goto(elsewhere)
    other.get_by_role("textbox").fill(link)
    for keys in ("Control+a", "Control+c"):
        other.keyboard.press(keys)
    hand.page.bring_to_front()
    expect(hand.page.get_by_label("Share a link, words or a file")).to_be_focused()
    hand.press("Control+v")
    expect(hand.page.locator("[data-countdown]").get_by_text("Sharing in")).to_be_visible()
    expect(hand.page.get_by_role("button", name="Wait")).to_be_visible()
    if how == "Enter":
        hand.press("Enter")
    says_shared(hand.page)
    is_out(node, link)
    assert len(hand.gestures) == (2 if how == "Enter" else 1)


def test_the_button_in_the_browser(hand: Hand, node: Node, elsewhere: str) -> None:
    hand.page.goto(node.url + "/settings")
    button = hand.page.get_by_role("link", name="Pass along", exact=True).get_attribute("href")
    assert button
    hand.page.goto(elsewhere)
    with hand.page.expect_popup() as popup:
        hand.gestures.append("the button")
        hand.page.evaluate(button.removeprefix("javascript:"))
    box = popup.value
    expect(box.get_by_label("Share a link, words or a file")).to_be_focused()
    hand.press("Control+Enter", box)
    says_shared(box)
    expect(box.get_by_role("button", name="Undo")).to_be_visible()
    is_out(node, elsewhere)
    assert len(hand.gestures) == 2


def test_another_apps_share_sheet(hand: Hand, node: Node) -> None:
    hand.gestures.append("Passalong in the sheet")
    with hand.page.expect_navigation():
        hand.page.evaluate(SENT, {"title": "A talk", "text": "Worth an evening", "url": "https://cas.example/talk"})
    expect(hand.page.get_by_label("Share a link, words or a file")).to_be_focused()
    hand.press("Control+Enter")
    says_shared(hand.page)
    is_out(node, "https://cas.example/talk")
    assert len(hand.gestures) == 2


def test_the_command_line(node: Node) -> None:
    done = node.run("share", "https://cas.example/from-the-terminal", "Worth your evening")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{node.url}/@ann/")
    is_out(node, "https://cas.example/from-the-terminal")

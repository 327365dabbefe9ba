"""Ann's node, a village of people she follows, and visitors who look at it with a real browser."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from passalong.models import Person
from tests.browser.chromium import Tab, launched, new_tab
from tests.conftest import client_of

Visit = Callable[..., Tab]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    # Playwright runs a loop of its own in this thread; Django's guard takes that for an async view.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with launched() as browser:
        yield browser


def answered(within: float = 2.0) -> None:
    """Waits for answers that the server still makes, such as to what a page sends when it is left: the database that
    they ask is gone with the test."""
    until = time.monotonic() + within
    while time.monotonic() < until and any("process_request" in each.name for each in threading.enumerate()):
        time.sleep(0.01)


@pytest.fixture
def visit(chromium: Browser, live_server: Any) -> Iterator[Visit]:
    """`visit(ann)` is a tab of Ann's browser, `visit(None)` a stranger's. Afterwards nothing may have gone wrong in it,
    and no other server may have been asked for anything."""
    tabs: list[Tab] = []

    def open_tab(person: Person | None = None, **how: Any) -> Tab:
        cookies = {name: morsel.value for name, morsel in client_of(person).cookies.items()}
        tabs.append(new_tab(chromium, live_server.url, cookies, **how))
        return tabs[-1]

    yield open_tab
    for tab in tabs:
        tab.close()
    answered()
    for tab in tabs:
        assert not tab.wrong
        assert not tab.strangers_asked()

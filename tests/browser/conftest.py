"""Ann's node, a village of people she follows, and visitors who look at it with a real browser."""

from __future__ import annotations

import os
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
        assert not tab.wrong
        assert not tab.strangers_asked()

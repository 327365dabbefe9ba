"""A real browser for tests: Debian's Chromium, driven by Playwright.

Where there is none the tests skip and say so; with REQUIRE_BROWSER=1 (as in CI) they fail instead.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 15_000
"""Milliseconds that a page may take on a busy machine; how fast it is, is measured in bench/."""
expect.set_options(timeout=PATIENCE)
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1200, "height": 900}


def where() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def demand() -> str:
    """The browser's path; skips or fails where there is none."""
    found = where()
    if found:
        return found
    if os.environ.get("REQUIRE_BROWSER"):
        pytest.fail("no Chromium on this machine, and REQUIRE_BROWSER is set: install the package chromium")
    pytest.skip("no Chromium on this machine (install the package chromium, or set CHROMIUM to its path)")


@contextmanager
def launched() -> Iterator[Browser]:
    path = demand()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=QUIET)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Tab:
    """One page of one visitor, which remembers what it asked for and what went wrong in it."""

    page: Page
    context: BrowserContext
    base: str
    asked: list[Request] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.base + path, wait_until="load")
        # A page takes the focus where it says so with its first drawing, which may come after it is loaded.
        first = self.page.locator("[autofocus]")
        if "#" not in path and first.count():
            expect(first.first).to_be_focused()
        return self.page

    def strangers_asked(self) -> list[str]:
        """Requests that left for somebody else's server."""
        ours = urlsplit(self.base).netloc
        return [
            request.url
            for request in self.asked
            if urlsplit(request.url).netloc != ours and not request.url.startswith(("data:", "blob:"))
        ]

    def close(self) -> None:
        self.context.close()


def new_tab(browser: Browser, base: str, cookies: dict[str, str] | None = None, **how: Any) -> Tab:
    """`how` goes to Playwright: color_scheme, java_script_enabled, viewport ...

    No worker unless asked for (service_workers="allow"): on a busy machine it would answer a slow page with the last
    one, which is what it is for, and here a test's. Those of test_offline_in_browser.py ask.
    """
    context = browser.new_context(**({"viewport": DESK, "locale": "en", "service_workers": "block"} | how))
    context.set_default_timeout(PATIENCE)
    if cookies:
        context.add_cookies([{"name": name, "value": value, "url": base} for name, value in cookies.items()])
    tab = Tab(context.new_page(), context, base)
    context.on("request", lambda request: tab.asked.append(request))
    tab.page.on("pageerror", lambda error: tab.wrong.append(str(error)))
    tab.page.on("console", lambda said: tab.wrong.append(said.text) if "Content Security Policy" in said.text else None)
    return tab

"""A passkey is added in settings and signs in, under our Content-Security-Policy (WebAuthn Level 2, section 7).

The authenticator is Chromium's own virtual one; the node is a real one at a name, as WebAuthn asks for.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import new_tab
from tests.node import Node

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def with_authenticator(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_signs_in(chromium: Browser, tmp_path: Path) -> None:
    with Node(tmp_path / "home") as node:
        by_name = node.url.replace("127.0.0.1", "localhost")
        tab = new_tab(chromium, by_name)
        page = tab.page
        with_authenticator(page)
        tab.open(node.hello.removeprefix(node.url))
        tab.open("/settings")
        page.get_by_role("link", name="Passkeys").click()
        page.get_by_role("link", name="Add").or_(page.get_by_role("button", name="Add")).first.click()
        page.get_by_role("textbox").first.fill("This machine")
        passwordless = page.get_by_role("checkbox")
        if passwordless.count():
            passwordless.first.check()
        page.get_by_role("button", name="Add").click()
        page.wait_for_url(lambda url: "/add" not in url)
        tab.open("/settings")
        page.get_by_role("button", name="Sign out").click()
        tab.open("/settings")
        assert "/sign-in" in page.url
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        tab.open("/settings")
        assert page.get_by_label("Your name").input_value() == "Ann"
        assert tab.wrong == []
        tab.close()

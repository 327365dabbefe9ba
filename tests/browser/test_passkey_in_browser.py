"""A passkey is added in settings and signs in, under our Content-Security-Policy (WebAuthn Level 2, section 7).

The authenticator is Chromium's own virtual one; the node is a real one at a name, as WebAuthn asks for.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import new_tab
from tests.node import Node

PASSWORD = "four walnut trees"
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


def sign_out(page: Page) -> None:
    """Looks first whether something waits in this browser, then goes."""
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()


def test_a_passkey_signs_in(chromium: Browser, tmp_path: Path) -> None:
    with Node(tmp_path / "home") as node:
        by_name = node.url.replace("127.0.0.1", "localhost")
        tab = new_tab(chromium, by_name)
        page = tab.page
        with_authenticator(page)
        tab.open(node.hello.removeprefix(node.url))
        tab.open("/settings")
        page.get_by_role("link", name="Passkeys").click()
        page.get_by_role("link", name="Add a passkey").click()
        page.get_by_role("textbox").first.fill("This machine")
        page.get_by_role("button", name="Add").click()
        page.wait_for_url("**/account/passkeys/webauthn/")
        assert "Your passkey is ready" in page.inner_text("main")
        assert "This machine" in page.inner_text("main")
        tab.open("/settings")
        sign_out(page)
        tab.open("/settings")
        assert "/sign-in" in page.url
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        tab.open("/settings")
        assert page.get_by_label("Your name").input_value() == "Ann"
        assert tab.wrong == []
        tab.close()


def test_the_password_asks_for_the_passkey_too_and_silence_is_said(chromium: Browser, tmp_path: Path) -> None:
    with Node(tmp_path / "home") as node:
        tab = new_tab(chromium, node.url.replace("127.0.0.1", "localhost"))
        page = tab.page
        with_authenticator(page)
        tab.open(node.hello.removeprefix(node.url))
        tab.open("/account/password/first")
        page.get_by_label("Password", exact=False).first.fill(PASSWORD)
        page.get_by_label("The same once more").fill(PASSWORD)
        page.get_by_role("button", name="Save").click()
        tab.open("/account/passkeys/webauthn/add/")
        page.get_by_role("button", name="Add").click()
        page.wait_for_url("**/account/passkeys/webauthn/")
        tab.open("/sign-out")
        sign_out(page)
        tab.open("/sign-in")
        page.get_by_label("Your name here").fill("ann")
        page.get_by_label("Password", exact=False).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        assert page.inner_text("h1") == "Now your passkey"
        page.evaluate("void (navigator.credentials.get = () => Promise.reject(new Error('no')))")
        page.get_by_role("button", name="Use a passkey").click()
        page.get_by_role("alert").get_by_text("No passkey came from your device").wait_for()
        tab.open("/account/passkeys/authenticate/")
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url(lambda url: "/authenticate" not in url)
        tab.open("/account/passkeys/webauthn/reauthenticate/")
        assert page.inner_text("h1") == "Is it you?"
        assert page.get_by_role("link", name="Use the password instead").count() == 1
        assert tab.wrong == []
        tab.close()

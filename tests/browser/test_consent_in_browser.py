"""The question of an app, answered in a real browser: our policy lets the answer go to the app alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import new_tab
from tests.browser.test_accessibility import wrong
from tests.keys.dance import CHALLENGE
from tests.node import Node

pytestmark = [pytest.mark.browser, pytest.mark.slow]


class Back(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"Welcome back")

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def app() -> Iterator[str]:
    """The app's address, where the browser comes back to."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Back) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_allow_and_no_lead_back_to_the_app(chromium: Browser, tmp_path: Path, app: str) -> None:
    asked = {
        "response_type": "code", "client_id": app, "redirect_uri": f"{app}back", "state": "s", "scope": "create delete",
        "code_challenge": CHALLENGE, "code_challenge_method": "S256",
    }  # fmt: skip
    path = f"/oauth/authorize?{urlencode(asked)}"
    with Node(tmp_path / "home") as node:
        tab = new_tab(chromium, node.url)
        tab.open(node.hello.removeprefix(node.url))
        assert wrong(tab, path) == []
        page = tab.open(path)
        assert page.get_by_role("checkbox").count() == 2
        page.get_by_label("take back what you shared").uncheck()
        page.get_by_role("button", name="Allow").click()
        page.wait_for_url(lambda url: url.startswith(f"{app}back"))
        assert "code=" in page.url
        page = tab.open(path)
        page.get_by_role("button", name="No", exact=True).click()
        page.wait_for_url(lambda url: url.startswith(f"{app}back"))
        assert "error=access_denied" in page.url
        listed = tab.open("/settings").locator("#apps")
        assert "None." in listed.inner_text()  # no code was exchanged yet
        assert not tab.wrong
        tab.close()

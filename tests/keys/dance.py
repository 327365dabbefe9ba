"""An app of the tests: goes through the whole dance as IndieAuth, 5, describes it."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.test import Client

from tests.conftest import client_of

VERIFIER = "a-verifier-of-the-tests-that-is-long-enough-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
APP = "http://127.0.0.1:7777/"
"""On this machine, so that nobody asks it anything (IndieAuth, 4.2)."""
BACK = "http://127.0.0.1:7777/back"


@dataclass
class App:
    browser: Client
    """Of the person who is asked."""
    client_id: str = APP
    redirect_uri: str = BACK
    scope: str = "create update delete undelete media profile"
    state: str = "st/a te&1"
    client: Client = field(default_factory=lambda: client_of(None))
    """The app's own: it has no cookies."""

    def question(self, **said: str | None) -> Any:
        fields: dict[str, str | None] = {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": self.redirect_uri,
            "state": self.state, "scope": self.scope, "code_challenge": CHALLENGE, "code_challenge_method": "S256",
        } | said  # fmt: skip
        sent = {name: value for name, value in fields.items() if value is not None}
        return self.browser.get("/oauth/authorize?" + urlencode(sent))

    def answer(self, page: Any, answer: str = "yes", scope: list[str] | None = None) -> Any:
        text = page.content.decode()
        asked = re.search(r'name="question" value="([^"]+)"', text)
        assert asked, text
        ticked = re.findall(r'name="scope" value="([^"]+)" checked', text) if scope is None else scope
        said = {"question": html.unescape(asked[1]), "answer": answer, "scope": ticked}
        return self.browser.post("/oauth/consent", said)

    def code(self, **said: str | None) -> str:
        return back(self.answer(self.question(**said)))["code"]

    def redeem(self, code: str, at: str = "/oauth/token", **said: str) -> Any:
        fields = {
            "grant_type": "authorization_code", "code": code, "client_id": self.client_id,
            "redirect_uri": self.redirect_uri, "code_verifier": VERIFIER,
        } | said  # fmt: skip
        return self.client.post(at, fields)

    def tokens(self) -> dict[str, Any]:
        answer = self.redeem(self.code())
        assert answer.status_code == 200, answer.content
        said: dict[str, Any] = answer.json()
        return said

    def renew(self, refresh: str, **said: str) -> Any:
        fields = {"grant_type": "refresh_token", "refresh_token": refresh, "client_id": self.client_id}
        return self.client.post("/oauth/token", fields | said)


def back(answer: Any) -> dict[str, str]:
    """What the app reads from where the browser was sent."""
    assert answer.status_code == 303, answer.content
    return {name: value[0] for name, value in parse_qs(urlsplit(answer["Location"]).query).items()}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}

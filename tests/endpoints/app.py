"""A Micropub client of the tests: sends what apps send, and reads what they read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.test import Client

from passalong.keys.issue import by_hand
from passalong.models import Item, Person
from tests.conftest import client_of

FORM = "application/x-www-form-urlencoded"
ALL = ("create", "update", "delete", "undelete", "media")


@dataclass
class App:
    person: Person
    scope: tuple[str, ...] = ALL
    client: Client = field(default_factory=lambda: client_of(None))
    token: str = ""

    def __post_init__(self) -> None:
        self.token = by_hand(self.person, "the tests", self.scope)

    @property
    def head(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def form(self, *pairs: tuple[str, str], headers: dict[str, str] | None = None, **fields: str) -> Any:
        body = urlencode([*fields.items(), *pairs])
        return self.client.post("/micropub", body, content_type=FORM, headers=self.head | (headers or {}))

    def files(self, at: str = "/micropub", **fields: Any) -> Any:
        return self.client.post(at, fields, headers=self.head)

    def json(self, said: Any, **headers: str) -> Any:
        return self.client.post("/micropub", said, content_type="application/json", headers=self.head | headers)

    def post(self, **properties: list[Any]) -> str:
        """Shares by JSON; the address."""
        named = {name.replace("_", "-"): values for name, values in properties.items()}
        answer = self.json({"type": ["h-entry"], "properties": named})
        assert answer.status_code == 201, answer.content
        return str(answer["Location"])

    def ask(self, **fields: str) -> Any:
        return self.client.get("/micropub", fields, headers=self.head)

    def source(self, url: str) -> dict[str, list[Any]]:
        answer = self.ask(q="source", url=url)
        assert answer.status_code == 200, answer.content
        said: dict[str, list[Any]] = answer.json()["properties"]
        return said

    def update(self, url: str, **changes: Any) -> Any:
        return self.json({"action": "update", "url": url, **changes})

    def do(self, action: str, url: str) -> Any:
        return self.form(action=action, url=url)


def item_at(url: str) -> Item:
    return Item.objects.get(page__url=url)


def page_of(url: str) -> Any:
    """As anybody sees it."""
    return client_of(None).get(urlsplit(url).path)


def error_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]

"""What a person reads where something went wrong: what happened, whose move it is, the move; in their language."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import translation
from selectolax.lexbor import LexborHTMLParser

from passalong.models import Person
from passalong.share import pages
from passalong.share.draft import Draft
from passalong.share.publish import publish
from passalong.site import errors
from tests.conftest import client_of
from tests.node import Node

HTML = {"accept": "text/html,*/*;q=0.8"}


def check(answer: Any, status: int, happened: str, move: str) -> None:
    assert answer.status_code == status
    page = LexborHTMLParser(answer.content.decode())
    said = page.css_first("main").text()
    assert happened in said
    assert move in said
    assert page.css_first("main svg.leaf"), "the mark"
    assert page.css_first("main a.button"), "a way on"
    assert page.css_first("h1").text() in page.css_first("title").text() + happened


@pytest.fixture
def shown(ann: Person) -> Client:
    client = client_of(None)
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(
    ("problem", "status", "happened", "move"),
    [
        (SuspiciousOperation("odd"), 400, "could not be understood", "reload the page"),
        (RequestDataTooBig("much"), 413, "more than fits here", "Shorten them"),
        (PermissionDenied(), 403, "not yours to change", "sign in as the person"),
        (RuntimeError("oh"), 500, "it is ours to mend", "Try again in a moment"),
        (sqlite3.OperationalError("database or disk is full"), 507, "disk of this node is full", "make room"),
        (sqlite3.OperationalError("database is locked"), 503, "Another program has held", "in a moment"),
    ],
)
def test_each_says_what_happened_and_the_move(
    shown: Client, monkeypatch: pytest.MonkeyPatch, problem: Exception, status: int, happened: str, move: str
) -> None:
    def stumble(*_: object) -> None:
        raise problem

    monkeypatch.setattr(pages, "people_here", stumble)
    check(shown.get("/"), status, happened, move)


def test_nothing_there(shown: Client) -> None:
    check(shown.get("/nothing"), 404, "nothing at this address", "front page")


def test_taken_back(ann: Person, shown: Client) -> None:
    item = publish(ann, Draft(words="Oh no"))
    client_of(ann).post(f"/@ann/{item.pk}/take-back")
    check(shown.get(f"/@ann/{item.pk}"), 410, "took it back", "nothing for you to do")


def test_a_form_from_before(ann: Person) -> None:
    client = Client(enforce_csrf_checks=True, headers={"host": "ann.example"}, secure=True)
    check(client.post("/sign-in", {"login": "x"}), 403, "too old", "send it again")


def test_a_wrong_method_is_no_empty_page(ann: Person) -> None:
    answer = client_of(ann).get("/follow", headers=HTML)
    check(answer, 405, "when a button leads to it", "press the button there")
    assert answer["Allow"] == "POST"


def test_a_program_gets_no_page_for_it(ann: Person) -> None:
    answer = client_of(ann).get("/follow")
    assert (answer.status_code, answer.content, answer["Allow"]) == (405, b"", "POST")


def test_a_host_that_is_not_ours(shown: Client) -> None:
    answer = shown.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 421
    assert answer.content.decode() == "This address does not belong here. If it should, set PASSALONG_URL to it.\n"


NAMES = ("not_found", "bad_request", "forbidden", "stale_form", "not_so", "broken")


@pytest.mark.parametrize("name", NAMES)
def test_every_word_can_be_translated(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A language in which every word is a number: none of ours may be left."""
    seen: list[str] = []

    def known(words: str) -> str:
        seen.append(words)
        return str(len(seen))

    def kept(_: HttpRequest, status: int, title: str, move: str) -> None:
        assert title.isdigit()
        assert move.isdigit()

    def kept_alone(_: HttpRequest, status: int, said: dict[str, Any]) -> None:
        kept(_, status, said["title"], said["move"])

    monkeypatch.setattr(errors, "_", known)
    monkeypatch.setattr(errors, "_page", kept)
    monkeypatch.setattr(errors, "_page_alone", kept_alone)
    getattr(errors, name)(RequestFactory().get("/", headers=HTML))
    assert len(seen) == 2


def test_a_broken_database_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """This test has no database: the session, the person, the page behind it can all not be read."""
    client = Client(headers={"host": "ann.example"}, secure=True, raise_request_exception=False)
    client.cookies["sessionid"] = "somebodys"
    for path in ("/", "/river", "/@ann", "/nothing"):
        check(client.get(path), 500, "it is ours to mend", "Nothing you published is lost")


def test_it_speaks_as_asked_also_where_nothing_was_read_yet() -> None:
    """A stranger's page is looked for among those kept before anybody has asked for the language."""
    client = Client(headers={"host": "ann.example"}, secure=True, raise_request_exception=False)
    with translation.override("fr"):  # what was spoken in this thread before is not theirs
        page = client.get("/", headers={"accept-language": "ar"}).content.decode()
    assert '<html lang="ar" dir="rtl">' in page


@pytest.mark.slow
def test_a_node_whose_database_breaks_says_so_and_comes_back(tmp_path: Path) -> None:
    with Node(tmp_path / "home") as node:
        owner = node.browser()
        owner.get("/river")
        assert owner.status == 200
        with closing(sqlite3.connect(node.home / "passalong.sqlite3")) as other:
            for before, after in (("passalong_person", "away"), ("away", "passalong_person")):
                other.execute(f"ALTER TABLE {before} RENAME TO {after}")
                other.commit()
                page = owner.get("/river")
                assert (owner.status, "it is ours to mend" in page) == (
                    (500, True) if after == "away" else (200, False)
                )

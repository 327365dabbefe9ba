"""The owner sees at once how they are called here, and changes it in one step."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest
from django.test import Client

from passalong.models import Follow, Person, Source, User
from passalong.share.draft import Draft
from passalong.share.publish import publish
from passalong.site.home import the_owner
from tests.conftest import client_of
from tests.node import run

WHOLE = {"zone": "UTC", "lang": "en"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("login", "name", "handle"),
    [
        ("root", "Someone", "someone"),
        ("ubuntu", "Someone", "someone"),
        ("Admin", "Someone", "someone"),
        ("1000", "Someone", "someone"),
        ("ann", "ann", "ann"),
        ("rooted", "rooted", "rooted"),
    ],
)
def test_a_login_that_machines_come_with_is_no_name(
    monkeypatch: pytest.MonkeyPatch, login: str, name: str, handle: str
) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: login)
    owner = the_owner()
    assert (owner.name, owner.handle, owner.name_is_mine) == (name, handle, False)


@pytest.mark.django_db
def test_a_given_name_is_taken_whatever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "root")
    assert the_owner("Root").handle == "root"


def test_the_first_page_says_who_i_am_and_changes_it_in_one_step(ann: Person, anns_browser: Client) -> None:
    page = anns_browser.get("/").content.decode()
    assert 'You are <strong dir="auto">Ann</strong> here (@ann)' in page
    assert 'action="/settings/name"' in page
    answer = anns_browser.post("/settings/name", {"name": " Ann of the Hill "}, follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert "You are Ann of the Hill here." in answer.content.decode()
    ann.refresh_from_db()
    assert (ann.name, ann.handle, ann.name_is_mine) == ("Ann of the Hill", "ann", True)
    assert ann.sources.get().title == "Ann of the Hill"


def test_a_stranger_is_not_told_who_they_are_not(ann: Person, strangers_browser: Client) -> None:
    assert "change name" not in strangers_browser.get("/").content.decode()
    assert strangers_browser.post("/settings/name", {"name": "Cas"}).status_code == 302
    ann.refresh_from_db()
    assert ann.name == "Ann"


@pytest.mark.parametrize("name", ["", "   ", "x" * 301])
def test_no_name_changes_nothing_and_says_so(ann: Person, anns_browser: Client, name: str) -> None:
    page = anns_browser.post("/settings/name", {"name": name}, follow=True).content.decode()
    assert "Nothing was changed: a name " in page
    ann.refresh_from_db()
    assert ann.name == "Ann"


def test_the_handle_changes_while_nobody_can_have_kept_it(ann: Person, anns_browser: Client) -> None:
    answer = anns_browser.post("/settings", {"name": "Ann", "handle": "@Annie", **WHOLE})
    assert answer.status_code == 302
    ann.refresh_from_db()
    source = ann.sources.get()
    assert (ann.handle, ann.url, ann.user and ann.user.username) == ("annie", "https://ann.example/@annie", "annie")
    assert (source.url, source.home) == ("https://ann.example/@annie/feed.atom", ann.url)
    assert client_of(None).get("/@annie").status_code == 200
    assert client_of(None).get("/@ann").status_code == 404


def test_the_handle_stays_once_something_was_shared(ann: Person, anns_browser: Client) -> None:
    publish(ann, Draft(words="a thought"))
    assert (
        "@ann stays: it is in the address of everything you shared." in anns_browser.get("/settings").content.decode()
    )
    anns_browser.post("/settings", {"name": "Ann", "handle": "annie", **WHOLE})
    ann.refresh_from_db()
    assert ann.handle == "ann"


def test_the_handle_stays_once_somebody_follows(ann: Person, ben: Person, anns_browser: Client) -> None:
    Follow.objects.create(person=ben, source=Source.objects.get(person=ann))
    assert "@ann stays: it is where people follow you." in anns_browser.get("/settings").content.decode()


@pytest.mark.parametrize(
    ("handle", "sentence"),
    [
        ("ben", "somebody else here"),
        ("a b", "letters from a to z"),
        ("-", "letters from a to z"),
        ("é", "letters from"),
    ],
)
def test_a_handle_nobody_can_have(ann: Person, ben: Person, anns_browser: Client, handle: str, sentence: str) -> None:
    answer = anns_browser.post("/settings", {"name": "Ann", "handle": handle, **WHOLE})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert set(User.objects.values_list("username", flat=True)) == {"ann", "ben"}


def test_the_name_of_the_first_start(tmp_path: Path) -> None:
    done = run(tmp_path / "home", "share", "a thought", LOGNAME="debian")
    assert "/@someone/" in done.stdout


def test_the_button_of_settings_saves(anns_browser: Client) -> None:
    page = anns_browser.get("/settings").content.decode()
    assert ">Save</button>" in page
    assert ">Keep</button>" not in page

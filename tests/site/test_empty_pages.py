"""Every page that is still empty says what will be there, and leads to the move that fills it."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from passalong.models import Person
from tests.conftest import client_of
from tests.read.cast import a_source, an_item, follow


def empty(person: Person | None, path: str) -> tuple[str, list[str]]:
    """What the page says in place of a list, and where that leads."""
    answer = client_of(person).get(path)
    assert answer.status_code == 200
    place = LexborHTMLParser(answer.content.decode()).css_first("main .empty")
    assert place, path
    return " ".join(place.text().split()), [way(each) for each in place.css("a, button")]


def way(pressed: LexborNode) -> str:
    return pressed.attributes.get("href") or pressed.attributes["formaction"] or ""


@pytest.mark.parametrize(
    ("path", "says", "leads"),
    [
        ("/", "What you share will be here", None),
        ("/@ann", "What you share will be here", None),
        ("/river", "Here you will read what your people share", "/people/starters"),
        ("/river?show=unseen", "Here you will read what your people share", "/people"),
        ("/river?show=kept", "Here is what you keep: press Keep", "/river"),
        ("/came-back", "Here you will see who answered", "/"),
        ("/came-back/first-contact", "they wait here for your word", "/"),
        ("/unanswered", "Questions of the people you follow will be here", "/people"),
        ("/people", "Whom you follow will be here. Paste the address", "/people/starters"),
    ],
)
def test_what_will_be_here_and_the_move(ann: Person, path: str, says: str, leads: str | None) -> None:
    words, links = empty(ann, path)
    assert says in words
    assert leads is None or leads in links


def test_the_way_to_the_unanswered_is_offered_once(ann: Person) -> None:
    page = LexborHTMLParser(client_of(ann).get("/came-back").content.decode())
    assert len(page.css('main a[href="/unanswered"]')) == 1


@pytest.mark.parametrize("path", ["/", "/@ann"])
def test_a_stranger_may_follow_before_anything_is_there(ann: Person, path: str) -> None:
    words, _ = empty(None, path)
    assert words == "What Ann shares will be here. Follow Ann, and it comes to you."
    assert "Give this address to the reader you use" in client_of(None).get(path).content.decode()


def test_nobody_has_answered_yet(ann: Person) -> None:
    source = a_source("cas")
    follow(ann, source)
    item = an_item(source)
    words, links = empty(ann, f"/conversation/{item.pk}")
    assert "Answers will be here, wherever they are given." in words
    assert links == [f"/items/{item.pk}/reply"]
    assert client_of(ann).post(links[0]).status_code == 303


def test_nothing_came_from_them_yet(ann: Person) -> None:
    source = a_source("cas")
    follow(ann, source)
    assert empty(ann, f"/people/{source.person_id}")[0].startswith("What they share will be here as it comes.")


def test_no_app_yet(ann: Person) -> None:
    apps = LexborHTMLParser(client_of(ann).get("/settings").content.decode()).css_first("#apps").text()
    assert "None. An app for sharing asks for your address: give it this one" in " ".join(apps.split())
    assert ann.url in apps

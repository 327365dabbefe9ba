"""Every page that is still empty says what will be there, and leads to the move that fills it."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from passalong.follow.start import stop
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


@pytest.mark.parametrize("show", ["all", "unseen"])
def test_the_river_of_somebody_left_says_so(ann: Person, show: str) -> None:
    source, other = a_source("cas"), a_source("dora")
    follow(ann, source)
    follow(ann, other)
    an_item(source)
    an_item(other)
    stop(ann, source)
    path = f"/river?of={source.person_id}&show={show}"
    words, links = empty(ann, path)
    assert words.startswith("You do not follow Cas any more")
    assert links == ["/follow"]
    page = LexborHTMLParser(client_of(ann).get(path).content.decode())
    (button,) = page.css("main .empty button")
    back = client_of(ann).post("/follow", {"source": button.attributes["value"] or "", "next": path})
    assert back["Location"] == path
    assert "Post " in client_of(ann).get(f"/river?of={source.person_id}").content.decode()


def test_the_page_of_somebody_left_leads_to_no_empty_river(ann: Person) -> None:
    source = a_source("cas")
    follow(ann, source)

    def leads() -> bool:
        return f'"/river?of={source.person_id}"' in client_of(ann).get(f"/people/{source.person_id}").content.decode()

    assert leads()
    stop(ann, source)
    assert not leads()


@pytest.mark.parametrize("show", ["all", "unseen"])
def test_a_river_whose_people_are_all_muted_says_so(ann: Person, show: str) -> None:
    for name in ("cas", "dora"):
        source = a_source(name)
        follow(ann, source, muted=True)
        an_item(source)
    words, links = empty(ann, f"/river?show={show}")
    assert words.startswith("Everybody whom you follow is muted")
    assert links == ["/people"]


def test_a_river_whose_people_are_held_back_says_so(ann: Person) -> None:
    source = a_source("cas", state="held")
    follow(ann, source)
    follow(ann, a_source("dora"), muted=True)
    an_item(source)
    words, links = empty(ann, "/river")
    assert words.startswith("What was shared is held back")
    assert links == ["/people"]
    assert empty(ann, f"/river?of={source.person_id}")[1] == [f"/people/{source.person_id}"]


def test_a_river_to_which_nothing_came_yet_says_that(ann: Person) -> None:
    source = a_source("cas")
    follow(ann, source)
    for path in ("/river", f"/river?of={source.person_id}"):
        assert empty(ann, path)[0].startswith("Nothing has come yet.")

"""A question first shows what one's people shared about it already; then one press asks it anyway."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from passalong.models import Item, Person
from passalong.share import ask
from passalong.share.ask import already_shared, best, words_of
from tests.conftest import client_of
from tests.read.cast import a_source, an_item, follow

pytestmark = pytest.mark.django_db
QUESTION = "Who knows a good place for marigold seeds?"


@pytest.fixture
def answer(ann: Person) -> Item:
    source = a_source("ben")
    follow(ann, source)
    for number in range(5):
        an_item(source, title=f"Letter {number}", excerpt="The weather is good and I know a place.")
    return an_item(source, title="Where to find seeds", excerpt="The library gives marigold away in spring.", ago=9)


def asked() -> list[Item]:
    return list(Item.objects.filter(source__kind="here").order_by("id"))


def test_it_shows_first_what_is_there_already(anns_browser: Client, answer: Item) -> None:
    page = anns_browser.post("/share", {"what": QUESTION, "ask": "1", "key": "k"}).content.decode()
    assert "Your people shared this about it already" in page
    assert "Where to find seeds" in page
    assert "Letter" not in page
    assert ">Ask anyway</button>" in page
    assert not asked()
    again = anns_browser.post("/share", {"what": QUESTION, "ask": "1", "asked": "1", "key": "k"})
    assert again.status_code == 303
    assert [item.kind for item in asked()] == ["question"]


def test_where_nothing_is_there_it_is_asked_at_once(anns_browser: Client, answer: Item) -> None:
    assert anns_browser.post("/share", {"what": "Has the ferry been late?", "ask": "1"}).status_code == 303
    (item,) = asked()
    assert item.kind == "question"
    public = client_of(None).get("/@ann/feed.json").json()["items"][0]
    assert public["_passalong"]["kind"] == "question"


def test_what_is_shared_and_not_asked_is_shared_at_once(anns_browser: Client, answer: Item) -> None:
    """Zero decisions: a question mark alone stops nobody."""
    assert anns_browser.post("/share", {"what": QUESTION}).status_code == 303
    assert asked()[0].kind == "note"


def test_an_edit_of_a_question_leaves_it_one(anns_browser: Client, answer: Item) -> None:
    anns_browser.post("/share", {"what": QUESTION, "ask": "1", "asked": "1"})
    (item,) = asked()
    assert 'name="ask" value="1"' in anns_browser.get(f"/@ann/{item.pk}/edit").content.decode()
    anns_browser.post(f"/@ann/{item.pk}/edit", {"what": QUESTION + " Or beans?", "ask": "1"})
    assert asked()[0].kind == "question"


def test_only_my_people_are_looked_at(ann: Person) -> None:
    an_item(a_source("cas"), title="Marigold seeds")
    muted = a_source("ben")
    follow(ann, muted, muted=True)
    an_item(muted, title="Marigold seeds")
    assert already_shared(ann, QUESTION) == []


def test_the_window_is_bounded(ann: Person, answer: Item, monkeypatch: pytest.MonkeyPatch) -> None:
    assert already_shared(ann, QUESTION)
    monkeypatch.setattr(ask, "NEWEST", 3)
    assert not already_shared(ann, QUESTION)
    monkeypatch.setattr(ask, "NEWEST", 1000)
    monkeypatch.setattr(ask, "SCAN", 3)
    assert not already_shared(ann, QUESTION)


def test_the_questions_to_the_database_are_few(ann: Person, answer: Item, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(6):
        already_shared(ann, QUESTION)


def test_rare_words_say_more_than_common_ones() -> None:
    said = [(n, "good seeds here") for n in range(50)] + [(99, "marigold seeds")]
    assert best(QUESTION, said)[0] == 99


def test_a_small_word_in_another_form_hides_nothing() -> None:
    """ "knows" is as small a word as "know": one word is left, and it is enough."""
    assert best("Who knows about seeds?", [(1, "Where to find seeds")]) == [1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Who knows about seeds?", ["seed"]),
        ("Wer kennt gute Bücher über Saatgut?", ["kennt", "gute", "bücher", "über", "saatgut"]),
        ("What is it?", []),
        ("", []),
    ],
    ids=["English", "German", "nothing but small words", "nothing"],
)
def test_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words

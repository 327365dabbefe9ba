"""Questions of one's people, and first things, that nobody has answered: the longest waiting first."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from django.utils import timezone

from passalong.credit.unanswered import asks, unanswered
from passalong.models import Follow, Item, Person, Source
from passalong.share.draft import Draft
from passalong.share.gesture import along, with_words
from passalong.share.publish import publish
from tests.credit.cast import pointing
from tests.read.cast import a_source, an_item, follow


@pytest.fixture
def ben_there(ann: Person) -> Source:
    source = a_source("benny")
    follow(ann, source)
    an_item(source, ago=24 * 40, title="Long ago")
    return source


def titles(ann: Person) -> list[str]:
    return [one.row.title for one in unanswered(ann, timezone.now())]


def test_questions_wait_until_somebody_answers(ann: Person, ben_there: Source) -> None:
    asked = an_item(ben_there, ago=5, title="Who has bean seeds?")
    an_item(ben_there, ago=4, title="Nobody asked")
    an_item(ben_there, ago=3, title="", kind="question", excerpt="Tell me about beans")
    assert titles(ann) == ["Who has bean seeds?", ""]
    assert asked.page
    pointing(a_source("cas"), asked.page.url, "reply")
    assert titles(ann) == [""]


def test_my_own_answer_counts(ann: Person, ben_there: Source) -> None:
    asked = an_item(ben_there, title="Who has bean seeds?")
    assert asked.page
    publish(ann, Draft(words="I do", reply_to=asked.page.url))
    assert titles(ann) == []


def test_answered_where_it_lives(ann: Person, ben_there: Source) -> None:
    an_item(ben_there, title="Who has bean seeds?", answers=3)
    assert titles(ann) == []


def test_the_first_thing_somebody_shares(ann: Person) -> None:
    source = a_source("new")
    follow(ann, source)
    an_item(source, ago=3, title="Hello there")
    an_item(source, ago=2, title="Second")
    (one,) = unanswered(ann, timezone.now())
    assert (one.row.title, one.first) == ("Hello there", True)


@pytest.mark.parametrize(("words", "waits"), [("", True), ("Welcome! Good beans.", False)])
def test_a_first_thing_passed_along_with_words_was_answered(ann: Person, words: str, waits: bool) -> None:
    source = a_source("new")
    follow(ann, source)
    first = an_item(source, ago=3, title="Hello there")
    assert first.page
    publish(ann, with_words(replace(along(first.page.url), words=words, typed=words)))
    assert titles(ann) == (["Hello there"] if waits else [])


def test_a_question_passed_along_still_waits(ann: Person, ben_there: Source) -> None:
    asked = an_item(ben_there, title="Who has bean seeds?")
    assert asked.page
    publish(ann, with_words(replace(along(asked.page.url), words="I ask too.", typed="I ask too.")))
    assert titles(ann) == ["Who has bean seeds?"]


@pytest.mark.parametrize("rel", ["via", "repost"])
def test_what_is_passed_along_is_no_first_thing_and_no_question(ann: Person, ben_there: Source, rel: str) -> None:
    newcomer = a_source("new")
    follow(ann, newcomer)
    for source in (newcomer, ben_there):
        pointing(source, "https://far.example/", rel, kind="link", title="Whose seeds are these?", excerpt="Good.")
    assert titles(ann) == []
    pointing(newcomer, "https://far.example/", rel, kind="link", title="On seeds", excerpt="Who knows more?")
    assert titles(ann) == ["On seeds"], "but one may ask about it"


def test_a_watched_page_is_nobody_who_waits(ann: Person) -> None:
    page = a_source("page", kind="watched")
    follow(ann, page)
    an_item(page, title="Opening hours")
    an_item(page, title="Questions?")
    assert titles(ann) == []


def test_a_second_place_of_somebody_known_brings_no_first_thing(ann: Person, ben_there: Source) -> None:
    second = a_source("second", person=ben_there.person)
    follow(ann, second)
    an_item(second, title="Hello from here")
    assert titles(ann) == []


def test_not_those_i_do_not_read(ann: Person, ben_there: Source) -> None:
    an_item(ben_there, title="Who has bean seeds?")
    an_item(a_source("stranger"), title="And who am I?")
    assert titles(ann) == ["Who has bean seeds?"]
    Follow.objects.update(muted=True)
    assert titles(ann) == []


@pytest.mark.parametrize(
    ("text", "lang", "yes"),
    [
        ("Who?", "en", True),
        ("Who? ", "", True),
        ("“Who?”", "", True),
        ("谁？", "zh", True),
        ("من؟", "ar", True),
        ("Ποιος;", "el", True),
        ("Done;", "en", False),
        ("Who? Me.", "en", False),
        ("", "", False),
    ],
)
def test_how_a_question_ends(text: str, lang: str, yes: bool) -> None:
    assert asks(text, lang) is yes


def test_the_page(anns_browser: Client, ann: Person, ben_there: Source) -> None:
    assert "Nobody waits for an answer" in anns_browser.get("/unanswered").content.decode()
    an_item(ben_there, title="Who has bean seeds?")
    assert "Who has bean seeds?" in anns_browser.get("/unanswered").content.decode()
    assert Item.objects.count() == 2

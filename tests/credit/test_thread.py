"""A conversation from several places is one tree, and each answer stands below what it answers."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from passalong.credit.thread import Voice, thread
from passalong.models import Item, Mark, Person
from passalong.share.draft import Draft
from passalong.share.publish import publish
from tests.credit.cast import pointing
from tests.read.cast import a_source, an_item, follow


def address(item: Item) -> str:
    assert item.page
    return item.page.url


def outline(voices: list[Voice]) -> list[object]:
    return [(str(voice.row.item.source.person), voice.rel, outline(voice.below)) for voice in voices]


@pytest.fixture
def question(ann: Person) -> Item:
    source = a_source("ben")
    follow(ann, source)
    return an_item(source, ago=9, title="Who keeps beans?")


def test_one_tree_from_anywhere_in_it(ann: Person, question: Item) -> None:
    cas = pointing(a_source("cas"), address(question), "reply", ago=5)
    publish(ann, Draft(words="So do I", reply_to=address(cas)))
    passed = pointing(a_source("dora"), address(question), "repost", ago=4)
    whole = [("Cas", "reply", [("Ann", "reply", [])]), ("Dora", "repost", [])]
    for item in (question, cas, passed):
        found = thread(item, ann)
        assert found.first is not None
        assert found.first.item == question
        assert outline(found.voices) == whole


def test_about_something_nobody_here_holds(ann: Person) -> None:
    first = publish(ann, Draft(words="Fine", reply_to="https://far.example/post"))
    pointing(a_source("cas"), "http://far.example/post/", "reply")
    found = thread(first, ann)
    assert found.first is None
    assert found.page is not None
    assert found.page.url == "https://far.example/post"
    assert len(found.voices) == 2


def test_it_ends_where_it_runs_in_circles(ann: Person, question: Item) -> None:
    one = pointing(a_source("cas"), address(question), "reply", ago=5)
    two = pointing(a_source("dora"), address(one), "reply", ago=4)
    pointing_back = two.page
    assert pointing_back
    question.links.create(page=pointing_back, rel="reply")
    found = thread(question, ann)
    seen: list[int] = []

    def walk(voices: list[Voice]) -> None:
        for voice in voices:
            seen.append(voice.row.item.pk)
            walk(voice.below)

    walk(found.voices)
    assert len(seen) == len(set(seen)) <= 3


def test_what_is_missing_here(ann: Person, question: Item) -> None:
    pointing(a_source("cas"), address(question), "reply")
    Item.objects.filter(pk=question.pk).update(answers=5)
    question.refresh_from_db()
    assert thread(question, ann).missing == 4


def test_what_may_not_be_shown(ann: Person, question: Item) -> None:
    pointing(a_source("gone"), address(question), "reply", gone=timezone.now())
    pointing(a_source("unlisted"), address(question), "reply", audience="unlisted")
    pointing(a_source("held", state="held"), address(question), "reply")
    hidden = pointing(a_source("hidden"), address(question), "reply")
    Mark.objects.create(person=ann, item=hidden, hidden=timezone.now())
    assert thread(question, ann).voices == []


def test_the_page(anns_browser: Client, ann: Person, question: Item) -> None:
    reply = pointing(a_source("cas"), address(question), "reply", excerpt="I do", title="")
    for pk in (question.pk, reply.pk):
        answer = anns_browser.get(f"/conversation/{pk}")
        assert answer.status_code in ((200,) if pk == question.pk else (200, 404))
    page = anns_browser.get(f"/conversation/{question.pk}").content.decode()
    assert "I do" in page
    assert "Who keeps beans?" in page
    assert anns_browser.get("/conversation/1").status_code == 404


def test_it_costs_a_level_not_an_answer(ann: Person, question: Item) -> None:
    for number in range(3):
        pointing(a_source(f"p{number}"), address(question), "reply")
    with CaptureQueriesContext(connection) as few:
        thread(question, ann)
    for number in range(30):
        pointing(a_source(f"q{number}"), address(question), "reply")
    with CaptureQueriesContext(connection) as many:
        assert len(thread(question, ann).voices) == 33
    assert len(many) == len(few) <= 12


def test_a_share_about_something_we_hold_stands_below_it(ann: Person, question: Item) -> None:
    passed = pointing(a_source("dora"), address(question), "about", kind="link")
    found = thread(passed, ann)
    assert found.first is not None
    assert found.first.item == question
    elsewhere = pointing(a_source("eve"), "https://nobody.example/here", "about", kind="link")
    alone = thread(elsewhere, ann)
    assert alone.first is not None
    assert alone.first.item == elsewhere

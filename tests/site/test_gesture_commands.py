"""Gestures from a terminal: the permalink alone on standard output, what is good to know on standard error."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner, Result

from passalong.models import Item, Link, Person
from passalong.site import commands_share
from passalong.site.commands_share import share_command, unshare_command
from passalong.site.sentence import Sentence
from tests.read.cast import an_item
from tests.share.test_credit import GOOD, followed, shares, vias

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def as_ann(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands_share, "prepare", lambda: ann)
    monkeypatch.setattr(commands_share, "wake", lambda: None)


def share(*words: str) -> Result:
    return CliRunner().invoke(share_command, words)


def shared() -> Item:
    return Item.objects.filter(source__kind="here").select_related("page").order_by("-id")[0]


def test_who_shared_it_before_is_said_beside_the_permalink(ann: Person) -> None:
    theirs = shares(followed(ann, "ben"))
    done = share(GOOD, "Worth it")
    assert done.stdout == f"{shared().guid}\n"
    assert "Ben shared this today." in done.stderr or "yesterday" in done.stderr
    assert "--no-via" in done.stderr
    assert vias(shared()) == [theirs.guid if theirs.page is None else theirs.page.url]


def test_no_via_credits_nobody(ann: Person) -> None:
    shares(followed(ann, "ben"))
    assert share(GOOD, "--no-via").exit_code == 0
    assert vias(shared()) == []


def test_what_nobody_shared_has_no_note() -> None:
    assert share(GOOD).stderr == ""


def test_thanks(ann: Person) -> None:
    done = share("--thank", "HTTPS://Ben.Example/1?utm_source=x")
    assert done.stdout == f"{shared().guid}\n"
    assert list(Link.objects.filter(item=shared()).values_list("rel", "page__url")) == [
        ("like", "https://ben.example/1")
    ]


def test_passing_along_what_was_read_here_shares_what_it_is_about(ann: Person) -> None:
    theirs = shares(followed(ann, "ben"))
    assert theirs.page
    assert share("--pass-along", theirs.page.url).exit_code == 0
    assert shared().kind == "repost"
    assert shared().links.filter(rel="about", page__url=GOOD).exists()


def test_passing_along_with_words_is_a_share_about_it(ann: Person) -> None:
    thing = an_item(followed(ann, "ben"))
    assert thing.page
    assert share("--pass-along", thing.page.url, "Read this tonight").exit_code == 0
    assert shared().kind == "link"
    links = set(shared().links.values_list("rel", "page__url"))
    assert links == {("about", thing.page.url), ("via", thing.page.url)}, "and it is said whose it is"


def test_a_quote_and_a_question() -> None:
    assert share("Well said", "--quote", GOOD).exit_code == 0
    assert shared().links.get().rel == "quote"
    assert share("Who knows why", "--ask").exit_code == 0
    assert shared().kind == "question"


def test_a_question_says_what_ones_people_shared_about_it_already(ann: Person) -> None:
    an_item(followed(ann, "ben"), title="Pruning walnut trees")
    done = share("Who knows about walnut trees?", "--ask")
    assert "Shared already, by " in done.stderr
    assert "Pruning walnut trees" in done.stderr
    assert "Pruning" not in done.stdout


def test_nothing_at_all_is_wrong_usage() -> None:
    assert share().exit_code == 2


def test_no_address_is_said_in_a_sentence() -> None:
    done = share("--thank", "not an address at all")
    assert done.exit_code != 0
    assert not Item.objects.filter(source__kind="here").exists()


def test_taking_back_travels_at_once_as_sharing_does(monkeypatch: pytest.MonkeyPatch) -> None:
    assert share("Soon gone").exit_code == 0
    rung: list[bool] = []
    monkeypatch.setattr(commands_share, "wake", lambda: rung.append(Item.objects.filter(gone=None).exists()))
    assert CliRunner().invoke(unshare_command, [shared().guid]).exit_code == 0
    assert rung == [False], "the bell rings once, after it is gone"


@pytest.mark.parametrize("gesture", ["--pass-along", "--thank"])
def test_a_gesture_with_options_honours_them(ann: Person, gesture: str) -> None:
    theirs = shares(followed(ann, "ben"))
    assert theirs.page
    done = share(gesture, theirs.page.url, "--unlisted", "--tag", "oer", "--title", "Of one's own")
    assert done.stdout == f"{shared().guid}\n"
    assert shared().kind == ("repost" if gesture == "--pass-along" else "like")
    assert (shared().audience, shared().tags, shared().title) == ("unlisted", ["oer"], "Of one's own")


def test_what_is_passed_along_with_options_shares_and_credits_as_without(ann: Person) -> None:
    theirs = shares(followed(ann, "ben"))
    assert theirs.page
    assert share("--pass-along", theirs.page.url).exit_code == 0
    plain = set(shared().links.values_list("rel", "page__url"))
    assert share("--pass-along", theirs.page.url, "--unlisted").stderr == ""
    assert set(shared().links.values_list("rel", "page__url")) == plain
    assert share("--pass-along", theirs.page.url, "--via", "cas.example").exit_code == 0
    assert "https://cas.example/" in vias(shared())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--thank", GOOD, "--pass-along", GOOD), "Say --thank or --pass-along: it is one or the other."),
        ((GOOD, "--via", GOOD, "--no-via"), "Say --via or --no-via: it is one or the other."),
        (("x", "--ask", "--reply-to", GOOD), "Say --ask or --reply-to: it is one or the other."),
        (("x", "--ask", "--thank", GOOD), "Say --ask or --thank: it is one or the other."),
        (("--pass-along", GOOD, "--no-via"), "What is passed along credits whose it is"),
        (("--pass-along", GOOD, "--ask"), "--ask needs words"),
        ((GOOD, "--alt", "The sea"), "--alt says what a picture shows: name the picture, too."),
        (("--thank", GOOD, "--alt", "The sea"), "--alt says what a picture shows: name the picture, too."),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(words: tuple[str, ...], sentence: str) -> None:
    done = share(*words)
    assert done.exit_code == 2
    assert sentence in done.stderr
    assert not Item.objects.filter(source__kind="here").exists()


@pytest.mark.parametrize(
    "where",
    [
        "http://evil.example{path}",
        "evil.example{path}",
        "https://ann.example.evil{path}",
        "https://ann.example/x{path}",
        "https://evil.example/?x=https://ann.example{path}",
        "{path}",
    ],
)
def test_only_an_address_of_this_node_takes_back(where: str) -> None:
    assert share("Stays").exit_code == 0
    path = shared().guid.removeprefix("https://ann.example")
    with pytest.raises(Sentence, match="You shared nothing at "):
        CliRunner().invoke(unshare_command, [where.format(path=path)], catch_exceptions=False)
    assert shared().gone is None


@pytest.mark.parametrize("where", ["https://ann.example{path}", "ann.example{path}/", "http://ANN.example{path}#top"])
def test_what_is_taken_back_is_said_by_its_own_address(where: str) -> None:
    assert share("Gone").exit_code == 0
    path = shared().guid.removeprefix("https://ann.example")
    done = CliRunner().invoke(unshare_command, [where.format(path=path)])
    assert done.stdout == f"Taken back: {shared().guid}\n"
    assert shared().gone


def test_the_address_of_the_day_it_was_shared_takes_back_after_a_move(settings: Any) -> None:
    assert share("Moves along").exit_code == 0
    settings.BASE_URL = "https://ann.example.org"
    assert CliRunner().invoke(unshare_command, [shared().guid]).exit_code == 0
    assert shared().gone
    assert share("And after").exit_code == 0
    there = shared()
    assert there.page
    assert CliRunner().invoke(unshare_command, [there.page.url]).exit_code == 0


@pytest.mark.parametrize("name", ["localhost", "[::1]", "127.0.0.1"])
def test_this_machine_has_several_names(settings: Any, name: str) -> None:
    """As a browser calls it, where the node calls itself by its number."""
    assert share("Gone").exit_code == 0
    settings.BASE_URL = "http://127.0.0.1:8000"
    path = shared().guid.removeprefix("https://ann.example")
    assert CliRunner().invoke(unshare_command, [f"http://{name}:8000{path}"]).exit_code == 0
    assert shared().gone

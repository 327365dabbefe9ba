"""`passalong came-back`: the same list, at a terminal and for programs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from passalong.models import Arrival, Item, Person
from passalong.share.draft import Draft
from passalong.share.publish import publish
from passalong.site import commands_credit
from passalong.wire.mention import Mention, write
from passalong.wire.shapes import Entry
from tests.conftest import client_of
from tests.credit.cast import pointing
from tests.read.cast import a_source


@pytest.fixture(autouse=True)
def at_anns(ann: Person, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(commands_credit, "prepare", lambda: ann)
    item = publish(ann, Draft(words="How to share seeds"))
    assert item.page
    return item.page.url


def run(*words: str) -> Any:
    done = CliRunner().invoke(commands_credit.came_back_command, words)
    assert done.exit_code == 0, done.output
    return done


def test_nothing_yet() -> None:
    done = run()
    assert done.stdout == ""
    assert "Nothing has come back yet" in done.stderr
    assert json.loads(run("--json").stdout)["items"] == []


def test_who_did_what_with_what(at_anns: str) -> None:
    pointing(a_source("ben"), at_anns, "reply", title="In jars", url="https://ben.example/jars")
    done = run()
    assert done.stdout.splitlines()[0].startswith("Ben answered “How to share seeds”")
    assert done.stdout.splitlines()[1].strip() == "https://ben.example/jars"
    assert "This week Ben answered you." in done.stderr
    (item,) = json.loads(run("--json").stdout)["items"]
    assert item["url"] == "https://ben.example/jars"
    more = item["_passalong"]
    assert (more["did"], more["who"], more["mine"], more["told"]) == ("reply", "Ben", [at_anns], False)
    assert (more["kind"], more["host"]) == ("article", "ben.example")


def test_as_many_as_asked(at_anns: str) -> None:
    ben = a_source("ben")
    made = [pointing(ben, at_anns, "reply", ago=hours).page for hours in range(1, 6)]
    first = json.loads(run("--json", "--limit", "2").stdout)
    rest = json.loads(run("--json", "--limit", "0", "--before", first["_passalong"]["next"]).stdout)
    urls = [item["url"] for item in [*first["items"], *rest["items"]]]
    assert urls == [page.url for page in made if page]
    assert "_passalong" not in rest


def test_the_week_in_a_line_is_the_whole_week_however_few_are_listed(at_anns: str) -> None:
    pointing(a_source("ben"), at_anns, "reply", ago=1)
    pointing(a_source("cas"), at_anns, "repost", ago=2)
    pointing(a_source("dan"), at_anns, "link", ago=24 * 8)
    done = run("--limit", "1")
    assert len(done.stdout.splitlines()) == 2
    assert "This week Ben answered you; Cas passed on what you shared." in done.stderr


def test_no_such_place() -> None:
    done = CliRunner().invoke(commands_credit.came_back_command, ["--before", "nowhere"])
    assert "There is no place nowhere in this list" in str(done.exception)


def test_who_waits_is_said_to_the_owner(ann: Person, at_anns: str) -> None:
    said = write(Mention("https://new.example/1", Entry(url="https://new.example/1", title="Nice")))
    Arrival.objects.create(
        source="https://new.example/1", target=at_anns, host="new.example", state="asking", said=said,
        about=Item.objects.get(page__url=at_anns),
    )  # fmt: skip
    (item,) = json.loads(run("--json").stdout)["items"]
    assert (item["url"], item["content_text"]) == ("https://new.example/1", "Nice")
    assert item["_passalong"]["waiting"] is True
    told = run().stderr
    assert told == "Somebody new waits for your word: https://ann.example/came-back/first-contact\n"
    assert "Somebody new" in client_of(ann).get("/came-back").content.decode()

"""`passalong river`: the same list, at a terminal and for programs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from passalong.models import Link, Page, Person
from passalong.site import commands_read
from tests.read.cast import a_source, an_item, follow


@pytest.fixture(autouse=True)
def at_anns(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands_read, "prepare", lambda: ann)


def river(*words: str) -> Any:
    done = CliRunner().invoke(commands_read.river_command, words)
    assert done.exit_code == 0, done.output
    return done


def as_json(*words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(river("--json", *words).stdout)
    return found


def test_it_works(ann: Person) -> None:
    bens = a_source("ben")
    follow(ann, bens)
    item = an_item(bens, title="A walk", html="<p>In the rain</p>", tags=["rain"], lang="en")
    page = Page.objects.create(url="https://cas.example/map", key="cas.example/map", title="A map")
    Link.objects.create(item=item, page=page, rel="via")
    document = as_json()
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    (said,) = document["items"]
    assert item.page
    assert (said["title"], said["url"], said["content_html"]) == ("A walk", item.page.url, "<p>In the rain</p>")
    assert said["tags"] == ["rain"]
    more = said["_passalong"]
    assert {"kind", "arrived", "source", "via", "links", "reason"} <= more.keys()
    assert more["source"]["url"] == bens.url
    assert more["via"] == "https://cas.example/map"
    assert more["reason"] == "You follow Ben."


def test_every_item_has_an_id_and_a_body(ann: Person) -> None:
    """JSON Feed 1.1, "Items": id is required, and content_html or content_text must be present."""
    bens = a_source("ben")
    follow(ann, bens)
    an_item(bens, guid="17", title="", excerpt="")
    nowhere = an_item(bens, guid="18", title="x")
    nowhere.page = None
    nowhere.link_key = ""
    nowhere.save()
    items = as_json()["items"]
    assert len({item["id"] for item in items}) == 2
    assert all(item["id"] and ("content_text" in item or "content_html" in item) for item in items)


def test_it_goes_on_where_it_ended(ann: Person) -> None:
    bens = a_source("ben")
    follow(ann, bens)
    for n in range(7):
        an_item(bens, ago=n)
    whole = [item["id"] for item in as_json("--limit", "0")["items"]]
    found, words = [], ["--limit", "3"]
    for _ in range(3):
        document = as_json(*words)
        found += [item["id"] for item in document["items"]]
        words = ["--limit", "3", "--before", document["_passalong"].get("next", "0-0")]
    assert len(whole) == 7
    assert found == whole


def test_all_is_more_than_a_batch(ann: Person) -> None:
    sources = [a_source(f"s{n}") for n in range(3)]
    for source in sources:
        follow(ann, source)
        for n in range(50):
            an_item(source, ago=n)
    assert len(as_json("--limit", "0")["items"]) == 150
    assert len(as_json("--limit", "120")["items"]) == 120
    assert len(as_json()["items"]) == 50


def test_at_a_terminal_no_strangers_word_commands_it(ann: Person) -> None:
    bens = a_source("ben")
    follow(ann, bens)
    an_item(bens, title="red \x1b[31malert\x07\nline")
    said = river()
    assert "\x1b" not in said.stdout
    assert "\x07" not in said.stdout
    assert len(said.stdout.splitlines()) == 2


def test_an_empty_river_says_what_to_do(ann: Person) -> None:
    done = river()
    assert done.stdout == ""
    assert "passalong follow" in done.stderr
    assert as_json()["items"] == []


def test_a_wrong_place_is_one_sentence() -> None:
    done = CliRunner().invoke(commands_read.river_command, ["--before", "nowhere"])
    assert done.exit_code == 1
    assert "There is no place nowhere in the river" in str(done.exception)

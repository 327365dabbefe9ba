"""What the server does for a browser without a connection; the rest is in browser/test_offline_in_browser.py."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from passalong.models import Item, Person
from passalong.models.assets import STATIC
from tests.conftest import client_of
from tests.read.cast import a_source, follow
from tests.share.test_credit import GOOD, shares

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


def test_the_worker_is_at_the_root_is_asked_for_anew_and_keeps_files_that_are_there(strangers_browser: Client) -> None:
    answer = strangers_browser.get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    found = re.match(r"const HOUSE = (\{.*\});\n", answer.content.decode())
    assert found
    house = json.loads(found[1])
    for address in (*house["files"], house["waiting"]):
        name, _, version = address.removeprefix("/static/").partition("?v=")
        assert (STATIC / name).is_file()
        assert version


def test_only_pages_of_the_owner_name_the_worker(anns_browser: Client, strangers_browser: Client) -> None:
    assert "later.js" in anns_browser.get("/").content.decode()
    assert "later.js" not in strangers_browser.get("/").content.decode()


def test_ready_says_who_i_am_and_gives_a_token_that_a_form_may_carry(ann: Person) -> None:
    client = Client(
        enforce_csrf_checks=True, headers={"host": "ann.example", "origin": "https://ann.example"}, secure=True
    )
    assert ann.user
    client.force_login(ann.user)
    answer = client.get("/share/ready", headers=JSON)
    assert "no-store" in answer["Cache-Control"]
    said = answer.json()
    assert said["who"] == "ann"
    sent = {"what": "It waited", "key": "k", "csrfmiddlewaretoken": said["token"]}
    for _ in range(2):
        assert client.post("/share", sent, headers=JSON).status_code == 201
    assert Item.objects.filter(source__kind="here").count() == 1


def test_who_is_signed_out_is_told_so_and_not_sent_to_a_page(strangers_browser: Client) -> None:
    assert strangers_browser.get("/share/ready", headers=JSON).status_code == 401


def test_a_program_reads_why_a_share_was_refused(anns_browser: Client) -> None:
    answer = anns_browser.post("/share", {"what": "words", "via": "nowhere at all"}, headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("“nowhere at all” is not a web address")


def test_a_credit_that_was_found_makes_no_second_share(anns_browser: Client, ann: Person) -> None:
    """The answer was lost. Now I have it myself, so that nobody would be credited any more."""
    source = a_source("ben")
    follow(ann, source)
    shares(source)
    for _ in range(2):
        anns_browser.post("/share", {"what": GOOD, "key": "k"})
    item = Item.objects.get(source__kind="here")
    assert item.links.filter(rel="via").exists()


def test_signing_out_empties_the_browser(ann: Person, anns_browser: Client) -> None:
    assert "Clear-Site-Data" not in anns_browser.get("/sign-out").headers
    assert anns_browser.post("/sign-out")["Clear-Site-Data"] == '"cache", "storage"'
    careful = Client(enforce_csrf_checks=True, headers={"host": "ann.example"}, secure=True)
    assert ann.user
    careful.force_login(ann.user)
    assert "Clear-Site-Data" not in careful.post("/sign-out").headers
    assert client_of(ann).get("/river").status_code == 200

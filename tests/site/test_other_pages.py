"""What pages of other sites may read here, and ask with (Fetch Standard, 3.2)."""

from __future__ import annotations

import pytest
from django.test import Client

from passalong.models import Person
from passalong.share.draft import Draft
from passalong.share.publish import publish

FEEDS = ("/feed.atom", "/@ann/feed.rss", "/@ann/tag/oer/feed.json")
PAGES = ("/", "/@ann")


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_is_read_and_asked_for_again(ann: Person, strangers_browser: Client, path: str) -> None:
    """Fetch Standard, 3.2.3: a 304 is only read where it says so itself, however it was made."""
    publish(ann, Draft(words="Seeds #oer"))
    first = strangers_browser.get(path)
    assert {"ETag", "Link"} <= set(first["Access-Control-Expose-Headers"].split(", "))
    for asked in ({}, {"accept-language": "fr"}):  # kept, and made anew
        again = strangers_browser.get(path, headers={"if-none-match": first["ETag"], **asked})
        assert (again.status_code, again["Access-Control-Allow-Origin"]) == (304, "*")
        assert "ETag" in again["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("path", FEEDS)
def test_a_browser_may_ask_whether_it_has_a_feed_already(ann: Person, strangers_browser: Client, path: str) -> None:
    """Fetch Standard, 3.2.2: these headers need a preflight."""
    wanted = {"origin": "https://reader.example", "access-control-request-method": "GET"}
    answer = strangers_browser.options(path, headers=wanted | {"access-control-request-headers": "if-none-match"})
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (204, "*")
    assert {"If-None-Match", "If-Modified-Since"} <= set(answer["Access-Control-Allow-Headers"].split(", "))


@pytest.mark.parametrize("path", PAGES)
def test_an_app_within_a_browser_finds_its_ways_in(ann: Person, strangers_browser: Client, path: str) -> None:
    """IndieAuth, 4.1; Micropub, 5.3: by the page's Link header, which such an app may read."""
    for answer in (strangers_browser.get(path), strangers_browser.head(path)):
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "Link" in answer["Access-Control-Expose-Headers"].split(", ")
        assert "Access-Control-Allow-Credentials" not in answer
        assert 'rel="micropub"' in answer["Link"]


@pytest.mark.parametrize("path", PAGES)
def test_what_somebody_sees_who_is_signed_in_is_for_no_other_page(anns_browser: Client, path: str) -> None:
    """Fetch Standard, 3.2.3"""
    assert "Access-Control-Allow-Origin" not in anns_browser.get(path)

"""Public pages and feeds answer whatever is sent to them as HTTP says, and a person's page has one address."""

from __future__ import annotations

import pytest
from django.test import Client

from passalong.models import Person
from passalong.share.draft import Draft
from passalong.share.publish import publish
from tests.conftest import client_of

PATHS = ("/", "/@ann", "/@ann/", "/@ann/tag/oer", "/feed.atom", "/@ann/feed.rss", "/@ann/tag/oer/feed.json")


@pytest.mark.parametrize("path", [*PATHS, "/@ann/{item}", f"/file/{'0' * 64}/a.txt"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("signed_in", [False, True])
def test_what_is_only_read_says_so(ann: Person, path: str, method: str, signed_in: bool) -> None:
    """RFC 9110, 15.5.6: 405 with what is allowed; a key of a form would not make it right."""
    item = publish(ann, Draft(words="Seeds #oer"))
    client = Client(enforce_csrf_checks=True, headers={"host": "ann.example"}, secure=True)
    if signed_in:
        assert ann.user
        client.force_login(ann.user)
    answer = getattr(client, method)(path.format(item=item.pk))
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", ["/@ann/", "/@Ann", "/@ANN/", "/@ann/?before=7", "/@Ann?before=7&x=%C3%BC"])
def test_a_persons_page_has_one_address(ann: Person, path: str) -> None:
    """RFC 9110, 15.4.2: moved for good, with what was asked."""
    answer = client_of(None).get(path)
    _, mark, asked = path.partition("?")
    assert (answer.status_code, answer["Location"]) == (301, f"/@ann{mark}{asked}")


@pytest.mark.parametrize("path", ["/@nobody/", "/@Nobody", "/@ann//", "/@ann/x/"])
def test_nobody_is_led_to_a_page_that_is_not_there(ann: Person, path: str) -> None:
    """RFC 9110, 15.5.5"""
    assert client_of(None).get(path).status_code == 404

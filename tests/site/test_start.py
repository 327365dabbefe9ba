"""`passalong` on an empty folder: nothing is asked, and only the printed link signs in."""

from __future__ import annotations

import pytest
from django.test import Client

from passalong.models import Person
from passalong.site.sign_in import hello_token


def test_it_works(ann: Person, strangers_browser: Client) -> None:
    token = hello_token(ann)
    assert strangers_browser.get(f"/hello/{token}").status_code == 302
    assert strangers_browser.session["_auth_user_id"] == str(ann.user_id)


def test_a_link_signs_in_once(ann: Person, strangers_browser: Client) -> None:
    token = hello_token(ann)
    strangers_browser.get(f"/hello/{token}")
    second = Client(headers={"host": "ann.example"})
    assert second.get(f"/hello/{token}").status_code == 410
    assert "_auth_user_id" not in second.session


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["evil.example", "ann.example.evil.example", "", "[::1"])
def test_t69_an_unknown_host_is_refused(host: str) -> None:
    assert Client(headers={"host": host}).get("/livez").status_code == 421


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["ann.example", "localhost:8000", "127.0.0.1", "[::1]:8000", "192.168.1.20:8000"])
def test_our_hosts_are_answered(host: str) -> None:
    assert Client(headers={"host": host}).get("/livez").status_code == 200

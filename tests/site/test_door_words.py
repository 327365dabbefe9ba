"""Passwords and passkeys in the project's own voice: what to do, what happens next, one move in every error."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from passalong.models import Person
from passalong.site.sign_in import hello_token
from tests.conftest import client_of
from tests.site.test_signing_in import PASSWORD, fresh_cache, sign_in, with_password

__all__ = ["fresh_cache"]

KEYS = "/account/passkeys/webauthn/"


def by_link(person: Person) -> Client:
    browser = client_of(None)
    browser.get(f"/hello/{hello_token(person)}")
    return browser


def errors(page: str) -> list[str]:
    return re.findall(r'<ul class="errorlist[^>]*>\s*<li>(.*?)</li>', page, re.DOTALL)


def with_a_passkey(person: Person) -> Authenticator:
    made: Authenticator = Authenticator.objects.create(
        user=person.user, type=Authenticator.Type.WEBAUTHN, data={"name": "my phone", "credential": {}}
    )
    return made


THEIRS = re.compile(
    r"Security Key|Two-Factor|Confirm Access|reauthenticate to|Set Password|Change Password|Current Password|Sign Out"
    r"|Are you sure|Remember Me|Username|account is|Forgot your|Please ",
)
"""How allauth says it."""


def test_a_first_password_and_what_happens_next(ann: Person) -> None:
    browser = by_link(ann)
    page = browser.get("/account/password/first").content.decode()
    assert "<h1>Choose a password</h1>" in page
    assert "you sign in as <b>ann</b> in any browser" in page
    assert "At least 10 letters." in page
    done = browser.post("/account/password/first", {"password1": PASSWORD, "password2": PASSWORD}, follow=True)
    assert done.redirect_chain == [("/settings", 302)]
    assert "From now on ann and this password sign you in" in done.content.decode()
    assert sign_in("@Ann ", PASSWORD).get("/settings").status_code == 200


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        ("short", "short", "use at least 10 letters, such as four words in a row."),
        ("password1234", "password1234", "choose words of your own."),
        (PASSWORD, PASSWORD + "s", "The two are not the same: type the second one again."),
    ],
)
def test_what_no_password_can_be(ann: Person, first: str, second: str, sentence: str) -> None:
    page = by_link(ann).post("/account/password/first", {"password1": first, "password2": second}).content.decode()
    assert [said.endswith(sentence) for said in errors(page)] == [True]


def test_another_password_asks_for_the_old_one(ann: Person) -> None:
    with_password(ann)
    browser = sign_in("ann", PASSWORD)
    page = browser.get("/account/password").content.decode()
    assert "<h1>Choose another password</h1>" in page
    new = {"password1": "five hazel bushes", "password2": "five hazel bushes"}
    page = browser.post("/account/password", {"oldpassword": "wrong", **new}).content.decode()
    assert errors(page) == ["That is not the password you have now: type it again."]
    done = browser.post("/account/password", {"oldpassword": PASSWORD, **new}, follow=True)
    assert "Every other browser has to sign in again." in done.content.decode()


def test_a_forgotten_password_is_replaced_by_whoever_holds_the_printed_link(ann: Person) -> None:
    with_password(ann)
    browser = by_link(ann)
    assert "oldpassword" not in browser.get("/account/password").content.decode()
    browser.post("/account/password", {"password1": "five hazel bushes", "password2": "five hazel bushes"})
    assert sign_in("ann", "five hazel bushes").get("/settings").status_code == 200


def test_the_link_of_an_hour_ago_replaces_no_password(ann: Person, time_machine: Any) -> None:
    with_password(ann)
    browser = by_link(ann)
    time_machine.move_to(timezone.now() + timedelta(seconds=3601))
    assert "oldpassword" in browser.get("/account/password").content.decode()


def test_signing_in_says_what_is_wrong_and_the_move(ann: Person) -> None:
    with_password(ann)
    page = sign_in("ann", "a wrong guess").last.content.decode()  # type: ignore[attr-defined]
    assert len(errors(page)) == 1
    assert "check both, or use the sign-in link" in errors(page)[0]
    for _ in range(10):
        page = sign_in("ann", "a wrong guess").last.content.decode()  # type: ignore[attr-defined]
    assert errors(page)[0].startswith("Too many wrong tries: wait 15 minutes")


def test_signing_out_and_in_again_says_little(ann: Person) -> None:
    with_password(ann)
    browser = sign_in("ann", PASSWORD)
    assert "To come back" in browser.get("/sign-out").content.decode()
    assert "You are signed out." in browser.post("/sign-out", follow=True).content.decode()
    back = browser.post("/sign-in", {"login": "ann", "password": PASSWORD}, follow=True).content.decode()
    assert 'class="said" data-said' not in back


def test_is_it_you(ann: Person) -> None:
    with_password(ann)
    browser = client_of(ann)
    page = browser.get(KEYS + "add/", follow=True).content.decode()
    assert "<h1>Is it you?</h1>" in page
    page = browser.post("/account/again", {"password": "wrong"}).content.decode()
    assert errors(page) == ["That is not your password: type it again."]


def test_every_page_of_the_door_speaks_with_one_voice(ann: Person) -> None:
    """Those that ask a real passkey are seen in the browser (test_passkey_in_browser.py)."""
    with_password(ann)
    mine = by_link(ann)
    pages = {at: mine.get(at) for at in ("/account/password", "/account/again", "/sign-out", KEYS + "add/")}
    key = with_a_passkey(ann)
    pages |= {at: mine.get(at) for at in (KEYS, f"{KEYS}keys/{key.pk}/edit/", f"{KEYS}keys/{key.pk}/remove/")}
    pages |= {at: client_of(None).get(at) for at in ("/sign-in", "/account/inactive")}
    for at, answer in pages.items():
        page = answer.content.decode()
        assert answer.status_code == 200, at
        assert not THEIRS.search(page), (at, THEIRS.search(page))
        assert 'class="brand"' in page, at
    assert "my phone" in pages[KEYS].content.decode()


def test_a_passkey_is_renamed_and_removed(ann: Person) -> None:
    key = with_a_passkey(ann)
    browser = by_link(ann)
    done = browser.post(f"{KEYS}keys/{key.pk}/edit/", {"name": "the red key"}, follow=True)
    assert "the red key" in done.content.decode()
    done = browser.post(f"{KEYS}keys/{key.pk}/remove/", follow=True)
    assert "opens nothing here any more" in done.content.decode()
    assert "You have none yet." in done.content.decode()


def test_too_often_is_said_in_the_same_voice(ann: Person) -> None:
    with_password(ann)
    browser = sign_in("ann", PASSWORD)
    wrong = {"oldpassword": "wrong", "password1": PASSWORD, "password2": PASSWORD}
    answers = [browser.post("/account/password", wrong) for _ in range(8)]
    assert answers[-1].status_code == 429
    assert "Wait a minute, then try once more." in answers[-1].content.decode()


def test_an_hour_after_the_last_proof_it_is_asked_for_again(ann: Person, time_machine: Any) -> None:
    with_password(ann)
    browser = sign_in("ann", PASSWORD)
    assert "<h1>Is it you?</h1>" not in browser.get(KEYS + "add/", follow=True).content.decode()
    time_machine.move_to(timezone.now() + timedelta(seconds=3601))
    assert "<h1>Is it you?</h1>" in browser.get(KEYS + "add/", follow=True).content.decode()


def test_who_has_only_the_link_chooses_a_first_password_at_any_time(ann: Person, time_machine: Any) -> None:
    browser = by_link(ann)
    time_machine.move_to(timezone.now() + timedelta(days=3))
    page = browser.post("/account/password/first", {"password1": PASSWORD, "password2": PASSWORD}, follow=True)
    assert page.status_code == 200
    assert sign_in("ann", PASSWORD).get("/settings").status_code == 200

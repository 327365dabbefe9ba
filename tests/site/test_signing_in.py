"""Who comes in, and who does not (T59, T61, T63, T69)."""

from __future__ import annotations

import statistics
import time
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client

from passalong.models import Person, User
from tests.conftest import client_of

PASSWORD = "four walnut trees"


@pytest.fixture(autouse=True)
def fresh_cache(settings: object, tmp_path: object) -> None:
    settings.CACHES = {  # type: ignore[attr-defined]
        "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": tmp_path}
    }


def with_password(person: Person) -> Person:
    assert person.user
    person.user.set_password(PASSWORD)
    person.user.save()
    return person


def sign_in(name: str, password: str) -> Client:
    browser = client_of(None)
    browser.last = browser.post("/sign-in", {"login": name, "password": password})  # type: ignore[attr-defined]
    return browser


def status(name: str, password: str) -> int:
    answer = sign_in(name, password).last  # type: ignore[attr-defined]
    return int(answer.status_code)


def test_a_password_signs_in(ann: Person) -> None:
    with_password(ann)
    browser = sign_in("ann", PASSWORD)
    assert browser.get("/settings").status_code == 200


def test_t59_wrong_tries_are_stopped_and_others_are_not(ann: Person, ben: Person) -> None:
    with_password(ann)
    with_password(ben)
    tries = [status("ann", "a wrong guess") for _ in range(12)]
    assert tries[:10] == [200] * 10
    assert tries[10:] == [429, 429]
    assert status("ann", PASSWORD) == 429
    assert status("ben", PASSWORD) == 302


def test_t61_nobody_learns_who_is_here(ann: Person) -> None:
    with_password(ann)

    def wrong(name: str) -> tuple[str, float]:
        started = time.thread_time()  # what the server does, and not what else this machine does meanwhile
        page = sign_in(name, "a wrong guess").last.content.decode()  # type: ignore[attr-defined]
        took = time.thread_time() - started
        return page.replace(name, "NAME"), took

    def without_form_key(page: str) -> str:
        return "\n".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)

    known, unknown = [wrong("ann") for _ in range(5)], [wrong("nobody") for _ in range(5)]
    assert without_form_key(known[0][0]) == without_form_key(unknown[0][0])
    apart = abs(statistics.median(t for _, t in known) - statistics.median(t for _, t in unknown))
    assert apart < 0.05


def test_nobody_signs_up(strangers_browser: Client) -> None:
    assert strangers_browser.get("/account/none/signup").status_code == 404
    assert not User.objects.exists()


def test_a_stranger_is_sent_to_sign_in(ann: Person, strangers_browser: Client) -> None:
    answer = strangers_browser.get("/settings")
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in?next=/settings"


def test_a_disabled_user_is_a_stranger(ann: Person, anns_browser: Client) -> None:
    User.objects.update(is_active=False)
    assert anns_browser.get("/settings").status_code == 302


def test_t63_settings_change_only_what_the_form_shows(ann: Person, anns_browser: Client) -> None:
    answer = anns_browser.post(
        "/settings",
        {
            "name": "Ann of the Hill",
            "zone": "Europe/Vienna",
            "lang": "de",
            "is_superuser": "1",
            "url": "x",
        },
    )
    assert answer.status_code == 302
    ann.refresh_from_db()
    assert (ann.name, ann.zone, ann.handle, ann.url) == (
        "Ann of the Hill",
        "Europe/Vienna",
        "ann",
        "https://ann.example/@ann",
    )


def test_settings_say_what_is_wrong_and_keep_what_was_typed(ann: Person, anns_browser: Client) -> None:
    answer = anns_browser.post("/settings", {"name": "Ann", "note": "x" * 1001, "zone": "UTC"})
    assert answer.status_code == 422
    assert "shorten it" in answer.content.decode()
    assert "x" * 1001 in answer.content.decode()


def test_the_passkey_page_opens_after_the_hello_link(ann: Person, anns_browser: Client) -> None:
    assert anns_browser.get("/account/passkeys/webauthn/add/").status_code == 200


def test_a_first_password_can_be_set(ann: Person, anns_browser: Client) -> None:
    assert ann.user
    ann.user.set_unusable_password()
    ann.user.save()
    browser = client_of(ann)
    answer = browser.post("/account/password/first", {"password1": PASSWORD, "password2": PASSWORD})
    assert answer.status_code == 302
    assert status("ann", PASSWORD) == 302


def test_settings_say_where_passkeys_work(ann: Person) -> None:
    browser = client_of(ann)
    at_number = browser.get("/settings", headers={"host": "127.0.0.1:8000"}).content.decode()
    assert "http://localhost:8000/settings" in at_number
    assert "localhost" not in browser.get("/settings").content.decode()


class Counting(MD5PasswordHasher):
    """Counts how often it is made to work: that work is what a stopwatch would see."""

    algorithm = "counting"
    worked = 0

    def encode(self, password: str, salt: str) -> str:
        Counting.worked += 1
        return super().encode(password, salt)


def test_t61_every_name_costs_the_same_work(ann: Person, ben: Person, settings: Any) -> None:
    """Known, known without a password, unknown: one round of the slow hash each."""
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    with_password(ann)
    worked = []
    for name in ("ann", "ben", "nobody"):
        Counting.worked = 0
        status(name, "a wrong guess")
        worked.append(Counting.worked)
    assert worked == [1, 1, 1]

"""The cast: Ann shares, Ben follows, Cas is a stranger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck, settings

from passalong.models import Person, Source, User

# A busy machine makes any single example slow; what has to be quick is measured in processor time instead.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

DATABASE = {"db", "transactional_db", "live_server"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks no database of the tests' own is the same whichever that is: CI runs it once. Stories are of that kind:
    their nodes choose theirs themselves."""
    for item in items:
        asked = DATABASE.intersection(getattr(item, "fixturenames", ()))
        if not asked and not item.get_closest_marker("django_db"):
            item.add_marker("anywhere")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A server's thread that has just answered may still hold its connection when everything is over: PostgreSQL then
    would not let go of the tests' database."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    """The language of the last page that was asked for stays with its thread: the next test begins in English."""
    yield
    translation.deactivate()


def make_person(handle: str, *, owner: bool = False) -> Person:
    """A person of this node with their own source, as `site.home.the_owner` makes them."""
    user = User(username=handle, is_superuser=owner)
    user.set_unusable_password()
    user.save()
    home = f"https://ann.example/@{handle}"
    person = Person.objects.create(url=home, user=user, handle=handle, name=handle.title(), zone="UTC")
    Source.objects.create(
        person=person, url=f"{home}/feed.atom", kind=Source.Kind.HERE, title=handle.title(), home=home, state="fine"
    )
    return person


@pytest.fixture
def ann(db: None) -> Person:
    return make_person("ann", owner=True)


@pytest.fixture
def ben(db: None) -> Person:
    return make_person("ben")


def client_of(person: Person | None) -> Client:
    """A browser signed in as `person`; a stranger's for None."""
    client = Client(headers={"host": "ann.example"}, secure=True)
    if person:
        assert person.user
        client.force_login(person.user)
    return client


@pytest.fixture
def anns_browser(ann: Person) -> Client:
    return client_of(ann)


@pytest.fixture
def strangers_browser(db: None) -> Client:
    return client_of(None)

"""Several places may be one person, a name may be put right; by plain forms, and back again."""

from __future__ import annotations

import pytest
from django.test import Client

from passalong.models import Follow, Person, Source
from tests.conftest import client_of
from tests.follow.conftest import Site, again, look
from tests.follow.feeds import things
from tests.follow.test_pages import followed, page, shared


@pytest.fixture
def bens_browser(ben: Person) -> Client:
    return client_of(ben)


def said(browser: Client, address: str, **fields: object) -> str:
    answer = browser.post(address, fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("who", ["Dora", "dora", "dora.example/feed", "https://dora.example/feed"])
def test_two_become_one_and_two_again(ben: Person, bens_browser: Client, who: str) -> None:
    cas, dora = followed(ben, "cas"), followed(ben, "dora")
    shared(dora, 2)
    assert "Dora is Cas from now on." in said(bens_browser, f"/people/{cas.person_id}/also", who=who)
    one = page(bens_browser, f"/people/{cas.person_id}")
    assert "dora.example" in one
    assert "Thing 1" in one
    assert "You follow 1 person." in page(bens_browser, "/people")
    assert "Dora stands alone again." in said(bens_browser, f"/people/{cas.person_id}/split", source=dora.pk)
    assert again(dora).person_id == dora.person_id
    assert "dora.example" not in page(bens_browser, f"/people/{cas.person_id}").partition("<details")[0]


def test_a_person_of_three_places_comes_over_whole(ben: Person, bens_browser: Client) -> None:
    cas, dora, eve = (followed(ben, name) for name in ("cas", "dora", "eve"))
    said(bens_browser, f"/people/{dora.person_id}/also", who="Eve")
    said(bens_browser, f"/people/{cas.person_id}/also", who="Dora")
    assert set(Source.objects.filter(kind="feed").values_list("person_id", flat=True)) == {cas.person_id}
    said(bens_browser, f"/people/{cas.person_id}/split", source=eve.pk)
    assert again(eve).person_id == eve.person_id
    assert again(dora).person_id == cas.person_id


@pytest.mark.django_db(transaction=True)
def test_what_was_never_joined_by_hand_can_be_told_apart_and_stays_so(site: Site, bens_browser: Client) -> None:
    site.says(things(1, 2))
    ben_there = look(site.follow(host="ben.example"))
    other = Source.objects.create(url=ben_there.url + "?more", person=ben_there.person, title="More", kind="feed")
    Follow.objects.create(person=Person.objects.get(user__isnull=False), source=other)
    said(bens_browser, f"/people/{ben_there.person_id}/split", source=ben_there.pk)
    alone = again(ben_there)
    assert alone.person_id != other.person_id
    site.says(things(1, 2, 3))
    Source.objects.filter(pk=alone.pk).update(fetch_at=alone.made)
    assert look(alone).person_id == alone.person_id


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("nobody", "You follow nobody by that name"),
        ("Cas", "That is this person already."),
        ("Twin", "several people of that name"),
        ("", "You follow nobody by that name"),
    ],
)
def test_what_is_not_clear_is_said(ben: Person, bens_browser: Client, who: str, sentence: str) -> None:
    cas = followed(ben, "cas")
    for name in ("one", "two"):
        Person.objects.filter(pk=followed(ben, name).person_id).update(name="Twin")
    assert sentence in said(bens_browser, f"/people/{cas.person_id}/also", who=who)
    assert Person.objects.filter(sources__kind="feed").distinct().count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_name_put_right_sticks(site: Site, bens_browser: Client) -> None:
    site.says(things(1))
    source = look(site.follow())
    where = f"/people/{source.person_id}/name"
    assert "Benjamin" in said(bens_browser, where, name="  Benjamin ")
    site.says(things(1, 2))
    Source.objects.filter(pk=source.pk).update(fetch_at=source.made)
    assert str(look(source).person) == "Benjamin"
    said(bens_browser, where, name="")
    assert str(again(source).person) == "Ben"
    assert not again(source).person.name_is_mine


def test_t65_whom_somebody_else_follows_too_is_not_for_one_to_say(
    ann: Person, ben: Person, bens_browser: Client
) -> None:
    cas, dora = followed(ben, "cas"), followed(ben, "dora")
    followed_too = followed(ann, "dora")
    assert followed_too == dora
    assert "Somebody else here follows them" in said(bens_browser, f"/people/{cas.person_id}/also", who="Dora")
    assert "Somebody else here follows them" in said(bens_browser, f"/people/{dora.person_id}/name", name="X")
    assert again(dora).person_id == dora.person_id
    assert again(dora).person.name == "Dora"

"""A page that was fetched for a card is looked at too: where it links to what was shared here, that is found."""

from __future__ import annotations

import pytest
from django.utils import timezone

from passalong.credit.came_back import came_back
from passalong.intake.found import MOST, look_for_ours
from passalong.models import Arrival, Page, Person
from passalong.share import enrich
from passalong.share.draft import Draft
from passalong.share.publish import publish

from .pages_elsewhere import Site, came, look, welcome

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def target(ann: Person) -> str:
    item = publish(ann, Draft(words="seeds"))
    assert item.page
    return item.page.url


def shared(by: Person, url: str) -> None:
    publish(by, Draft(link=url))
    Page.objects.filter(look_at__isnull=False).update(look_at=timezone.now())
    enrich.work_once(timezone.now(), "worker")


def test_it_works(ann: Person, ben: Person, cas: Site, target: str) -> None:
    """Ben shares a page of Cas, whom Ann follows; Cas tells nobody, and Ann learns of it."""
    welcome(ann, cas.home)
    shared(ben, cas.writes("1", target, rel="u-quotation-of"))
    look()
    deeds = [deed for deed in came_back(ann, reader=ann).deeds if deed.row.item == came()]
    assert [(deed.rel, deed.told) for deed in deeds] == [("quote", False)]


def test_a_stranger_waits_for_anns_word(ann: Person, ben: Person, cas: Site, target: str) -> None:
    """Threat T53: that somebody else here shared it lets nobody in."""
    shared(ben, cas.writes("1", target))
    look()
    assert [one.state for one in Arrival.objects.all()] == ["asking"]
    assert came_back(ann, reader=ann).deeds == []


def test_only_what_is_public_and_ours_and_not_too_much(ann: Person, target: str) -> None:
    now = timezone.now()
    hidden = publish(ann, Draft(words="for few", audience="unlisted")).page
    assert hidden
    page = f'<a href="{hidden.url}">a</a> <a href="https://ann.example.evil.example/@ann/1">b</a>'
    assert look_for_ours("https://cas.example/1", "text/html", page.encode(), now) == 0
    assert look_for_ours(f"{target}/other", "text/html", f'<a href="{target}">x</a>'.encode(), now) == 0
    many = [publish(ann, Draft(words=f"seeds {number}")).page for number in range(MOST + 3)]
    list_of = "".join(f'<a href="{one.url}">x</a>' for one in many if one)
    assert look_for_ours("https://cas.example/2", "text/html", list_of.encode(), now) == MOST
    assert look_for_ours("https://cas.example/2", "text/html", list_of.encode(), now) == 0

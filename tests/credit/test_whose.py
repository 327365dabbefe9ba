"""Several people at one host: an answer is of whoever wrote it, and of nobody merely for their host."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from passalong.credit.stance import Stance, stance
from passalong.models import Arrival, Follow, Person, Source
from passalong.share.draft import Draft
from passalong.share.publish import publish
from passalong.wire.mention import Mention
from passalong.wire.shapes import Author, Entry
from tests.read.cast import an_item

from .pages_elsewhere import Site, came, knock, look

pytestmark = pytest.mark.django_db(transaction=True)
UNI = "https://uni.example/"


@pytest.fixture
def target(ann: Person) -> str:
    item = publish(ann, Draft(words="seeds"))
    assert item.page
    return item.page.url


def at_uni(me: Person, name: str, url: str, home: str = "", **more: Any) -> Source:
    """`me` follows somebody at uni.example whose feed is at `url`."""
    person = Person.objects.create(url=home or url, name=name)
    source = Source.objects.create(person=person, url=url, home=home, host="uni.example", state="fine", **more)
    Follow.objects.create(person=me, source=source)
    return source


def of(me: Person, url: str, author: str = "") -> Stance:
    return stance(me, Mention(url, Entry(url=url), Author(url=author)))


def named(found: Stance) -> str:
    return str(found.person) if found.person else ""


@pytest.fixture
def three(ann: Person) -> None:
    at_uni(ann, "Dora", f"{UNI}dora/feed.xml", f"{UNI}dora/")
    at_uni(ann, "The faculty", f"{UNI}feed.xml", UNI)
    at_uni(ann, "Emil", f"{UNI}emil/feed.xml", f"{UNI}emil/")


@pytest.mark.parametrize(
    ("path", "author", "name"),
    [
        ("dora/1", "", "Dora"),
        ("emil/1", "", "Emil"),
        ("1", "", "The faculty"),
        ("1", "emil/", "Emil"),
        ("dora/1", "emil", "Emil"),
        ("emil/1", "about/nobody-i-know", "Emil"),
    ],
)
@pytest.mark.usefixtures("three")
def test_by_author_then_by_the_nearest_address(ann: Person, path: str, author: str, name: str) -> None:
    found = of(ann, UNI + path, author and UNI + author)
    assert (found.welcome, named(found)) == (True, name)


def test_two_feeds_in_one_folder_tell_nothing(ann: Person) -> None:
    dora = at_uni(ann, "Dora", f"{UNI}dora.xml")
    at_uni(ann, "Emil", f"{UNI}emil.xml")
    assert of(ann, f"{UNI}posts/1") == Stance()
    an_item(dora, url=f"{UNI}posts/1")
    assert named(of(ann, f"{UNI}posts/1")) == "Dora", "but her feed brought this very page"


def test_a_feed_is_not_believed_about_a_home_in_other_hands(ann: Person) -> None:
    person = Person.objects.create(url="https://evil.example/feed.xml", name="Mallory")
    source = Source.objects.create(person=person, url=person.url, home=UNI, host="evil.example", state="fine")
    Follow.objects.create(person=ann, source=source)
    assert of(ann, f"{UNI}dora/1") == Stance()


def test_a_watched_page_stands_for_itself(ann: Person) -> None:
    at_uni(ann, "Dora", f"{UNI}dora.html", kind=Source.Kind.WATCHED)
    assert named(of(ann, f"{UNI}dora.html")) == "Dora"
    assert of(ann, f"{UNI}emil.html") == Stance()


@pytest.mark.usefixtures("three")
def test_who_is_shut_out_cannot_come_in_under_another_name(ann: Person) -> None:
    dora = Source.objects.get(person__name="Dora")
    Follow.objects.create(person=ann, source=dora, via="answers", state="ended")
    assert of(ann, f"{UNI}dora/1").barred
    assert of(ann, f"{UNI}dora/1", f"{UNI}emil/").barred
    assert not of(ann, f"{UNI}emil/1").barred


def test_the_right_one_is_named_after_approve(ann: Person, cas: Site, target: str, anns_browser: Client) -> None:
    knock(cas.says("emil/1", f'<div class="h-entry"><a class="u-like-of" href="{target}">!</a></div>'), target)
    look()
    for name in ("dora", "emil"):
        home = cas.at(f"{name}/")
        person = Person.objects.create(url=home, name=name.title())
        source = Source.objects.create(person=person, url=f"{home}feed.xml", home=home, host="cas.example")
        Follow.objects.create(person=ann, source=source)
    anns_browser.post(f"/came-back/first-contact/{Arrival.objects.get().pk}", {"say": "yes"})
    assert str(came().source.person) == "Emil"


def test_a_guest_is_named_beside_whose_place_it_is(ann: Person, cas: Site, target: str) -> None:
    person = Person.objects.create(url=cas.home, name="The garden club")
    source = Source.objects.create(person=person, url=f"{cas.home}feed.xml", home=cas.home, host="cas.example")
    Follow.objects.create(person=ann, source=source)
    guest = f'<a class="p-author h-card" href="{cas.at("people/gil")}">Gil</a>'
    knock(cas.says("1", f'<div class="h-entry">{guest}<a class="u-in-reply-to" href="{target}">re</a></div>'), target)
    look()
    assert (str(came().source.person), came().author) == ("The garden club", "Gil")

"""First contact: whom one follows comes straight in, others wait for a word (webmention, 4.1: receivers moderate)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from passalong.credit import contact, verify
from passalong.credit.stance import stance
from passalong.follow.start import follow_again, make_source
from passalong.intake.take_in import take_in
from passalong.models import Arrival, Follow, Item, Person, Source
from passalong.share.draft import Draft
from passalong.share.publish import publish
from passalong.wire.mention import Mention, write
from passalong.wire.shapes import Entry, Feed, Found
from tests.conftest import client_of, make_person

from .pages_elsewhere import Site, arrival, came, knock, look, welcome

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/came-back/first-contact"


@pytest.fixture
def target(ann: Person) -> str:
    item = publish(ann, Draft(words="seeds"))
    assert item.page
    return item.page.url


def says(client: Client, word: str, pk: int | None = None) -> int:
    return client.post(f"{PAGE}/{pk or arrival().pk}", {"say": word}).status_code


def strangers() -> int:
    return Item.objects.exclude(source__kind="here").count()


def waiting(number: int, target: str, host: str = "", **more: object) -> Arrival:
    url = f"https://{host or f'h{number}.example'}/{number}"
    said = write(Mention(url, Entry(url=url, title=f"Answer {number}")))
    knocked = timezone.now() + timedelta(seconds=number)
    kept = {"host": host or f"h{number}.example", "state": "asking", "said": said, "knocked": knocked}
    about = Item.objects.get(page__url=target)
    return Arrival.objects.create(source=url, target=target, about=about, **(kept | more))


def test_it_works(ann: Person, cas: Site, target: str, anns_browser: Client) -> None:
    knock(cas.writes("1", target), target)
    look()
    assert (arrival().state, strangers()) == ("asking", 0)
    page = anns_browser.get(PAGE).content.decode()
    for word in ("Cas", "via cas.example", "Replies to", "seeds", "Good one.", "Approve", "Approve always", "No"):
        assert word in page
    assert '<span class="face" aria-hidden="true">C</span>' in page, "the name's line has its own room"
    assert says(anns_browser, "yes") == 302
    assert (arrival().state, arrival().said, came().excerpt) == ("in", {}, "Good one.")
    assert came().source.person.name == "Cas"
    assert "Nobody is waiting." in anns_browser.get(PAGE).content.decode()
    assert anns_browser.get(f"/read/{came().pk}").status_code == 200, "and can be read here, by Ann"
    assert client_of(None).get(f"/read/{came().pk}").status_code == 302


def test_nothing_that_waits_is_shown_to_anyone_else(ann: Person, ben: Person, cas: Site, target: str) -> None:
    knock(cas.writes("1", target, words="Unseen words"), target)
    look()
    path = target.removeprefix("https://ann.example")
    for who in (None, ben):
        client = client_of(who)
        for page in ("/", "/@ann", path, "/@ann/feed.atom", PAGE):
            assert "Unseen words" not in client.get(page).content.decode()
    assert not Person.objects.filter(url=cas.home).exists(), "not even that they exist is kept as a deed"
    assert says(client_of(ben), "yes") == 404


def test_yes_is_for_this_one(ann: Person, cas: Site, target: str, anns_browser: Client) -> None:
    knock(cas.writes("1", target), target)
    look()
    says(anns_browser, "yes")
    knock(cas.writes("2", target), target)
    look()
    assert Arrival.objects.get(source=cas.at("2")).state == "asking"


def test_always_is_for_good_and_for_what_waits(ann: Person, cas: Site, target: str, anns_browser: Client) -> None:
    for path in ("1", "2"):
        knock(cas.writes(path, target), target)
        look()
    says(anns_browser, "always", Arrival.objects.get(source=cas.at("1")).pk)
    assert strangers() == 2
    knock(cas.writes("3", target), target)
    look()
    assert strangers() == 3
    follow = Follow.objects.get(person=ann)
    assert follow.via == "answers"
    assert not anns_browser.get("/people").content.decode().count('class="card h-card"'), "it is no following"
    assert "These come straight in" in anns_browser.get(PAGE).content.decode()
    assert says(client_of(make_person("emil")), "again", follow.pk) == 404
    assert says(anns_browser, "again", follow.pk) == 302
    knock(cas.writes("4", target), target)
    look()
    assert strangers() == 3, "and it can be taken back"


def test_no_is_kept(ann: Person, cas: Site, target: str, anns_browser: Client) -> None:
    source = cas.writes("1", target)
    knock(source, target)
    look()
    assert says(anns_browser, "no") == 302
    assert knock(source, target) == 202, "who knocks does not learn of it"
    look()
    assert (arrival().state, strangers(), cas.asked()) == ("no", 0, 1)


def test_an_edit_while_it_waits_is_what_comes_in(ann: Person, cas: Site, target: str, anns_browser: Client) -> None:
    knock(cas.writes("1", target), target)
    look()
    knock(cas.writes("1", target, words="Now better"), target)
    look()
    says(anns_browser, "yes")
    assert came().excerpt == "Now better"


def test_what_goes_while_it_waits_leaves_the_list(ann: Person, cas: Site, target: str, anns_browser: Client) -> None:
    source = cas.writes("1", target)
    knock(source, target)
    look()
    cas.says("1", "gone", status=410)
    knock(source, target)
    look()
    assert (arrival().state, arrival().said) == ("refused", {})
    assert "Nobody is waiting." in anns_browser.get(PAGE).content.decode()


def test_an_edit_of_what_came_in_is_not_asked_about_again(
    ann: Person, cas: Site, target: str, anns_browser: Client
) -> None:
    knock(cas.writes("1", target), target)
    look()
    says(anns_browser, "yes")
    knock(cas.writes("1", target, words="Edited"), target)
    look()
    assert (arrival().state, came().excerpt) == ("in", "Edited")


def test_somebody_followed_by_another_here_is_new_to_ann(ann: Person, ben: Person, cas: Site, target: str) -> None:
    welcome(ben, cas.home)
    knock(cas.writes("1", target), target)
    look()
    assert arrival().state == "asking"


def test_who_is_followed_no_more_is_asked_about(ann: Person, cas: Site, target: str) -> None:
    welcome(ann, cas.home)
    Follow.objects.update(state="ended")
    knock(cas.writes("1", target), target)
    look()
    assert arrival().state == "asking"


def test_who_is_shut_out_stays_out(ann: Person, cas: Site, target: str) -> None:
    source = welcome(ann, cas.home)
    Follow.objects.create(person=ann, source=source, via="answers", state="ended")
    knock(cas.writes("1", target), target)
    look()
    assert (arrival().state, strangers()) == ("refused", 0)


@pytest.mark.parametrize(
    ("home", "url", "is_welcome"),
    [
        ("https://cas.example/", "https://cas.example/1", True),
        ("https://cas.example/", "https://www.cas.example/1", True),
        ("https://cas.example/", "https://cas.example.evil.example/1", False),
        ("https://medium.com/@joe", "https://medium.com/@joe/1", True),
        ("https://medium.com/@joe", "https://medium.com/@evil/1", False),
        ("https://joe.github.io/", "https://evil.github.io/1", False),
        ("https://wordpress.com/joe", "https://wordpress.com/evil/1", False),
        ("https://soc.example/@joe", "https://soc.example/@joe/1", True),
        ("https://soc.example/@joe", "https://soc.example/@evil/1", False),
        ("https://uni.example/~joe/", "https://uni.example/~evil/1", False),
    ],
)
def test_on_shared_hosts_people_are_told_apart(ann: Person, home: str, url: str, is_welcome: bool) -> None:
    person = Person.objects.create(url=home)
    host = home.split("/")[2]
    Follow.objects.create(
        person=ann, source=Source.objects.create(person=person, url=f"{home}feed.xml", home=home, host=host)
    )
    assert stance(ann, Mention(url, Entry(url=url))).welcome is is_welcome


def test_the_list_is_short(ann: Person, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contact, "MOST_WAITING", 30)
    for number in range(25):
        waiting(number, target, host="flood.example")
    for number in range(25):
        waiting(100 + number, target)
    contact.shorten()
    left = Arrival.objects.filter(state="asking")
    assert left.filter(host="flood.example").count() == 5, "of 30 places the newest 25 are of others"
    assert left.count() == 30
    monkeypatch.setattr(contact, "MOST_WAITING", 200)
    for number in range(25):
        waiting(200 + number, target, host="second.example")
    contact.shorten()
    assert left.filter(host="second.example").count() == contact.MOST_WAITING_OF_HOST
    assert not Arrival.objects.filter(state="refused").exclude(said={}).exists()


def test_the_list_costs_few_queries(
    ann: Person, target: str, anns_browser: Client, django_assert_max_num_queries: object
) -> None:
    for number in range(20):
        waiting(number, target)
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        assert anns_browser.get(PAGE).content.decode().count("Approve always") == 20


def test_each_person_of_a_node_has_a_list_of_their_own(ann: Person, ben: Person, cas: Site) -> None:
    bens = publish(ben, Draft(words="Ben's"))
    assert bens.page
    knock(cas.writes("1", bens.page.url), bens.page.url)
    knock(cas.writes("2", ann.url), ann.url)
    knock(cas.writes("3", "https://ann.example/"), "https://ann.example/")
    for _ in range(3):
        look()
    assert [one.source for one in contact.asking_of(ben)] == [cas.at("1")]
    assert {one.source for one in contact.asking_of(ann)} == {cas.at("2"), cas.at("3")}


def followed_again(me: Person, url: str) -> Source:
    found = Found(url, "feed", "Cas", "Cas", "")
    return follow_again(me, make_source(url, found), timezone.now()).source


def test_whom_one_begins_to_follow_comes_in_with_what_waits(ann: Person, cas: Site, target: str) -> None:
    for path in ("blog/1", "other/2"):
        knock(cas.writes(path, target), target)
        look()
    followed_again(ann, cas.at("blog/feed.xml"))
    verify.work_once(timezone.now(), "worker")
    verify.work_once(timezone.now(), "worker")
    assert Arrival.objects.get(source=cas.at("blog/1")).state == "in"
    assert came().source.person.follows.count() == 0
    assert Arrival.objects.get(source=cas.at("other/2")).state == "asking", "who is not followed goes on waiting"


def test_what_waits_is_looked_at_again_when_the_home_is_known(ann: Person, cas: Site, target: str) -> None:
    knock(cas.writes("notes/1", target), target)
    look()
    source = followed_again(ann, cas.at("notes-feed/"))
    verify.work_once(timezone.now(), "worker")
    assert arrival().state == "asking"
    entry = Entry(guid="x", url=cas.at("x"), title="A first thing")
    take_in(source, Feed(format="rss-2.0", title="Cas", home=cas.at("notes"), entries=(entry,)), timezone.now())
    verify.work_once(timezone.now(), "worker")
    assert (arrival().state, strangers()) == ("in", 2)


def test_the_card_of_whom_one_follows_knows_it(ann: Person, cas: Site, target: str, anns_browser: Client) -> None:
    source = welcome(ann, cas.home)
    knock(cas.writes("1", target), target)
    look()
    page = anns_browser.get("/came-back").content.decode()
    assert f'formaction="/unfollow" name="source" value="{source.pk}"' in page
    assert f'href="/people/{source.person.pk}"' in page
    assert 'formaction="/follow"' not in page

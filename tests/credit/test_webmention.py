"""Webmentions that come: section 3.2 of https://www.w3.org/TR/webmention/, and T53."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from passalong.credit import verify
from passalong.intake.take_in import take_in
from passalong.models import Arrival, Item, Link, Person, Source
from passalong.net import get
from passalong.net.guard import Rules
from passalong.share import change
from passalong.share.draft import Draft
from passalong.share.publish import publish
from passalong.wire.feed import read
from tests.conftest import client_of

from .pages_elsewhere import Site, arrival, came, knock, look, welcome

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def target(ann: Person) -> str:
    item = publish(ann, Draft(words="seeds"))
    assert item.page
    return item.page.url


def test_it_works(ann: Person, cas: Site, target: str) -> None:
    welcome(ann, cas.home)
    source = cas.writes("1", target)
    assert knock(source, target) == 202, "3.2: asynchronous, so 202"
    assert not cas.asked(), "the page is looked at later"
    look()
    item = came()
    assert (item.kind, item.excerpt, item.guid) == ("reply", "Good one.", source)
    assert item.page
    assert item.page.url == source
    assert (item.source.kind, item.source.fetch_at) == ("page", None)
    assert item.source.person.name == "Cas of the feed", "the one Ann follows"
    (link,) = Link.objects.filter(item=item, page__url=target)
    assert link.rel == "reply"
    assert (arrival().state, arrival().made, arrival().try_at) == ("in", item, None)


@pytest.mark.parametrize(
    ("rel", "kind", "link"),
    [
        ("u-like-of", "like", "like"),
        ("u-repost-of", "repost", "repost"),
        ("u-quotation-of", "note", "quote"),
        ("u-bookmark-of", "link", "link"),
        ("plain", "note", "link"),
    ],
)
def test_every_way_to_point(ann: Person, cas: Site, target: str, rel: str, kind: str, link: str) -> None:
    welcome(ann, cas.home)
    knock(cas.writes("1", target, rel=rel), target)
    look()
    assert (came().kind, Link.objects.get(item=came(), page__url=target).rel) == (kind, link)


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("", "https://ann.example/@ann"),
        ("mailto:cas@cas.example", "https://ann.example/@ann"),
        ("ftp://cas.example/1", "https://ann.example/@ann"),
        ("javascript:alert(1)", "https://ann.example/@ann"),
        ("https://cas.example/" + "a" * 3000, "https://ann.example/@ann"),
        ("https://cas.example/1", ""),
        ("https://cas.example/1", "https://elsewhere.example/"),
        ("https://cas.example/1", "https://ann.example.evil.example/@ann"),
        ("https://cas.example/1", "https://ann.example/@ann/1234567"),
        ("https://cas.example/1", "https://ann.example/@nobody"),
        ("https://cas.example/1", "https://ann.example/settings"),
        ("https://cas.example/1", "https://ann.example/@ann/tag/nothing"),
        ("https://ann.example/@ann", "https://ann.example/@ann"),
        ("https://ann.example/@ann/1", "https://ann.example/@ann"),
    ],
)
def test_section_3_2_1_what_is_refused_at_the_door(ann: Person, target: str, source: str, wanted: str) -> None:
    assert knock(source, wanted) == 400
    assert not Arrival.objects.exists()


def test_3_2_1_the_same_page_is_refused(target: str) -> None:
    assert knock(target, target) == 400
    assert knock(f"{target}#x", target) == 400


def test_a_fragment_is_no_part_of_what_is_meant(target: str) -> None:
    """3.2.1: a target may have a fragment, which is removed before it is checked."""
    assert knock("https://cas.example/1", f"{target}#top") == 202
    assert arrival().target == target


@pytest.mark.parametrize("path", ["", "/", "/@ann", "/@ann/", "/@ann/tag/oer"])
def test_public_pages_can_be_mentioned(ann: Person, cas: Site, path: str) -> None:
    publish(ann, Draft(words="seeds #oer"))
    welcome(ann, cas.home)
    assert knock(cas.writes("1", f"https://ann.example{path}"), f"https://ann.example{path}") == 202
    look()
    assert Link.objects.filter(item=came(), page__url=arrival().target).exists()


def test_what_is_gone_or_guessed_takes_none(ann: Person) -> None:
    gone = publish(ann, Draft(words="soon gone"))
    hidden = publish(ann, Draft(words="for few", audience=Item.Audience.UNLISTED))
    change.take_back(gone)
    assert gone.page
    assert hidden.page
    assert knock("https://cas.example/1", gone.page.url) == 400
    assert knock("https://cas.example/1", hidden.page.url.rpartition("-")[0]) == 400
    assert knock("https://cas.example/1", hidden.page.url) == 202


def test_other_methods_and_missing_fields(ann: Person) -> None:
    client = client_of(None)
    assert client.post("/webmention", {}).status_code == 400
    assert client.put("/webmention").status_code == 405
    assert client.post("/webmention", b'{"source": "x"}', content_type="application/json").status_code == 400


def test_a_person_can_knock_by_hand(ann: Person, target: str) -> None:
    client = client_of(None)
    page = client.get("/webmention", {"target": target})
    assert f'value="{target}"' in page.content.decode()
    browser = {"Accept": "text/html"}
    fields = {"source": "https://cas.example/1", "target": target}
    assert client.post("/webmention", fields, headers=browser).status_code == 202
    wrong = client.post("/webmention", {**fields, "source": "nonsense"}, headers=browser)
    assert wrong.status_code == 400
    assert "The address of your page has to be a web address" in wrong.content.decode()
    for same in (fields | {"source": target}, fields | {"target": "https://ann.example/nothing"}):
        said = client.post("/webmention", same, headers=browser).content.decode()
        assert 'role="alert"' in said
        assert "the page here are the same" in said or "no page here at that address" in said
        assert not re.search(r"\b(source|target)\b[^=\"]", said.partition("<main")[2].partition("<form")[0])


def test_a_program_is_told_in_the_words_of_the_specification(ann: Person, target: str) -> None:
    answer = client_of(None).post("/webmention", {"source": "nonsense", "target": target})
    assert answer.content.decode() == "The source has to be a web address, such as https://example.org/post.\n"
    answer = client_of(None).post("/webmention", {"source": target, "target": target})
    assert "source and target are the same" in answer.content.decode()


def test_the_door_needs_no_key_of_ours(ann: Person, target: str) -> None:
    client = Client(enforce_csrf_checks=True, headers={"host": "ann.example"}, secure=True)
    assert knock("https://cas.example/1", target, client) == 202


def test_3_2_2_a_page_that_does_not_link_here_is_refused(ann: Person, cas: Site, target: str) -> None:
    welcome(ann, cas.home)
    knock(cas.says("1", f"<p>Only the words {target}</p>"), target)
    look()
    assert (arrival().state, arrival().reason) == ("refused", "The page does not link here.")
    assert not Item.objects.exclude(source__kind="here").exists()


def test_3_2_2_json_and_plain_text(ann: Person, cas: Site, target: str) -> None:
    welcome(ann, cas.home)
    knock(cas.says("1", json.dumps({"in-reply-to": target}), "application/json"), target)
    knock(cas.says("2", f"See {target} for seeds", "text/plain"), target)
    look()
    look()
    assert Arrival.objects.filter(state="in").count() == 2


def test_3_2_2_redirects_are_followed(ann: Person, cas: Site, target: str) -> None:
    welcome(ann, cas.home)
    cas.server.expect_request("/old").respond_with_data("", status=301, headers={"Location": "/new"})
    cas.writes("new", target)
    knock(cas.at("old"), target)
    look()
    assert came().guid == cas.at("new")


def test_3_2_4_the_same_again_is_the_same_once(ann: Person, cas: Site, target: str) -> None:
    welcome(ann, cas.home)
    source = cas.writes("1", target)
    for _ in range(3):
        assert knock(source, target) == 202
        look()
    assert knock(source.replace("http:", "HTTP:"), f"{target}/") == 202
    look()
    assert Arrival.objects.count() == 1
    assert came().bodies.count() == 1
    assert Link.objects.filter(page__url=target).count() == 1


def test_3_2_4_an_edit_changes_it_in_place(ann: Person, cas: Site, target: str) -> None:
    welcome(ann, cas.home)
    knock(cas.writes("1", target), target)
    look()
    before = came()
    knock(cas.writes("1", target, rel="u-like-of", words="Even better."), target)
    look()
    after = came()
    assert (after.pk, after.excerpt, after.kind) == (before.pk, "Even better.", "like")
    assert Link.objects.get(item=after, page__url=target).rel == "like"
    assert after.bodies.count() == 2, "what it said before stays as its history"


@pytest.mark.parametrize("how", ["410", "404", "no link"])
def test_3_2_4_what_has_gone_is_taken_back(ann: Person, cas: Site, target: str, how: str) -> None:
    welcome(ann, cas.home)
    source = cas.writes("1", target)
    knock(source, target)
    look()
    if how == "no link":
        cas.says("1", "<p>Changed my mind</p>")
    else:
        cas.says("1", "gone", status=int(how))
    knock(source, target)
    look()
    assert came().gone
    assert not Link.objects.filter(page__url=target).exists()
    assert arrival().state == "gone"


def test_what_had_gone_may_come_again(ann: Person, cas: Site, target: str) -> None:
    welcome(ann, cas.home)
    source = cas.writes("1", target)
    for now in (cas.writes, None, cas.writes):
        if now:
            now("1", target, words="Again.")
        else:
            cas.says("1", "gone", status=410)
        knock(source, target)
        look()
    assert (came().gone, came().excerpt) == (None, "Again.")


def test_one_page_that_answers_two_things_is_one_item(ann: Person, cas: Site, target: str) -> None:
    welcome(ann, cas.home)
    second = publish(ann, Draft(words="more seeds"))
    assert second.page
    body = f'<a href="{target}">one</a><a href="{second.page.url}">two</a>'
    source = cas.says("1", f'<div class="h-entry"><div class="e-content">{body}</div></div>')
    knock(source, target)
    knock(source, second.page.url)
    look()
    assert cas.asked() == 1, "one look for both"
    assert {link.page.url for link in came().links.all()} == {target, second.page.url}
    cas.says("1", f'<div class="h-entry"><div class="e-content"><a href="{second.page.url}">two</a></div></div>')
    knock(source, target)
    look()
    assert came().gone is None
    assert {link.page.url for link in came().links.all()} == {second.page.url}


def test_a_failing_page_takes_nothing_back(ann: Person, cas: Site, target: str) -> None:
    welcome(ann, cas.home)
    source = cas.writes("1", target)
    knock(source, target)
    look()
    cas.says("1", "oops", status=503)
    knock(source, target)
    look()
    assert came().gone is None
    assert arrival().state == "in"
    assert arrival().try_at, "and it is looked at again"


def test_a_page_that_never_opens_is_left_alone_after_some_days(ann: Person, cas: Site, target: str) -> None:
    knock(cas.says("1", "oops", status=503), target)
    now = timezone.now() + timedelta(minutes=2)
    for _ in range(20):
        look(now)
        now = arrival().try_at or now
    assert (arrival().state, arrival().try_at) == ("refused", None)
    assert cas.asked() == 1 + len(verify.TRIES)


@pytest.mark.parametrize("inside", ["127.0.0.1", "localhost", "10.0.0.1", "[::1]"])
def test_pages_inside_are_never_asked(ann: Person, cas: Site, target: str, inside: str) -> None:
    get.configure(Rules())
    cas.writes("1", target)
    assert knock(f"http://{inside}:{cas.server.port}/1", target) == 202
    look()
    assert arrival().state == "refused"
    assert not cas.asked()


def test_the_same_post_by_a_feed_is_no_second_item(ann: Person, cas: Site, target: str) -> None:
    feed = welcome(ann, cas.home)
    source = cas.writes("1", target)
    said = f"<title>Reply</title><description>&lt;a href='{target}'&gt;x&lt;/a&gt;</description>"
    entry = f"<item><guid>g1</guid><link>{source}</link>{said}</item>"
    document = f'<rss version="2.0"><channel><title>Cas</title>{entry}</channel></rss>'
    assert take_in(feed, read(document.encode(), url=feed.url), timezone.now()).new == 1
    assert Link.objects.get(page__url=target).rel == "link"
    knock(source, target)
    look()
    assert came().guid == "g1"
    assert Link.objects.get(page__url=target).rel == "reply", "but how it points is known better now"
    cas.says("1", "gone", status=410)
    knock(source, target)
    look()
    assert came().gone is None, "the feed brought it, the feed takes it"


def test_t53_a_stranger_cannot_speak_as_another(ann: Person, cas: Site, target: str, anns_browser: Client) -> None:
    bank = '<a class="p-author h-card" href="https://bank.example/">Your Bank</a>'
    source = cas.says("1", f'<div class="h-entry">{bank}<a class="u-in-reply-to" href="{target}">x</a> Pay now</div>')
    knock(source, target)
    look()
    page = anns_browser.get("/came-back/first-contact").content.decode()
    assert "via cas.example" in page
    assert "Your Bank" not in page
    answer = anns_browser.post(f"/came-back/first-contact/{arrival().pk}", {"say": "yes"})
    assert answer.status_code == 302
    assert came().source.person.url == f"{cas.home}#others"
    assert str(came().source.person) == "cas.example"
    assert "Bank" not in f"{came().source.person.name}{came().author}"
    assert not Person.objects.filter(url__contains="bank").exists()


def test_t53_what_names_somebody_else_is_not_said_in_the_name_of_its_host(ann: Person, cas: Site, target: str) -> None:
    """Cas is always let in; a page at the same host that says it is the bank's is neither Cas's nor let in."""
    welcome(ann, cas.home)
    Person.objects.filter(url=cas.home).update(name="Cas")
    bank = '<a class="p-author h-card" href="https://bank.example/">Your Bank</a>'
    knock(cas.says("1", f'<div class="h-entry">{bank}<a class="u-in-reply-to" href="{target}">x</a> Pay</div>'), target)
    look()
    assert arrival().state == "asking"
    knock(cas.says("2", f'<div class="h-entry"><a class="u-in-reply-to" href="{target}">x</a> Hello</div>'), target)
    look()
    assert str(came().source.person) == "Cas"


def test_t53_whom_one_follows_cannot_be_played(ann: Person, cas: Site, target: str) -> None:
    """Evil's page names Cas, whom Ann follows, as its author: it waits, and is not Cas's."""
    welcome(ann, "https://friend.example/")
    friend = '<a class="p-author h-card" href="https://friend.example/">Friend</a>'
    knock(cas.says("1", f'<div class="h-entry">{friend}<a href="{target}">x</a></div>'), target)
    look()
    assert arrival().state == "asking"
    assert arrival().said["author"]["name"] == ""


def test_the_authors_own_page_is_asked_once(ann: Person, cas: Site, target: str, anns_browser: Client) -> None:
    cas.says("about", f'<div class="h-card"><a class="u-url u-uid" href="{cas.at("about")}">Cas himself</a></div>')
    knock(
        cas.says("1", f'<div class="h-entry"><a rel="author" href="/about"></a><a href="{target}">x</a></div>'), target
    )
    look()
    assert cas.asked("about") == 1
    assert "Cas himself" in anns_browser.get("/came-back/first-contact").content.decode()


def test_what_a_stranger_writes_is_shown_as_letters(ann: Person, cas: Site, target: str, anns_browser: Client) -> None:
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>&lt;script&gt;alert(3)&lt;/script&gt;"
    knock(cas.writes("1", target, words=evil), target)
    look()
    page = anns_browser.get("/came-back/first-contact").content.decode()
    assert "<script>alert" not in page
    assert "onerror" not in page
    anns_browser.post(f"/came-back/first-contact/{arrival().pk}", {"say": "yes"})
    assert "<script" not in came().body.html  # type: ignore[union-attr]


def test_a_worker_that_dies_leaves_its_knocks_to_the_next(ann: Person, cas: Site, target: str) -> None:
    welcome(ann, cas.home)
    knock(cas.writes("1", target), target)
    now = timezone.now() + timedelta(minutes=2)
    assert len(verify.claim_arrivals(now, 10, "killed")) == 1
    assert not verify.claim_arrivals(now, 10, "two")
    look(now + verify.LEASE)
    assert came().kind == "reply"


def test_a_knock_during_a_look_is_looked_at_again(ann: Person, cas: Site, target: str) -> None:
    welcome(ann, cas.home)
    source = cas.writes("1", target)
    knock(source, target)
    now = timezone.now()
    (held,) = verify.claim_arrivals(now + timedelta(seconds=1), 10, "worker")
    knock(source, target)
    assert verify.put_down(held, now, "worker", state=Arrival.State.IN)
    assert arrival().try_at


def test_a_place_for_answers_is_never_polled(ann: Person, cas: Site, target: str) -> None:
    Source.objects.create(person=Person.objects.create(url=cas.home), url=cas.home, kind="hfeed", home=cas.home)
    knock(cas.writes("1", target), target)
    look()
    client_of(ann).post(f"/came-back/first-contact/{arrival().pk}", {"say": "yes"})
    assert came().source.url == f"{cas.home}#answers"
    assert came().source.fetch_at is None


def test_a_page_that_moved_is_the_same_once(ann: Person, cas: Site, target: str) -> None:
    welcome(ann, cas.home)
    source = cas.writes("1", target)
    knock(source, target)
    look()
    first = came()
    cas.server.clear()
    cas.server.expect_request("/1").respond_with_data("", status=301, headers={"Location": "/moved/1"})
    cas.writes("moved/1", target)
    knock(source, target)
    look()
    (link,) = Link.objects.filter(page__url=target)
    assert link.item.guid == cas.at("moved/1")
    first.refresh_from_db()
    assert first.gone


def test_a_page_that_leads_into_other_hands_is_asked_about(
    ann: Person, cas: Site, target: str, anns_browser: Client
) -> None:
    """A lapsed site that wakes up as somebody else's does not come in by what was approved once."""
    source = cas.writes("1", target)
    knock(source, target)
    look()
    anns_browser.post(f"/came-back/first-contact/{arrival().pk}", {"say": "always"})
    spam = Site(cas.server, "spam.example")
    cas.server.clear()
    cas.server.expect_request("/1").respond_with_data("", status=301, headers={"Location": spam.at("buy")})
    spam.writes("buy", target, words="Buy now")
    knock(source, target)
    look()
    assert arrival().state == "asking"
    assert not Item.objects.filter(excerpt="Buy now").exists()
    assert not Link.objects.filter(page__url=target).exists(), "and what was there is there no more"

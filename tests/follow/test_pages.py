"""The people page and a person's page: what they show, what one does there, and whom they let in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from passalong.follow import views
from passalong.follow.people import PAGE, PEOPLE
from passalong.follow.start import mute, start, stop
from passalong.models import Follow, Item, Person, Source
from passalong.read.marks import recount
from passalong.wire.shapes import Found, Unreadable
from tests.conftest import client_of


def followed(by: Person, name: str) -> Source:
    found = Found(f"https://{name}.example/feed", "feed", person=name.title())
    source = start(by, found, now=timezone.now()).source
    Source.objects.filter(pk=source.pk).update(state="fine", title=f"{name}'s notes", fetched=timezone.now())
    return source


def shared(source: Source, count: int) -> None:
    now = timezone.now()
    for number in range(count):
        Item.objects.create(
            source=source, guid=f"{number}", title=f"Thing {number}", arrived=now - timedelta(minutes=number)
        )


@pytest.fixture
def bens_browser(ben: Person) -> Client:
    return client_of(ben)


def page(browser: Client, address: str, status: int = 200) -> str:
    response = browser.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_it_works(ben: Person, bens_browser: Client) -> None:
    cas = followed(ben, "cas")
    shared(cas, 2)
    assert "Cas" in page(bens_browser, "/people")
    assert "Thing 1" in page(bens_browser, f"/people/{cas.person_id}")


def test_an_empty_page_says_what_will_be_here(bens_browser: Client) -> None:
    shown = page(bens_browser, "/people")
    assert "Follow someone" in shown
    assert "Whom you follow will be here" in shown


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/people", "/people/1"])
def test_a_stranger_is_sent_to_sign_in(strangers_browser: Client, address: str) -> None:
    assert strangers_browser.get(address).status_code == 302


@pytest.mark.parametrize("deed", ["", "/retry", "/still-them"])
def test_t65_other_peoples_people_are_nobodys_business(
    ann: Person, ben: Person, bens_browser: Client, deed: str
) -> None:
    anns = followed(ann, "cas")
    send = bens_browser.post if deed else bens_browser.get
    assert send(f"/people/{anns.person_id}{deed}").status_code == 404
    assert send(f"/people/{ann.pk}{deed}").status_code == 404
    assert send(f"/people/{'9' * 30}{deed}").status_code == 404


@pytest.mark.parametrize("deed", ["follow", "unfollow", "mute", "unmute"])
@pytest.mark.parametrize("number", ["anns", "0", "x", "9" * 30])
def test_t65_other_peoples_sources_are_not_mine_to_change(
    ann: Person, ben: Person, bens_browser: Client, deed: str, number: str
) -> None:
    anns = followed(ann, "cas")
    answer = bens_browser.post(f"/{deed}", {"source": str(anns.pk) if number == "anns" else number})
    assert answer.status_code == 404
    assert Follow.objects.get(source=anns).state == "yes"


@pytest.mark.parametrize(
    ("state", "reason", "shown"),
    [
        ("new", "", "Fetching what they shared"),
        ("fine", "", "All is well"),
        ("backing off", "Its site did not answer: nothing for you to do, we keep trying.", "Its site did not answer"),
        ("private", "Its site shows it to nobody without a key: ask its author.", "ask its author"),
        ("gone", "Its site says that it is gone: unfollow it.", "gone"),
    ],
)
def test_p6_a_state_is_said_in_words(ben: Person, bens_browser: Client, state: str, reason: str, shown: str) -> None:
    cas = followed(ben, "cas")
    Source.objects.filter(pk=cas.pk).update(
        state=state, reason=reason, fetch_at=timezone.now() + timedelta(hours=5), failing_since=timezone.now()
    )
    assert shown in page(bens_browser, "/people")
    theirs = page(bens_browser, f"/people/{cas.person_id}")
    assert shown in theirs
    assert "Next look in" in theirs
    assert "Look now" in theirs


def test_p6_one_click_looks_again(ben: Person, bens_browser: Client) -> None:
    cas = followed(ben, "cas")
    Source.objects.filter(pk=cas.pk).update(state="backing off", fetch_at=timezone.now() + timedelta(hours=5))
    answer = bens_browser.post(f"/people/{cas.person_id}/retry", {"source": cas.pk})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/people/{cas.person_id}")
    again = Source.objects.get(pk=cas.pk)
    assert again.fetch_at
    assert again.fetch_at <= timezone.now()


def test_retry_does_not_wake_what_nobody_follows(ben: Person, bens_browser: Client) -> None:
    cas = followed(ben, "cas")
    stop(ben, cas)
    bens_browser.post(f"/people/{cas.person_id}/retry")
    assert Source.objects.get(pk=cas.pk).fetch_at is None


def test_f31_one_click_vouches(ben: Person, bens_browser: Client) -> None:
    cas = followed(ben, "cas")
    Source.objects.filter(pk=cas.pk).update(state="held", reason="It has changed.", body_hash="x", etag="y")
    assert "It is still them" in page(bens_browser, f"/people/{cas.person_id}")
    bens_browser.post(f"/people/{cas.person_id}/still-them", {"source": cas.pk})
    again = Source.objects.get(pk=cas.pk)
    assert (again.state, again.etag, again.body_hash) == ("new", "", "")


def test_follow_unfollow_mute(ben: Person, bens_browser: Client) -> None:
    cas = followed(ben, "cas")

    def send(deed: str) -> Follow:
        answer = bens_browser.post(f"/{deed}", {"source": cas.pk, "next": "/river"})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/river")
        return Follow.objects.get(source=cas)

    assert send("mute").muted
    assert not send("unmute").muted
    assert send("unfollow").state == "ended"
    assert Source.objects.get(pk=cas.pk).fetch_at is None
    assert send("follow").state == "yes"
    assert Source.objects.get(pk=cas.pk).fetch_at


def test_the_way_back_leads_nowhere_else(ben: Person, bens_browser: Client) -> None:
    cas = followed(ben, "cas")
    answer = bens_browser.post("/mute", {"source": cas.pk, "next": "https://evil.example/"})
    assert answer.headers["Location"] == f"/people/{cas.person_id}"


def test_the_box_says_what_is_wrong_and_keeps_what_was_typed(
    bens_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(person: Person, address: str) -> Any:
        raise Unreadable("There is nothing to follow at this address: try their home page.")

    monkeypatch.setattr(views, "follow_address", nothing)
    answer = bens_browser.post("/follow", {"address": 'x"><script>alert(1)</script>'})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "try their home page" in shown
    assert "<script>alert(1)" not in shown
    assert "x&quot;&gt;&lt;script&gt;" in shown


def test_an_empty_box_is_said_so(bens_browser: Client) -> None:
    assert bens_browser.post("/follow", {"address": " "}).status_code == 422


def test_t25_what_others_wrote_is_only_text(ben: Person, bens_browser: Client) -> None:
    evil = '"><img src=x onerror=alert(1)>'
    cas = followed(ben, "cas")
    Person.objects.filter(pk=cas.person_id).update(name=evil, note=evil)
    Source.objects.filter(pk=cas.pk).update(title=evil, state="gone", reason=evil)
    for address in ("/people", f"/people/{cas.person_id}"):
        assert "<img src=x" not in page(bens_browser, address)


def test_what_they_shared_goes_on_without_gap_or_repeat(ben: Person, bens_browser: Client) -> None:
    cas = followed(ben, "cas")
    shared(cas, PAGE + 5)
    Item.objects.update(arrived=timezone.now())
    first = page(bens_browser, f"/people/{cas.person_id}")
    after = first.partition("?before=")[2].partition('"')[0]
    second = page(bens_browser, f"/people/{cas.person_id}?before={after}")
    titles = [f"Thing {n}<" for n in range(PAGE + 5)]
    assert all((title in first) != (title in second) for title in titles)
    for nonsense in ("x-y", "1-ffffffffffffffffffff", "ffffffffffffffffff-1", "-"):
        assert page(bens_browser, f"/people/{cas.person_id}?before={nonsense}")


def test_many_people_go_on_too(ben: Person, bens_browser: Client) -> None:
    for number in range(PEOPLE + 2):
        followed(ben, f"p{number:03}")
    first = page(bens_browser, "/people")
    after = first.partition("?after=")[2].partition('"')[0]
    second = page(bens_browser, f"/people?after={after}")
    assert (first.count("<article"), second.count("<article")) == (PEOPLE, 2)


def test_one_of_many_is_found_by_name_title_or_address(ben: Person, bens_browser: Client) -> None:
    for name in ("cas", "dora", "emil"):
        followed(ben, name)

    def found(words: str) -> set[str]:
        shown = page(bens_browser, f"/people?find={words}")
        return {name for name in ("cas", "dora", "emil") if f">{name.title()}</a>" in shown}

    assert found("DOR") == {"dora"}
    assert found("emil+notes") == {"emil"}
    assert found("cas.example") == {"cas"}
    assert found("") == {"cas", "dora", "emil"}
    assert found("nobody") == set()
    assert "Nobody whom you follow is called “&lt;b&gt;”" in page(bens_browser, "/people?find=<b>")


def test_ten_more_mean_not_one_query_more(ben: Person, bens_browser: Client) -> None:
    cas = followed(ben, "cas")
    counts = []
    for number in (2, 12):
        for other in range(number):
            followed(ben, f"other{number}-{other}")
        Item.objects.all().delete()
        shared(cas, number)
        for address in ("/people", f"/people/{cas.person_id}"):
            with CaptureQueriesContext(connection) as queries:
                page(bens_browser, address)
            counts.append(len(queries))
            assert not [query for query in queries if '"passalong_body"' in query["sql"]]
    assert counts[:2] == counts[2:]
    assert max(counts) <= 11


def test_muted_is_said(ben: Person, bens_browser: Client) -> None:
    cas = followed(ben, "cas")
    mute(ben, cas)
    assert "Muted." in page(bens_browser, "/people")


def test_the_page_of_a_new_follow_looks_again_by_itself_for_a_moment(ben: Person, bens_browser: Client) -> None:
    cas = followed(ben, "cas")
    assert "data-fetching" not in page(bens_browser, f"/people/{cas.person_id}")
    Source.objects.filter(pk=cas.pk).update(state="new")
    assert "data-fetching" in page(bens_browser, f"/people/{cas.person_id}")
    assert "Look again" in page(bens_browser, f"/people/{cas.person_id}")
    Follow.objects.update(since=timezone.now() - timedelta(minutes=1))
    assert "data-fetching" not in page(bens_browser, f"/people/{cas.person_id}")


def test_t35_what_was_put_aside_of_a_flood_is_shown_when_asked_for(ben: Person, bens_browser: Client) -> None:
    cas = followed(ben, "cas")
    shared(cas, PAGE + 5)
    Item.objects.filter(title="Thing 0").update(audience="public")
    Item.objects.exclude(title="Thing 0").update(audience="aside")
    address = f"/people/{cas.person_id}"
    short = page(bens_browser, address)
    assert (short.count("<article"), "Thing 0" in short) == (1, True)
    assert f"{PAGE + 4} older things came in a flood" in short
    everything = page(bens_browser, f"{address}?show=everything")
    assert everything.count("<article") == PAGE
    before = everything.partition("?before=")[2].partition("&")[0]
    assert page(bens_browser, f"{address}?before={before}&show=everything").count("<article") == 5
    aside = Item.objects.get(title="Thing 3")
    Follow.objects.update(seen_until=timezone.now() - timedelta(days=1), unseen=1)
    assert bens_browser.post(f"/items/{aside.pk}/seen").status_code < 400
    assert Follow.objects.get().unseen == 1
    bens_browser.post(f"/items/{aside.pk}/unseen")
    assert Follow.objects.get().unseen == 1
    assert recount(Follow.objects.all()) == 0
    assert page(bens_browser, "/river").count("<article") == 1

"""Following and no longer following: what is kept, what is refused, and what counts as seen."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from passalong.follow import by_address, start
from passalong.follow.by_address import followed
from passalong.models import Follow, Item, Mark, Person, Source
from passalong.wire.shapes import Found, Unreadable

NOW = timezone.now()
CAS = Found("https://cas.example/feed", "feed", title="Cas's notes", person="Cas")


def follow(by: Person, found: Found = CAS) -> Follow:
    return start.start(by, found, now=timezone.now())


def shared(source: Source, count: int) -> None:
    for number in range(count):
        Item.objects.create(source=source, guid=str(number), arrived=NOW - timedelta(hours=number))


def test_it_works(ben: Person) -> None:
    made = follow(ben)
    assert (made.state, str(made.source.person), made.source.state) == ("yes", "Cas", "new")
    assert made.source.fetch_at
    assert made.source.fetch_at <= timezone.now()
    assert made.source.host == "cas.example"


def test_twice_is_said(ben: Person) -> None:
    follow(ben)
    with pytest.raises(Unreadable, match="You follow Cas already"):
        follow(ben)
    assert Follow.objects.count() == 1


@pytest.mark.parametrize("url", ["https://ann.example/@ann/feed.atom", "https://ANN.example/feed.rss"])
def test_oneself_is_refused_in_a_sentence(ann: Person, url: str) -> None:
    with pytest.raises(Unreadable, match="this node itself"):
        follow(ann, Found(url, "feed"))


@pytest.mark.parametrize(
    "url", ["ftp://cas.example/", "javascript:alert(1)", "cas", "https://" + "x" * 3000, "https:///"]
)
def test_only_web_addresses_are_followed(ben: Person, url: str) -> None:
    with pytest.raises(Unreadable):
        follow(ben, Found(url, "feed"))
    assert not Follow.objects.exists()


def test_t75_there_is_a_limit(ben: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    follow(ben)
    monkeypatch.setattr(start, "MOST_FOLLOWED", 1)
    with pytest.raises(Unreadable, match="unfollow some first"):
        follow(ben, Found("https://dan.example/feed", "feed"))


def test_a_second_follower_of_a_known_source_is_not_flooded(ann: Person, ben: Person) -> None:
    source = follow(ben).source
    shared(source, 10)
    theirs = follow(ann)
    assert theirs.unseen == 3
    assert Item.objects.filter(arrived__gt=theirs.seen_until).count() == 3
    assert theirs.source_id == source.pk


def test_p3_unfollowing_removes_nothing(ben: Person) -> None:
    source = follow(ben).source
    shared(source, 3)
    Mark.objects.create(person=ben, item=Item.objects.first() or Item(), kept=NOW)
    assert start.stop(ben, source)
    assert (Item.objects.count(), Mark.objects.count()) == (3, 1)
    again = Source.objects.get(pk=source.pk)
    assert again.fetch_at is None
    assert not start.stop(ben, source)


def test_what_another_still_follows_is_still_looked_at(ann: Person, ben: Person) -> None:
    source = follow(ben).source
    follow(ann)
    start.stop(ben, source)
    assert Source.objects.get(pk=source.pk).fetch_at


def test_following_again_goes_on_where_one_is(ben: Person) -> None:
    source = follow(ben).source
    shared(source, 5)
    start.stop(ben, source)
    again = follow(ben)
    assert (again.state, again.unseen, Follow.objects.count()) == ("yes", 3, 1)
    assert Source.objects.get(pk=source.pk).fetch_at


def test_muting_is_kept_apart_from_following(ben: Person) -> None:
    source = follow(ben).source
    assert start.mute(ben, source)
    assert Follow.objects.get().muted
    start.stop(ben, source)
    assert not start.mute(ben, source)


@pytest.mark.parametrize(
    "address",
    [
        "https://cas.example/feed",
        "http://cas.example/feed",
        "cas.example/feed",
        "cas.example",
        "https://cas.example/about/",
        "www.cas.example",
        "https://blog.example/cas/",
        "blog.example/cas",
        "Cas",
    ],
)
def test_unfollow_understands_any_address_of_theirs(ben: Person, address: str) -> None:
    source = follow(ben).source
    Source.objects.filter(pk=source.pk).update(home="https://blog.example/cas/")
    follow(ben, Found("https://dan.example/feed", "feed"))
    assert followed(ben, address).pk == source.pk


def test_unfollow_does_not_guess_between_two(ben: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_address, "discover", lambda address: [])
    follow(ben)
    follow(ben, Found("https://cas.example/podcast", "feed"))
    with pytest.raises(Unreadable, match="passalong following"):
        followed(ben, "cas.example")


def test_unfollow_does_not_guess_between_two_of_one_name(ben: Person) -> None:
    one = follow(ben)
    other = follow(ben, Found("https://cas.example.org/feed", "feed", person="Cas"))
    with pytest.raises(Unreadable, match=r"more than one place of Cas: .*Say which by its address") as problem:
        followed(ben, "Cas")
    assert {one.source.url, other.source.url} <= set(re.findall(r"https://\S+/feed", str(problem.value)))
    start.stop(ben, other.source)
    assert followed(ben, "Cas") == one.source


def test_nobody_elses_follow_is_found(ann: Person, ben: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_address, "discover", lambda address: [])
    follow(ann)
    with pytest.raises(Unreadable):
        followed(ben, "cas.example")


@pytest.mark.parametrize("words", ["Dora Day", "", "  ", "https://", "http://[::1", "//"])
def test_what_is_no_address_is_nobody(ben: Person, monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    monkeypatch.setattr(by_address, "discover", lambda address: [])
    follow(ben)  # never answered yet: without a home
    with pytest.raises(Unreadable, match=r"(?i)whom you (do|follow)"):
        followed(ben, words)


def test_a_name_is_the_one_who_bears_it(ben: Person) -> None:
    follow(ben)
    dora = follow(ben, Found("https://dora.example/feed", "feed", person="Dora Day"))
    assert followed(ben, "Dora Day") == dora.source

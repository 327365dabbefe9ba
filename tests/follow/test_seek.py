"""Addresses followed before anybody looked at them: the worker finds what can be read there, or says why not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from passalong.follow import claim, refresh, seek
from passalong.follow.start import start, stop
from passalong.models import Follow, Person, Source
from passalong.wire.shapes import Found, Unreadable

from .conftest import Site, again
from .feeds import things

pytestmark = pytest.mark.django_db(transaction=True)
HOME = b'<title>Cas</title><link rel="alternate" type="application/atom+xml" href="/feed">'


def sought() -> int:
    return seek.seek_once(timezone.now(), "worker")


@pytest.fixture
def cas(site: Site) -> Source:
    """A blog whose home page names its feed, followed by the home page."""
    source = site.follow("/", kind="address")
    site.says(HOME, "/", Content_Type="text/html")
    site.server.expect_request("/feed").respond_with_data(things(1, 2), content_type="application/atom+xml")
    return source


def test_it_works(cas: Source) -> None:
    home = cas.url
    assert sought() == 1
    found = again(cas)
    assert (found.url, found.home, found.kind, found.state) == (f"{home}feed", home, "feed", "new")
    refresh.refresh_due("worker")
    assert (again(cas).state, cas.items.count()) == ("fine", 2)
    assert sought() == 0


def test_nobody_reads_it_as_a_feed_before(site: Site, cas: Source) -> None:
    refresh.refresh_due("worker")
    refresh.refresh_all("worker")
    assert not site.asked()
    assert again(cas).state == "new"


def test_what_somebody_follows_already_is_shared_with_them(site: Site, ann: Person, cas: Source) -> None:
    there = start(ann, Found(f"{cas.url}feed", "feed"), now=timezone.now()).source
    sought()
    assert set(Follow.objects.filter(source=there, state="yes").values_list("person__handle", flat=True)) == {
        "ann",
        "ben",
    }
    assert again(cas).fetch_at is None
    assert sought() == 0


def test_whoever_follows_it_there_already_follows_it_once(site: Site, cas: Source) -> None:
    there = start(site.ben, Found(f"{cas.url}feed", "feed"), now=timezone.now()).source
    sought()
    assert list(Follow.objects.filter(person=site.ben, state="yes").values_list("source", flat=True)) == [there.pk]


def test_where_nothing_is_it_says_why_and_looks_again(site: Site, cas: Source) -> None:
    site.says(b"<title>Cas</title><p>Hello", "/", Content_Type="text/html")
    sought()
    kept = again(cas)
    assert (kept.state, kept.kind, kept.failures) == ("not a feed", "address", 1)
    assert kept.reason
    assert kept.fetch_at
    assert kept.fetch_at > timezone.now() + timedelta(minutes=30)
    assert kept.leased_until is None


def test_a_silent_host_is_nobodys_fault(cas: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = Unreadable("The site does not answer. Try again later.", "timeout")
    monkeypatch.setattr(seek, "look_there", lambda _: silent)
    sought()
    kept = again(cas)
    assert kept.state == "backing off"
    assert kept.reason == "The site does not answer: nothing for you to do, we keep trying."


def test_a_name_that_is_not_found_is_nobodys_to_spell_again(cas: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(url: str) -> list[Found]:
        raise Unreadable("There is no site with the name cas.example. Check how it is spelled.", "name")

    monkeypatch.setattr(seek, "discover", nowhere)
    sought()
    assert again(cas).reason == "Its site could not be found just now: nothing for you to do, we keep trying."


def test_what_was_unfollowed_meanwhile_stays_so(cas: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(_: str) -> Found:
        stop(Person.objects.get(handle="ben"), cas)
        return Found("http://cas.example/feed", "feed")

    monkeypatch.setattr(seek, "ThreadPoolExecutor", OneByOne)
    monkeypatch.setattr(seek, "look_there", slowly)
    sought()
    assert (again(cas).kind, again(cas).fetch_at) == ("address", None)


def test_a_stop_in_between_costs_nothing(cas: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seek, "look_there", lambda _: Unreadable("We stop here.", "offline"))
    assert seek.seek_once(timezone.now(), "worker", stopping=lambda: True) == 1
    kept = again(cas)
    assert (kept.failures, kept.state, kept.leased_by) == (0, "new", "")
    assert claim.to_be_found(timezone.now()).exists()


class OneByOne:
    """In this thread, so that the test's own database is seen."""

    def __init__(self, _: int) -> None:
        self.map = map

    def __enter__(self) -> OneByOne:
        return self

    def __exit__(self, *_: object) -> None:
        return None

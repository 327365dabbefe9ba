"""Public pages are made once, and never shown stale or to the wrong person."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from passalong.models import Person
from passalong.site.public_cache import PublicCache


class Counting:
    """A view that counts how often it was asked."""

    def __init__(self, **headers: str) -> None:
        self.asked = 0
        self.headers = {"ETag": '"1"', "Last-Modified": "Mon, 14 Sep 2026 12:00:00 GMT"} | headers

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.asked += 1
        return HttpResponse(f"page {self.asked}", headers=self.headers)


def ask(cache: PublicCache, path: str = "/@ann", **headers: str) -> HttpResponse:
    answer = cache(RequestFactory().get(path, headers=headers))
    assert isinstance(answer, HttpResponse)
    return answer


def test_a_page_is_made_once(ann: Person) -> None:
    view = Counting()
    cache = PublicCache(view)
    assert [ask(cache).content for _ in range(3)] == [b"page 1"] * 3


def test_a_change_shows_at_once(ann: Person) -> None:
    view = Counting()
    cache = PublicCache(view)
    ask(cache)
    Person.objects.update(changed=timezone.now())
    assert ask(cache).content == b"page 2"


def test_a_page_is_not_older_than_a_minute(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    view = Counting()
    cache = PublicCache(view)
    monkeypatch.setattr("passalong.site.public_cache.SECONDS", -1)
    ask(cache)
    assert ask(cache).content == b"page 2"


@pytest.mark.parametrize(
    "headers",
    [{"Cache-Control": "private"}, {"Cache-Control": "no-store"}, {"ETag": ""}, {"Last-Modified": ""}],
    ids=str,
)
def test_some_answers_are_never_kept(ann: Person, headers: dict[str, str]) -> None:
    view = Counting(**headers)
    view.headers = {name: value for name, value in view.headers.items() if value}
    cache = PublicCache(view)
    ask(cache)
    ask(cache)
    assert view.asked == 2


def test_a_signed_in_person_passes_by(ann: Person) -> None:
    view = Counting()
    cache = PublicCache(view)
    ask(cache)
    answer = ask(cache, cookie="sessionid=x")
    assert answer.content == b"page 2"


def test_languages_are_kept_apart(ann: Person) -> None:
    view = Counting()
    cache = PublicCache(view)
    ask(cache, **{"accept-language": "en"})
    ask(cache, **{"accept-language": "fr"})
    assert view.asked == 2


def test_who_has_it_gets_304(ann: Person) -> None:
    cache = PublicCache(Counting())
    ask(cache)
    assert ask(cache, **{"if-none-match": '"1"'}).status_code == 304


def test_who_only_knows_since_when_gets_304_too(ann: Person) -> None:
    changed = "Mon, 14 Sep 2026 12:00:00 GMT"
    cache = PublicCache(Counting(**{"Last-Modified": changed}))
    ask(cache)
    assert ask(cache, **{"if-modified-since": changed}).status_code == 304
    assert ask(cache, **{"if-modified-since": "Sun, 13 Sep 2026 12:00:00 GMT"}).status_code == 200


def test_a_second_change_within_a_second_is_not_taken_for_the_first(ann: Person) -> None:
    """libcurl drops the body of a 200 whose Last-Modified is not later than what it asked for."""
    changed = "Mon, 14 Sep 2026 12:00:00 GMT"
    cache = PublicCache(Counting(**{"Last-Modified": changed}))
    for _ in range(2):  # made, then kept
        answer = ask(cache, **{"if-none-match": '"0"', "if-modified-since": changed})
        assert (answer.status_code, answer.has_header("Last-Modified")) == (200, False)
    assert ask(cache).headers["Last-Modified"] == changed
    earlier = ask(cache, **{"if-none-match": '"0"', "if-modified-since": "Mon, 14 Sep 2026 11:59:59 GMT"})
    assert earlier.headers["Last-Modified"] == changed


def test_other_paths_are_left_alone(ann: Person) -> None:
    view = Counting()
    cache = PublicCache(view)
    ask(cache, "/settings")
    ask(cache, "/settings")
    assert view.asked == 2


def test_made_up_addresses_fill_no_memory(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("passalong.site.public_cache.MOST_BYTES", 100)
    cache = PublicCache(Counting())  # each page is six bytes or seven
    for number in range(100):
        ask(cache, f"/@ann?made-up={number}")
        ask(cache, "/@ann?made-up=0")
    assert cache.size == sum(len(each.content) for each in cache.kept.values()) <= 100
    assert 10 < len(cache.kept) < 20

"""P19: what is not public stays so on every surface; only its whole address shows it."""

from __future__ import annotations

import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from passalong.models import Follow, Person, Source
from passalong.share.draft import Draft
from passalong.share.files import keep
from passalong.share.lists import PAGE
from passalong.share.publish import publish
from passalong.share.withdraw import withdraw
from tests.conftest import client_of

pytestmark = pytest.mark.django_db
SECRET = "between-us-alone"


@pytest.mark.parametrize("who", ["stranger", "ben"])
def test_p19_no_list_of_this_node_shows_it(ann: Person, ben: Person, who: str) -> None:
    source = Source.objects.get(person=ann)
    Follow.objects.create(person=ben, source=source)
    public = publish(ann, Draft(words="for all #tag"))
    file = keep(ann, f"{SECRET}.txt", io.BytesIO(b"x"))
    item = publish(ann, Draft(words=f"{SECRET} #tag", audience="unlisted", files=(file,), via="https://via.example/"))
    client = client_of(ben if who == "ben" else None)
    lists = ["/", "/@ann", "/@ann/tag/tag", "/river", "/river?show=unseen", f"/river?of={ann.pk}", f"/people/{ann.pk}"]
    lists += ["/people", f"/@ann/{public.pk}", f"/@ann/{item.pk}", f"/read/{item.pk}"]
    lists += ["/@ann?show=unlisted", "/?show=unlisted"]
    lists += [f"{place}feed.{kind}" for place in ("/", "/@ann/", "/@ann/tag/tag/") for kind in ("atom", "rss", "json")]
    for path in lists:
        assert SECRET not in client.get(path).content.decode(), path
    assert item.page
    assert SECRET in client.get(item.page.url.removeprefix("https://ann.example")).content.decode()


def test_p19_becoming_unlisted_takes_it_out_of_lists(ann: Person, anns_browser: Client) -> None:
    item = publish(ann, Draft(words=SECRET))
    anns_browser.post(f"/@ann/{item.pk}/edit", {"what": SECRET, "unlisted": "1"})
    stranger = client_of(None)
    assert SECRET not in stranger.get("/").content.decode()
    assert SECRET not in stranger.get("/@ann/feed.atom").content.decode()
    assert SECRET in stranger.get(f"/@ann/{item.pk}").content.decode()


def paths(browser: Client, path: str) -> list[str]:
    """Where the links of a page lead."""
    found = HTMLParser(browser.get(path).content).css("main a")
    return [str(each.attributes.get("href")).removeprefix("https://ann.example") for each in found]


def test_its_owner_finds_it_again(ann: Person, anns_browser: Client) -> None:
    assert "/@ann?show=unlisted" not in paths(anns_browser, "/@ann")
    publish(ann, Draft(words="for all"))
    items = [publish(ann, Draft(words=f"{SECRET} {n}", audience="unlisted")) for n in range(PAGE + 1)]
    withdraw(items.pop())
    assert "/@ann?show=unlisted" in paths(anns_browser, "/@ann")
    assert "/@ann?show=unlisted" in paths(anns_browser, "/")
    page = anns_browser.get("/@ann?show=unlisted")
    assert page.content.decode().count(f"<p>{SECRET} ") == PAGE
    assert "for all" not in page.content.decode()
    assert items[0].page
    assert items[0].page.url.removeprefix("https://ann.example") in paths(anns_browser, "/@ann?show=unlisted")


def test_p19_the_list_of_it_goes_on_and_is_kept_for_nobody_else(ann: Person, anns_browser: Client) -> None:
    publish(ann, Draft(words=f"{SECRET}-first", audience="unlisted"))
    for n in range(PAGE):
        publish(ann, Draft(words=f"{SECRET} {n}", audience="unlisted"))
    (older,) = [path for path in paths(anns_browser, "/@ann?show=unlisted") if "before=" in path]
    assert f"{SECRET}-first" in anns_browser.get(older).content.decode()
    for path in ("/@ann?show=unlisted", "/?show=unlisted", older):
        mine = anns_browser.get(path)
        assert SECRET in mine.content.decode()
        assert mine.headers["Cache-Control"] == "private, no-cache"
        assert "ETag" not in mine.headers
        for stranger in (client_of(None), client_of(None)):
            assert SECRET not in stranger.get(path).content.decode()
            assert "show=unlisted" not in "".join(paths(stranger, "/@ann"))


def test_its_own_page_says_to_its_owner_who_sees_it(ann: Person, ben: Person, anns_browser: Client) -> None:
    item = publish(ann, Draft(words=SECRET, audience="unlisted"))
    assert item.page
    path, said = item.page.url.removeprefix("https://ann.example"), "Unlisted: only those who have this address see it."
    assert said in anns_browser.get(path).content.decode()
    for other in (client_of(None), client_of(ben)):
        assert said not in other.get(path).content.decode()
    public = publish(ann, Draft(words="for all"))
    assert said not in anns_browser.get(f"/@ann/{public.pk}").content.decode()


def test_its_list_asks_no_more_for_many(ann: Person, anns_browser: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            anns_browser.get("/@ann?show=unlisted")
        return len(queries)

    for n in range(2):
        publish(ann, Draft(words=f"{SECRET} {n}", audience="unlisted"))
    few = asked()
    for n in range(10):
        publish(ann, Draft(words=f"{SECRET} more {n}", audience="unlisted"))
    assert asked() == few

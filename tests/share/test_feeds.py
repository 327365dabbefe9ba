"""The feeds of a person, a tag and the node: what is in them, what is not, and what asking again costs."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import feedparser
import pytest
from django.db import connection
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from passalong.intake.pages import pages_for
from passalong.models import Body, Item, Link, Person, Source
from passalong.share.archives import PAGE
from passalong.share.change import take_back
from passalong.share.draft import Draft
from passalong.share.feeds import node_feed, person_feed, tag_feed
from passalong.share.files import keep
from passalong.share.publish import publish
from passalong.wire.feed_write import FeedKind
from tests.conftest import make_person
from tests.share.pictures import jpeg
from tests.wire.feed_rules import faults

KINDS: tuple[FeedKind, ...] = ("atom", "rss", "json")
HOME = "https://ann.example/@ann"
CC_BY = "https://creativecommons.org/licenses/by/4.0/"


def share(person: Person, html: str = "<p>Hello.</p>", about: str = "", **more: Any) -> Item:
    """An item as publish makes it."""
    item = Item(source=Source.objects.get(person=person, kind="here"))
    url = f"{person.url}/{item.pk}"
    tags = [f"{person.url}/tag/{tag.lower()}" for tag in more.get("tags", [])]
    pages = pages_for([url, *filter(None, [about]), *tags, *more.get("links", {}).values()])
    item.guid, item.page, item.licence = url, pages[url], person.licence
    for name, value in more.items():
        if name not in ("links", "page_title"):
            setattr(item, name, value)
    item.save()
    item.body = Body.objects.create(item=item, html=html)
    item.save()
    pointers = [(Link.Rel.TAG, tag) for tag in tags] + list(more.get("links", {}).items())
    if about:
        pointers.append((Link.Rel.ABOUT, about))
    Link.objects.bulk_create(Link(item=item, page=pages[to], rel=rel) for rel, to in pointers)
    touch(person)
    return item


def touch(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(changed=timezone.now())


def ask(kind: FeedKind = "atom", handle: str = "ann", tag: str = "", query: str = "", **headers: str) -> HttpResponse:
    request = RequestFactory().get(f"/@{handle}/feed.{kind}{query}", headers=headers)
    answer = tag_feed(request, handle, tag, kind) if tag else person_feed(request, handle, kind)
    assert isinstance(answer, HttpResponse)
    return answer


def ids(answer: HttpResponse) -> list[str]:
    return [entry.id for entry in feedparser.parse(answer.content).entries]


def links(answer: HttpResponse) -> dict[str, str]:
    return {each.rel: each.href for each in feedparser.parse(answer.content).feed.links}


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("atom", "application/atom+xml"), ("rss", "application/rss+xml"), ("json", "application/feed+json")],
)
def test_it_works(ann: Person, kind: FeedKind, media_type: str) -> None:
    Person.objects.filter(pk=ann.pk).update(note="I teach.", licence=CC_BY, photo="/file/ann.png")
    ann.refresh_from_db()
    share(ann, "<p>Why I stopped.</p>", "https://ben.example/grading", tags=["OER", "care"], title="Grading")
    share(ann, "<p>Good point.</p>", links={"reply": "https://ben.example/1", "via": "https://cas.example/"})
    picture = {"url": "/file/x/leaf.webp", "type": "image/webp", "size": 5, "title": "A leaf", "seconds": None}
    share(ann, "", media=[picture], picture="/file/s/leaf.webp", lang="fr")
    answer = ask(kind)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == f"{media_type}; charset=utf-8"
    assert faults(answer.content, kind, f"{HOME}/feed.{kind}") == []
    assert answer.headers["Link"] == f'<https://ann.example/websub>; rel="hub", <{HOME}/feed.{kind}>; rel="self"'


def test_an_empty_feed_is_valid_too(ann: Person) -> None:
    for kind in KINDS:
        assert faults(ask(kind).content, kind, f"{HOME}/feed.{kind}") == []


def test_a_link_share_in_json_feed(ann: Person) -> None:
    item = share(ann, "<p>Why.</p>", "https://ben.example/grading", tags=["OER"], licence=CC_BY, excerpt="Why.")
    found = json.loads(ask("json").content)["items"][0]
    assert (found["id"], found["url"]) == (item.guid, item.guid)
    assert found["external_url"] == "https://ben.example/grading"
    assert found["content_html"].startswith("<p>Why.</p>")
    assert 'href="https://ben.example/grading"' in found["content_html"]
    assert found["summary"] == "Why."
    assert found["tags"] == ["OER"]
    assert found["authors"] == [{"name": "Ann", "url": HOME}]
    assert found["_passalong"] == {"licence": CC_BY, "kind": "note"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_name_is_no_alternative_text(ann: Person, kind: FeedKind) -> None:
    publish(ann, Draft(words="Look.", files=(keep(ann, "IMG_2041.jpg", io.BytesIO(jpeg(100, 100))),)))
    found = ask(kind).content.decode()
    found = json.loads(found)["items"][0]["content_html"] if kind == "json" else unescape(found)
    assert re.search(r'<img src="[^"]*IMG_2041.jpg" alt="">', found)


def test_a_file_share_in_json_feed(ann: Person) -> None:
    """Alternative text stands in the body, where every reader shows it."""
    picture = {"url": "/file/x/leaf.webp", "type": "image/webp", "size": 5, "title": 'A "leaf"', "seconds": None}
    picture["alt"] = 'A "leaf"'
    sheet = {"url": "/file/y/sheet.pdf", "type": "application/pdf", "size": 7, "title": "sheet.pdf", "seconds": None}
    share(ann, "", media=[picture, sheet], picture="/file/s/leaf.webp")
    found = json.loads(ask("json").content)["items"][0]
    assert [each["url"] for each in found["attachments"]] == [
        "https://ann.example/file/x/leaf.webp",
        "https://ann.example/file/y/sheet.pdf",
    ]
    assert found["image"] == "https://ann.example/file/s/leaf.webp"
    assert found["content_html"] == (
        '<p><img src="https://ann.example/file/x/leaf.webp" alt="A &quot;leaf&quot;"></p>'
        '<p><a href="https://ann.example/file/y/sheet.pdf">sheet.pdf</a></p>'
    )


def test_the_shared_page_gives_its_title_and_excerpt_once_it_is_known(ann: Person) -> None:
    item = share(ann, "", "https://ben.example/grading")
    assert feedparser.parse(ask().content).entries[0].title == "https://ben.example/grading"
    page = item.links.get(rel="about").page
    page.title, page.description = "Grading <less>", "Ben stopped."
    page.save()
    entry = feedparser.parse(ask().content, sanitize_html=False).entries[0]
    assert entry.title == "Grading <less>"
    assert "Grading &lt;less&gt;</a>" in entry.content[0].value
    assert "Ben stopped." in entry.content[0].value


def test_a_note_is_titled_by_its_own_words_alone(ann: Person) -> None:
    share(ann, "<p>I agree.</p>", excerpt="I agree.", links={"reply": "https://ben.example/1"})
    entry = feedparser.parse(ask().content).entries[0]
    assert entry.title == "I agree."
    assert 'href="https://ben.example/1"' in entry.content[0].value


def test_a_link_that_stands_in_the_words_is_not_repeated(ann: Person) -> None:
    share(ann, '<p><a href="https://ben.example/?a=1&amp;b=2">Ben</a></p>', "https://ben.example/?a=1&b=2")
    assert json.loads(ask("json").content)["items"][0]["content_html"].count("ben.example") == 1


def test_newest_first(ann: Person) -> None:
    made = [share(ann).guid for _ in range(3)]
    assert ids(ask()) == made[::-1]


@pytest.mark.parametrize("kind", KINDS)
def test_p19_what_is_not_public_is_in_no_feed(ann: Person, kind: FeedKind) -> None:
    share(ann, "<p>public words</p>", tags=["x"])
    share(ann, "<p>secret unlisted words</p>", audience=Item.Audience.UNLISTED, tags=["x"])
    share(ann, "<p>secret taken back words</p>", gone=timezone.now(), tags=["x"])
    elsewhere = Source.objects.create(person=ann, url="https://ann.example.org/feed", kind="feed")
    Item.objects.create(source=elsewhere, guid="1", title="secret of another place")
    every = [ask(kind), ask(kind, tag="x"), ask(kind, query=f"?before={2**62}"), node_feed(request("/"), kind)]
    for answer in every:
        assert isinstance(answer, HttpResponse)
        assert b"public words" in answer.content
        assert b"secret" not in answer.content


def request(place: str) -> Any:
    return RequestFactory().get(place)


def test_taken_back_is_gone_and_edited_is_new(ann: Person) -> None:
    item, other = share(ann), share(ann)
    first = ask()
    assert ids(first) == [other.guid, item.guid]
    Item.objects.filter(pk=item.pk).update(title="Edited", changed=timezone.now() + timedelta(seconds=2))
    touch(ann)
    second = ask(**{"if-none-match": first.headers["ETag"]})
    assert second.status_code == 200
    edited = feedparser.parse(second.content).entries[1]
    assert (edited.title, edited.id) == ("Edited", item.guid)
    assert edited.updated_parsed > edited.published_parsed
    Item.objects.filter(pk=other.pk).update(gone=timezone.now())
    touch(ann)
    third = ask(**{"if-none-match": second.headers["ETag"]})
    assert (third.status_code, ids(third)) == (200, [item.guid])


@pytest.mark.parametrize("kind", KINDS)
def test_who_has_it_already_gets_304_for_one_query(ann: Person, kind: FeedKind) -> None:
    share(ann)
    first = ask(kind)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        second = ask(kind, **{"if-none-match": first.headers["ETag"]})
    assert (second.status_code, second.content) == (304, b"")
    assert second.headers["ETag"] == first.headers["ETag"]
    assert len(asked) == 1
    third = ask(kind, **{"if-modified-since": first.headers["Last-Modified"]})
    assert third.status_code == 304
    long_ago = "Mon, 14 Sep 2020 12:00:00 GMT"
    assert ask(kind, **{"if-modified-since": long_ago}).status_code == 200


def test_every_feed_has_a_validator_of_its_own(ann: Person) -> None:
    share(ann, tags=["x"])
    answers = [ask(), ask("rss"), ask(tag="x"), ask(query="?before=5"), node_feed(request("/feed.atom"), "atom")]
    assert len({answer.headers["ETag"] for answer in answers}) == len(answers)


@pytest.mark.parametrize("kind", KINDS)
def test_ten_more_items_are_not_one_more_query(ann: Person, kind: FeedKind) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            ask(kind)
            ask(kind, tag="x")
            node_feed(request("/feed"), kind)
        return len(asked)

    more = {"tags": ["x"], "links": {"reply": "https://ben.example/1", "via": "https://cas.example/"}}
    share(ann, about="https://ben.example/0", **more)
    few = queries()
    for number in range(10):
        share(ann, about=f"https://ben.example/{number}", **more)
    assert queries() == few
    # person, source, ids, items, what they point to, the identities of what is answered, what was taken back
    assert few == 3 * 7


def test_pages_lead_through_everything_once(ann: Person) -> None:
    made = [share(ann).guid for _ in range(2 * PAGE + 7)]
    found, answer, places = [], ask(), []
    while True:
        found += ids(answer)
        older = links(answer)
        if "current" in older:
            assert older.get("next") == older.get("prev-archive")
        assert faults(answer.content, "atom", older["self"]) == []
        if "next" not in older:
            break
        places.append(older["next"])
        answer = ask(query="?" + older["next"].partition("?")[2])
    assert found == made[::-1]
    assert len(places) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_older_pages_are_archives(ann: Person, kind: FeedKind) -> None:
    made = [share(ann) for _ in range(2 * PAGE + 7)]
    place = f"{HOME}/feed.{kind}"
    newest = ask(kind)
    assert b"archive/>" not in newest.content
    before = made[PAGE].pk
    archive = ask(kind, query=f"?before={before}")
    assert faults(archive.content, kind, f"{place}?before={before}") == []
    if kind == "json":
        assert "next_url" not in json.loads(archive.content)
        assert json.loads(newest.content)["next_url"] == f"{place}?before={made[-PAGE].pk}"
        return
    assert b"archive/>" in archive.content
    said = links(archive)
    assert said["current"] == said["first"] == place
    assert said["next-archive"] == said["previous"] == f"{place}?before={made[2 * PAGE - 1].pk + 1}"
    assert links(newest)["prev-archive"] == said["next-archive"]
    assert ids(ask(kind, query="?" + said["next-archive"].partition("?")[2])) == [
        item.guid for item in made[2 * PAGE - 1 : PAGE - 1 : -1]
    ]


def archives() -> list[tuple[str, list[str]]]:
    """As a reader walks through them (RFC 5005, section 4): the newest feed, then prev-archive by prev-archive."""
    found, at = [], links(ask()).get("prev-archive")
    while at:
        answer = ask(query="?" + at.partition("?")[2])
        found.append((at, ids(answer)))
        at = links(answer).get("prev-archive")
    return found


def test_archives_keep_their_addresses_when_more_is_shared(ann: Person) -> None:
    """RFC 5005, section 4: archive documents are stable, so who has read one need not read it again. Together with the
    newest document they hold everything."""
    made = [share(ann) for _ in range(2 * PAGE + 1)]
    had = archives()
    assert [len(each) for _, each in had] == [PAGE, PAGE]
    for more in range(1, PAGE):
        made.append(share(ann))
        if more in (1, 2, PAGE - 1):
            assert archives() == had
    made.append(share(ann))
    assert archives()[1:] == had
    assert {guid for _, each in archives() for guid in each} | set(ids(ask())) == {item.guid for item in made}
    take_back(made[PAGE + 3])
    take_back(made[3])
    now = archives()
    assert [at for at, _ in now[1:]] == [at for at, _ in had]
    assert [len(each) for _, each in now] == [PAGE, PAGE - 1, PAGE - 1]


def test_an_archive_stays_as_it_is_when_more_is_shared(ann: Person) -> None:
    made = [share(ann) for _ in range(PAGE + 5)]
    query = f"?before={made[-1].pk}"
    before = ids(ask(query=query))
    share(ann)
    assert ids(ask(query=query)) == before


@pytest.mark.parametrize("before", ["x", "-1", "", "1" * 19 + "0", "1" * 5000, "٣", "1.5"])
def test_a_page_that_cannot_be_is_not_there(ann: Person, before: str) -> None:
    with pytest.raises(Http404):
        ask(query=f"?before={before}")


def test_nobody_of_that_name(ann: Person) -> None:
    Person.objects.create(url="https://cas.example/", name="Cas")
    for handle in ("cas", "", "None"):
        with pytest.raises(Http404):
            ask(handle=handle)


def test_a_tag_feed_has_what_is_under_the_tag(ann: Person, ben: Person) -> None:
    tagged = share(ann, tags=["OER"])
    share(ann, tags=["other"])
    share(ann)
    share(ben, tags=["OER"])
    answer = ask(tag="oer")
    assert ids(answer) == ids(ask(tag="OER")) == [tagged.guid]
    assert links(answer)["self"] == f"{HOME}/tag/oer/feed.atom"
    assert feedparser.parse(answer.content).feed.title == "Ann: #oer"
    assert ids(ask(tag="unknown")) == []


@pytest.mark.parametrize("tag", ["日本語", "c++", "a b", "50%", "<b>", "..", "?x#y"])
@pytest.mark.parametrize("kind", KINDS)
def test_any_tag_makes_a_valid_feed(ann: Person, tag: str, kind: FeedKind) -> None:
    assert faults(ask(kind, tag=tag).content, kind) == []


def test_the_node_of_one_person_is_theirs(ann: Person) -> None:
    item = share(ann)
    answer = node_feed(request("/feed.atom"), "atom")
    assert isinstance(answer, HttpResponse)
    feed = feedparser.parse(answer.content).feed
    assert (feed.title, feed.link, ids(answer)) == ("Ann", "https://ann.example/", [item.guid])
    assert links(answer)["self"] == "https://ann.example/feed.atom"


@pytest.mark.parametrize("kind", KINDS)
def test_the_node_of_several_people_names_each(ann: Person, ben: Person, kind: FeedKind) -> None:
    share(ann, licence=CC_BY)
    share(ben)
    answer = node_feed(request(f"/feed.{kind}"), kind)
    assert isinstance(answer, HttpResponse)
    assert faults(answer.content, kind, f"https://ann.example/feed.{kind}") == []
    if kind == "json":
        assert [item["authors"][0]["name"] for item in json.loads(answer.content)["items"]] == ["Ben", "Ann"]
    else:
        assert [entry.author for entry in feedparser.parse(answer.content).entries] == ["Ben", "Ann"]


def test_the_node_before_anyone_is_there(db: None) -> None:
    answer = node_feed(request("/feed.atom"), "atom")
    assert isinstance(answer, HttpResponse)
    assert faults(answer.content, "atom") == []


def test_an_identity_stays_when_the_node_moves(ann: Person, settings: Any) -> None:
    item = share(ann)
    before = feedparser.parse(ask().content)
    settings.BASE_URL = "https://new.example"
    Person.objects.filter(pk=ann.pk).update(url="https://new.example/@ann", changed=timezone.now())
    assert item.page
    item.page.url = f"https://new.example/@ann/{item.pk}"
    item.page.save()
    after = feedparser.parse(ask().content)
    assert (after.feed.id, after.entries[0].id) == (before.feed.id, before.entries[0].id)
    assert after.entries[0].link == f"https://new.example/@ann/{item.pk}"
    assert faults(ask("rss").content, "rss", "https://new.example/@ann/feed.rss") == []


def test_language_and_licence(ann: Person) -> None:
    Person.objects.filter(pk=ann.pk).update(lang="fr", licence=CC_BY)
    ann.refresh_from_db()
    share(ann, lang="ar")
    body = ask().content
    assert ask("rss").headers["Content-Language"] == "fr"
    assert b'xml:lang="fr"' in body.split(b"<entry")[0]
    assert b'<entry xml:lang="ar">' in body
    assert body.count(CC_BY.encode()) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_names_no_hub(ann: Person, kind: FeedKind) -> None:
    """WebSub, 4: what is named is a topic the hub takes, and of an archive it tells nobody (RFC 5005, 4)."""
    share(ann)
    query = f"?before={2**62}"
    answer = ask(kind, query=query)
    assert answer.headers["Link"] == f'<{HOME}/feed.{kind}{query}>; rel="self"'
    assert b"websub" not in answer.content.lower()
    assert faults(answer.content, kind, f"{HOME}/feed.{kind}{query}") == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_node_with_a_hub_says_so(ann: Person, kind: FeedKind) -> None:
    answer = ask(kind)
    assert answer.headers["Link"].startswith('<https://ann.example/websub>; rel="hub", ')
    assert b"https://ann.example/websub" in answer.content


def test_times_of_long_ago_and_several_people(db: None) -> None:
    """An import may bring what is older than the node, and what changed before it was published here."""
    cas = make_person("cas")
    old = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
    share(cas, published=old, changed=old - timedelta(days=1))
    entry = feedparser.parse(ask(handle="cas").content).entries[0]
    assert entry.published_parsed[:6] == entry.updated_parsed[:6] == (2001, 2, 3, 4, 5, 6)

"""Micropub (https://www.w3.org/TR/micropub/, sections in brackets): creating, changing, deleting and asking."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from passalong.keys.issue import by_hand
from passalong.models import Body, File, Item, Person, Posted, Withdrawn
from passalong.share.change import take_back
from passalong.share.draft import Draft
from passalong.share.files import forget_waiting
from passalong.share.publish import publish
from passalong.share.serve import before_shared
from passalong.share.withdraw import forget_withdrawn
from tests.conftest import client_of
from tests.endpoints.app import FORM, App, error_of, item_at, page_of
from tests.share.pictures import jpeg

BASE = "https://ann.example"
pytestmark = pytest.mark.django_db


@pytest.fixture
def app(ann: Person) -> App:
    return App(ann)


def photo(name: str = "oak.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, jpeg(), "image/jpeg")


def test_it_works(app: App) -> None:
    """[3.3]: a form, 201 and its address; anybody can read it there."""
    answer = app.form(h="entry", content="Hello *World*")
    assert answer.status_code == 201
    assert answer["Location"].startswith(f"{BASE}/@ann/")
    page = page_of(answer["Location"])
    assert "Hello <em>World</em>" in page.content.decode()
    assert "access_token" not in page.content.decode()


def test_several_values_and_single_ones(app: App) -> None:
    """[3.3]: category[]=a&category[]=b, and category=a."""
    many = app.form(("category[]", "oer"), ("category[]", "open web"), h="entry", content="a")
    one = app.form(h="entry", content="b", category="oer")
    assert item_at(many["Location"]).tags == ["oer", "open-web"]
    assert item_at(one["Location"]).tags == ["oer"]


def test_no_type_is_an_entry(app: App) -> None:
    """[3.3] SHOULD"""
    assert app.form(content="no h").status_code == 201
    assert app.json({"properties": {"content": ["no type"]}}).status_code == 201
    assert error_of(app.form(h="event", name="x")) == (400, "invalid_request")


@pytest.mark.parametrize(("kind", "words"), [("event", "An event cannot"), ("recipe", "A recipe cannot")])
def test_another_type_is_refused_by_its_name(app: App, kind: str, words: str) -> None:
    assert app.form(h=kind, name="x").json()["error_description"].startswith(words)


@pytest.mark.parametrize("kind", ["text/xml", "text/plain", ""])
def test_only_forms_and_json_are_understood(app: App, kind: str) -> None:
    """[3]: of anything else nothing is guessed."""
    answer = app.client.post("/micropub", b"<entry/>", content_type=kind, headers=app.head)
    assert error_of(answer) == (415, "invalid_request")
    assert "a form or JSON" in answer.json()["error_description"]


def test_json(app: App) -> None:
    """[3.3.2]"""
    url = app.post(content=["hello"], category=["foo", "bar"], name=["A title"])
    item = item_at(url)
    assert (item.title, item.tags, item.kind) == ("A title", ["foo", "bar"], "article")


@pytest.mark.parametrize(
    ("name", "kind", "rel"),
    [
        ("in-reply-to", "reply", "reply"), ("like-of", "like", "like"), ("repost-of", "repost", "repost"),
        ("bookmark-of", "link", "about"), ("quotation-of", "link", "quote"),
    ],
)  # fmt: skip
def test_what_it_points_to(app: App, name: str, kind: str, rel: str) -> None:
    """[4.1]; by form, by JSON, and as an object with a url (h-cite, 3.3.3)."""
    there = "https://ben.example/post"
    cite = {"type": ["h-cite"], "properties": {"url": [there], "name": ["A post"]}}
    for answer in (
        app.form((name, there), h="entry", content="yes"),
        app.json({"type": ["h-entry"], "properties": {name: [there], "content": ["yes"]}}),
        app.json({"type": ["h-entry"], "properties": {name: [cite], "content": ["yes"]}}),
    ):
        assert answer.status_code == 201, answer.content
        item = item_at(answer["Location"])
        assert item.kind == kind
        assert [link.page.url for link in item.links.filter(rel=rel)] == [there]
        assert app.source(answer["Location"])[name] == [there]


@pytest.mark.parametrize("name", ["in-reply-to", "like-of", "repost-of", "bookmark-of", "quotation-of"])
def test_of_several_things_it_points_to_none_is_dropped_in_silence(app: App, name: str) -> None:
    """[3.3, 3.8]: one is possible in each way, so that several are an invalid_request; the same one twice is one."""
    one, two = "https://ben.example/1", "https://ben.example/2"
    cite = {"type": ["h-cite"], "properties": {"url": [two]}}
    for answer in (
        app.form((f"{name}[]", one), (f"{name}[]", two), h="entry", content="yes"),
        app.json({"type": ["h-entry"], "properties": {name: [one, cite], "content": ["yes"]}}),
    ):
        assert error_of(answer) == (400, "invalid_request")
        assert answer.json()["error_description"] == f"One {name} is possible, and that is 2: send a post for each."
    assert not Item.objects.exists()
    url = app.form((f"{name}[]", one), (f"{name}[]", one), h="entry", content="yes")["Location"]
    assert error_of(app.update(url, add={name: [two]})) == (400, "invalid_request")
    assert app.source(url)[name] == [one]
    assert app.update(url, replace={name: [two]}).status_code == 204
    assert app.source(url)[name] == [two]


def test_thanks_need_no_words(app: App) -> None:
    assert app.form(("like-of", "https://ben.example/post"), h="entry").status_code == 201
    assert app.form(("repost-of", "https://ben.example/post"), h="entry").status_code == 201


def test_a_link_alone_is_what_is_shared(app: App) -> None:
    """As in the box."""
    url = app.form(h="entry", content="https://good.example/page")["Location"]
    assert [link.page.url for link in item_at(url).links.filter(rel="about")] == ["https://good.example/page"]


def test_files_in_the_form(app: App) -> None:
    """[3.3.1]: multipart, a part named photo; also several."""
    answer = app.files(h="entry", content="Look", photo=photo())
    assert answer.status_code == 201
    (file,) = item_at(answer["Location"]).files.all()
    assert file.is_picture
    assert file.address in page_of(answer["Location"]).content.decode()
    several = app.files(
        **{"h": "entry", "photo[]": [photo("a.jpg"), photo("b.jpg")], "mp-photo-alt[]": ["An oak", "An elm"]}
    )
    assert [file.alt for file in item_at(several["Location"]).files.order_by("place")] == ["An oak", "An elm"]


def test_a_file_by_its_address(app: App) -> None:
    """[3.3.1] MUST: an address is as good as a file; with words for who cannot see it (value and alt)."""
    there, other = "https://photos.example/1.jpg", "https://photos.example/2.jpg"
    url = app.post(content=["Look"], photo=[{"value": there, "alt": "An oak"}])
    body = Body.objects.get(item=item_at(url))
    assert f'src="{there}"' in body.html
    assert 'alt="An oak"' in body.html
    assert app.source(url)["photo"] == [{"value": there, "alt": "An oak"}]
    assert app.source(url)["content"] == ["Look"]
    assert app.update(url, add={"photo": [other]}).status_code == 204
    assert app.source(url)["photo"] == [{"value": there, "alt": "An oak"}, other]
    assert app.update(url, replace={"photo": [other]}).status_code == 204
    assert there not in Body.objects.filter(item=item_at(url)).latest("since").html
    assert app.update(url, delete=["photo"]).status_code == 204
    assert "<img" not in Body.objects.filter(item=item_at(url)).latest("since").html
    assert app.source(url)["content"] == ["Look"]


@pytest.mark.parametrize("content", ["Look", {"html": "<p>Look, <em>an oak</em></p><ul><li>one</li></ul>"}])
def test_a_picture_elsewhere_is_given_back_as_it_came(app: App, content: Any) -> None:
    """[3.7.2]: q=source gives what can be sent again."""
    url = app.post(content=[content], photo=["https://photos.example/1.jpg"])
    first = app.source(url)
    assert first["photo"] == ["https://photos.example/1.jpg"]
    assert app.update(url, replace={"content": first["content"]}).status_code == 204
    assert app.source(url)["photo"] == first["photo"]
    assert app.source(url)["content"] == first["content"]
    assert Body.objects.filter(item=item_at(url)).latest("since").html.count("<img") == 1


def test_the_media_endpoint(app: App, strangers_browser: Client) -> None:
    """[3.6]: 201 and an address, to be used by a post; until then it is there for who knows that address alone."""
    sent = app.files(at="/micropub/media", file=photo())
    assert sent.status_code == 201
    place = sent["Location"]
    assert strangers_browser.get(place.removeprefix(BASE)).status_code == 200
    assert strangers_browser.get(place.removeprefix(BASE).partition("?")[0]).status_code == 404
    assert strangers_browser.get(place.removeprefix(BASE)[:-1] + "x").status_code == 404
    url = app.post(content=["Look"], photo=[{"value": place, "alt": "An oak"}])
    (file,) = item_at(url).files.all()
    assert (file.alt, file.person) == ("An oak", app.person)
    assert strangers_browser.get(file.address).status_code == 200
    assert app.source(url)["photo"] == [{"value": BASE + file.address, "alt": "An oak"}]


def test_the_same_file_may_be_in_two_posts(app: App) -> None:
    place = app.files(at="/micropub/media", file=photo())["Location"]
    one, two = app.post(photo=[place]), app.post(photo=[place])
    take_back(item_at(one))
    (file,) = item_at(two).files.all()
    assert client_of(None).get(file.address).status_code == 200


def test_nobody_shares_the_file_of_somebody_else(app: App, ben: Person) -> None:
    bens = App(ben).files(at="/micropub/media", file=photo())["Location"]
    answer = app.json({"type": ["h-entry"], "properties": {"photo": [bens]}})
    assert error_of(answer) == (400, "invalid_request")


def test_pictures_within_the_words(app: App) -> None:
    """[4.1.4]: an article with pictures from the media endpoint; they belong to it, and stay when the day is over."""
    place = app.files(at="/micropub/media", file=photo())["Location"]
    html = f'<p>Hello <b>World</b></p><p><img src="{place}" alt="An oak"></p>'
    url = app.post(name=["Trees"], content=[{"html": html}])
    (file,) = item_at(url).files.all()
    assert file.alt == "An oak"
    forget_waiting(timezone.now() + timedelta(days=2))
    assert client_of(None).get(file.address).status_code == 200


def test_html_is_safe_and_comes_back_as_html(app: App) -> None:
    """[3.7.2] MUST; and no script is ever kept."""
    html = '<p>Hello <b>World</b><script>alert(1)</script> <a href="javascript:alert(1)">x</a></p>'
    url = app.post(name=["T"], content=[{"html": html}])
    said = app.source(url)["content"]
    assert said == [{"html": "<p>Hello <strong>World</strong> x</p>"}]
    shown = page_of(url).content.decode()
    assert "alert(1)" not in shown
    assert "<strong>World</strong>" in shown
    by_form = app.form(("content[html]", "<b>x</b>"), h="entry", name="T")
    assert app.source(by_form["Location"])["content"] == [{"html": "<p><strong>x</strong></p>"}]


def test_text_comes_back_as_text(app: App) -> None:
    """[3.7.2] MUST: a string, letter for letter."""
    text = "Hello *World* <b> & https://good.example/x\n\nmore"
    assert app.source(app.post(content=[text]))["content"] == [text]


def test_what_is_not_known_is_kept_and_given_back(app: App) -> None:
    """[3.3.4] SHOULD; also as nested objects, by form and by JSON (3.3.3)."""
    weight = {"type": ["h-measure"], "properties": {"num": ["70.64"], "unit": ["kg"]}}
    by_json = app.post(summary=["Weighed 70.64 kg"], weight=[weight])
    by_form = app.form(
        ("weight[type]", "h-measure"), ("weight[properties][num]", "70.64"), ("weight[properties][unit]", "kg"),
        h="entry", summary="Weighed 70.64 kg",
    )["Location"]  # fmt: skip
    for url in (by_json, by_form):
        assert app.source(url)["weight"] == [weight]
        assert "Weighed 70.64 kg" in page_of(url).content.decode()


def test_orders_to_the_server_are_no_properties(app: App) -> None:
    """[3.2]: mp-* and access_token are never part of a post."""
    answer = app.form(("mp-slug", "my-slug"), ("mp-syndicate-to[]", "https://x.example/"), h="entry", content="a")
    assert answer.status_code == 201
    assert not [name for name in app.source(answer["Location"]) if name.startswith("mp-")]
    assert not Posted.objects.exists()


def test_when_it_was_written(app: App) -> None:
    """[4.1.1]: written without a line, sent later. Never in the future, never a word nobody understands."""
    url = app.form(h="entry", content="a", published="2024-02-03T04:05:06+01:00")["Location"]
    assert item_at(url).published.isoformat() == "2024-02-03T03:05:06+00:00"
    assert item_at(url).arrived > timezone.now() - timedelta(minutes=1)
    ahead = (timezone.now() + timedelta(days=1)).isoformat()
    for wrong in (ahead, "yesterday"):
        assert error_of(app.form(h="entry", content="a", published=wrong)) == (400, "invalid_request")


@pytest.mark.parametrize(("seen", "audience"), [("public", "public"), ("unlisted", "unlisted")])
def test_who_may_read_it(app: App, seen: str, audience: str) -> None:
    """https://indieweb.org/Micropub-extensions#Visibility"""
    assert item_at(app.post(content=["a"], visibility=[seen])).audience == audience


@pytest.mark.parametrize("said", [{"visibility": "private"}, {"visibility": "protected"}, {"post-status": "draft"}])
def test_what_is_not_for_everybody_is_never_published(app: App, said: dict[str, str]) -> None:
    assert error_of(app.form(*said.items(), h="entry", content="secret")) == (400, "invalid_request")
    assert not Item.objects.exists()


def test_a_retry_is_not_a_second_post(app: App) -> None:
    """F01: the same key and the same words; without a key, twice is twice."""
    once = [app.form(h="entry", content="a", headers={"Idempotency-Key": "k1"})["Location"] for _ in range(2)]
    assert once[0] == once[1]
    with_file = []
    for _ in range(2):
        answer = app.client.post(
            "/micropub", {"h": "entry", "photo": photo()}, headers=app.head | {"Idempotency-Key": "k2"}
        )
        with_file.append(answer["Location"])
    assert with_file[0] == with_file[1]
    assert app.form(h="entry", content="b")["Location"] != app.form(h="entry", content="b")["Location"]
    assert Item.objects.count() == 4


# Changing [3.4]


def test_replace(app: App) -> None:
    url = app.post(content=["hello world"], category=["a"])
    assert app.update(url, replace={"content": ["hello moon"]}).status_code == 204
    said = app.source(url)
    assert (said["content"], said["category"]) == (["hello moon"], ["a"])
    assert "hello world" not in page_of(url).content.decode()
    assert app.update(url, replace={"name": ["A title"]}).status_code == 204
    assert item_at(url).title == "A title"


def test_add(app: App) -> None:
    """[3.4.2]: what is there stays."""
    url = app.post(content=["a"], category=["one"])
    assert app.update(url, add={"category": ["two"], "syndication": ["https://x.example/1"]}).status_code == 204
    said = app.source(url)
    assert said["category"] == ["one", "two"]
    assert said["syndication"] == ["https://x.example/1"]


def test_delete_of_properties_and_of_values(app: App) -> None:
    """[3.4.3]"""
    url = app.post(content=["a"], category=["one", "two"], syndication=["https://x.example/1"])
    assert app.update(url, delete={"category": ["one"]}).status_code == 204
    assert app.source(url)["category"] == ["two"]
    assert app.update(url, delete=["category", "syndication"]).status_code == 204
    assert not {"category", "syndication"} & set(app.source(url))
    assert not Posted.objects.exists()


@pytest.mark.parametrize(("kept", "sent"), [("open web", "open web"), ("OER", "oer"), ("#oer", "#OER"), ("a/b", "A b")])
def test_a_tag_is_compared_as_it_is_kept(app: App, kept: str, sent: str) -> None:
    """[3.4.2, 3.4.3]: an app may send what it sent when it shared, whatever became of it here."""
    url = app.post(content=["a"], category=[kept, "more"])
    first, more = app.source(url)["category"]
    assert app.update(url, add={"category": [sent]}).status_code == 204
    assert app.source(url)["category"] == [first, more]
    assert app.update(url, replace={"category": [sent, "more"]}).status_code == 204
    assert app.source(url)["category"] == [first, more]
    assert app.update(url, delete={"category": [sent]}).status_code == 204
    assert app.source(url)["category"] == [more]


def test_tags_that_end_in_a_sign_are_tags_of_their_own(app: App, strangers_browser: Client) -> None:
    """[3.3]: C, C# and C++ are three; each has its page, and its feed, at an address that is written out (RFC 3986,
    2.1)."""
    urls = {tag: app.post(content=[f"about {tag}"], category=[tag]) for tag in ("C", "C#", "C++")}
    for tag, place in (("C", "c"), ("C#", "c%23"), ("C++", "c%2B%2B")):
        assert app.source(urls[tag])["category"] == [tag]
        assert f"/@ann/tag/{place}" in page_of(urls[tag]).content.decode()
        for path in (f"/@ann/tag/{place}", f"/@ann/tag/{place}/feed.atom"):
            said = strangers_browser.get(path).content.decode().replace("&lt;", "<")
            assert {other for other in urls if f"about {other}<" in said} == {tag}, path
        page = strangers_browser.get(f"/@ann/tag/{place}")
        assert f'<{BASE}/@ann/tag/{place}/feed.atom>; rel="self"' in page["Link"]
    assert app.update(urls["C#"], delete={"category": ["c#"]}).status_code == 204
    assert "category" not in app.source(urls["C#"])


def test_pictures_come_and_go(app: App) -> None:
    one, two = (app.files(at="/micropub/media", file=photo(n))["Location"] for n in ("a.jpg", "b.png"))
    url = app.post(content=["a"], photo=[one])
    held = app.source(url)["photo"]
    assert app.update(url, delete={"photo": held}).status_code == 204
    assert not item_at(url).files.exists()
    assert app.update(url, add={"photo": [two]}).status_code == 204
    assert item_at(url).files.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"replace": {"content": "no list"}}, {"replace": "content"}, {"add": {"category": "x"}}, {"delete": "category"},
        {"delete": {"category": "x"}}, {}, {"replace": {"visibility": ["private"]}}, {"delete": ["content"]},
        {"replace": {"post-status": ["draft"]}},
    ],
)  # fmt: skip
def test_wrong_updates_change_nothing(app: App, wrong: dict[str, Any]) -> None:
    """[3.4] MUST: values in lists; one of the three is there. Nothing half done."""
    url = app.post(content=["as it was"])
    before = list(Item.objects.values()) + list(Body.objects.values())
    assert error_of(app.update(url, **wrong)) == (400, "invalid_request")
    assert list(Item.objects.values()) + list(Body.objects.values()) == before


def test_an_update_keeps_what_microformats_cannot_say(app: App) -> None:
    via = "https://ben.example/a"
    item = publish(app.person, Draft(words="why? #oer", link="https://x.example/p", title="T", via=via, question=True))
    assert item.page
    assert app.update(item.page.url, add={"category": ["more"]}).status_code == 204
    item.refresh_from_db()
    links = {link.rel: link.page.url for link in item.links.select_related("page") if link.rel != "tag"}
    assert links == {"via": via, "about": "https://x.example/p"}
    assert (item.kind, item.title) == ("question", "T")
    assert item.tags == ["oer", "more"]


def test_what_was_shared_in_the_box_stays_as_it_is(app: App, anns_browser: Client) -> None:
    anns_browser.post("/share", {"what": "Worth it https://x.example/p", "title": "My own", "key": "k"})
    item = Item.objects.select_related("page").get()
    assert item.page
    said = app.source(item.page.url)
    app.update(item.page.url, add={"category": ["more"]})
    again = app.source(item.page.url)
    assert {name: again[name] for name in again if name != "updated"} == said | {"category": ["more"]}
    assert [link.page.url for link in item.links.filter(rel="about")] == ["https://x.example/p"]


# Deleting and bringing back [3.5]


@pytest.mark.parametrize("as_json", [False, True])
def test_delete_and_undelete(app: App, as_json: bool) -> None:
    url = app.post(content=["hello"], name=["T"], category=["a"], weight=["1"], in_reply_to=["https://ben.example/p"])
    before = app.source(url)

    def do(action: str) -> Any:
        return app.json({"action": action, "url": url}) if as_json else app.do(action, url)

    assert do("delete").status_code == 204
    assert page_of(url).status_code == 410
    assert do("delete").status_code == 204
    assert error_of(app.ask(q="source", url=url)) == (400, "invalid_request")
    assert error_of(app.update(url, replace={"content": ["x"]})) == (400, "invalid_request")
    answer = do("undelete")
    assert answer.status_code == 200
    assert answer["Location"] == url
    after = app.source(url)
    assert {name: after[name] for name in before} == before
    assert page_of(url).status_code == 200
    assert not Withdrawn.objects.exists()


def test_files_come_back_too(app: App) -> None:
    url = app.files(h="entry", content="Look", photo=photo(), **{"mp-photo-alt": "An oak"})["Location"]
    (file,) = item_at(url).files.all()
    app.do("delete", url)
    assert client_of(None).get(file.address).status_code == 410
    assert client_of(None).get(before_shared(file).removeprefix(BASE)).status_code == 410
    app.do("undelete", url)
    assert client_of(None).get(file.address).status_code == 200
    assert [file.alt for file in item_at(url).files.all()] == ["An oak"]
    assert app.source(url)["photo"] == [{"value": BASE + file.address, "alt": "An oak"}]


def test_after_a_day_nothing_it_said_is_kept(app: App) -> None:
    """What is taken back is erased, as promised: then undelete says so."""
    url = app.post(content=["very secret words"], weight=["also secret"])
    app.do("delete", url)
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1), tick=False):
        assert error_of(app.do("undelete", url)) == (400, "invalid_request")
        assert forget_withdrawn(timezone.now()) == 1
    kept = [*Item.objects.values(), *Body.objects.values(), *Posted.objects.values(), *Withdrawn.objects.values()]
    assert "secret" not in repr(kept)


def test_what_was_taken_back_by_hand_is_erased_at_once(app: App) -> None:
    url = app.post(content=["hello"], weight=["secret"])
    take_back(item_at(url))
    assert not Posted.objects.exists()
    assert error_of(app.do("undelete", url)) == (400, "invalid_request")
    other = app.post(content=["hello"])
    assert error_of(app.do("undelete", other)) == (400, "invalid_request")


# Asking [3.7]


def test_config(app: App) -> None:
    said = app.ask(q="config").json()
    assert said["media-endpoint"] == f"{BASE}/micropub/media"
    assert said["syndicate-to"] == []
    assert {"source", "category", "post-types"} <= set(said["q"])
    assert app.ask(q="syndicate-to").json() == {"syndicate-to": []}
    assert {kind["type"] for kind in app.ask(q="post-types").json()["post-types"]} >= {"note", "photo", "reply"}
    for wrong in ({"q": "nonsense"}, {}):
        assert error_of(app.ask(**wrong)) == (400, "invalid_request")


def test_source_of_one(app: App) -> None:
    """[3.7.2] MUST: the properties asked for, or all and the type; values in lists."""
    url = app.post(content=["hello"], category=["a", "b"], name=["T"])
    whole = app.ask(q="source", url=url).json()
    assert whole["type"] == ["h-entry"]
    assert all(isinstance(values, list) for values in whole["properties"].values())
    several = app.client.get(
        "/micropub", {"q": "source", "url": url, "properties[]": ["category", "content", "nothing"]}, headers=app.head
    )
    assert several.json() == {"properties": {"category": ["a", "b"], "content": ["hello"]}}
    assert app.ask(q="source", url=url, properties="name").json() == {"properties": {"name": ["T"]}}


def test_the_list_goes_back_in_time(app: App, django_assert_num_queries: Any) -> None:
    """https://indieweb.org/Micropub-extensions#Query_for_Post_List; ten more posts are not one query more."""
    urls = [app.post(content=[f"post {n}"], category=["x"]) for n in range(5)]
    gone = app.post(content=["gone"])
    app.do("delete", gone)
    first = app.ask(q="source", limit="3").json()
    rest = app.ask(q="source", limit="3", before=first["paging"]["before"]).json()
    found = [item["properties"]["url"][0] for item in (*first["items"], *rest["items"])]
    assert found == urls[::-1]
    with django_assert_num_queries(5):
        app.ask(q="source", limit="50")


def test_tags(app: App, ben: Person) -> None:
    for tags in (["oer", "web"], ["oer"], ["Open"]):
        app.post(content=["a"], category=tags)
    App(ben).post(content=["b"], category=["bens"])
    assert app.ask(q="category").json() == {"categories": ["oer", "Open", "web"]}
    assert app.ask(q="category", filter="op").json() == {"categories": ["Open"]}


# Who may [5]


def test_the_token_in_the_form(app: App) -> None:
    """[5.1] MUST: header or form; RFC 6750, 2: never both, never in the address."""
    body = f"h=entry&content=a&access_token={app.token}"
    assert app.client.post("/micropub", body, content_type=FORM).status_code == 201
    assert error_of(app.client.post("/micropub", body, content_type=FORM, headers=app.head)) == (400, "invalid_request")
    assert app.client.get("/micropub", {"q": "config", "access_token": app.token}).status_code == 401
    assert error_of(app.client.post(f"/micropub?access_token={app.token}", {"h": "entry"})) == (401, "unauthorized")
    assert Item.objects.count() == 1
    assert app.token not in repr(list(Body.objects.values()))


def test_no_token_and_a_wrong_one(app: App) -> None:
    """[3.8]; RFC 6750, 3: without a token no more than the challenge."""
    none = app.client.post("/micropub", {"h": "entry", "content": "a"})
    assert error_of(none) == (401, "unauthorized")
    assert none["WWW-Authenticate"] == "Bearer"
    wrong = app.client.post("/micropub", {"h": "entry"}, headers={"Authorization": "Bearer nonsense"})
    assert error_of(wrong) == (401, "invalid_token")
    assert 'error="invalid_token"' in wrong["WWW-Authenticate"]
    assert none["Access-Control-Allow-Origin"] == wrong["Access-Control-Allow-Origin"] == "*"


def test_a_cookie_opens_nothing_here(ann: Person, anns_browser: Client) -> None:
    assert error_of(anns_browser.post("/micropub", {"h": "entry", "content": "a"})) == (401, "unauthorized")


def test_t67_a_token_that_reads_writes_nothing(ann: Person) -> None:
    """[5.4]; RFC 6750, 3.1: 403 insufficient_scope, and which scope would do."""
    url = App(ann).post(content=["as it was"])
    reader = App(ann, scope=("read",))
    assert reader.ask(q="config").status_code == 200
    assert reader.source(url)["content"] == ["as it was"]
    for answer in (
        reader.form(h="entry", content="a"),
        reader.json({"type": ["h-entry"], "properties": {"content": ["a"]}}),
        reader.update(url, replace={"content": ["x"]}),
        reader.do("delete", url),
        reader.do("undelete", url),
        reader.files(at="/micropub/media", file=photo()),
    ):
        assert error_of(answer) == (403, "insufficient_scope")
    assert app_count() == (1, 0)


@pytest.mark.parametrize("held", ["profile", "media", "write"])
def test_t67_what_was_shared_is_read_with_a_scope_for_it(ann: Person, held: str) -> None:
    """[5.4]; RFC 6750, 3.1: a token that knows a name or brings in files does not read what is unlisted."""
    url = App(ann).post(content=["of Ann"], visibility=["unlisted"])
    app = App(ann, scope=(held,))
    for answer in (app.ask(q="source"), app.ask(q="source", url=url)):
        assert error_of(answer) == (403, "insufficient_scope")
        assert answer.json()["scope"] == "create delete read undelete update"
        assert 'error="insufficient_scope"' in answer["WWW-Authenticate"]
        assert "of Ann" not in answer.content.decode()


@pytest.mark.parametrize("query", ["config", "category", "syndicate-to"])
def test_t67_a_name_alone_asks_nothing(ann: Person, query: str) -> None:
    """[5.4]; RFC 6750, 3.1: `profile` opens no question, any other scope opens these."""
    assert error_of(App(ann, scope=("profile",)).ask(q=query)) == (403, "insufficient_scope")
    for held in ("media", "read", "write", "create"):
        assert App(ann, scope=("profile", held)).ask(q=query).status_code == 200


def app_count() -> tuple[int, int]:
    return Item.objects.filter(gone__isnull=True).count(), File.objects.count()


@pytest.mark.parametrize("held", ["create", "update", "delete", "undelete"])
def test_t67_each_deed_needs_its_scope(ann: Person, held: str) -> None:
    whole, app = App(ann), App(ann, scope=(held,))
    url, gone = whole.post(content=["a"]), whole.post(content=["b"])
    whole.do("delete", gone)
    may = {"create": ["create"], "update": ["update"], "delete": ["delete", "undelete"], "undelete": ["undelete"]}[held]
    deeds = {
        "create": lambda: app.form(h="entry", content="c"),
        "update": lambda: app.update(url, replace={"content": ["x"]}),
        "undelete": lambda: app.do("undelete", gone),
        "delete": lambda: app.do("delete", url),
    }
    for name, deed in deeds.items():
        answer = deed()
        assert (answer.status_code < 300) == (name in may), name
        if name not in may:
            assert error_of(answer) == (403, "insufficient_scope")


def test_a_token_without_scope_does_nothing(ann: Person) -> None:
    """[5.4] MUST: at least one scope."""
    app = App(ann, scope=())
    assert error_of(app.form(h="entry", content="a")) == (403, "insufficient_scope")
    assert error_of(app.ask(q="config")) == (403, "insufficient_scope")


def test_t65_what_is_anothers_is_not_there(app: App, ben: Person) -> None:
    url = app.post(content=["of Ann"], visibility=["unlisted"])
    bens = App(ben)
    before = list(Item.objects.values())
    for answer in (
        bens.ask(q="source", url=url),
        bens.update(url, replace={"content": ["x"]}),
        bens.do("delete", url),
        bens.do("undelete", url),
    ):
        assert error_of(answer) == (403, "forbidden")
    other = url.replace("@ann", "@ben")
    for answer in (bens.ask(q="source", url=other), bens.do("delete", other), app.do("delete", url[:-1])):
        assert error_of(answer) == (400, "invalid_request")
    assert bens.ask(q="source").json()["items"] == []
    assert list(Item.objects.values()) == before


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "https://evil.example/@ann/1", "https://ann.example/@ann/9", "https://ann.example/", "/@ann/1"],
)
def test_what_is_not_there(app: App, url: str) -> None:
    """[3.8]"""
    assert error_of(app.do("delete", url)) == (400, "invalid_request")


@pytest.mark.parametrize(
    "body", ["", "nonsense", "[]", "{}", '"x"', '{"type": "h-entry"}', '{"properties": {"content": "no list"}}',
             '{"action": "explode", "url": "x"}', '{"action": "delete"}', '{"action": ["delete"], "url": 1}',
             "[" * 100_000, '{"properties": {"content": [' + "[" * 50 + "]" * 50 + "]}}",
             '{"properties": {"content": [1]}}', '{"properties": {"content": [null]}}', '{"properties": []}',
             '{"properties": {"photo": [1]}}', '{"properties": {"photo": [{}]}}', '{"type": [1], "properties": {}}',
             '{"properties": {"content": [{"html": 1}]}}', '{"properties": {"in-reply-to": ["nonsense"]}}'],
)  # fmt: skip
def test_nonsense_is_refused_in_a_sentence(app: App, body: str) -> None:
    answer = app.client.post("/micropub", body, content_type="application/json", headers=app.head)
    assert error_of(answer) == (400, "invalid_request")
    assert answer.json()["error_description"].endswith(".")
    assert not Item.objects.exists()


def test_too_much_is_refused_as_json(app: App) -> None:
    body = '{"properties": {"content": ["' + "x" * 3_000_000 + '"]}}'
    answer = app.client.post("/micropub", body, content_type="application/json", headers=app.head)
    assert error_of(answer) == (413, "invalid_request")
    assert error_of(app.form(h="entry", content="x" * 3_000_000)) == (413, "invalid_request")
    assert error_of(app.form(h="entry", content="x" * 100_001)) == (400, "invalid_request")


def test_a_file_that_is_too_big_is_said(app: App, settings: Any) -> None:
    settings.FILE_LIMIT = 100
    for at, name in (("/micropub", "photo"), ("/micropub/media", "file")):
        assert error_of(app.files(at=at, **{name: photo()})) == (413, "invalid_request")
    assert not Item.objects.exists()


def test_no_file_of_a_stranger_is_taken(app: App) -> None:
    client = client_of(None)
    assert error_of(client.post("/micropub/media", {"file": photo()})) == (401, "unauthorized")
    assert error_of(client.post("/micropub", {"h": "entry", "photo": photo(), "access_token": app.token}))[0] == 401
    assert not File.objects.exists()


@pytest.mark.parametrize("sent", [{}, {"file": "no file"}, {"other": io.BytesIO(b"x")}])
def test_the_media_endpoint_wants_one_file(app: App, sent: dict[str, Any]) -> None:
    assert error_of(app.files(at="/micropub/media", **sent)) == (400, "invalid_request")


@pytest.mark.parametrize("path", ["/micropub", "/micropub/media"])
def test_pages_of_other_sites_may_share(ann: Person, path: str) -> None:
    client = client_of(None)
    before = client.options(path, headers={"Origin": "https://app.example", "Access-Control-Request-Method": "POST"})
    assert (before.status_code, before["Access-Control-Allow-Origin"]) == (204, "*")
    app = App(ann)
    after = app.client.post("/micropub", {"h": "entry", "content": "a"}, headers=app.head)
    assert after["Access-Control-Allow-Origin"] == "*"
    assert "Location" in after["Access-Control-Expose-Headers"]


def test_a_removed_app_shares_nothing_more(ann: Person, anns_browser: Client) -> None:
    app = App(ann)
    grant = ann.grants.get()
    anns_browser.post(f"/settings/apps/{grant.pk}/remove")
    assert error_of(app.form(h="entry", content="a")) == (401, "invalid_token")
    assert by_hand(ann, "another", ("create",))

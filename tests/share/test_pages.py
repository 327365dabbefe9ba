"""The public pages, as a stranger, a program and their owner read them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import mf2py
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from passalong.models import Follow, Page, Person, Source
from passalong.models.listed import listed
from passalong.share.change import change, take_back
from passalong.share.draft import Draft
from passalong.share.publish import publish
from tests.conftest import client_of

pytestmark = pytest.mark.django_db
GOOD = "https://good.example/page"
EVIL = '"><img src=x onerror=alert(1)>'


def tree(client: Client, path: str) -> LexborHTMLParser:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return LexborHTMLParser(answer.content.decode())


def items_of(client: Client, path: str) -> list[Any]:
    found: list[Any] = mf2py.parse(doc=client.get(path).content.decode(), url=f"https://ann.example{path}")["items"]
    return found


def entries(client: Client, path: str) -> list[Any]:
    top = items_of(client, path)
    feeds = [item for item in top if "h-feed" in item["type"]]
    return [item for item in (feeds[0]["children"] if feeds else top) if "h-entry" in item["type"]]


def test_it_works(ann: Person, strangers_browser: Client) -> None:
    item = publish(ann, Draft(words="Good evening #oer", link=GOOD))
    for path in ("/", "/@ann", f"/@ann/{item.pk}", "/@ann/tag/oer"):
        answer = strangers_browser.get(path)
        assert answer.status_code == 200, path
        assert "Good evening" in answer.content.decode(), path
        assert not answer.cookies, path


def test_what_was_written_long_ago_and_sent_today_is_not_edited(ann: Person, strangers_browser: Client) -> None:
    """Micropub, 4.1.1: `published` may lie before; dt-updated (h-entry) is said once something was changed."""
    item = publish(ann, Draft(words="From the old notebook", published=timezone.now() - timedelta(days=400)))
    path = f"/@ann/{item.pk}"
    assert "dt-updated" not in strangers_browser.get(path).content.decode()
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        change(item, Draft(words="From the very old notebook"))
        assert "dt-updated" in strangers_browser.get(path).content.decode()


def test_several_people_share_a_front_page(ann: Person, ben: Person, strangers_browser: Client) -> None:
    publish(ann, Draft(words="from ann"))
    publish(ben, Draft(words="from ben"))
    page = strangers_browser.get("/").content.decode()
    assert "from ann" in page
    assert "from ben" in page
    assert "from ben" not in strangers_browser.get("/@ann").content.decode()


def test_a_page_of_twenty_and_the_way_to_older_ones(ann: Person, strangers_browser: Client) -> None:
    items = [publish(ann, Draft(words=f"thing {n:02}.")) for n in range(45)]
    seen: list[str] = []
    path: str | None = "/@ann"
    while path:
        page = tree(strangers_browser, path)
        seen += [node.text(strip=True) for node in page.css(".e-content")]
        older = page.css_first("a[rel=next]")
        path = older.attributes["href"] if older else None
    assert seen == [f"thing {n:02}." for n in reversed(range(len(items)))]


@pytest.mark.parametrize("path", ["/?before=x", "/?before=-1", "/?before=" + "9" * 40, "/?before=%00", "/?before=٣"])
def test_a_nonsense_place_in_the_list_is_its_beginning(ann: Person, strangers_browser: Client, path: str) -> None:
    publish(ann, Draft(words="here"))
    assert "here" in strangers_browser.get(path).content.decode()


@pytest.mark.parametrize(
    "path", ["/@cas", "/@ann/1", "/@ann/99999999999999999999", "/@ann/tag/nothing", "/@ann/x", "/@CAS", "/file/x/y"]
)
def test_what_is_not_there_is_404(ann: Person, strangers_browser: Client, path: str) -> None:
    assert strangers_browser.get(path).status_code == 404


def test_an_item_is_found_under_its_own_person_only(ann: Person, ben: Person, strangers_browser: Client) -> None:
    item = publish(ann, Draft(words="mine"))
    assert strangers_browser.get(f"/@ben/{item.pk}").status_code == 404


def test_what_machines_read_in_a_list(ann: Person, strangers_browser: Client) -> None:
    item = publish(ann, Draft(words="Good evening #oer", link=GOOD))
    (entry,) = entries(strangers_browser, "/@ann")
    said = entry["properties"]
    assert said["url"] == [f"https://ann.example/@ann/{item.pk}"]
    assert said["author"][0]["properties"]["url"] == ["https://ann.example/@ann"]
    assert said["author"][0]["properties"]["name"] == ["Ann"]
    assert said["bookmark-of"] == [GOOD]
    assert said["category"] == ["oer"]
    assert said["published"] == [item.published.strftime("%Y-%m-%dT%H:%M:%S+0000")]
    assert "photo" not in said


def test_what_machines_read_on_a_permalink(ann: Person, strangers_browser: Client) -> None:
    words = "Good *evening* #oer"
    item = publish(
        ann, Draft(words=words, title="On time", reply_to="https://cas.example/q", via="https://ben.example/")
    )
    (entry,) = entries(strangers_browser, f"/@ann/{item.pk}")
    said = entry["properties"]
    assert said["name"] == ["On time"]
    assert "<em>evening</em>" in said["content"][0]["html"]
    assert said["url"] == said["uid"] == [f"https://ann.example/@ann/{item.pk}"]
    assert said["in-reply-to"] == ["https://cas.example/q"]
    assert said["author"][0]["properties"]["url"] == ["https://ann.example/@ann"]


def test_the_person_is_a_card(ann: Person, strangers_browser: Client) -> None:
    publish(ann, Draft(words="x"))
    (feed,) = [item for item in items_of(strangers_browser, "/") if "h-feed" in item["type"]]
    card = feed["properties"]["author"][0]["properties"]
    assert card["name"] == ["Ann"]
    assert card["uid"] == ["https://ann.example/@ann"]


@pytest.mark.parametrize("path", ["/", "/@ann", "/@ann/tag/oer", "item"])
def test_a_page_says_where_it_is_and_how_to_follow_it(ann: Person, strangers_browser: Client, path: str) -> None:
    ann.licence = "https://creativecommons.org/licenses/by/4.0/"
    ann.save()
    item = publish(ann, Draft(words="x #oer"))
    path = f"/@ann/{item.pk}" if path == "item" else path
    page = tree(strangers_browser, path)
    canonical = page.css_first("link[rel=canonical]").attributes["href"]
    assert canonical == "https://ann.example" + ("/@ann" if path == "/" else path)
    kinds = {link.attributes["type"]: link.attributes["href"] for link in page.css("head link[rel=alternate]")}
    assert set(kinds) == {"application/atom+xml", "application/rss+xml", "application/feed+json"}
    for feed in kinds.values():
        assert feed
        assert strangers_browser.get(feed.removeprefix("https://ann.example")).status_code == 200
    assert page.css_first("link[rel=license]").attributes["href"] == ann.licence
    assert page.css_first("html").attributes["lang"] == "en"
    assert page.css_first('meta[property="og:url"]').attributes["content"] == canonical


def test_json_ld(ann: Person, strangers_browser: Client) -> None:
    item = publish(ann, Draft(words="</script><script>alert(1)</script>", title="T </script>"))
    script = tree(strangers_browser, f"/@ann/{item.pk}").css_first('script[type="application/ld+json"]').text()
    said = json.loads(script)
    assert said["url"] == f"https://ann.example/@ann/{item.pk}"
    assert said["headline"] == "T </script>"
    about = json.loads(tree(strangers_browser, "/@ann").css_first('script[type="application/ld+json"]').text())
    assert about["mainEntity"]["name"] == "Ann"


def paths_of(ann: Person) -> list[str]:
    item = publish(ann, Draft(words="x #oer"))
    return ["/", "/@ann", f"/@ann/{item.pk}", "/@ann/tag/oer"]


def test_who_has_a_page_gets_304_until_something_changes(ann: Person, strangers_browser: Client) -> None:
    for path in paths_of(ann):
        first = strangers_browser.get(path)
        again = strangers_browser.get(path, headers={"if-none-match": first["ETag"]})
        assert again.status_code == 304, path
        assert not again.content
        publish(ann, Draft(words="news"))
        assert strangers_browser.get(path, headers={"if-none-match": first["ETag"]}).status_code == 200, path


def test_last_modified_is_said_once_no_change_can_hide_in_its_second(ann: Person, strangers_browser: Client) -> None:
    for path in paths_of(ann):
        assert "Last-Modified" not in strangers_browser.get(path + "?fresh").headers
        with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True):
            stamp = strangers_browser.get(path)["Last-Modified"]
            assert strangers_browser.get(path, headers={"if-modified-since": stamp}).status_code == 304


def test_pages_differ_by_language_and_by_who_asks(ann: Person, strangers_browser: Client) -> None:
    for path in paths_of(ann):
        varies = {part.strip() for part in strangers_browser.get(path)["Vary"].split(",")}
        assert {"Cookie", "Accept-Language"} <= varies
        mine = client_of(ann).get(path)
        assert "private" in mine["Cache-Control"]
        assert "ETag" not in mine.headers


def test_ten_more_things_ask_no_more_of_the_database(ann: Person, strangers_browser: Client) -> None:
    def fill(count: int) -> None:
        for n in range(count):
            publish(ann, Draft(words=f"{n} #oer", link=f"https://good.example/{n}", via="https://ben.example/"))

    def asked(path: str, client: Client) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    fill(3)
    mine = client_of(ann)
    paths = ("/", "/@ann", "/@ann/tag/oer")
    before = [(asked(f"{path}?few", strangers_browser), asked(path, mine)) for path in paths]
    fill(10)
    after = [(asked(f"{path}?more", strangers_browser), asked(path, mine)) for path in paths]
    assert after == before
    assert max(few for few, _ in after) <= 8  # the list, and whom they thanked


@pytest.mark.parametrize("path", ["/", "/@ann", "/@ann/tag/oer", "/river"])
def test_short_words_stand_in_lists_as_they_were_written(ann: Person, ben: Person, path: str) -> None:
    words = "Good *evening*, [Cas](https://cas.example/) #oer.\n\n- one\n- `two`\n\n## Below"
    publish(ann, Draft(words=words))
    Follow.objects.create(person=ben, source=Source.objects.get(person=ann))
    page = tree(client_of(ben), path)
    said = page.css_first("article .e-content")
    assert said.css_first("em").text() == "evening"
    assert said.css_first("a").attributes["href"] == "https://cas.example/"
    assert [node.text() for node in said.css("li")] == ["one", "two"]
    assert said.css_first("code")
    assert not said.css("h1, h2, h3")
    assert "Below" in said.css_first("h4").text()
    assert not page.css("article .read-on")


def test_a_list_reads_no_long_bodies(ann: Person, strangers_browser: Client) -> None:
    item = publish(ann, Draft(words="**words** " * 1000))
    (row,) = listed([item.pk])
    assert row.words == ""
    page = tree(strangers_browser, "/@ann")
    assert page.html is not None
    assert page.html.count("words") < 150
    assert page.css_first(".p-summary").text().startswith("words words")
    assert page.css_first(".read-on a").attributes["href"] == f"/@ann/{item.pk}"


def test_a_list_of_what_just_fits_stays_light(ann: Person, anns_browser: Client) -> None:
    for n in range(30):
        publish(ann, Draft(words=f"{n} " + "*so* many words " * 45 + "https://good.example/"))
    Follow.objects.create(person=ann, source=Source.objects.get(person=ann))
    for path in ("/@ann", f"/river?of={ann.pk}"):
        page = anns_browser.get(path).content
        assert page.count(b"e-content") >= 20, path
        assert len(page) < 100_000, path


@pytest.mark.parametrize("path", ["/", "/@ann", "/@ann/tag/oer", "/river", "item"])
def test_edit_and_take_back_stand_on_ones_own_cards_alone(ann: Person, ben: Person, path: str) -> None:
    item = publish(ann, Draft(words="mine #oer"))
    for reader in (ann, ben):
        Follow.objects.create(person=reader, source=Source.objects.get(person=ann))
    path = f"/@ann/{item.pk}" if path == "item" else path
    mine = tree(client_of(ann), path).css_first("article .acts")
    assert mine.css_first("a").attributes["href"] == f"/@ann/{item.pk}/edit"
    button = mine.css_first("button")
    assert (button.text(), button.attributes["form"]) == ("Take back", "act")
    assert button.attributes["formaction"] == f"/@ann/{item.pk}/take-back"
    for reader in [ben] + ([] if path == "/river" else [None]):
        shown = client_of(reader).get(path).content.decode()
        assert "mine" in shown
        assert "Take back" not in shown
        assert "/edit" not in shown


def test_what_is_unlisted_shows_by_its_address_alone(ann: Person, strangers_browser: Client) -> None:
    item = publish(ann, Draft(words="between us #oer", link=GOOD, audience="unlisted"))
    assert item.page
    path = item.page.url.removeprefix("https://ann.example")
    answer = strangers_browser.get(path)
    assert "between us" in answer.content.decode()
    assert answer["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in answer.content.decode()
    assert strangers_browser.get(f"/@ann/{item.pk}").status_code == 404
    assert strangers_browser.get(f"/@ann/{item.pk}-{'0' * 12}").status_code == 404
    assert strangers_browser.get("/@ann/tag/oer").status_code == 404
    for listing in ("/", "/@ann", "/@ann/feed.atom", "/@ann/feed.rss", "/@ann/feed.json", "/feed.json"):
        assert b"between us" not in strangers_browser.get(listing).content, listing


def test_taken_back_is_410_and_nowhere_else(ann: Person, strangers_browser: Client) -> None:
    item = publish(ann, Draft(words="too much #oer", link=GOOD))
    take_back(item)
    answer = strangers_browser.get(f"/@ann/{item.pk}")
    assert answer.status_code == 410
    assert b"too much" not in answer.content
    for listing in ("/", "/@ann", "/@ann/feed.atom", "/@ann/feed.json"):
        assert b"too much" not in strangers_browser.get(listing).content, listing
    assert strangers_browser.get("/@ann/tag/oer").status_code == 404


def test_an_edit_shows_at_its_address(ann: Person, strangers_browser: Client) -> None:
    item = publish(ann, Draft(words="frist"))
    strangers_browser.get(f"/@ann/{item.pk}")
    change(item, Draft(words="first"))
    page = strangers_browser.get(f"/@ann/{item.pk}").content
    assert b"first" in page
    assert b"frist" not in page


@pytest.mark.parametrize("field", ["words", "title", "tags", "link", "via", "name", "page title"])
def test_t25_a_script_in_any_field_is_letters(ann: Person, strangers_browser: Client, field: str) -> None:
    said: dict[str, Any] = {"words": "x"}
    if field in ("words", "title"):
        said[field] = EVIL
    elif field == "tags":
        said["tags"] = (EVIL,)
    elif field in ("link", "via"):
        said[field] = f"https://good.example/{EVIL}"
    elif field == "name":
        Person.objects.filter(pk=ann.pk).update(name=EVIL, note=EVIL)
        ann.refresh_from_db()
    elif field == "page title":
        said["link"] = GOOD
    item = publish(ann, Draft(**said))
    if field == "page title":
        Page.objects.filter(url=GOOD).update(title=EVIL, description=EVIL, author=EVIL, site=EVIL, lang='"x')
    paths = ["/", "/@ann", f"/@ann/{item.pk}"]
    paths += [f"/@ann/{item.pk}/edit"] if field != "name" else []
    for path in paths:
        page = tree(client_of(ann), path)
        assert not page.css("[onerror]"), (field, path)


def test_no_third_party_is_asked(ann: Person, strangers_browser: Client) -> None:
    item = publish(ann, Draft(words="look: ![a tree](https://elsewhere.example/tree.jpg)", link=GOOD))
    Page.objects.filter(url=GOOD).update(picture="https://elsewhere.example/card.jpg", title="x")
    for path in ("/", f"/@ann/{item.pk}"):
        page = tree(strangers_browser, path)
        assert page.css("img")
        for node in page.css("img, script[src], link[rel=stylesheet], link[rel=icon], iframe, video, audio, source"):
            address = node.attributes.get("src") or node.attributes.get("href") or ""
            assert address.startswith("/"), (path, address)


def test_t33_no_page_is_framed(ann: Person, strangers_browser: Client) -> None:
    for path in paths_of(ann):
        answer = strangers_browser.get(path)
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY"


def test_t33_a_style_is_not_kept(ann: Person, strangers_browser: Client) -> None:
    item = publish(ann, Draft(words='<div style="position:fixed;z-index:9">over all</div>'))
    assert not tree(strangers_browser, f"/@ann/{item.pk}").css("main [style]")


def test_a_tag_among_the_words_does_not_stand_below_them_again(ann: Person, strangers_browser: Client) -> None:
    """Programs still find it."""
    item = publish(ann, Draft(words="Good evening #OER #Ästhetik", tags=("beside",)))
    for path in ("/@ann", f"/@ann/{item.pk}"):
        page = tree(strangers_browser, path)
        assert [each.text() for each in page.css(".tags a")] == ["#beside"], path
        assert [each.text() for each in page.css(".e-content a")] == ["#OER", "#Ästhetik"], path
        (entry,) = entries(strangers_browser, path)
        assert entry["properties"]["category"] == ["OER", "Ästhetik", "beside"], path

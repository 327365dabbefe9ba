"""Reply, pass along, thank, quote and ask from a card: what they publish, and how machines read it.

Vocabulary: microformats.org/wiki/h-entry (u-in-reply-to, u-repost-of, u-like-of), indieweb.org/quotation
(u-quotation-of), microformats.org/wiki/h-cite. Replies in Atom: RFC 4685, section 3.
"""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import mf2py
import pytest
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from passalong.models import Item, Link, Person, Source
from passalong.share.draft import Draft
from passalong.share.publish import publish
from tests.conftest import client_of, make_person
from tests.read.cast import a_source, an_item, follow

pytestmark = pytest.mark.django_db
THR = "{http://purl.org/syndication/thread/1.0}"
ATOM = "{http://www.w3.org/2005/Atom}"
GOOD = "https://good.example/page"


@pytest.fixture
def bens(ann: Person) -> Source:
    """Ben's site, which Ann follows."""
    source = a_source("ben")
    follow(ann, source)
    return source


def mine() -> Item:
    return Item.objects.filter(source__kind="here").select_related("page").order_by("-id")[0]


def rels(item: Item) -> list[tuple[str, str]]:
    return [(link.rel, link.page.url) for link in item.links.select_related("page").order_by("id")]


def press(browser: Client, item: Item, gesture: str, **more: Any) -> Any:
    return browser.post(f"/items/{item.pk}/{gesture}", {"next": "/river"}, **more)


def entry_at(address: str) -> dict[str, Any]:
    page = client_of(None).get(address)
    assert page.status_code == 200
    found = mf2py.parse(doc=page.content.decode(), url=f"https://ann.example{address}")
    return next(each for each in found["items"] if each["type"] == ["h-entry"])["properties"]


def path(item: Item) -> str:
    return f"/@ann/{item.pk}"


def test_thanks_need_no_words(anns_browser: Client, bens: Source) -> None:
    thing = an_item(bens, title="A good thing")
    assert press(anns_browser, thing, "thank")["Location"] == f"/river#i{thing.pk}"
    item = mine()
    assert (item.kind, rels(item)) == ("like", [("like", thing.page.url)])  # type: ignore[union-attr]
    said = entry_at(path(item))
    (liked,) = said["like-of"]
    assert (liked["type"], liked["value"]) == (["h-cite"], thing.page.url)  # type: ignore[union-attr]
    assert "thanks Ben for" in client_of(None).get(path(item)).content.decode()


def test_thanks_twice_are_said_once(anns_browser: Client, bens: Source) -> None:
    thing = an_item(bens)
    press(anns_browser, thing, "thank")
    press(anns_browser, thing, "thank")
    assert Link.objects.filter(rel="like").count() == 1


def test_thanks_can_be_taken_back_and_said_again(anns_browser: Client, bens: Source) -> None:
    thing = an_item(bens)
    press(anns_browser, thing, "thank")
    anns_browser.post(f"{path(mine())}/take-back")
    press(anns_browser, thing, "thank")
    assert Link.objects.filter(rel="like").count() == 1
    assert mine().gone is None


def test_thanks_stand_apart_from_what_is_shared(anns_browser: Client, bens: Source, ann: Person) -> None:
    """Thanks are said to one person: ten of them would bury what was shared for everybody."""
    publish(ann, Draft(words="Something for everybody"))
    press(anns_browser, an_item(bens, title="A good thing"), "thank")
    home = client_of(None).get("/@ann").content.decode()
    assert "Ann thanks" in home
    parsed = mf2py.parse(doc=home, url="https://ann.example/@ann")
    (feed,) = (each for each in parsed["items"] if each["type"] == ["h-feed"])
    assert len([each for each in feed["children"] if each["type"] == ["h-entry"]]) == 1
    for kind in ("atom", "rss", "json"):
        assert b"like" not in client_of(None).get(f"/@ann/feed.{kind}").content


def test_passed_along_without_words_is_a_repost(anns_browser: Client, bens: Source) -> None:
    thing = an_item(bens, title="A good thing", excerpt="Its first words.", html="<p>The whole secret text.</p>")
    press(anns_browser, thing, "pass-along")
    item, url = mine(), thing.page.url  # type: ignore[union-attr]
    assert (item.kind, rels(item)) == ("repost", [("repost", url), ("via", url)])
    (passed,) = entry_at(path(item))["repost-of"]
    assert passed["type"] == ["h-cite"]
    assert passed["value"] == url
    assert passed["properties"]["name"] == ["A good thing"]
    page = client_of(None).get(path(item)).content.decode()
    assert "Its first words." in page
    assert "secret" not in page


def test_passing_along_a_share_shares_what_it_is_about_and_credits_it(anns_browser: Client, bens: Source) -> None:
    thing = an_item(bens, kind="link", title="", excerpt="Look")
    Link.objects.create(item=thing, page=an_item(bens, url=GOOD).page, rel="about")
    press(anns_browser, thing, "pass-along")
    url = thing.page.url  # type: ignore[union-attr]
    assert set(rels(mine())) == {("about", GOOD), ("repost", url), ("via", url)}
    said = entry_at(path(mine()))
    assert said["repost-of"] == said["via"] == [url]
    assert said["bookmark-of"] == [GOOD]


def test_words_added_make_it_a_share_with_the_credit(anns_browser: Client, bens: Source) -> None:
    thing = an_item(bens, kind="link")
    Link.objects.create(item=thing, page=an_item(bens, url=GOOD).page, rel="about")
    press(anns_browser, thing, "pass-along")
    form = anns_browser.get(f"{path(mine())}/edit").content.decode()
    assert f'name="repost_of" value="{thing.page.url}"' in form  # type: ignore[union-attr]
    url = thing.page.url  # type: ignore[union-attr]
    sent = {"what": f"{GOOD}\n\nWorth it", "repost_of": url, "via": url}
    anns_browser.post(f"{path(mine())}/edit", sent)
    item = mine()
    assert (item.kind, rels(item)) == ("link", [("about", GOOD), ("via", url)])


def test_what_is_passed_along_says_so_in_every_feed(anns_browser: Client, bens: Source) -> None:
    thing = an_item(bens, title="A good thing", excerpt="Its first words.")
    press(anns_browser, thing, "pass-along")
    url = thing.page.url  # type: ignore[union-attr]
    (entry,) = json.loads(client_of(None).get("/@ann/feed.json").content)["items"]
    assert entry["_passalong"]["kind"] == "repost"
    assert entry["_passalong"]["via"] == url
    assert {"rel": "repost", "url": url} in entry["_passalong"]["links"]
    assert entry["external_url"] == url
    for kind in ("atom", "rss"):
        feed = client_of(None).get(f"/@ann/feed.{kind}").content.decode()
        assert f'rel="via" href="{url}"' in feed
        assert "u-repost-of" in feed
        assert "A good thing" in feed


def test_a_reply_is_written_in_the_box_and_says_what_it_answers(anns_browser: Client, bens: Source) -> None:
    thing = an_item(bens, title="A question of taste")
    box = anns_browser.get(press(anns_browser, thing, "reply")["Location"])
    assert "In reply to Ben" in box.content.decode()
    url = thing.page.url  # type: ignore[union-attr]
    anns_browser.post("/share", {"what": "I agree", "reply_to": url})
    assert (mine().kind, rels(mine())) == ("reply", [("reply", url)])
    assert entry_at(path(mine()))["in-reply-to"] == [url]


def test_a_reply_in_atom_names_what_it_answers(ann: Person, bens: Source) -> None:
    """RFC 4685, section 3: `ref` is the identity of what is answered, `href` where it lies."""
    thing = an_item(bens, guid="tag:ben.example,2026:7")
    publish(ann, Draft(words="I agree", reply_to=thing.page.url))  # type: ignore[union-attr]
    feed = ElementTree.fromstring(client_of(None).get("/@ann/feed.atom").content)
    answered = feed.find(f"{ATOM}entry/{THR}in-reply-to")
    assert answered is not None
    assert answered.get("ref") == "tag:ben.example,2026:7"
    assert answered.get("href") == thing.page.url  # type: ignore[union-attr]


def test_a_quote_cites_what_it_is_about(anns_browser: Client, bens: Source) -> None:
    thing = an_item(bens, title="A good thing")
    url = thing.page.url  # type: ignore[union-attr]
    box = anns_browser.get(press(anns_browser, thing, "quote")["Location"]).content.decode()
    assert f'name="quote_of" value="{url}"' in box
    anns_browser.post("/share", {"what": "“A good line.” True.", "quote_of": url})
    assert rels(mine()) == [("quote", url)]
    (cited,) = entry_at(path(mine()))["quotation-of"]
    assert (cited["type"], cited["value"]) == (["h-cite"], url)
    assert cited["properties"]["author"] == ["Ben"]


def test_our_own_script_is_told_in_place(anns_browser: Client, bens: Source) -> None:
    answer = press(anns_browser, an_item(bens), "pass-along", headers={"x-part": "1"})
    assert answer.status_code == 200
    said = answer.content.decode()
    assert "Passed along, via Ben." in said
    assert f'formaction="/@ann/{mine().pk}/undo"' in said


def test_undo_leads_back_to_the_river(anns_browser: Client, bens: Source) -> None:
    press(anns_browser, an_item(bens), "pass-along")
    done = anns_browser.get("/river").content.decode()
    assert f'formaction="/@ann/{mine().pk}/undo"' in done
    assert anns_browser.post(f"{path(mine())}/undo", {"next": "/river"})["Location"] == "/river"
    assert not Item.objects.filter(source__kind="here").exists()
    assert "https://" not in anns_browser.get("/").content.decode().partition("<textarea")[2].partition("</textarea")[0]


def test_every_card_of_others_offers_them(anns_browser: Client, bens: Source, ann: Person) -> None:
    thing = an_item(bens)
    publish(ann, Draft(words="Mine"))
    for page in ("/river", f"/people/{bens.person_id}", f"/read/{thing.pk}"):
        shown = anns_browser.get(page).content.decode()
        for gesture, word in (("reply", "Reply"), ("pass-along", "Pass along"), ("thank", "Thank"), ("quote", "Quote")):
            assert f'formaction="/items/{thing.pk}/{gesture}"' in shown, page
            assert f">{word}</button>" in shown
    assert "/thank" not in anns_browser.get(path(mine())).content.decode()
    assert "/thank" not in client_of(None).get("/@ann").content.decode()


def test_the_page_of_another_person_here_offers_them_too(anns_browser: Client, ann: Person) -> None:
    ben = make_person("ben")
    thing = publish(ben, Draft(words="From next door"))
    assert f"/items/{thing.pk}/thank" in anns_browser.get(f"/@ben/{thing.pk}").content.decode()
    press(anns_browser, thing, "thank")
    assert Link.objects.filter(rel="like", page=thing.page, item__source__person=ann).exists()


def test_ones_own_things_and_strangers_things_are_no_ones_to_pass_on(anns_browser: Client, ann: Person) -> None:
    own, unknown = publish(ann, Draft(words="Mine")), an_item(a_source("cas"))
    for thing in (own, unknown):
        for gesture in ("thank", "pass-along"):
            assert press(anns_browser, thing, gesture).status_code == 404
    assert not Link.objects.filter(rel__in=("like", "repost")).exists()


def test_a_stranger_can_do_none_of_it(strangers_browser: Client, bens: Source) -> None:
    for gesture in ("reply", "thank", "pass-along", "quote", "ask"):
        assert "/sign-in" in press(strangers_browser, an_item(bens), gesture)["Location"]
    assert not Item.objects.filter(source__kind="here").exists()


def test_a_look_does_nothing(anns_browser: Client, bens: Source) -> None:
    """T27: what changes something needs a form of ours."""
    thing = an_item(bens)
    for gesture in ("reply", "thank", "pass-along", "quote", "ask"):
        assert anns_browser.get(f"/items/{thing.pk}/{gesture}").status_code == 405


@pytest.mark.parametrize(("gesture", "named"), [("thank", "thank"), ("pass-along", "pass-along")])
def test_a_card_remembers_what_was_done(anns_browser: Client, bens: Source, gesture: str, named: str) -> None:
    """Until it is undone; and for nobody else."""
    item, other = an_item(bens), an_item(bens)

    def pressed() -> dict[str, str | None]:
        page = LexborHTMLParser(anns_browser.get("/river").content)
        found = {one.pk: page.css_first(f"#i{one.pk} [data-gesture={named}]") for one in (item, other)}
        return {str(pk): button.attributes["aria-pressed"] for pk, button in found.items()}

    assert set(pressed().values()) == {"false"}
    anns_browser.post(f"/items/{item.pk}/{gesture}")
    assert pressed() == {str(item.pk): "true", str(other.pk): "false"}
    anns_browser.post(f"{path(mine())}/undo")
    assert set(pressed().values()) == {"false"}

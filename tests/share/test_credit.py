"""The credit is filled in by itself, kept as things go on, and taken off with one gesture."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from passalong.models import Item, Link, Page, Person, Source
from passalong.share.draft import Draft
from passalong.share.publish import publish
from passalong.wire.address import key
from tests.conftest import client_of, make_person
from tests.read.cast import a_source, an_item, follow

pytestmark = pytest.mark.django_db
GOOD = "https://good.example/page"


def page(url: str) -> Page:
    return Page.objects.get_or_create(url=url, defaults={"key": key(url)})[0]


def shares(source: Source, url: str = GOOD, rel: str = "about", **more: Any) -> Item:
    """Something of this source about a page."""
    item = an_item(source, **({"kind": "link", "title": "", "excerpt": "Look"} | more))
    Link.objects.create(item=item, page=page(url), rel=rel)
    return item


def followed(ann: Person, name: str, **more: Any) -> Source:
    source = a_source(name)
    follow(ann, source, **more)
    return source


def vias(item: Item) -> list[str]:
    return list(item.links.filter(rel="via").order_by("id").values_list("page__url", flat=True))


def share(browser: Client, **sent: str) -> Item:
    answer = browser.post("/share", {"what": GOOD} | sent)
    assert answer.status_code == 303
    return Item.objects.filter(source__kind="here").order_by("-id")[0]


def test_a_pasted_link_credits_who_had_it(anns_browser: Client, ann: Person) -> None:
    theirs = shares(followed(ann, "ben"))
    assert vias(share(anns_browser)) == [theirs.page.url]  # type: ignore[union-attr]


def test_the_first_of_several_is_credited(anns_browser: Client, ann: Person) -> None:
    shares(followed(ann, "ben"), ago=1)
    first = shares(followed(ann, "dora"), ago=5)
    shares(followed(ann, "emil"), ago=3)
    assert vias(share(anns_browser)) == [first.page.url]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "spelt",
    ["http://www.good.example/page/", "https://good.example/page?utm_source=feed", "https://good.example/page#a"],
)
def test_the_same_page_spelt_otherwise(anns_browser: Client, ann: Person, spelt: str) -> None:
    theirs = shares(followed(ann, "ben"), spelt)
    assert vias(share(anns_browser)) == [theirs.page.url]  # type: ignore[union-attr]


def test_what_the_page_calls_itself_counts(anns_browser: Client, ann: Person) -> None:
    theirs = shares(followed(ann, "ben"))
    Page.objects.create(url="https://sho.example/x", key="sho.example/x", canonical=GOOD)
    assert vias(share(anns_browser, what="https://sho.example/x")) == [theirs.page.url]  # type: ignore[union-attr]


def test_nobody_is_credited_who_did_not_share_it(anns_browser: Client, ann: Person) -> None:
    shares(a_source("cas"))  # a stranger
    shares(followed(ann, "ben", muted=True))
    shares(followed(ann, "dora", state="ended"))
    shares(followed(ann, "emil"), audience="unlisted")
    shares(followed(ann, "faiza"), GOOD + "/other")
    assert vias(share(anns_browser)) == []


def test_a_long_list_that_names_it_is_no_share_of_it(anns_browser: Client, ann: Person) -> None:
    ben = followed(ann, "ben")
    listing = shares(ben, rel="link", kind="article", title="Forty links")
    for number in range(6):
        Link.objects.create(item=listing, page=page(f"https://x.example/{number}"), rel="link")
    assert vias(share(anns_browser)) == []


def test_a_few_links_in_somebodys_words_share_it(anns_browser: Client, ann: Person) -> None:
    article = shares(followed(ann, "ben"), rel="link", kind="article", title="Three good pages")
    assert vias(share(anns_browser)) == [article.page.url]  # type: ignore[union-attr]


def test_who_had_it_before_credits_nobody(anns_browser: Client, ann: Person) -> None:
    publish(ann, Draft(link=GOOD))
    shares(followed(ann, "ben"))
    assert vias(share(anns_browser)) == []


def test_the_author_of_the_page_is_not_credited_for_it(anns_browser: Client, ann: Person) -> None:
    an_item(followed(ann, "ben"), url=GOOD)
    shares(followed(ann, "dora"))
    assert vias(share(anns_browser)) == []


def test_what_was_said_by_hand_stays(anns_browser: Client, ann: Person) -> None:
    shares(followed(ann, "ben"))
    assert vias(share(anns_browser, via="https://cas.example/")) == ["https://cas.example/"]


def test_the_chain_is_kept_and_shown(anns_browser: Client, ann: Person) -> None:
    ben, dora = followed(ann, "ben"), followed(ann, "dora")
    doras = shares(dora, "https://elsewhere.example/")
    bens = shares(ben)
    Link.objects.create(item=bens, page=doras.page, rel="via")
    Link.objects.create(item=doras, page=page("https://emil.example/1"), rel="via")
    item = share(anns_browser)
    assert vias(item) == [bens.page.url, doras.page.url, "https://emil.example/1"]  # type: ignore[union-attr]
    shown = " ".join(client_of(None).get(f"/@ann/{item.pk}").content.decode().split())
    assert 'via <a class="u-via"' in shown
    assert "Ben</a>, who had it from <a" in shown
    assert "Dora</a>, who had it from <a" in shown


def test_a_chain_ends_at_five_and_never_comes_back_to_me(anns_browser: Client, ann: Person) -> None:
    sources = [followed(ann, f"p{number}") for number in range(8)]
    items = [shares(sources[0]), *(an_item(source) for source in sources[1:])]
    for one, other in zip(items, [*items[1:], items[0]], strict=True):
        Link.objects.create(item=one, page=page("https://ann.example/@ann/1"), rel="via")
        Link.objects.create(item=one, page=other.page, rel="via")
    found = vias(share(anns_browser))
    assert found == [item.page.url for item in items[:5]]  # type: ignore[union-attr]


def test_the_confirmation_says_whom_it_credits_and_one_gesture_takes_it_off(anns_browser: Client, ann: Person) -> None:
    shares(followed(ann, "ben"))
    item = share(anns_browser)
    said = anns_browser.get(f"/?shared={item.pk}").content.decode()
    assert "Ben shared this today." in said or "Ben shared this yesterday." in said
    assert f'action="/@ann/{item.pk}/no-via"' in said
    anns_browser.post(f"/@ann/{item.pk}/no-via")
    assert vias(item) == []
    assert list(item.links.values_list("rel", flat=True)) == ["about"]


def test_the_chip_in_the_box_takes_it_off_before(anns_browser: Client, ann: Person) -> None:
    shares(followed(ann, "ben"))
    box = anns_browser.get(f"/share?url={GOOD}").content.decode()
    assert f'name="credit_for" value="{GOOD}"' in box
    assert 'name="credit" value="1" checked' in box
    assert vias(share(anns_browser, credit_for=GOOD)) == []


def test_the_chip_left_alone_credits(anns_browser: Client, ann: Person) -> None:
    theirs = shares(followed(ann, "ben"))
    assert vias(share(anns_browser, credit_for=GOOD, credit="1")) == [theirs.page.url]  # type: ignore[union-attr]


def test_a_chip_taken_off_for_one_link_says_nothing_of_another(anns_browser: Client, ann: Person) -> None:
    theirs = shares(followed(ann, "ben"))
    assert vias(share(anns_browser, credit_for="https://other.example/")) == [theirs.page.url]  # type: ignore[union-attr]


def test_an_edit_keeps_the_chain(anns_browser: Client, ann: Person) -> None:
    bens = shares(followed(ann, "ben"))
    Link.objects.create(item=bens, page=page("https://dora.example/1"), rel="via")
    item = share(anns_browser)
    before = vias(item)
    Link.objects.filter(item=bens, rel="via").delete()
    anns_browser.post(f"/@ann/{item.pk}/edit", {"what": f"{GOOD} with words", "via": before[0]})
    assert vias(item) == before == [bens.page.url, "https://dora.example/1"]  # type: ignore[union-attr]
    anns_browser.post(f"/@ann/{item.pk}/edit", {"what": f"{GOOD} with words", "via": ""})
    assert vias(item) == []


def test_somebody_next_door_is_credited_at_their_page_here(anns_browser: Client, ann: Person) -> None:
    ben = make_person("ben")
    follow(ann, Source.objects.get(person=ben))
    theirs = publish(ben, Draft(link=GOOD))
    assert vias(share(anns_browser)) == [theirs.guid]

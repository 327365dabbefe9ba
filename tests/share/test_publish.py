"""Sharing: one act, one item, whole or not at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passalong.models import Body, Item, Link, Page, Person
from passalong.share import publish as publishing
from passalong.share.draft import CannotShare, Draft
from passalong.share.publish import publish

pytestmark = pytest.mark.django_db
GOOD = "https://good.example/page"


def rels(item: Item) -> set[tuple[str, str]]:
    return {(link.rel, link.page.url) for link in item.links.select_related("page")}


def test_it_works(ann: Person) -> None:
    item = publish(ann, Draft(words="Read this", link=GOOD))
    assert item.page is not None
    assert item.page.url == f"https://ann.example/@ann/{item.pk}" == item.guid
    assert item.kind == "link"
    assert rels(item) == {("about", GOOD)}
    assert item.body is not None
    assert "Read this" in item.body.html
    assert item.body.text == f"{GOOD}\n\nRead this"
    assert Page.objects.get(url=GOOD).look_at is not None


def test_a_share_moves_the_validator_of_the_pages(ann: Person) -> None:
    before = ann.changed
    item = publish(ann, Draft(words="x"))
    ann.refresh_from_db()
    assert ann.changed >= item.changed > before


@pytest.mark.parametrize(
    ("draft", "kind"),
    [
        (Draft(words="just words"), "note"),
        (Draft(link=GOOD), "link"),
        (Draft(words="long", title="A title"), "article"),
        (Draft(words="yes", reply_to=GOOD), "reply"),
    ],
    ids=["note", "link", "article", "reply"],
)
def test_kinds(ann: Person, draft: Draft, kind: str) -> None:
    assert publish(ann, draft).kind == kind


def test_everything_it_points_to_is_a_link(ann: Person) -> None:
    words = "see [this](https://a.example/1) and https://b.example/2 #oer"
    item = publish(ann, Draft(words=words, link=GOOD, via="https://ben.example/", reply_to="https://cas.example/q"))
    assert rels(item) >= {
        ("about", GOOD),
        ("link", "https://a.example/1"),
        ("via", "https://ben.example/"),
        ("reply", "https://cas.example/q"),
        ("tag", "https://ann.example/@ann/tag/oer"),
    }
    assert item.tags == ["oer"]


def test_tags_are_one_whatever_their_case(ann: Person) -> None:
    item = publish(ann, Draft(words="on #OER", tags=("oer", "Open Access", "#Ästhetik")))
    assert item.tags == ["OER", "Open-Access", "Ästhetik"]
    assert ("tag", "https://ann.example/@ann/tag/%C3%A4sthetik") in rels(item)


def test_the_same_form_twice_is_one_share(ann: Person) -> None:
    first = publish(ann, Draft(words="once", key="k1"))
    assert publish(ann, Draft(words="once", key="k1")) == first
    assert Item.objects.count() == 1


def test_the_same_form_with_other_words_is_another_share(ann: Person) -> None:
    publish(ann, Draft(words="once", key="k1"))
    publish(ann, Draft(words="twice", key="k1"))
    assert Item.objects.count() == 2


def test_one_persons_key_is_nothing_to_another(ann: Person, ben: Person) -> None:
    assert publish(ann, Draft(words="x", key="k")) != publish(ben, Draft(words="x", key="k"))


def test_a_share_fails_whole(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(publishing, "touch", broken)
    with pytest.raises(RuntimeError):
        publish(ann, Draft(words="half", link=GOOD))
    assert not Item.objects.exists()
    assert not Body.objects.exists()
    assert not Link.objects.exists()


def test_a_share_costs_few_queries(ann: Person) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        publish(ann, Draft(words="words #a #b", link=GOOD, via="https://ben.example/", key="k"))
    asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    # Elsewhere than on SQLite another process may make the same page meanwhile: it is asked for once more.
    assert len(asked) <= (10 if connection.vendor == "sqlite" else 11), asked


def test_what_is_unlisted_cannot_be_guessed(ann: Person) -> None:
    item = publish(ann, Draft(words="for some", audience="unlisted"))
    assert item.page is not None
    assert len(item.page.url) >= len(f"https://ann.example/@ann/{item.pk}") + 12


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (Draft(), "what"),
        (Draft(words=" \n "), "what"),
        (Draft(link="javascript:alert(1)"), "what"),
        (Draft(words="x", via="not an address"), "via"),
        (Draft(words="x", reply_to="data:text/html,x"), "reply_to"),
        (Draft(words="x" * 100_001), "what"),
        (Draft(words="x", title="t" * 301), "title"),
        (Draft(words="x", tags=("t" * 61,)), "tags"),
        (Draft(words="x", tags=tuple(map(str, range(21)))), "tags"),
        (Draft(words="x", alt="a" * 1501), "alt"),
        (Draft(words="x", audience="everyone"), "unlisted"),
        (Draft(words="x", key="k" * 101), "key"),
    ],
)
def test_what_cannot_be_shared_is_said_in_a_sentence(ann: Person, draft: Draft, field: str) -> None:
    with pytest.raises(CannotShare) as problem:
        publish(ann, draft)
    assert problem.value.field == field
    assert str(problem.value).endswith(".")
    assert not Item.objects.exists()


def test_our_own_pages_are_not_fetched(ann: Person) -> None:
    first = publish(ann, Draft(words="one"))
    assert first.page
    publish(ann, Draft(words="two", link=first.page.url))
    assert not Page.objects.filter(look_at__isnull=False).exists()


def test_a_page_that_could_not_be_fetched_is_tried_anew_with_each_share(ann: Person) -> None:
    publish(ann, Draft(link=GOOD))
    Page.objects.filter(url=GOOD).update(look_at=None, looked=datetime.now(UTC), trouble="There is no page.")
    publish(ann, Draft(link=GOOD, words="again"))
    assert Page.objects.get(url=GOOD).look_at is not None


def test_a_page_looked_at_lately_is_not_fetched_again(ann: Person) -> None:
    publish(ann, Draft(link=GOOD))
    page = Page.objects.get(url=GOOD)
    page.look_at, page.looked, page.looks = None, page.look_at, 1
    page.save()
    publish(ann, Draft(link=GOOD, words="again"))
    page.refresh_from_db()
    assert page.look_at is None

"""The box and what follows: share, undo, change, take back; the owner's alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from passalong.models import Body, Item, Link, Person
from passalong.share.change import take_back
from passalong.share.draft import Draft
from passalong.share.publish import publish
from passalong.site.bookmarklet import bookmarklet
from passalong.site.sign_in import hello_token
from tests.conftest import client_of
from tests.share.pictures import jpeg

pytestmark = pytest.mark.django_db
GOOD = "https://good.example/page"


def tree(answer: object) -> LexborHTMLParser:
    return LexborHTMLParser(answer.content.decode())  # type: ignore[attr-defined]


def path_of(item: Item) -> str:
    assert item.page
    return item.page.url.removeprefix("https://ann.example")


def test_it_works(ann: Person, anns_browser: Client) -> None:
    page = tree(anns_browser.get("/"))
    form = page.css_first("form.box")
    key = form.css_first("input[name=key]").attributes["value"]
    answer = anns_browser.post("/share", {"what": f"{GOOD}\nread this", "key": key})
    item = Item.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/?shared={item.pk}")
    after = tree(anns_browser.get(answer["Location"]))
    shared = after.css_first(".shared")
    assert "Shared" in shared.text()
    assert shared.css_first("form button").text() == "Undo"
    assert shared.css_first("form").attributes["action"].endswith(f"/@ann/{item.pk}/undo")
    assert after.css_first("form.box input[name=key]").attributes["value"] != key


def test_the_box_says_share(ann: Person, anns_browser: Client) -> None:
    button = tree(anns_browser.get("/")).css_first("form.box button[type=submit]")
    assert button.text(strip=True) == "Share"


def test_a_stranger_sees_no_box(ann: Person, strangers_browser: Client) -> None:
    page = strangers_browser.get("/").content.decode()
    assert 'action="/share"' not in page
    assert "csrf" not in page


def test_the_address_fills_the_box(ann: Person, anns_browser: Client) -> None:
    asked = {"url": GOOD, "title": "A <b>title</b>", "text": "what I marked"}
    page = tree(anns_browser.get("/share", asked))
    what = page.css_first("textarea[name=what]")
    assert what.text().strip() == f"{GOOD}\n\nwhat I marked"
    assert "autofocus" in what.attributes
    assert page.css_first("input[name=title]").attributes["value"] == "A <b>title</b>"
    assert not Item.objects.exists()


def test_the_browsers_title_is_the_pages_not_mine(ann: Person, anns_browser: Client) -> None:
    box = tree(anns_browser.get("/share", {"url": GOOD, "title": "A good page | Site"}))
    assert "open" not in box.css_first("details.extras").attributes
    sent = {node.attributes["name"]: node.attributes.get("value") or "" for node in box.css("form.box input[value]")}
    sent |= {"what": GOOD, "title": "A good page | Site"}
    sent.pop("unlisted")
    anns_browser.post("/share", sent)
    item = Item.objects.select_related("body").get()
    assert item.title == "A good page | Site" == item.links.get().page.title
    assert item.body
    assert item.body.title == ""
    assert item.kind == "link"


def test_a_title_the_person_changed_is_theirs(ann: Person, anns_browser: Client) -> None:
    anns_browser.post("/share", {"what": GOOD, "title": "Mine", "suggested": "A good page | Site"})
    item = Item.objects.select_related("body").get()
    assert item.body
    assert (item.title, item.body.title, item.links.get().page.title) == ("Mine", "Mine", "")


def test_the_small_window_closes_the_circle(ann: Person, anns_browser: Client) -> None:
    answer = anns_browser.post("/share", {"what": GOOD, "popup": "1"})
    assert answer["Location"] == f"/share?shared={Item.objects.get().pk}&popup=1"
    page = anns_browser.get(answer["Location"]).content.decode()
    assert "Undo" in page
    assert "You can close this window." in page


def test_the_button_opens_the_small_window(ann: Person, anns_browser: Client) -> None:
    """Then what is shown after sharing is small as well, and the first page no longer offers the button."""
    assert "/share?popup=1&url=" in bookmarklet("https://ann.example")
    box = tree(anns_browser.get("/share", {"popup": "1", "url": GOOD, "title": "A", "text": ""}))
    assert box.css_first("form.box input[name=popup]").attributes["value"] == "1"


def test_a_program_gets_what_it_asks_for(ann: Person, anns_browser: Client) -> None:
    answer = anns_browser.post("/share", {"what": GOOD}, headers={"accept": "application/json"})
    assert answer.status_code == 201
    assert answer.json()["url"] == answer["Location"] == f"https://ann.example/@ann/{Item.objects.get().pk}"
    piece = anns_browser.post("/share", {"what": "x"}, headers={"hx-request": "true"})
    assert piece.content.decode().lstrip().startswith("<div")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"what": ""}, "what"),
        ({"what": "words I typed", "via": "nowhere at all"}, "via"),
        ({"what": "words I typed", "reply_to": "javascript:alert(1)"}, "reply_to"),
        ({"what": "words I typed", "title": "t" * 301}, "title"),
        ({"what": "words I typed", "tags": "t" * 61}, "tags"),
        ({"what": "words I typed", "tags": " ".join(map(str, range(30)))}, "tags"),
        ({"what": "words I typed", "key": "k" * 101}, "key"),
        ({"what": "w" * 100_001}, "what"),
    ],
    ids=["nothing", "via", "reply", "title", "tag", "tags", "key", "words"],
)
def test_t75_what_does_not_fit_is_said_and_nothing_typed_is_lost(
    ann: Person, anns_browser: Client, wrong: dict[str, str], field: str
) -> None:
    sent = {"title": "My title", "tags": "a b", "via": "https://ben.example/", "unlisted": "1"} | wrong
    answer = anns_browser.post("/share", sent)
    page = tree(answer)
    assert answer.status_code == 422
    assert page.css_first("#box-error").text().endswith(".")
    assert page.css_first("textarea").text().removeprefix("\n") == sent["what"]
    for name in ("title", "tags", "via"):
        assert page.css_first(f"input[name={name}]").attributes["value"] == sent[name]
    assert "checked" in page.css_first("input[name=unlisted]").attributes
    assert "open" in page.css_first("details.extras").attributes
    assert not Item.objects.exists()


def test_f01_a_program_that_tries_again_says_so_by_a_header(ann: Person, anns_browser: Client) -> None:
    for _ in range(2):
        anns_browser.post("/share", {"what": "once"}, headers={"idempotency-key": "mine"})
    assert Item.objects.count() == 1


def test_no_page_holds_control_characters(ann: Person, anns_browser: Client, strangers_browser: Client) -> None:
    """HTML, 13.1: no control characters but tab, line feed, form feed and carriage return; of those tab and ends of
    lines are kept."""
    every = "".join(map(chr, (*range(0x20), *range(0x7F, 0xA0)))).replace("\r", "")
    fields = {"what": f"one{every}two", "title": f"A{every}title", "tags": f"o{every}er", "key": "k"}
    assert anns_browser.post("/share", fields).status_code == 303
    item = Item.objects.select_related("body", "page").get()
    assert item.body
    assert item.page
    assert item.body.text == "one\t\ntwo"
    assert " ".join(item.title.split()) == "A title"
    page = strangers_browser.get(item.page.url.removeprefix("https://ann.example")).content.decode()
    assert not set(page) & (set(every) - {"\t", "\n"})


def test_what_no_database_keeps_is_left_out(ann: Person, anns_browser: Client) -> None:
    fields = ("title", "tags", "alt", "via", "reply_to", "key", "suggested")
    sent = {"what": f"{GOOD}\na\0b", **dict.fromkeys(fields, "c\0d")} | {
        "via": "https://ben.example/\0x",
        "reply_to": "",
    }
    assert anns_browser.post("/share", sent).status_code == 303
    item = Item.objects.get()
    assert item.excerpt == "ab"
    assert item.tags == ["cd"]
    anns_browser.post(f"/@ann/{item.pk}/edit", {"what": "e\0f"})
    item.refresh_from_db()
    assert item.excerpt == "ef"


def test_t75_an_alt_text_that_does_not_fit(ann: Person, anns_browser: Client) -> None:
    files = SimpleUploadedFile("sea.jpg", jpeg(100, 100))
    assert anns_browser.post("/share", {"what": "x", "alt": "a" * 1501, "files": files}).status_code == 422
    anns_browser.post("/share", {"what": "x", "files": SimpleUploadedFile("sea.jpg", jpeg(100, 100))})
    item = Item.objects.get()
    sent = {"what": "y", f"alt-{item.files.get().pk}": "a" * 1501}
    assert anns_browser.post(f"/@ann/{item.pk}/edit", sent).status_code == 422
    assert item.files.get().alt == ""


def test_t75_ten_megabytes_are_refused(ann: Person, anns_browser: Client) -> None:
    assert anns_browser.post("/share", {"what": "w" * 10_000_000}).status_code == 413
    assert not Item.objects.exists()


def test_t63_only_the_boxs_own_fields_count(ann: Person, ben: Person, anns_browser: Client) -> None:
    extra = {"id": "7", "pk": "7", "source": "1", "person": str(ben.pk), "guid": "x", "published": "1999-01-01"}
    anns_browser.post("/share", {"what": "mine", **extra, "audience": "unlisted", "gone": "1"})
    item = Item.objects.get()
    assert item.source.person == ann
    assert item.pk != 7
    assert item.guid == f"https://ann.example/@ann/{item.pk}"
    assert item.audience == "public"
    assert item.gone is None
    assert item.published.year > 1999


def test_t27_nothing_changes_by_looking_or_without_our_form(ann: Person) -> None:
    item = publish(ann, Draft(words="stays"))
    mine = client_of(ann)
    strict = Client(enforce_csrf_checks=True, headers={"host": "ann.example"}, secure=True)
    strict.cookies = mine.cookies
    for deed in ("undo", "take-back", "bring-back", "erase"):
        assert mine.get(f"{path_of(item)}/{deed}").status_code == 405
    for path in (
        "/share",
        *(f"{path_of(item)}/{deed}" for deed in ("edit", "undo", "take-back", "bring-back", "erase")),
    ):
        assert strict.post(path, {"what": "forged"}).status_code == 403, path
    assert list(Item.objects.values_list("pk", "gone", "excerpt")) == [(item.pk, None, "stays")]
    strict.get(f"/hello/{hello_token(ann)}")
    assert strict.cookies["sessionid"]["samesite"] == "Lax"


@pytest.mark.parametrize("deed", ["edit", "undo", "take-back", "bring-back", "erase"])
@pytest.mark.parametrize("who", ["ben", "stranger"])
def test_t65_what_is_anothers_is_not_there(ann: Person, ben: Person, who: str, deed: str) -> None:
    item = publish(ann, Draft(words="anns"))
    client = client_of(ben if who == "ben" else None)
    for path in (f"/@ann/{item.pk}/{deed}", f"/@ben/{item.pk}/{deed}"):
        answers = [client.post(path, {"what": "bens"})] + ([client.get(path)] if deed == "edit" else [])
        for answer in answers:
            if who == "ben":
                assert answer.status_code == 404
            else:
                assert answer["Location"].startswith("/sign-in")
    item.refresh_from_db()
    assert (item.excerpt, item.gone) == ("anns", None)


def test_t65_no_one_elses_share_is_announced_as_mine(ann: Person, ben: Person) -> None:
    item = publish(ann, Draft(words="anns"))
    assert "Undo" not in client_of(ben).get(f"/?shared={item.pk}").content.decode()


def test_undo_leaves_no_trace(ann: Person, anns_browser: Client) -> None:
    item = publish(ann, Draft(words="oops #tag", link=GOOD))
    answer = anns_browser.post(f"{path_of(item)}/undo")
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert not Item.objects.exists()
    assert not Body.objects.exists()
    assert not Link.objects.exists()
    assert anns_browser.get(path_of(item)).status_code == 404


def test_undo_gives_the_words_back(ann: Person, anns_browser: Client) -> None:
    item = publish(ann, Draft(words="precious words & more #kept"))
    answer = anns_browser.post(f"{path_of(item)}/undo")
    assert "precious words &amp; more #kept</textarea>" in anns_browser.get(answer.headers["Location"]).content.decode()


def test_undo_of_what_was_taken_back_in_another_tab(ann: Person, ben: Person, anns_browser: Client) -> None:
    item = publish(ann, Draft(words="hm"))
    take_back(item)
    assert anns_browser.post(f"{path_of(item)}/undo")["Location"] == "/"
    assert "Taken back." in anns_browser.get("/").content.decode()
    assert client_of(ben).post(f"{path_of(item)}/undo").status_code == 404
    assert anns_browser.post("/@ann/1/undo").status_code == 404


def test_undo_too_late_takes_back(ann: Person, anns_browser: Client) -> None:
    item = publish(ann, Draft(words="hm"))
    with time_machine.travel(timezone.now() + timedelta(seconds=20), tick=True):
        anns_browser.post(f"{path_of(item)}/undo")
    assert anns_browser.get(path_of(item)).status_code == 410


def test_take_back_keeps_nothing_it_said(ann: Person, anns_browser: Client) -> None:
    item = publish(ann, Draft(words="first version #tag", link=GOOD, title="A title"))
    anns_browser.post(f"{path_of(item)}/edit", {"what": "second version"})
    assert anns_browser.post(f"{path_of(item)}/take-back").status_code == 303
    item.refresh_from_db()
    assert item.gone
    assert (item.title, item.excerpt, item.tags, item.media, item.picture) == ("", "", [], [], "")
    assert set(item.bodies.values_list("html", "text", "title")) == {("", "", "")}
    assert not item.links.exists()
    assert anns_browser.post(f"{path_of(item)}/take-back").status_code == 404
    assert anns_browser.get(f"{path_of(item)}/edit").status_code == 404


@pytest.mark.parametrize(
    ("on", "then"),
    [
        ("/@ann?before=7", "/@ann?before=7"),
        ("/river?show=all", "/river?show=all"),
        ("its own page", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("", "/"),
    ],
)
def test_taking_back_leads_to_the_list_it_was_done_on(ann: Person, anns_browser: Client, on: str, then: str) -> None:
    item = publish(ann, Draft(words="x"))
    answer = anns_browser.post(f"{path_of(item)}/take-back", {"next": path_of(item) if on == "its own page" else on})
    assert (answer.status_code, answer["Location"]) == (303, then)


def test_the_only_link_amid_words_has_a_card(ann: Person, anns_browser: Client) -> None:
    words = f"We built it after {GOOD} and here is how."
    anns_browser.post("/share", {"what": words, "files": SimpleUploadedFile("sea.jpg", jpeg(100, 100))})
    item = Item.objects.select_related("body").get()
    assert [(link.rel, link.page.url) for link in item.links.all()] == [("about", GOOD)]
    assert item.body
    assert item.body.text == words
    for path in ("/", path_of(item)):
        page = tree(anns_browser.get(path))
        assert page.css_first("a.link-card").attributes["href"] == GOOD
        assert page.css_first(".e-content a").attributes["href"] == GOOD
        assert page.css_first("img.u-photo")


def test_edit_begins_with_what_was_typed(ann: Person, anns_browser: Client) -> None:
    sent = {
        "what": f"{GOOD}\n\nread *this* #oer",
        "tags": "open access, slow",
        "via": "https://ben.example/",
        "title": "My title",
        "unlisted": "1",
    }
    anns_browser.post("/share", sent)
    page = tree(anns_browser.get(f"{path_of(Item.objects.select_related('page').get())}/edit"))
    assert page.css_first("textarea").text().strip() == sent["what"]
    assert page.css_first("input[name=tags]").attributes["value"] == "open-access, slow"
    assert page.css_first("input[name=via]").attributes["value"] == sent["via"]
    assert page.css_first("input[name=title]").attributes["value"] == sent["title"]
    assert "checked" in page.css_first("input[name=unlisted]").attributes


def test_an_edit_changes_what_it_points_to_and_keeps_its_history(ann: Person, anns_browser: Client) -> None:
    item = publish(ann, Draft(words="see https://old.example/ #old", link=GOOD))
    about = item.links.get(rel="about")
    answer = anns_browser.post(f"{path_of(item)}/edit", {"what": f"{GOOD}\nsee [it](https://new.example/) #new"})
    assert (answer.status_code, answer["Location"]) == (303, path_of(item))
    item.refresh_from_db()
    urls = {(link.rel, link.page.url) for link in item.links.select_related("page")}
    assert urls == {
        ("about", GOOD),
        ("link", "https://new.example/"),
        ("tag", "https://ann.example/@ann/tag/new"),
    }
    assert item.links.get(rel="about") == about
    assert item.tags == ["new"]
    assert item.body
    assert [body.text[-4:] for body in item.bodies.order_by("since")] == ["#old", "#new"]
    assert item.changed > item.published
    assert item.guid == f"https://ann.example/@ann/{item.pk}"


def test_an_edit_does_not_silently_undo_another(ann: Person, anns_browser: Client) -> None:
    """Two windows edit the same thing: the second is told, and asked once more."""
    item = publish(ann, Draft(words="one"))
    where = f"{path_of(item)}/edit"

    def said(page: object) -> str:
        return tree(page).css_first("input[name=said]").attributes["value"] or ""

    both = said(anns_browser.get(where))
    assert anns_browser.post(where, {"what": "two", "said": both}).status_code == 303
    late = anns_browser.post(where, {"what": "three", "said": both})
    assert (late.status_code, tree(late).css_first("#what").text().strip()) == (409, "three")
    assert "It was changed meanwhile" in tree(late).css_first("#box-error").text()
    assert Item.objects.get().excerpt == "two"
    assert anns_browser.post(where, {"what": "three", "said": said(late)}).status_code == 303
    assert Item.objects.get().excerpt == "three"


def test_a_wrong_edit_changes_nothing_and_loses_nothing(ann: Person, anns_browser: Client) -> None:
    item = publish(ann, Draft(words="before"))
    answer = anns_browser.post(f"{path_of(item)}/edit", {"what": "after", "via": "nowhere at all"})
    page = tree(answer)
    assert answer.status_code == 422
    assert page.css_first("textarea").text().strip() == "after"
    assert item.bodies.count() == 1


def test_the_permalink_offers_its_owner_the_ways_to_change_it(ann: Person, ben: Person) -> None:
    item = publish(ann, Draft(words="mine"))
    page = tree(client_of(ann).get(path_of(item)))
    assert "Edit" in [node.text(strip=True) for node in page.css("main a")]
    assert "Take back" in [node.text(strip=True) for node in page.css("main button")]
    others = client_of(ben).get(path_of(item)).content.decode()
    assert "Take back" not in others

"""The pages: whose they are, what they say, and that no stranger's words become markup."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from passalong.models import Body, Follow, Item, Link, Mark, Page, Person, Source
from tests.conftest import client_of
from tests.read.cast import a_source, an_item, follow, noon

PAYLOAD = '"><img src=x onerror=alert(1)>'
DEEDS = ["seen", "unseen", "keep", "unkeep", "hide", "unhide"]


@pytest.fixture
def bens(ann: Person) -> Follow:
    return follow(ann, a_source("ben"))


def test_it_works(bens: Follow, anns_browser: Client) -> None:
    an_item(bens.source, title="A walk in the rain")
    page = anns_browser.get("/river").content.decode()
    assert "A walk in the rain" in page
    assert "Mark all as seen" in page


@pytest.mark.parametrize("path", ["/river", "/read/1", "/river?show=kept"])
def test_a_stranger_is_sent_to_sign_in(strangers_browser: Client, path: str) -> None:
    answer = strangers_browser.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in")


@pytest.mark.parametrize("deed", DEEDS)
def test_t65_nobody_marks_or_opens_what_is_not_theirs(ben: Person, bens: Follow, deed: str) -> None:
    item = an_item(bens.source)
    bens_browser = client_of(ben)
    assert bens_browser.get(f"/read/{item.pk}").status_code == 404
    assert bens_browser.post(f"/items/{item.pk}/{deed}").status_code == 404
    assert bens_browser.get(f"/river?of={bens.source.person_id}").status_code == 404
    assert bens_browser.post("/river/seen", {"until": timezone.now().isoformat()}).status_code == 302
    assert not Mark.objects.exists()
    bens.refresh_from_db()
    assert bens.unseen == 1


def test_t27_looking_changes_nothing_and_a_form_needs_its_token(ann: Person, bens: Follow) -> None:
    item = an_item(bens.source)
    browser = client_of(ann)
    for path in [f"/items/{item.pk}/{deed}" for deed in DEEDS] + ["/river/seen", "/river/unseen"]:
        assert browser.get(path).status_code == 405
    browser.get(f"/read/{item.pk}")
    browser.get("/river")
    careful = Client(headers={"host": "ann.example"}, enforce_csrf_checks=True)
    assert ann.user
    careful.force_login(ann.user)
    assert careful.post(f"/items/{item.pk}/seen").status_code == 403
    assert not Mark.objects.exists()


@pytest.mark.parametrize("deed", DEEDS)
def test_a_deed_leads_back_to_where_it_was_done(bens: Follow, anns_browser: Client, deed: str) -> None:
    item = an_item(bens.source)
    answer = anns_browser.post(f"/items/{item.pk}/{deed}", {"next": "/river?show=unseen"})
    assert answer.status_code == 302
    assert answer["Location"] == f"/river?show=unseen#i{item.pk}"


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_nobody_is_led_away(bens: Follow, anns_browser: Client, away: str) -> None:
    item = an_item(bens.source)
    answer = anns_browser.post(f"/items/{item.pk}/keep", {"next": away})
    assert answer["Location"] == f"/river#i{item.pk}"


def test_our_script_gets_the_card_alone(bens: Follow, anns_browser: Client) -> None:
    item = an_item(bens.source)
    card = anns_browser.post(f"/items/{item.pk}/keep", headers={"x-part": "card"}).content.decode()
    assert card.strip().startswith("<article")
    assert re.search(r'/unkeep"[^>]*aria-pressed="true"', card)


def every_field(source: Source, word: str) -> Item:
    """One thing with `word` wherever a stranger may write."""
    Person.objects.filter(pk=source.person_id).update(name=word, photo=f"https://x.example/{word}", note=word)
    Source.objects.filter(pk=source.pk).update(title=word, home=f"https://x.example/{word}", reason=word)
    page = Page.objects.create(
        url=f"https://x.example/{word}", key="x", title=word, description=word, author=word, site=word, lang='"><b>',
        picture=f"https://x.example/{word}",
    )  # fmt: skip
    item = an_item(
        source, title=word, excerpt=word, author=word, author_url=f"https://x.example/{word}", kind="link", tags=[word],
        picture=f"https://x.example/{word}", lang='"><b>', licence=word, guid=word,
        media=[{"url": f"https://x.example/{word}", "type": word, "size": 1, "title": word}],
    )  # fmt: skip
    Link.objects.create(item=item, page=page, rel="about")
    item.body = Body.objects.create(item=item, html="<p>safe</p>", title=word)
    item.save()
    return item


PATHS = [
    "/river",
    "/river?show=unseen",
    "/river?show=kept",
    "/river?of={of}",
    "/read/{item}",
    "/people",
    "/people/{of}",
]


@pytest.mark.parametrize("path", PATHS)
def test_t25_strangers_words_stay_words(bens: Follow, anns_browser: Client, path: str) -> None:
    item = every_field(bens.source, PAYLOAD)
    written = an_item(bens.source, title=PAYLOAD, author=PAYLOAD)
    for one in (item, written):
        anns_browser.post(f"/items/{one.pk}/keep")
    page = anns_browser.get(path.format(of=bens.source.person_id, item=item.pk)).content.decode()
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<img src=x" not in page
    assert "<b>" not in page
    assert not [tag for tag in re.findall(r"<[a-z][^>]*>", page) if " onerror" in tag and "&quot;" not in tag]


def test_a_web_address_that_is_none_is_no_link(bens: Follow, anns_browser: Client) -> None:
    item = an_item(bens.source, media=[{"url": "javascript:alert(1)", "type": "audio/mpeg"}])
    Page.objects.filter(pk=item.page_id).update(url="javascript:alert(1)")
    for path in ("/river", f"/read/{item.pk}"):
        assert 'href="javascript:' not in anns_browser.get(path).content.decode()


def test_t33_nobody_frames_us(anns_browser: Client) -> None:
    answer = anns_browser.get("/river")
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)", answer.content.decode())


def test_what_is_read_here_stays_its_authors(bens: Follow, anns_browser: Client) -> None:
    html = '<p>Hello</p><img src="https://ben.example/cat.jpg" width="40" height="30"><audio src="https://ben.example/a.mp3"></audio>'
    item = an_item(bens.source, html=html)
    page = anns_browser.get(f"/read/{item.pk}").content.decode()
    assert item.page
    assert f'<link rel="canonical" href="{item.page.url}">' in page
    assert 'name="robots" content="noindex"' in page
    assert 'src="https://' not in page
    assert re.search(
        r'<img src="/picture/[^"]+" alt="" width="40" height="30" loading="lazy"|<img src="/picture/', page
    )
    assert "Listen at the source" in page


@pytest.mark.parametrize(
    ("ago", "says"),
    [(1, "You have seen everything, also what came today."), (30, "You have seen everything since yesterday.")],
)
def test_until_when_everything_is_seen(bens: Follow, anns_browser: Client, ago: float, says: str) -> None:
    with time_machine.travel(datetime(2026, 5, 3, 12, tzinfo=UTC), tick=False):
        an_item(bens.source, ago=ago)
        after = anns_browser.post("/river/seen", {"until": timezone.now().isoformat()}, follow=True).content.decode()
    assert says in after


def test_the_end_is_said_in_words(bens: Follow, anns_browser: Client) -> None:
    an_item(bens.source, ago=30)
    page = anns_browser.get("/river?show=unseen").content.decode()
    assert "That is everything new since yesterday." in page or "That is everything new since" in page
    until = re.search(r'name="until" value="([^"]+)"', page)
    assert until
    after = anns_browser.post("/river/seen", {"until": until[1]}, follow=True).content.decode()
    assert "Everything is marked as seen." in after
    assert "You have seen everything since" in after
    back = re.search(r'formaction="/river/unseen"[^>]*value="([^"]+)"', after)
    assert back
    again = anns_browser.post("/river/unseen", {"until": back[1]}, follow=True).content.decode()
    assert "That is everything new since" in again


def test_all_of_one_person_can_be_seen(ann: Person, bens: Follow, anns_browser: Client) -> None:
    doras = follow(ann, a_source("dora"))
    an_item(bens.source)
    an_item(doras.source)
    page = anns_browser.get(f"/river?of={bens.source.person_id}").content.decode()
    button = re.search(r'formaction="([^"]+seen[^"]*)" name="until" value="([^"]+)"', page)
    assert button
    assert anns_browser.post(button[1], {"until": button[2]}).status_code == 302
    for one, left in ((bens, 0), (doras, 1)):
        one.refresh_from_db()
        assert one.unseen == left


@pytest.mark.parametrize("until", ["", "x", "2026-13-01T00:00:00Z", "2026-11-01T00:00:00", "9" * 4000])
def test_a_moment_that_is_none_marks_nothing(bens: Follow, anns_browser: Client, until: str) -> None:
    an_item(bens.source)
    assert anns_browser.post("/river/seen", {"until": until}).status_code == 404
    bens.refresh_from_db()
    assert bens.unseen == 1


@pytest.mark.parametrize(
    "query",
    [
        "show=none",
        "before=zz",
        "of=abc",
        "of=-1",
        f"of={'9' * 30}",
        "seen=x",
        "seen=2026-99-99T00:00:00Z",
        "show=kept&before=1-1",
    ],
)
def test_odd_addresses_break_nothing(bens: Follow, anns_browser: Client, query: str) -> None:
    an_item(bens.source)
    assert anns_browser.get(f"/river?{query}").status_code in (200, 404)


def test_more_items_need_no_more_queries(
    bens: Follow, anns_browser: Client, django_assert_max_num_queries: Any
) -> None:
    for n in range(3):
        an_item(bens.source, ago=n)
    with django_assert_max_num_queries(14) as few:
        anns_browser.get("/river")
    for m in range(10):
        source = a_source(f"s{m}", rarity=0.1)
        follow(bens.person, source)
        for n in range(4):
            an_item(source, ago=10 + m + n * 20)
    with django_assert_max_num_queries(14) as many:
        anns_browser.get("/river")
    assert len(many) <= len(few) + 5


def test_an_empty_river_says_the_one_move(anns_browser: Client) -> None:
    page = anns_browser.get("/river").content.decode()
    assert "Follow someone" in page


@pytest.mark.parametrize(
    ("zone", "said"), [("UTC", "yesterday"), ("Pacific/Auckland", "today"), ("Nowhere/None", "yesterday")]
)
def test_days_are_the_readers_own(ann: Person, bens: Follow, zone: str, said: str) -> None:
    Person.objects.filter(pk=ann.pk).update(zone=zone)
    an_item(bens.source, arrived=noon(23).replace(hour=13))
    with time_machine.travel(noon(24).replace(hour=1), tick=False):
        page = client_of(ann).get("/river?show=unseen").content.decode()
    assert f"That is everything new since {said}." in page


@pytest.mark.parametrize(
    ("path", "way", "how"),
    [
        ("/", "/", "page"),
        ("/share?reply_to=https%3A%2F%2Fben.example%2F", "/", "true"),
        ("/read/{item}", "/river", "true"),
        ("/unanswered", "/came-back", "true"),
        ("/conversation/{item}", "/came-back", "true"),
        ("/people/starters", "/people", "true"),
        ("/people", "/people", "page"),
        ("/account/password", "/settings", "true"),
    ],
)
def test_one_sees_in_which_part_one_is(bens: Follow, anns_browser: Client, path: str, way: str, how: str) -> None:
    page = anns_browser.get(path.format(item=an_item(bens.source).pk), follow=True).content.decode()
    assert re.findall(r'<a href="([^"]+)" aria-current="(\w+)"', page) == [(way, how)]


@pytest.mark.parametrize(
    ("excerpt", "more"), [("Beans are up.", False), ("Beans are up, and they …", True), ("", True)]
)
def test_one_reads_on_only_where_there_is_more(bens: Follow, anns_browser: Client, excerpt: str, more: bool) -> None:
    """What is whole opens by its time, also with the key."""
    item = an_item(bens.source, kind="note", title="", excerpt=excerpt, html=f"<p>{excerpt}</p>")
    page = HTMLParser(anns_browser.get("/river").content.decode())
    (opens,) = page.css("article a[data-open]")
    assert bool(page.css("article .read-on")) is more
    assert item.page
    assert opens.attributes["href"] == (f"/read/{item.pk}" if more else item.page.url)
    assert ("when" in (opens.attributes.get("class") or "")) is not more


def test_a_thanks_says_all_it_has_to_say(bens: Follow, anns_browser: Client) -> None:
    item = an_item(bens.source, kind="like", title="", excerpt="")
    page = Page.objects.create(url="https://cas.example/seeds", key="cas.example/seeds", title="Seeds")
    Link.objects.create(item=item, page=page, rel=Link.Rel.LIKE, made=timezone.now())
    said = anns_browser.get("/river").content.decode()
    assert "thanks for" in said
    assert "Without words" not in said


def test_reading_a_link_shows_what_it_leads_to(bens: Follow, anns_browser: Client) -> None:
    """What was shared is not only named in the river: also where it is opened, and whom it came from."""
    item = an_item(bens.source, kind="link", title="", excerpt="This is how I want every meeting to end.")
    page = Page.objects.create(url="https://meetings.example/silence", title="Ten minutes of silence")
    via = Page.objects.create(url="https://dora.example/1", author="Dora")
    answered = Page.objects.create(url="https://emil.example/2", title="How do you end a meeting?")
    for to, rel in ((page, Link.Rel.ABOUT), (via, Link.Rel.VIA), (answered, Link.Rel.REPLY)):
        Link.objects.create(item=item, page=to, rel=rel, made=item.arrived)
    shown = HTMLParser(anns_browser.get(f"/read/{item.pk}").content)
    card = shown.css_first("article.reading a.link-card")
    assert card.attributes["href"] == page.url
    assert "Ten minutes of silence" in card.text()
    assert shown.css_first(".via a").attributes["href"] == via.url
    assert shown.css_first("a.u-in-reply-to").attributes["href"] == answered.url


def test_reading_a_note_says_it_once(bens: Follow, anns_browser: Client) -> None:
    item = an_item(
        bens.source,
        title="First frost. I did mind.",
        excerpt="First frost. I did mind.",
        html="<p>First frost. I did mind.</p>",
    )
    shown = HTMLParser(anns_browser.get(f"/read/{item.pk}").content)
    assert shown.css_first("h1").attributes["class"] == "unseen-text"
    assert shown.css_first("article.reading .body").text().strip() == "First frost. I did mind."


def test_what_was_hidden_is_said_with_the_way_back(bens: Follow, anns_browser: Client) -> None:
    item = an_item(bens.source, title="A walk in the rain")
    page = anns_browser.post(f"/items/{item.pk}/hide", {"next": "/river?show=all"}, follow=True).content.decode()
    assert "A walk in the rain" not in page
    (said,) = HTMLParser(page).css(".said .shared")
    assert said.text() == "Hidden.Undo"
    (form,) = said.css("form")
    sent = {str(field.attributes["name"]): str(field.attributes["value"]) for field in form.css("input")}
    assert form.attributes["action"] == f"/items/{item.pk}/unhide"
    back = anns_browser.post(f"/items/{item.pk}/unhide", sent)
    assert back["Location"] == f"/river?show=all#i{item.pk}"
    page = anns_browser.get("/river").content.decode()
    assert "A walk in the rain" in page
    assert "Show again" not in page


def test_our_own_script_gets_the_way_back_in_place_of_the_card(bens: Follow, anns_browser: Client) -> None:
    item = an_item(bens.source)
    piece = HTMLParser(anns_browser.post(f"/items/{item.pk}/hide", headers={"X-Part": "1"}).content)
    assert not piece.css("article")
    (button,) = piece.css("[data-did] button")
    assert (button.text(), button.attributes["formaction"]) == ("Undo", f"/items/{item.pk}/unhide")
    assert "Hidden." not in anns_browser.get("/river").content.decode(), "it is said once"


def test_on_their_page_what_is_hidden_can_be_shown_again(bens: Follow, anns_browser: Client) -> None:
    item, other = an_item(bens.source), an_item(bens.source)
    anns_browser.post(f"/items/{item.pk}/hide", headers={"X-Part": "1"})
    page = HTMLParser(anns_browser.get(f"/people/{bens.source.person_id}").content)

    def offers(pk: int) -> set[str]:
        return {str(each.attributes.get("formaction")).rpartition("/")[2] for each in page.css(f"#i{pk} button")}

    assert offers(item.pk) & {"hide", "unhide"} == {"unhide"}
    assert offers(other.pk) & {"hide", "unhide"} == {"hide"}

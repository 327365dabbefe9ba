"""What one mainly does here, by the keyboard alone, with scripts and without: no click, no focus put by hand.

At each stop the focus is seen (keyboard.py), and after each deed it is where one goes on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect
from pytest_httpserver import HTTPServer

from passalong.follow import refresh
from passalong.models import Arrival, Follow, Item, Mark, Person
from passalong.net import get
from passalong.net.guard import Rules, parse_allowed
from passalong.share.draft import Draft
from passalong.share.publish import publish
from passalong.wire.mention import Mention, write
from passalong.wire.shapes import Entry
from tests.browser.conftest import Visit
from tests.browser.keyboard import Keyboard
from tests.browser.village import crowd, settle
from tests.share.pictures import jpeg

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.looks]
BOX = "Share a link, words or a file"
LINK = "https://cas.example/a-good-page"
SEEDS = "The seed library opens its drawers"
FEED = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Cas</title><id>tag:cas.example,2026:1</id>
<updated>2026-11-20T10:00:00Z</updated><author><name>Cas</name></author>
<entry><title>Winter seeds</title><id>tag:cas.example,2026:2</id><link href="http://cas.example/seeds"/>
<updated>2026-11-20T10:00:00Z</updated><content type="html">Sow them in the cold.</content></entry></feed>"""


@dataclass
class Desk:
    """Ann at her keyboard."""

    page: Page
    keys: Keyboard
    scripts: bool
    open: Callable[[str], Page]

    def was_told(self, words: str) -> None:
        """What was done is said, and heard: where scripts run the focus is on it, or it is in the live region."""
        expect(self.page.get_by_text(words).first).to_be_visible()
        if self.scripts:
            self.page.wait_for_function(
                """words => document.querySelector("#live").textContent.includes(words)
                    || document.activeElement.textContent.includes(words)""",
                arg=words,
            )
            self.keys.is_somewhere()


@pytest.fixture(params=[True, False], ids=["scripts", "without scripts"])
def desk(request: pytest.FixtureRequest, ann: Person, visit: Visit) -> Desk:
    tab = visit(ann, java_script_enabled=request.param)
    return Desk(tab.page, Keyboard(tab.page), request.param, tab.open)


def mine() -> Item:
    return Item.objects.filter(source__kind="here", gone=None).latest("id")


def nothing_is_shared() -> bool:
    return not Item.objects.filter(source__kind="here", gone=None).exists()


def test_share_a_link(desk: Desk) -> None:
    desk.open("/")
    desk.keys.is_on("textbox", BOX)
    desk.keys.types(LINK)
    if desk.scripts:
        desk.keys.press("Enter")
    else:
        desk.keys.uses("button", "Share")
    desk.was_told("Shared")
    assert mine().links.get().page.url == LINK
    desk.keys.is_on("textbox", BOX)


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_share_words(desk: Desk, key: str) -> None:
    desk.open("/")
    desk.keys.types("A sentence of why.")
    desk.keys.uses("button", "Share", key=key)
    desk.was_told("Shared")
    assert mine().excerpt == "A sentence of why."
    desk.keys.is_on("textbox", BOX)


def test_share_a_file_and_say_what_it_shows(desk: Desk) -> None:
    desk.page.on("filechooser", lambda _: None)  # so early that Chromium has heard of it before the key is pressed
    page = desk.open("/")
    field = page.get_by_label("Add files")
    for _ in range(5):
        desk.keys.press("Tab")
        desk.keys.sees_where()
        if field.evaluate("it => it === document.activeElement"):
            break
    with page.expect_file_chooser() as chooser:
        desk.keys.press("Space")
    chooser.value.set_files([{"name": "beans.jpg", "mimeType": "image/jpeg", "buffer": jpeg(80, 60)}])
    expect(field).to_be_focused()
    shows = "What does it show? (for those who cannot see it)"
    if desk.scripts:
        expect(page.locator("#live")).to_have_text("Added: beans.jpg. Above, you can say what it shows.")
        desk.keys.goes_to("textbox", shows, back=True)
        desk.keys.types("Red and blue")
    desk.keys.uses("button", "Share")
    desk.was_told("Shared")
    if not desk.scripts:
        desk.keys.uses("link", "Say what this picture shows (beans.jpg)", back=True)
        desk.keys.goes_to("textbox", shows)
        desk.keys.types("Red and blue")
        desk.keys.uses("button", "Save")
    expect(page.get_by_text("What does it show?")).to_have_count(0)
    assert mine().files.get().alt == "Red and blue"


def test_undo(desk: Desk) -> None:
    desk.open("/")
    desk.keys.types("Oh no")
    desk.keys.uses("button", "Share")
    desk.was_told("Shared")
    desk.keys.uses("button", "Undo", back=True)
    desk.was_told("Undone: it was never shared.")
    assert nothing_is_shared()
    desk.keys.is_on("textbox", BOX)
    assert desk.page.get_by_label(BOX).input_value() == "Oh no"


def test_edit(desk: Desk, ann: Person) -> None:
    publish(ann, Draft(words="Ten packets left"))
    desk.open("/")
    desk.keys.uses("link", "Edit")
    desk.keys.is_on("textbox", "What it says")
    desk.keys.writes("Nine packets left")
    desk.keys.uses("button", "Save")
    desk.was_told("Changed.")
    assert mine().excerpt == "Nine packets left"


def test_take_back(desk: Desk, ann: Person) -> None:
    publish(ann, Draft(words="Ten packets left"))
    desk.open("/")
    desk.keys.uses("button", "Take back")
    desk.was_told("Taken back.")
    assert nothing_is_shared()


@pytest.fixture
def cas_at(httpserver: HTTPServer) -> Iterator[str]:
    """Where Cas shares, on this machine."""
    head = '<link rel="alternate" type="application/atom+xml" href="/feed">'
    httpserver.expect_request("/").respond_with_data(f"<title>Cas</title>{head}", content_type="text/html")
    httpserver.expect_request("/feed").respond_with_data(FEED, content_type="application/atom+xml")
    get.configure(Rules(allow_private=parse_allowed("127.0.0.0/8"), resolver=lambda host: ["127.0.0.1"]))
    yield f"http://cas.example:{httpserver.port}/"
    get.configure(Rules())


def test_follow_someone(desk: Desk, cas_at: str) -> None:
    page = desk.open("/people")
    desk.keys.is_on("textbox", "Follow someone")
    desk.keys.types(cas_at)
    desk.keys.press("Enter")
    desk.was_told("What they shared is on its way.")
    assert Follow.objects.get(via="river").source.url == f"{cas_at}feed"
    refresh.refresh_due("worker")
    if desk.scripts:  # comes by itself, and leaves the focus where it was
        expect(page.locator("#live")).to_have_text("What they shared is here.")
        expect(page.locator(".said")).to_be_focused()
    else:
        desk.keys.uses("link", "Look again")
    expect(page.get_by_role("link", name="Winter seeds")).to_be_visible()


def test_who_cannot_be_followed_is_said_in_the_field(desk: Desk) -> None:
    desk.open("/people")
    desk.keys.types("ftp://no")
    desk.keys.press("Enter")
    desk.keys.is_on("textbox", "Follow someone")
    expect(desk.page.get_by_label("Follow someone")).to_have_accessible_description(
        re.compile("is no address of the web")
    )


def test_read_the_river_and_open_a_thing(desk: Desk, ann: Person) -> None:
    thing = settle(ann)["article"]
    page = desk.open("/")
    desk.keys.uses("link", "River", back=True)
    expect(page).to_have_url(re.compile("[^/]/river$"))
    if desk.scripts:
        desk.keys.press("j")
        desk.keys.is_on("article", f"Dora Winter {SEEDS}")
        desk.keys.press("j", "k", "o")
    else:
        desk.keys.uses("link", SEEDS)
    expect(page.get_by_role("heading", name=SEEDS, level=1)).to_be_visible()
    if desk.scripts:  # opening is seeing; without scripts one says so
        page.wait_for_load_state("networkidle")
        assert Mark.objects.get(person=ann, item=thing).seen


def test_skip_to_the_river_and_open_a_thing_by_tab(desk: Desk, ann: Person) -> None:
    settle(ann)
    page = desk.open("/river")
    desk.keys.press("Tab")
    desk.keys.is_on("link", "Skip to what is here")
    desk.keys.press("Enter")
    desk.keys.uses("link", SEEDS)
    expect(page.get_by_role("heading", name=SEEDS, level=1)).to_be_visible()


def test_keep_and_mark_as_seen(desk: Desk, ann: Person) -> None:
    thing = settle(ann)["article"]
    page = desk.open("/river")
    card = page.locator(f"#i{thing.pk}")
    for name in ("Keep", "Seen"):
        desk.keys.uses("button", name, card, key="Space")
        expect(card.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "true")
        if desk.scripts:
            desk.keys.is_on("button", name, card)
        else:
            expect(card).to_be_focused()
    mark = Mark.objects.get(person=ann, item=thing)
    assert mark.kept
    assert mark.seen


def test_hide_goes_on_with_the_next(desk: Desk, ann: Person) -> None:
    settle(ann)
    page = desk.open("/river")
    cards = page.get_by_role("article")
    total = cards.count()
    for left in (total - 1, total - 2):
        card = cards.last
        desk.keys.goes_to("button", "Seen", card, back=left < total - 1)
        desk.keys.press("Tab", "Enter")
        desk.keys.uses("button", "Hide this one", card)
        expect(cards).to_have_count(left)
        if desk.scripts:
            expect(cards.last).to_be_focused()
            desk.keys.sees_where()
        desk.keys.press("Tab")


def test_reply(desk: Desk, ann: Person) -> None:
    thing = settle(ann)["article"]
    page = desk.open("/river")
    desk.keys.uses("button", "Reply", page.locator(f"#i{thing.pk}"))
    desk.keys.is_on("textbox", BOX)
    desk.keys.types("I brought beans")
    desk.keys.uses("button", "Reply")
    desk.was_told("Shared")
    assert mine().kind == "reply"


def test_pass_along_with_credit(desk: Desk, ann: Person) -> None:
    thing = settle(ann)["link"]
    page = desk.open("/river")
    card = page.locator(f"#i{thing.pk}")
    desk.keys.uses("button", "Pass along", card)
    desk.was_told("Passed along, via Gus Øster & daughters.")
    assert mine().kind == "repost"
    assert mine().links.filter(rel="via").exists()
    desk.keys.uses("button", "Undo", back=not desk.scripts)
    desk.was_told("Undone: it was never shared.")
    assert nothing_is_shared()
    if desk.scripts:
        expect(card).to_be_focused()


def test_mute_and_unfollow(desk: Desk, ann: Person) -> None:
    thing = settle(ann)["article"]
    page = desk.open("/river")
    card = page.locator(f"#i{thing.pk}")
    follow = Follow.objects.get(person=ann, source=thing.source)

    def in_menu(name: str) -> None:
        desk.keys.goes_to("button", "Seen", card)
        desk.keys.press("Tab", "Enter")
        desk.keys.uses("button", name, card)

    in_menu("Mute")
    desk.was_told("is muted: still followed")
    follow.refresh_from_db()
    assert follow.muted
    desk.open("/people")
    desk.keys.uses("link", "Dora Winter")
    desk.keys.uses("button", "Unmute")
    desk.was_told("is back in your river")
    desk.keys.uses("button", "Unfollow")
    desk.was_told("You do not follow Dora Winter any more.")
    follow.refresh_from_db()
    assert follow.state == "ended"


def test_a_menu_closes_behind_whoever_leaves_it(ann: Person, visit: Visit) -> None:
    thing = settle(ann)["article"]
    tab = visit(ann)
    page, keys = tab.open("/river"), Keyboard(tab.page)
    card = page.locator(f"#i{thing.pk}")
    keys.goes_to("button", "Seen", card)
    keys.press("Tab", "Enter")
    keys.goes_to("button", "Hide this one", card)
    keys.press("Escape")
    expect(card.locator("summary")).to_be_focused()
    expect(card.locator("details")).not_to_have_attribute("open", "")
    keys.press("Enter")
    keys.goes_to("button", "Hide this one", card)
    keys.press("Tab")
    keys.sees_where()
    expect(card.locator("details")).not_to_have_attribute("open", "")


def test_answer_first_contact(desk: Desk, ann: Person) -> None:
    mine = publish(ann, Draft(words="Ten packets left"))
    assert mine.page
    for number in range(2):
        url = f"https://new{number}.example/1"
        Arrival.objects.create(
            source=url, target=mine.page.url, host=f"new{number}.example", about=mine, state="asking",
            said=write(Mention(url, Entry(url=url, title="A reply"))),
        )  # fmt: skip
    desk.open("/came-back/first-contact")
    desk.keys.uses("button", "Approve")
    desk.was_told("It is in.")
    desk.keys.uses("button", "No")
    desk.was_told("It stays out.")
    assert not Arrival.objects.filter(state="asking").exists()


def test_change_settings(desk: Desk, ann: Person) -> None:
    page = desk.open("/settings")
    desk.keys.goes_to("textbox", "Your name")
    desk.keys.writes("Ann of the seeds")
    desk.keys.goes_to("checkbox", "Single-key shortcuts (j, k, o, s, f, /)")
    desk.keys.press("Space")
    desk.keys.uses("button", "Save")
    desk.was_told("Saved.")
    ann.refresh_from_db()
    assert (ann.name, ann.shortcuts) == ("Ann of the seeds", False)
    desk.keys.goes_to("textbox", "Name in your address")
    desk.keys.writes("not a name!")
    desk.keys.uses("button", "Save")
    expect(page.get_by_label("Name in your address")).to_have_attribute("aria-invalid", "true")
    if desk.scripts:
        desk.keys.is_on("textbox", "Name in your address")


def test_load_more(desk: Desk, ann: Person) -> None:
    crowd(ann, people=8, each=6)
    page = desk.open("/river")
    desk.keys.uses("link", "Load more", back=True)
    expect(page.get_by_text("Here your river begins.")).to_be_visible()
    if desk.scripts:
        expect(page.get_by_role("article").nth(30)).to_be_focused()
        expect(page.locator("#live")).to_have_text("18 more things")
        desk.keys.sees_where()


def test_sign_out(desk: Desk) -> None:
    page = desk.open("/settings")
    desk.keys.uses("button", "Sign out")
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + "/river")
    expect(page.get_by_role("heading", name="Sign in", level=1)).to_be_visible()

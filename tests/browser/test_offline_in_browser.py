"""Without a connection: the river as it was, and shares that wait and go out once (docs/why/offline.md)."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, FilePayload, Page, expect

from passalong.models import Item, Person
from tests.browser.chromium import Tab, new_tab
from tests.browser.wire import Wire
from tests.conftest import client_of
from tests.node import Browser as Stranger
from tests.node import Node
from tests.read.cast import a_source, an_item, follow
from tests.share.pictures import jpeg

pytestmark = [pytest.mark.browser, pytest.mark.slow]
KEPT = "Kept here: it goes out when you are online again."
PAGES = "caches.keys().then(names => names.filter(name => name.startsWith('passalong-')))"
LONG = 30_000
"""Milliseconds in which a busy machine does what has to happen at all."""


@pytest.fixture
def wire(live_server: Any) -> Iterator[Wire]:
    with Wire(live_server.url) as wire:
        yield wire


@pytest.fixture
def tab(ann: Person, chromium: Browser, wire: Wire) -> Iterator[Tab]:
    """Ann's browser, with the worker, over a wire that can be cut."""
    cookies = {name: morsel.value for name, morsel in client_of(ann).cookies.items()}
    tab = new_tab(chromium, wire.url, cookies, service_workers="allow")
    tab.context.set_default_timeout(LONG)
    yield tab
    tab.close()
    assert not tab.wrong
    assert not tab.strangers_asked()


def shared() -> list[str]:
    return list(Item.objects.filter(source__kind="here", gone=None).order_by("pk").values_list("excerpt", flat=True))


def until(page: Page, asked: str) -> None:
    """Waits for an expression to come true; it may await."""
    end = time.monotonic() + LONG / 1000
    while time.monotonic() < end:
        with suppress(Error):  # a page that is just being left
            if page.evaluate(f"(async () => Boolean({asked}))()"):
                return
        page.wait_for_timeout(50)
    raise AssertionError(f"never came true: {asked}")


def worked(tab: Tab) -> Page:
    """A first visit, until the worker has what it needs."""
    page = tab.open("/river")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until(page, "navigator.serviceWorker.controller")
    return page


def write(page: Page, words: str) -> None:
    page.locator("#what").fill(words)
    page.get_by_role("button", name="Share", exact=True).click()


def says(page: Page, words: str) -> None:
    """On the page itself, not only to those who listen."""
    expect(page.locator("main").get_by_text(words)).to_be_visible(timeout=LONG)


def waits(page: Page) -> int:
    return int(page.evaluate("Waiting.all('ann').then(each => each.length)"))


def came_through(page: Page) -> None:
    """Nothing waits any more."""
    until(page, "self.Waiting && !(await Waiting.all('ann')).length")


@pytest.mark.parametrize(("locale", "clock"), [("en-GB", r"\d\d:\d\d\."), ("en-US", r"\d+:\d\d\s[AP]M\.")])
def test_the_clock_of_ones_country(ann: Person, chromium: Browser, wire: Wire, locale: str, clock: str) -> None:
    cookies = {name: morsel.value for name, morsel in client_of(ann).cookies.items()}
    tab = new_tab(chromium, wire.url, cookies, service_workers="allow", locale=locale)
    try:
        page = worked(tab)
        tab.context.set_offline(True)
        page.goto(f"{wire.url}/river")
        expect(page.get_by_text("the river as it was at").first).to_have_text(re.compile(f"at {clock}$"))
    finally:
        tab.close()


@pytest.mark.parametrize("how", ["offline", "stopped"])
def test_the_river_as_it_was(ann: Person, tab: Tab, wire: Wire, how: str) -> None:
    source = a_source("ben")
    follow(ann, source)
    item = an_item(source, title="A thing to read on the train")
    page = worked(tab)
    tab.open(f"/read/{item.pk}")
    tab.open("/river")
    if how == "offline":
        tab.context.set_offline(True)
    else:
        wire.down()
    page = tab.open("/river")
    expect(page.get_by_role("link", name="A thing to read on the train")).to_be_visible()
    said = "You are offline: this is" if how == "offline" else "Your Passalong does not answer just now: this is"
    says(page, f"{said} the river as it was at")
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).paddingTop") != "0px", "the stylesheet too"
    page = tab.open(f"/read/{item.pk}")
    says(page, f"{said} the page as it was at")
    page = tab.open("/settings")
    expect(page.get_by_role("heading", name="Without a connection")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    tab.context.set_offline(False)
    wire.up()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Settings")).to_be_visible()


def test_what_cannot_wait_says_that_it_was_not_sent(tab: Tab) -> None:
    page = worked(tab)
    tab.open("/settings")
    tab.context.set_offline(True)
    page.get_by_role("button", name="Save").click()
    says(page, "That was not sent: you are offline.")


def test_a_share_waits_and_goes_out_once_from_two_tabs_and_the_worker(tab: Tab) -> None:
    page = worked(tab)
    tab.open("/")
    other = tab.context.new_page()
    other.goto(f"{tab.base}/people")
    tab.context.set_offline(True)
    write(page, "On the train")
    says(page, KEPT)
    expect(page.locator("#what")).to_have_value("")
    write(page, "And another")
    until(page, "(await Waiting.all('ann')).length === 2")
    assert shared() == []
    tab.context.set_offline(False)
    came_through(page)
    assert sorted(shared()) == ["And another", "On the train"]
    says(page, "Shared: what waited here has gone out.")
    says(other, "Shared: what waited here has gone out.")


def public(node: Node) -> list[str]:
    """What everyone sees of what Ann shared."""
    items: Any = Stranger(node.url).json("/@ann/feed.json")["items"]
    return [item["content_text"].strip() if "content_text" in item else item["content_html"] for item in items]


def test_a_node_that_is_killed_loses_nothing_and_five_senders_send_once(chromium: Browser, tmp_path: Path) -> None:
    """A node in processes of its own. The five know no locks, as in an old browser: the key alone has to do."""
    with Node(tmp_path / "ann") as node:
        tab = new_tab(chromium, node.url, service_workers="allow")
        tab.context.set_default_timeout(LONG)
        tab.page.goto(node.hello)
        page = worked(tab)
        page = tab.open("/share")
        node.kill()
        write(page, "Five at once")
        says(page, "It goes out when your Passalong answers again.")
        page = tab.open("/river")
        says(page, "Your Passalong does not answer just now: this is the river as it was at")
        page.evaluate("Object.defineProperty(navigator, 'locks', { value: undefined })")
        page.evaluate(
            "void (window.fetch = (ask => async (...all) => { await window.begin; return ask(...all); })(fetch))"
        )
        page.evaluate("void (window.begin = new Promise(done => { window.go = done; }))")
        page.evaluate("void (window.five = Promise.allSettled([1, 2, 3, 4, 5].map(() => Waiting.sendAll('ann'))))")
        node.start()
        page.evaluate("window.go()")
        page.evaluate("window.five.then(() => true)")
        came_through(page)
        sent = [request for request in tab.asked if request.method == "POST" and request.url.endswith("/share")]
        assert len(sent) > 2
        assert len(public(node)) == 1
        assert "Five at once" in public(node)[0]
        tab.close()
    assert not tab.wrong


def test_it_survives_a_closed_tab_with_its_file(tab: Tab) -> None:
    page = worked(tab)
    tab.open("/")
    tab.context.set_offline(True)
    picture: FilePayload = {"name": "seeds.jpg", "mimeType": "image/jpeg", "buffer": jpeg(80, 60)}
    page.set_input_files("#files", [picture])
    page.get_by_label("What does it show").fill("Seeds in a jar")
    page.get_by_text("More", exact=True).click()
    page.get_by_label("Tags").fill("oer")
    page.get_by_label("Via").fill("https://ben.example/")
    write(page, "With a picture")
    says(page, KEPT)
    expect(page.locator("[data-chosen] li")).to_have_count(0)
    page.close()
    page = tab.context.new_page()
    page.goto(f"{tab.base}/offline")
    says(page, "seeds.jpg")
    says(page, "With a picture")
    tab.context.set_offline(False)
    page.goto(f"{tab.base}/river")
    came_through(page)
    item = Item.objects.get(source__kind="here")
    assert (item.excerpt, item.tags) == ("With a picture", ["oer"])
    assert [(file.alt, file.width) for file in item.files.all()] == [("Seeds in a jar", 80)]
    assert item.links.filter(rel="via", page__url="https://ben.example/").exists()


def test_an_answer_that_is_lost_shares_nothing_twice(tab: Tab, wire: Wire) -> None:
    """The server has it, and the browser cannot know."""
    page = worked(tab)
    page = tab.open("/")
    wire.lose_answers = True
    write(page, "Heard, but not answered")
    expect(page.get_by_role("heading", name="What waits here")).to_be_visible()
    assert wire.shares_that_arrived
    assert shared() == ["Heard, but not answered"]
    wire.lose_answers = False
    came_through(tab.open("/river"))
    assert shared() == ["Heard, but not answered"]


def test_a_share_to_a_server_that_stopped_waits_for_it(tab: Tab, wire: Wire) -> None:
    page = worked(tab)
    tab.open("/")
    wire.down()
    write(page, "Is anybody there?")
    says(page, "Your Passalong does not answer just now.")
    says(page, "It goes out when your Passalong answers again.")
    expect(page.get_by_text("You are online.")).to_be_hidden()
    page.get_by_role("button", name="Share now").click()
    says(page, "Is anybody there?")
    wire.up()
    with suppress(Error):  # it may go out by itself first: then there is nothing left to press
        page.get_by_role("button", name="Share now").click(timeout=2000)
    says(page, "Nothing waits in this browser.")
    assert shared() == ["Is anybody there?"]


def test_the_app_opened_without_a_connection_has_its_box(tab: Tab) -> None:
    """It is a kept page: used twice with the same words, it shares twice."""
    page = worked(tab)
    tab.context.set_offline(True)
    for _ in range(2):
        page = tab.open("/")
        write(page, "Again and again")
        says(page, KEPT)
    tab.context.set_offline(False)
    came_through(page)
    assert shared() == ["Again and again"] * 2


def test_it_can_be_looked_at_changed_and_discarded(tab: Tab) -> None:
    page = worked(tab)
    tab.open("/")
    tab.context.set_offline(True)
    write(page, "Oh no")
    page.get_by_role("button", name="Discard").click()
    expect(page.locator("#what")).to_have_value("Oh no")
    assert waits(page) == 0
    for words in ("The one", "The other"):
        page.locator("#what").fill("")
        write(page, words)
        until(page, "!document.querySelector('#what').value")
    page.get_by_role("link", name="Look at it").click()
    rows = page.locator("[data-shares] li")
    expect(rows).to_have_count(2)
    rows.filter(has_text="The one").get_by_role("button", name="Discard").click()
    expect(rows).to_have_count(1)
    rows.get_by_role("link", name="Change").click()
    expect(page.locator("#what")).to_have_value("The other")
    tab.open("/river")
    says(page, "Something waits in this browser for a word from you.")
    page.get_by_role("link", name="Look at it").click()
    rows.get_by_role("link", name="Change").click()
    expect(page.locator("#what")).to_have_value("The other")
    write(page, "The better other")
    says(page, KEPT)
    tab.context.set_offline(False)
    came_through(page)
    assert shared() == ["The better other"]


def test_what_the_server_refuses_stays_and_says_why(tab: Tab) -> None:
    page = worked(tab)
    tab.open("/")
    tab.context.set_offline(True)
    page.get_by_text("More", exact=True).click()
    page.get_by_label("Via").fill("nowhere at all")
    write(page, "Found it somewhere")
    says(page, KEPT)
    tab.context.set_offline(False)
    says(page, "Something waits in this browser for a word from you.")
    page.get_by_role("link", name="Look at it").click()
    says(page, "“nowhere at all” is not a web address")
    page.get_by_role("link", name="Change").click()
    expect(page.get_by_label("Via")).to_have_value("nowhere at all")
    page.get_by_text("More", exact=True).click()
    page.locator("#via").fill("https://ben.example/")
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_text("Shared", exact=True)).to_be_visible()
    came_through(page)
    assert shared() == ["Found it somewhere"]


def test_whom_the_server_signed_out_meanwhile_loses_no_words(ann: Person, tab: Tab) -> None:
    page = worked(tab)
    tab.open("/")
    tab.context.set_offline(True)
    write(page, "Before the session ended")
    says(page, KEPT)
    tab.context.clear_cookies()
    tab.context.set_offline(False)
    says(page, "You were signed out: sign in, and what waits here goes out.")
    assert shared() == []
    page.get_by_role("link", name="Sign in").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    until(page, f"!(await {PAGES}).length")
    cookies = client_of(ann).cookies.items()
    tab.context.add_cookies([{"name": name, "value": each.value, "url": tab.base} for name, each in cookies])
    came_through(tab.open("/river"))
    assert shared() == ["Before the session ended"]


def test_signing_out_leaves_nothing_in_the_browser(tab: Tab) -> None:
    page = worked(tab)
    assert page.evaluate(f"{PAGES}.then(names => names.length)") >= 2
    tab.open("/settings")
    page.get_by_role("button", name="Sign out").click()
    says(page, "You are signed out.")
    until(page, f"!(await {PAGES}).length")
    until(page, "!(await navigator.serviceWorker.getRegistrations()).length")
    until(page, "!(await indexedDB.databases()).length")
    tab.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        tab.open("/river")


def test_signing_out_says_what_would_be_lost(tab: Tab) -> None:
    page = worked(tab)
    tab.open("/")
    until(page, "self.Waiting")
    page.evaluate("""() => {
        const form = new FormData();
        form.set("what", "From another app");
        return Waiting.keep(form, "ann", "look").then(() => true);
    }""")
    tab.open("/sign-out")
    page.get_by_role("button", name="Sign out").click()
    says(page, "Something you shared still waits in this browser.")
    page.get_by_role("button", name="Sign out").click()
    says(page, "You are signed out.")
    until(page, "!(await indexedDB.databases()).length")


def test_a_stranger_gets_no_worker(ann: Person, chromium: Browser, wire: Wire) -> None:
    tab = new_tab(chromium, wire.url, service_workers="allow")
    page = tab.open("/@ann")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(each => each.length)") == 0
    assert page.evaluate(PAGES) == []
    assert not [request.url for request in tab.asked if "sw.js" in request.url or "later.js" in request.url]
    tab.close()
    assert not tab.wrong


def test_another_person_in_the_same_browser_sees_nothing_of_mine(ann: Person, ben: Person, tab: Tab) -> None:
    page = worked(tab)
    tab.context.set_offline(True)
    tab.open("/share")
    write(page, "Ann's own")
    says(page, KEPT)
    cookies = client_of(ben).cookies.items()
    tab.context.add_cookies([{"name": name, "value": each.value, "url": tab.base} for name, each in cookies])
    tab.context.set_offline(False)
    tab.open("/river")
    until(page, f"(await {PAGES}).every(name => !name.includes('-ann'))")
    page = tab.open("/offline")
    says(page, "Nothing waits in this browser.")
    assert shared() == []


SHEET = """([to, how]) => {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", enctype: "multipart/form-data", action: to });
    const put = (name, value) => form.append(Object.assign(document.createElement("input"), { name, value }));
    put("title", "A page"); put("text", "worth it"); put("url", "https://cas.example/a-page");
    if (how === "file") {
        const files = Object.assign(document.createElement("input"), { type: "file", name: "files" });
        const held = new DataTransfer();
        held.items.add(new File(["words"], "notes.txt", { type: "text/plain" }));
        files.files = held.files;
        form.append(files);
    }
    document.body.append(form);
    form.submit();
}"""


def test_the_share_sheet_fills_the_box(tab: Tab) -> None:
    page = worked(tab)
    with page.expect_navigation():
        page.evaluate(SHEET, ["/share/target", "file"])
    expect(page.locator("#what")).to_have_value("https://cas.example/a-page\n\nworth it")
    expect(page.get_by_label("notes.txt")).to_be_checked()
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_text("Shared", exact=True)).to_be_visible()
    assert [file.name for file in Item.objects.get(source__kind="here").files.all()] == ["notes.txt"]


def test_the_share_sheet_without_a_connection_waits_for_a_press(tab: Tab) -> None:
    page = worked(tab)
    tab.context.set_offline(True)
    with page.expect_navigation():
        page.evaluate(SHEET, ["/share/target", "file"])
    says(page, "It came from another app and waits for your press.")
    says(page, "notes.txt")
    tab.context.set_offline(False)
    page = tab.open("/river")
    says(page, "Something waits in this browser for a word from you.")
    assert shared() == []
    page.get_by_role("link", name="Look at it").click()
    page.get_by_role("link", name="Change").click()
    expect(page.locator("#what")).to_have_value("https://cas.example/a-page\n\nworth it")
    expect(page.locator("[data-chosen]")).to_contain_text("notes.txt")
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_text("Shared", exact=True)).to_be_visible()
    came_through(page)
    assert [file.name for file in Item.objects.get(source__kind="here").files.all()] == ["notes.txt"]


FORGED = """<form method="post" action="%s/share" enctype="multipart/form-data"><input name="what" value="not Ann's">
<input name="key" value="k"></form><script>document.forms[0].submit()</script>"""


@pytest.mark.parametrize("how", ["offline", "stopped"])
def test_another_site_puts_nothing_into_what_waits(tab: Tab, wire: Wire, how: str) -> None:
    """Its form carries no token, and nothing that waits may be sent with one of ours."""
    page = worked(tab)
    body = FORGED % tab.base
    tab.context.route("http://evil.example/*", lambda route: route.fulfill(body=body, content_type="text/html"))
    if how == "offline":
        tab.context.set_offline(True)
    else:
        wire.down()
    with page.expect_event("requestfailed", lambda request: request.url == f"{tab.base}/share"):
        page.goto("http://evil.example/form")
    tab.context.set_offline(False)
    wire.up()
    page = tab.open("/offline")
    until(page, "self.Waiting")
    assert waits(page) == 0
    tab.asked[:] = [request for request in tab.asked if "evil.example" not in request.url]

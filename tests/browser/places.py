"""Every page of the map as a browser sees it: filled, empty, and where something went wrong.

Each route that answers GET stands in `PAGES` or, with the reason, in `NO_PAGE`: a new route without a line fails in
test_accessibility.py, so no page can be forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext, override
from playwright.sync_api import Page

from tests.keys.dance import APP, BACK, CHALLENGE

PASSWORD = "four walnut trees"


@dataclass(frozen=True)
class Place:
    """A page, who looks at it, and what they do there before it is what it shall be."""

    at: str
    who: str | None = "ann"
    then: Callable[[Page], None] | None = None
    status: int = 200
    """Of the address itself, before `then`."""

    def __str__(self) -> str:
        return f"{self.at}{f' ({self.then.__name__})' if self.then else ''} as {self.who or 'a stranger'}"

    @property
    def name(self) -> str:
        """For a file: front-stranger, river-opened, share-url-https-meetings-example-..."""
        did = f"-{self.then.__name__}" if self.then else ""
        who = "" if self.who == "ann" else f"-{self.who or 'stranger'}"
        return re.sub(r"[\W_]+", "-", (self.at.strip("/?") or "front")[:60] + did + who).strip("-").lower()


def pressed(name: str, **filled: str) -> Callable[[Page], None]:
    """Fills the fields with these ids and presses the button called `name`."""

    def act(page: Page) -> None:
        for field, words in filled.items():
            page.locator(f"#{field}").fill(words)
        with page.expect_navigation():
            page.get_by_role("button", name=_called(page, name), exact=True).first.click()

    act.__name__ = f"{name} pressed"
    return act


def _called(page: Page, name: str) -> str:
    """A word in the language that the page speaks."""
    with override(page.locator("html").get_attribute("lang") or "en"):
        return gettext(name)


def too_much(page: Page) -> None:
    page.evaluate("document.querySelector('[name=key]').value = 'x'.repeat(3e6)")
    pressed("Share", what="Words")(page)


def too_long(page: Page) -> None:
    page.locator("#id_note").evaluate("each => each.removeAttribute('maxlength')")
    pressed("Save", id_note="x" * 1001)(page)


def old_form(page: Page) -> None:
    """The key that stands in our forms has ended meanwhile."""
    page.context.clear_cookies(name="csrftoken")
    pressed("Sign out")(page)


def opened(page: Page) -> None:
    """All that folds is unfolded."""
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")


def keys_shown(page: Page) -> None:
    page.keyboard.press("?")


def picture_opened(page: Page) -> None:
    page.locator("[data-pictures] > a").first.click()
    page.locator("#lightbox[open]").wait_for()


def passed_along(page: Page) -> None:
    page.locator("[data-gesture=pass-along]").first.click()
    page.locator("[data-did]").wait_for()


def files_chosen(page: Page) -> None:
    dot = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x00\x00\x00\x00\x00,\x00\x00\x00\x00"
    dot += b"\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
    files = [("a.gif", "image/gif", dot), ("a-long-name-of-a-file-" * 4 + ".txt", "text/plain", b"words")]
    page.set_input_files("#files", [{"name": n, "mimeType": kind, "buffer": data} for n, kind, data in files])
    page.locator("[data-chosen] li").nth(1).wait_for()


def waiting(page: Page) -> None:
    """A share made without a connection, and one that came from another app."""
    page.wait_for_function("() => self.Waiting")
    page.evaluate(
        """async () => {
            const form = new FormData();
            form.set("what", "Read this https://meetings.example/silence");
            form.append("files", new File(["words"], "notes.txt"));
            await Waiting.keep(form, "ann", "look");
            form.set("what", "A thought on the train");
            await Waiting.keep(form, "ann");
        }"""
    )
    page.locator("[data-shares] li").nth(1).wait_for()


def link_typed(page: Page) -> None:
    page.locator("#what").fill("https://meetings.example/silence worth it?")
    page.locator(".near").wait_for()


ASKS = {
    "response_type": "code", "client_id": APP, "redirect_uri": BACK, "state": "s", "scope": "create strange",
    "code_challenge": CHALLENGE, "code_challenge_method": "S256",
}  # fmt: skip
PAGES: dict[str, tuple[Place, ...]] = {
    "": (
        Place("/"), Place("/", then=opened), Place("/", None), Place("/?shared={picture}"), Place("/?shared={passed}"),
        Place("/", then=files_chosen), Place("/", then=link_typed), Place("/", then=pressed("Share", what="Well said")),
    ),
    "share": (
        Place("/share"), Place("/share?url=https://meetings.example/silence&title=A+page&text=words&popup=1"),
        Place("/share?reply_to={article_url}"), Place("/share?quote_of={article_url}"), Place("/share?ask=1"),
        Place("/share?shared={picture}&popup=1"), Place("/share?ask=1", then=pressed("Ask", what="A seed library?")),
        Place("/share", then=pressed("Share")),
    ),
    "@name": (Place("/@ann"), Place("/@ann", None), Place("/@ann?show=unlisted")),
    "@name/tag": (Place("/@ann/tag/oer"), Place("/@ann/tag/oer", None)),
    "@name/thing": (
        *(Place(f"{{{word}_at}}") for word in ("mine", "picture", "passed", "thanked", "quoted", "replied")),
        Place("{mine_at}", None), Place("{picture_at}", None),
        Place("{picture_at}", None, picture_opened), Place("{unlisted_at}", None), Place("{unlisted_at}"),
        Place("{gone_at}", None, status=410), Place("{gone_at}", status=410),
    ),
    "@name/thing/edit": (
        Place("{mine_at}/edit"), Place("{picture_at}/edit"), Place("{mine_at}/edit", then=pressed("Save", what="")),
    ),
    "hello/<str:token>": (Place("/hello/none", None, status=410),),
    "river": (
        Place("/river"), Place("/river", then=opened), Place("/river?show=unseen"), Place("/river?show=kept"),
        Place("/river?of={dora}"), Place("/river", then=keys_shown), Place("/river", then=passed_along),
        Place("/river", then=pressed("Mark all as seen")),
    ),
    "read/<int:pk>": tuple(Place(f"/read/{{{word}}}") for word in ("article", "rtl", "sound", "long", "link")),
    "came-back": (Place("/came-back"), Place("/came-back", then=opened), Place("/came-back?of={mine}")),
    "conversation/<int:pk>": (Place("/conversation/{reply}"), Place("/conversation/{replied}")),
    "unanswered": (Place("/unanswered"),),
    "people": (
        Place("/people"), Place("/people", then=pressed("Follow", address="ftp://no")),
    ),
    "people/starters": (
        Place("/people/starters"), Place("/people/starters", then=pressed("Follow all that are ticked")),
    ),
    "people/<int:pk>": (Place("/people/{dora}"), Place("/people/{dora}", then=opened), Place("/people/{kai}")),
    "webmention": (
        Place("/webmention", None),
        Place("/webmention", None, pressed("Send", source="https://x.example/", target="https://x.example/")),
    ),
    "came-back/first-contact": (Place("/came-back/first-contact"),),
    "settings": (Place("/settings"), Place("/settings", then=too_long)),
    "sign-in": (
        Place("/sign-in", None), Place("/sign-in", None, pressed("Sign in", id_login="ann", id_password="wrong one")),
    ),
    "sign-out": (Place("/sign-out"),),
    "account/password": (
        Place("/account/password"),
        Place("/account/password", then=pressed("Save", id_oldpassword="x", id_password1="s", id_password2="t")),
    ),
    "account/password/first": (Place("/account/password/first", "ben"),),
    "account/again": (Place("/account/again"),),
    "account/inactive": (Place("/account/inactive", None),),
    "account/passkeys/authenticate/": (
        Place("/sign-in", None, pressed("Sign in", id_login="ann", id_password=PASSWORD)),
    ),
    "account/passkeys/webauthn/": (Place("/account/passkeys/webauthn/"), Place("/account/passkeys/webauthn/", "ben")),
    "account/passkeys/webauthn/add/": (Place("/account/passkeys/webauthn/add/"),),
    "account/passkeys/webauthn/reauthenticate/": (Place("/account/passkeys/webauthn/reauthenticate/"),),
    "account/passkeys/webauthn/keys/<int:pk>/remove/": (Place("/account/passkeys/webauthn/keys/{key}/remove/"),),
    "account/passkeys/webauthn/keys/<int:pk>/edit/": (Place("/account/passkeys/webauthn/keys/{key}/edit/"),),
    "offline": (Place("/offline"), Place("/offline", then=waiting)),
    "oauth/authorize": (
        Place(f"/oauth/authorize?{urlencode(ASKS)}"), Place(f"/oauth/authorize?{urlencode(ASKS | {'scope': ''})}"),
        Place("/oauth/authorize?client_id=x", status=400),
    ),
}  # fmt: skip
WRONG = (
    Place("/nothing-here", None, status=404),
    Place("/nothing-here", status=404),
    Place("/", then=too_much),
    Place("/sign-out", then=old_form),
)
"""Pages of no route of their own."""
EMPTY = (
    Place("/"), Place("/", None), Place("/@ann", None), Place("/river"), Place("/river?show=unseen"),
    Place("/river?show=kept"), Place("/came-back"), Place("/came-back/first-contact"), Place("/unanswered"),
    Place("/people"), Place("/people/starters"), Place("/settings"),
)  # fmt: skip
NO_PAGE = {
    "share/nearby": "a piece of the page with the box, seen there (link typed)",
    "share/ready": "JSON, for the page of what waits",
    "sw.js": "a script",
    "manifest.webmanifest": "JSON, for browsers",
    "@name/": "leads on to the person's page",
    "@name/feed": "a feed, for programs",
    "@name/tag/feed": "a feed, for programs",
    "feed": "a feed, for programs",
    "file": "the bytes of a file",
    "picture/<str:signature>/<str:packed>": "the bytes of a picture",
    "account/passkeys/": "leads on to the list of passkeys",
    "account/passkeys/webauthn/login/": "JSON, for allauth's script",
    "account/passkeys/reauthenticate/": "nothing is there: 404",
    "account/none/signup": "nothing is there: 404",
    "account/none/email": "nothing is there: 404",
    "account/none/reset": "nothing is there: 404",
    ".well-known/oauth-authorization-server": "JSON, for programs",
    "micropub": "JSON, for programs",
    "micropub/media": "JSON, for programs",
    "oauth/token": "JSON, for programs",
    "oauth/introspect": "JSON, for programs",
    "oauth/userinfo": "JSON, for programs",
    "websub/<str:key>": "for hubs",
    "livez": "a word, for programs",
    "readyz": "a word, for programs",
}
"""Routes that answer GET, but with nothing a person looks at."""
EVERY = tuple(place for places in PAGES.values() for place in places) + WRONG


def names(places: Sequence[Place]) -> dict[Place, str]:
    """A name of its own for each, the same every time."""
    found: dict[Place, str] = {}
    for place in places:
        same = [other for other in found if other.name == place.name]
        found[place] = f"{place.name}-{len(same) + 1}" if same else place.name
    return found

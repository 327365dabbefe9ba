"""Every route of the map, asked by a stranger, by another person of the node and by one who is shut out (T65, T27).

Each route has its line in `EXAMPLES`: a new one without a line fails, so nothing can be forgotten.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver, path
from django.utils import timezone

from passalong.keys.issue import by_hand
from passalong.models import Arrival, Delivery, File, Follow, Grant, Item, Mark, Person, Source
from passalong.share.draft import Draft
from passalong.share.files import keep
from passalong.share.publish import publish
from passalong.site import policy
from passalong.site.urls import urlpatterns
from passalong.wire.mention import Mention, write
from passalong.wire.shapes import Entry
from tests.conftest import client_of, make_person
from tests.read.cast import a_source, an_item, follow


@dataclass(frozen=True)
class Route:
    """How a route is asked about something of Ann's, and what another person of the node gets."""

    at: str
    get: int
    post: int
    fields: dict[str, str] = field(default_factory=dict)
    stranger: int = 302
    """What a stranger gets by GET; 302 is: sent to sign in."""


MINE = "/@ann/{item}"
SOURCE = {"source": "{source}"}
NOW = {"until": "{now}"}
EXAMPLES = {
    "": Route("/", 200, 405, stranger=200),
    "share": Route("/share", 200, 422, {"what": "", "kept": "{file}"}),
    "share/nearby": Route("/share/nearby?url=https://a.example/", 200, 405),
    "share/target": Route("/share/target", 405, 200, {"text": "x", "kept": "{file}"}),
    "share/ready": Route("/share/ready", 200, 405),
    "@name": Route("/@ann", 200, 405, stranger=200),
    "@name/": Route("/@ann/", 301, 405, stranger=301),
    "@name/tag": Route("/@ann/tag/oer", 200, 405, stranger=200),
    "@name/feed": Route("/@ann/feed.atom", 200, 405, stranger=200),
    "@name/tag/feed": Route("/@ann/tag/oer/feed.json", 200, 405, stranger=200),
    "feed": Route("/feed.rss", 200, 405, stranger=200),
    "@name/thing": Route(MINE, 200, 405, stranger=200),
    "@name/thing/edit": Route(MINE + "/edit", 404, 404, {"what": "mine now"}),
    "@name/thing/undo": Route(MINE + "/undo", 405, 404),
    "@name/thing/take-back": Route(MINE + "/take-back", 405, 404),
    "@name/thing/bring-back": Route(MINE + "/bring-back", 405, 404),
    "@name/thing/erase": Route(MINE + "/erase", 405, 404),
    "@name/thing/look-again": Route(MINE + "/look-again", 405, 404),
    "@name/thing/tell-again": Route(MINE + "/tell-again", 405, 404, {"letter": "{letter}"}),
    "@name/thing/no-via": Route(MINE + "/no-via", 405, 404),
    "file": Route("/file/{hash}/a.txt", 404, 405, stranger=404),
    "hello/<str:token>": Route("/hello/nothing", 302, 405, stranger=410),
    "river": Route("/river?of={person}", 404, 405),
    "river/seen": Route("/river/seen?of={person}", 405, 404, NOW),
    "river/unseen": Route("/river/unseen", 405, 404, {"until": "no moment"}),
    "read/<int:pk>": Route("/read/{followed}", 404, 405),
    "picture/<str:signature>/<str:packed>": Route(
        "/picture/forged/aHR0cHM6Ly9leGFtcGxlLm9yZy8", 404, 405, stranger=404
    ),
    "items/gesture": Route("/items/{followed}/reply", 405, 404),
    "items/<int:pk>/thank": Route("/items/{followed}/thank", 405, 404),
    "items/<int:pk>/pass-along": Route("/items/{followed}/pass-along", 405, 404),
    "items/<int:pk>/<str:deed>": Route("/items/{followed}/keep", 405, 404),
    "came-back": Route("/came-back?of={item}", 404, 405),
    "conversation/<int:pk>": Route("/conversation/{followed}", 404, 405),
    "unanswered": Route("/unanswered", 200, 405),
    "people": Route("/people", 200, 405),
    "people/starters": Route("/people/starters", 200, 422, {"one": "https://no.example/"}),
    "people/<int:pk>": Route("/people/{person}", 404, 405),
    "people/<int:pk>/retry": Route("/people/{person}/retry", 405, 404),
    "people/<int:pk>/still-them": Route("/people/{person}/still-them", 405, 404),
    "people/<int:pk>/read-anyway": Route("/people/{person}/read-anyway", 405, 404),
    "people/<int:pk>/also": Route("/people/{person}/also", 405, 404, {"who": "Dora"}),
    "people/<int:pk>/split": Route("/people/{person}/split", 405, 404, SOURCE),
    "people/<int:pk>/name": Route("/people/{person}/name", 405, 404, {"name": "Somebody"}),
    "follow": Route("/follow", 405, 404, SOURCE),
    "unfollow": Route("/unfollow", 405, 404, SOURCE),
    "mute": Route("/mute", 405, 404, SOURCE),
    "unmute": Route("/unmute", 405, 404, SOURCE),
    "webmention": Route("/webmention", 200, 400, {"source": "x", "target": "y"}, stranger=200),
    "came-back/first-contact": Route("/came-back/first-contact", 200, 405),
    "came-back/first-contact/<int:pk>": Route("/came-back/first-contact/{knock}", 405, 404, {"say": "yes"}),
    "language": Route("/language", 405, 302, {"to": "fr"}, stranger=405),
    "settings": Route("/settings", 200, 422, {"name": "Ann", "zone": "nowhere", "pk": "{ann}", "id": "{ann}"}),
    "settings/name": Route("/settings/name", 405, 302, {"name": "", "pk": "{ann}", "id": "{ann}"}),
    "settings/zone": Route("/settings/zone", 405, 204, {"zone": "nowhere", "pk": "{ann}", "id": "{ann}"}),
    "settings/no-button": Route("/settings/no-button", 405, 302),
    "sign-in": Route("/sign-in", 302, 302, stranger=200),
    "sign-out": Route("/sign-out", 200, 302),
    "account/password": Route("/account/password", 302, 302),
    "account/password/first": Route("/account/password/first", 200, 200),
    "account/again": Route("/account/again", 403, 403),
    "account/inactive": Route("/account/inactive", 200, 405, stranger=200),
    "account/passkeys/": Route("/account/passkeys/", 302, 302),
    "account/passkeys/authenticate/": Route("/account/passkeys/authenticate/", 302, 302),
    "account/passkeys/reauthenticate/": Route("/account/passkeys/reauthenticate/", 404, 404, stranger=404),
    "account/passkeys/webauthn/": Route("/account/passkeys/webauthn/", 200, 405),
    "account/passkeys/webauthn/add/": Route("/account/passkeys/webauthn/add/", 200, 200),
    "account/passkeys/webauthn/reauthenticate/": Route("/account/passkeys/webauthn/reauthenticate/", 403, 403),
    "account/passkeys/webauthn/login/": Route("/account/passkeys/webauthn/login/", 302, 302),
    "account/passkeys/webauthn/keys/<int:pk>/remove/": Route("/account/passkeys/webauthn/keys/{key}/remove/", 404, 404),
    "account/passkeys/webauthn/keys/<int:pk>/edit/": Route(
        "/account/passkeys/webauthn/keys/{key}/edit/", 404, 404, {"name": "mine now"}
    ),
    "account/none/signup": Route("/account/none/signup", 404, 404, stranger=404),
    "account/none/email": Route("/account/none/email", 404, 404, stranger=404),
    "account/none/reset": Route("/account/none/reset", 404, 404, stranger=404),
    "settings/apps/<int:pk>/remove": Route("/settings/apps/{grant}/remove", 405, 404),
    ".well-known/oauth-authorization-server": Route("/.well-known/oauth-authorization-server", 200, 405, stranger=200),
    "micropub": Route("/micropub?q=config", 401, 401, {"h": "entry", "content": "not mine"}, stranger=401),
    "micropub/media": Route("/micropub/media", 401, 401, stranger=401),
    "oauth/authorize": Route("/oauth/authorize?client_id=x", 400, 400, {"code": "x"}),
    "oauth/consent": Route("/oauth/consent", 405, 400, {"question": "forged", "answer": "yes"}),
    "oauth/token": Route("/oauth/token", 401, 400, {"code": "x"}, stranger=401),
    "oauth/revoke": Route("/oauth/revoke", 405, 200, {"token": "x"}, stranger=405),
    "oauth/introspect": Route("/oauth/introspect", 401, 401, {"token": "x"}, stranger=401),
    "oauth/userinfo": Route("/oauth/userinfo", 401, 401, stranger=401),
    "websub": Route("/websub", 405, 415, stranger=405),
    "websub/<str:key>": Route("/websub/nothing", 404, 410, stranger=404),
    "sw.js": Route("/sw.js", 200, 405, stranger=200),
    "manifest.webmanifest": Route("/manifest.webmanifest", 200, 405, stranger=200),
    "offline": Route("/offline", 200, 405),
    "livez": Route("/livez", 200, 200, stranger=200),
    "readyz": Route("/readyz", 200, 200, stranger=200),
}
OAUTH = ("authorize", "token", "revoke", "introspect", "userinfo")
APPS = {"micropub", "micropub/media", "webmention"} | {f"oauth/{name}" for name in OAUTH}
"""Asked by programs, with a code or a token in place of a cookie: who is signed in changes nothing there."""
FOR_APPS = (200, 400, 401, 405)
SPELT = {
    r"^items/(?P<pk>[0-9]{1,19})/(?P<gesture>reply|quote|ask)": "items/gesture",
    r"^@(?P<handle>[\w-]{1,60})": "@name",
    r"/(?P<ref>[0-9]{1,19}(?:-[0-9a-f]{12})?)": "/thing",
    r"/tag/(?P<tag>[^/]{1,100})": "/tag",
    r"/feed\.(?P<kind>atom|rss|json)$": "/feed",
    r"^feed\.(?P<kind>atom|rss|json)$": "feed",
    r"^file/(?P<digest>[0-9a-f]{64})/(?P<name>[^/]{1,200})$": "file",
}


def routes(patterns: list[Any], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        said = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, said)
        else:
            for regex, name in SPELT.items():
                said = said.replace(regex, name)
            yield said.removesuffix("$")


ROUTES = list(routes(urlpatterns))


@pytest.fixture
def anns(ann: Person, ben: Person) -> dict[str, object]:
    """Something of Ann's for every route: what she shared, keeps, follows, and has waiting."""
    source = a_source("cas")
    follow(ann, source)
    followed = an_item(source)
    Mark.objects.create(person=ann, item=followed, kept=timezone.now())
    assert ann.user
    key = Authenticator.objects.create(user=ann.user, type="webauthn", data={"name": "key", "credential": {}})
    by_hand(ann, "An app of Ann", ("create",))
    grant = Grant.objects.get()
    file = keep(ann, "a.txt", io.BytesIO(b"not shared yet"))
    item = publish(ann, Draft(words="of Ann #oer https://cas.example/"))
    knock = Arrival.objects.create(
        source="https://dora.example/1", target=item.page.url, host="dora.example", about=item, state="asking",
        said=write(Mention("https://dora.example/1", Entry(url="https://dora.example/1", title="Hi"))),
    )  # fmt: skip
    return {
        "knock": knock.pk,
        "item": item.pk, "letter": Delivery.objects.get(item=item).pk, "followed": followed.pk, "source": source.pk,
        "person": source.person_id, "file": file.pk, "grant": grant.pk, "hash": file.hash, "key": key.pk, "ann": ann.pk,
        "now": timezone.now().isoformat(),
    }  # fmt: skip


KEPT = (Item, File, Follow, Grant, Mark, Source)


def everything(ann: Person) -> dict[str, list[dict[str, Any]]]:
    """All rows Ben must not change, whole."""
    kept = {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in (Arrival, Delivery, Item, File, Follow, Grant, Mark, Source)
    }
    kept["Ann"] = list(Person.objects.filter(pk=ann.pk).values())
    kept["Key"] = list(Authenticator.objects.values())
    return kept


def ask(client: Client, route: Route, method: str, words: dict[str, object]) -> Any:
    fields = {name: value.format(**words) for name, value in route.fields.items()}
    return client.get(route.at.format(**words)) if method == "get" else client.post(route.at.format(**words), fields)


def test_every_route_has_its_line() -> None:
    assert sorted(ROUTES) == sorted(EXAMPLES)


def test_the_map_is_what_is_served() -> None:
    assert list(routes(get_resolver().url_patterns)) == ROUTES


@pytest.mark.parametrize("who", ["nobody", "disabled"])
@pytest.mark.parametrize("name", ROUTES)
def test_t65_a_stranger_sees_what_is_public_and_changes_nothing(
    ann: Person, anns: dict[str, object], who: str, name: str
) -> None:
    route, client = EXAMPLES[name], client_of(None)
    if who == "disabled":
        client = client_of(make_person("dora"))
        Person.objects.get(handle="dora").user.__class__.objects.filter(username="dora").update(is_active=False)
    before = everything(ann)
    answer = ask(client, route, "get", anns)
    assert answer.status_code == route.stranger, name
    if route.stranger == 302:
        assert answer["Location"].startswith("/sign-in") or name == "sign-out", name
    posted = ask(client, route, "post", anns)
    public = route.stranger != 302
    allowed = FOR_APPS if name in APPS else (200, 302, 404, 405, 410, 415) if public else (302,)
    assert posted.status_code in allowed, name
    assert everything(ann) == before


@pytest.mark.parametrize("name", ROUTES)
def test_t65_what_is_anothers_is_not_there(ann: Person, ben: Person, anns: dict[str, object], name: str) -> None:
    route, client = EXAMPLES[name], client_of(ben)
    before = everything(ann)
    assert ask(client, route, "get", anns).status_code == route.get
    assert ask(client, route, "post", anns).status_code == route.post
    assert everything(ann) == before


@pytest.mark.parametrize("name", [name for name in ROUTES if EXAMPLES[name].get == 404 or EXAMPLES[name].post == 404])
def test_and_it_is_there_for_ann(ann: Person, anns: dict[str, object], name: str) -> None:
    """The 404s above are about whose it is, not about a wrong address."""
    route = EXAMPLES[name]
    answers = {ask(client_of(ann), route, method, anns).status_code for method in ("get", "post")}
    never = name.startswith(("account/none/", "account/passkeys/reauthenticate/", "picture/", "websub/"))
    assert bool(answers & {200, 204, 302, 303}) != never or name == "river/unseen", (name, answers)


@pytest.mark.parametrize("name", ROUTES)
def test_t27_no_form_of_another_site_is_taken(ann: Person, anns: dict[str, object], name: str) -> None:
    """Signed in as Ann herself, but without the key that stands in our forms. The share sheet shares nothing."""
    route = EXAMPLES[name]
    client = Client(enforce_csrf_checks=True, headers={"host": "ann.example"}, secure=True)
    assert ann.user
    client.force_login(ann.user)
    before = everything(ann)
    fields = {key: value.format(**anns) for key, value in route.fields.items()}
    evil = {"Origin": "https://evil.example", "Referer": "https://evil.example/", "Sec-Fetch-Site": "cross-site"}
    answer = client.post(route.at.format(**anns), fields, headers=evil)
    assert answer.status_code in (FOR_APPS if name in APPS else (403, 404, 405, 410, 415)), name
    if not name.startswith("account/"):  # those would ask Ann's passkey, which is only a name here
        client.get(route.at.format(**anns))
    assert everything(ann) == before


def test_a_route_that_says_nothing_stops_the_start() -> None:
    def careless(request: HttpRequest) -> HttpResponse:
        return HttpResponse("all of it")

    with pytest.raises(ImproperlyConfigured, match="does not say who may use it"):
        policy.check([*urlpatterns, path("careless", careless)])
    policy.check([*urlpatterns, path("careful", policy.owner(careless))])


def test_every_view_of_allauth_that_a_stranger_may_see_is_known() -> None:
    """allauth guards its own views; which of them are open is written down here, so that an upgrade opens no other."""
    strangers = [name for name in ROUTES if name.startswith(("sign", "account")) and EXAMPLES[name].stranger == 200]
    assert strangers == ["sign-in", "account/inactive"]


def test_who_has_a_passkey_sees_it(ann: Person, anns: dict[str, object]) -> None:
    page = client_of(ann).get("/account/passkeys/webauthn/")
    assert page.status_code == 200
    assert f"/account/passkeys/webauthn/keys/{anns['key']}/" in page.content.decode()

"""IndieAuth (https://indieauth.spec.indieweb.org/, sections in brackets), RFC 6749, 7636, 8414, 9207, 7662, 7009."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from passalong.keys import issue
from passalong.models import Grant, Person, Token
from tests.conftest import client_of
from tests.keys.dance import APP, BACK, CHALLENGE, VERIFIER, App, back, bearer

BASE = "https://ann.example"


@pytest.fixture
def app(anns_browser: Client) -> App:
    return App(anns_browser)


def opens(token: str) -> bool:
    return bool(client_of(None).get("/oauth/userinfo", headers=bearer(token)).status_code == 200)


def test_it_works(app: App, ann: Person) -> None:
    """The whole dance (5.2, 5.3.3): question, answer, code, token, me."""
    page = app.question()
    assert page.status_code == 200
    answer = back(app.answer(page))
    assert answer["state"] == app.state
    assert answer["iss"] == f"{BASE}/"
    tokens = app.redeem(answer["code"])
    assert tokens.status_code == 200
    assert tokens["Cache-Control"] == "no-store"
    said = tokens.json()
    assert said["me"] == ann.url
    assert said["token_type"] == "Bearer"
    assert said["scope"] == app.scope
    assert said["profile"] == {"name": "Ann", "url": ann.url}
    assert opens(said["access_token"])


def test_the_metadata_says_where_everything_is(client: Client) -> None:
    """[4.1.1], RFC 8414, 2; the issuer is a prefix of its own address [3.1] and what `iss` says (RFC 9207, 2.4)."""
    answer = client_of(None).get("/.well-known/oauth-authorization-server")
    said = answer.json()
    assert answer["Content-Type"] == "application/json"
    assert f"{BASE}/.well-known/oauth-authorization-server".startswith(said["issuer"])
    for name in ("authorization", "token", "introspection", "revocation", "userinfo"):
        assert said[f"{name}_endpoint"].startswith(f"{BASE}/oauth/")
    assert said["code_challenge_methods_supported"] == ["S256"]
    assert said["revocation_endpoint_auth_methods_supported"] == ["none"]
    assert said["authorization_response_iss_parameter_supported"] is True


@pytest.mark.parametrize("at", ["/", "/@ann"])
def test_a_persons_page_names_the_ways_in(ann: Person, at: str) -> None:
    """[4.1]: Link header and link element; the older relations too. Micropub, 5.3."""
    answer = client_of(None).get(at)
    for rel, path in {
        "indieauth-metadata": "/.well-known/oauth-authorization-server",
        "authorization_endpoint": "/oauth/authorize",
        "token_endpoint": "/oauth/token",
        "micropub": "/micropub",
    }.items():
        assert f'<{BASE}{path}>; rel="{rel}"' in answer["Link"]
        assert f'<link rel="{rel}" href="{BASE}{path}">' in answer.content.decode()


def test_a_stranger_signs_in_first(app: App) -> None:
    """And an app nobody vouches for is not even asked who it is: no stranger makes us fetch anything."""
    app.browser = client_of(None)
    answer = app.question(client_id="https://app.example/", redirect_uri="https://app.example/back")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in?next=/oauth/authorize")


def test_what_is_unticked_is_not_given(app: App) -> None:
    """Micropub, 5.4: the person may remove scopes; the app is told what it got (RFC 6749, 5.1)."""
    code = back(app.answer(app.question(), scope=["create"]))["code"]
    assert app.redeem(code).json()["scope"] == "create"


def test_nothing_beyond_what_was_asked_is_given(app: App) -> None:
    code = back(app.answer(app.question(scope="create"), scope=["create", "delete"]))["code"]
    assert app.redeem(code).json()["scope"] == "create"


def test_what_means_nothing_here_is_shown_and_not_given(app: App) -> None:
    """Micropub, 5.4: the person is told of all scopes, known or not."""
    page = app.question(scope="post channels <b>")
    text = page.content.decode()
    assert "channels" in text
    assert "&lt;b&gt;" in text
    assert app.redeem(back(app.answer(page))["code"]).json()["scope"] == "create"


def test_no_is_an_answer(app: App) -> None:
    """RFC 6749, 4.1.2.1; with `iss` too (RFC 9207, 2)."""
    answer = back(app.answer(app.question(), answer="no"))
    assert answer["error"] == "access_denied"
    assert answer["state"] == app.state
    assert answer["iss"] == f"{BASE}/"
    assert not Grant.objects.exists()


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain", "code_challenge": VERIFIER}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
    ],
)
def test_a_wrong_request_is_said_to_the_app(app: App, said: dict[str, str | None], error: str) -> None:
    """PKCE is required, S256 alone (5.2; RFC 7636, 4.4.1)."""
    answer = back(app.question(**said))
    assert answer["error"] == error
    assert answer["state"] == app.state
    assert answer["iss"] == f"{BASE}/"


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "http://127.0.0.2:7777/back", "https://evil.example/back", "http://127.0.0.1.evil.example/back",
        "http://127.0.0.1:7777@evil.example/", "http://evil.example\\@127.0.0.1:7777/", "//evil.example/back",
        "http:/\\evil.example", "javascript:alert(1)", "data:text/html,x", "http://127.0.0.1:7777/back#x",
        "http://127.0.0.1:7777/back\r\nX: y", "https://127.0.0.1:7777/back", "evilapp://back", "http://127.0.0.1:bad/",
        "http://127.0.0.1%2eevil.example/", "http://localhost:7777/", "",
    ],
)  # fmt: skip
def test_redirects_go_nowhere_else(app: App, redirect_uri: str) -> None:
    """[4.2.2], RFC 6749, 4.1.2.1: an answer without a safe place is a page of ours; nobody is sent anywhere."""
    answer = app.question(redirect_uri=redirect_uri)
    assert answer.status_code == 400
    assert "Location" not in answer
    assert not Grant.objects.exists()


@pytest.mark.parametrize(
    "client_id",
    [
        "", "app", "ftp://app.example/", "https://10.0.0.1/", "https://[2001:db8::1]/", "https://u:p@app.example/",
        "https://app.example/#x", "https://app.example/a/../b", "https://app.example/./", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_client_ids_are_addresses(app: App, client_id: str) -> None:
    """[3.3]"""
    assert app.question(client_id=client_id, redirect_uri=f"{client_id}back").status_code == 400


def test_a_program_on_this_machine_listens_where_there_is_room(app: App) -> None:
    """RFC 8252, 7.3"""
    assert app.question(redirect_uri="http://127.0.0.1:50123/back").status_code == 200


def test_consent_needs_our_own_form(app: App, ann: Person) -> None:
    """CSRF: signed in as Ann, but without the key of our form, nothing is allowed."""
    assert ann.user
    page = app.question()
    strict = Client(enforce_csrf_checks=True, headers={"host": "ann.example"}, secure=True)
    strict.force_login(ann.user)
    app.browser = strict
    assert app.answer(page).status_code == 403
    assert not Grant.objects.exists()


def test_nobody_answers_for_somebody_else(app: App, ben: Person) -> None:
    """The question of Ann, answered in the browser of Ben; or made up; or a day old."""
    page = app.question()
    anns, app.browser = app.browser, client_of(ben)
    assert app.answer(page).status_code == 400
    app.browser = anns
    assert app.browser.post("/oauth/consent", {"question": "made:up:x", "answer": "yes"}).status_code == 400
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        assert app.answer(page).status_code == 400
    assert not Grant.objects.exists()


def test_the_question_cannot_be_framed_and_leads_only_back(app: App) -> None:
    page = app.question()
    policy = page["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' http://127.0.0.1:7777;" in policy
    assert page["X-Frame-Options"] == "DENY"
    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "same-origin"
    assert app.answer(page)["Referrer-Policy"] == "no-referrer"


def test_a_policy_is_not_written_by_an_app(app: App) -> None:
    page = app.question(client_id="http://localhost;script-src:1/", redirect_uri="http://localhost;script-src:1/")
    assert page.status_code == 400 or "localhost;" not in page["Content-Security-Policy"]


def test_a_code_is_exchanged_once_and_its_replay_ends_everything(app: App) -> None:
    """[5.3.3], RFC 6749, 4.1.2."""
    code = app.code()
    token = app.redeem(code).json()["access_token"]
    assert opens(token)
    again = app.redeem(code)
    assert again.status_code == 400
    assert again.json()["error"] == "invalid_grant"
    assert not opens(token)


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_verifier": VERIFIER + "x"},
        {"code_verifier": CHALLENGE},
        {"client_id": "http://127.0.0.1:7777/other"},
        {"redirect_uri": BACK + "/"},
        {"redirect_uri": BACK + "?x=1"},
    ],
)
def test_a_code_is_of_its_client_address_and_verifier(app: App, wrong: dict[str, str]) -> None:
    """RFC 6749, 4.1.3; RFC 7636, 4.6. Letter by letter; and after a wrong try the code is spent."""
    code = app.code()
    answer = app.redeem(code, **wrong)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert app.redeem(code).status_code == 400


@pytest.mark.parametrize("left_out", ["code", "client_id", "redirect_uri", "code_verifier"])
def test_every_part_is_needed(app: App, left_out: str) -> None:
    fields = {"code": app.code(), "client_id": APP, "redirect_uri": BACK, "code_verifier": VERIFIER}
    del fields[left_out]
    answer = app.client.post("/oauth/token", {"grant_type": "authorization_code", **fields})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a_code_ends_after_minutes(app: App) -> None:
    """RFC 6749, 4.1.2: ten at most."""
    code = app.code()
    with time_machine.travel(timezone.now() + timedelta(minutes=10), tick=False):
        assert app.redeem(code).status_code == 400


def test_equal_ids_are_one_app(app: App) -> None:
    """[3.4]: a missing path is /, hosts have no case."""
    code = app.code(client_id="http://127.0.0.1:7777")
    assert app.redeem(code).status_code == 200


@pytest.mark.parametrize("scope", [None, "profile"])
def test_signing_in_elsewhere(app: App, ann: Person, scope: str | None) -> None:
    """[5.3.2]: the profile URL, and nothing that opens anything; the code is spent by it."""
    code = app.code(scope=scope)
    answer = app.redeem(code, at="/oauth/authorize")
    assert answer.status_code == 200
    said = answer.json()
    assert said["me"] == ann.url
    assert ("profile" in said) == (scope == "profile")
    assert "access_token" not in said
    assert app.redeem(code).status_code == 400
    assert not Token.objects.filter(use="app").exists()


def test_a_code_without_scope_gives_no_token(app: App) -> None:
    """[5.3.3]: no token where no scope was asked for."""
    answer = app.redeem(app.code(scope=None))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert not Token.objects.filter(use="app").exists()


def test_refresh_tokens_turn(app: App) -> None:
    """[5.5.1], RFC 6749, 6: the next pair, and the first refresh token is spent."""
    first = app.tokens()
    answer = app.renew(first["refresh_token"])
    second = answer.json()
    assert answer.status_code == 200
    assert second["refresh_token"] != first["refresh_token"]
    assert second["scope"] == first["scope"]
    assert opens(second["access_token"])


def test_t67_a_refresh_token_used_again_ends_the_family(app: App) -> None:
    """RFC 9700, 4.14.2."""
    first = app.tokens()
    second = app.renew(first["refresh_token"]).json()
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        replay = app.renew(first["refresh_token"])
        assert (replay.status_code, replay.json()["error"]) == (400, "invalid_grant")
        assert not opens(second["access_token"])
        assert not opens(first["access_token"])
        assert app.renew(second["refresh_token"]).status_code == 400


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="the test database in memory is one connection for all threads"
)
@pytest.mark.django_db(transaction=True)
def test_t67_of_two_refreshes_at_once_one_wins(app: App) -> None:
    refresh = app.tokens()["refresh_token"]
    answers: list[Any] = []
    start = threading.Barrier(2)

    def renew() -> None:
        start.wait()
        try:
            answers.append(issue.renew(refresh, APP))
        except issue.Refused as problem:
            answers.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=renew) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (pair,) = [each for each in answers if isinstance(each, issue.Pair)]
    assert opens(pair.access)


def test_a_renewed_token_can_do_less_and_never_more(app: App) -> None:
    """RFC 6749, 6; the refresh token keeps its scope [5.5.1]."""
    app.scope = "create profile"
    first = app.tokens()
    more = app.renew(first["refresh_token"], scope="create delete")
    assert (more.status_code, more.json()["error"]) == (400, "invalid_scope")
    less = app.renew(first["refresh_token"], scope="create").json()
    assert less["scope"] == "create"
    assert app.renew(less["refresh_token"]).json()["scope"] == "create profile"


@pytest.mark.parametrize("scope", ["fly", "create fly", "CREATE", "media"])
def test_a_renewal_for_what_was_never_given_gives_nothing(app: App, scope: str) -> None:
    """RFC 6749, 6 and 5.2: invalid_scope, and never the whole scope instead; the refresh token is not spent by it."""
    app.scope = "create profile"
    refresh = app.tokens()["refresh_token"]
    answer = app.renew(refresh, scope=scope)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")
    assert app.renew(refresh, scope="").json()["scope"] == "create profile"


def test_a_refresh_token_is_of_its_client(app: App) -> None:
    """RFC 6749, 10.4."""
    assert app.renew(app.tokens()["refresh_token"], client_id="http://127.0.0.1:7778/").status_code == 400


def test_tokens_end_by_themselves(app: App) -> None:
    said = app.tokens()
    with time_machine.travel(timezone.now() + timedelta(seconds=said["expires_in"] + 1), tick=False):
        assert not opens(said["access_token"])
        assert app.renew(said["refresh_token"]).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=400), tick=False):
        assert app.renew(said["refresh_token"]).status_code == 400


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
@pytest.mark.parametrize("older", [False, True])
def test_revocation(app: App, which: str, older: bool) -> None:
    """[7], RFC 7009, 2.2: 200 for a token, a second time, and for what is none."""
    said = app.tokens()
    for token in (said[which], said[which], "nonsense"):
        fields = {"token": token} | ({"action": "revoke"} if older else {})
        assert app.client.post("/oauth/token" if older else "/oauth/revoke", fields).status_code == 200
    assert not opens(said["access_token"])
    assert app.renew(said["refresh_token"]).status_code == 400


@pytest.mark.parametrize("fields", [{}, {"token": ""}, {"token_type_hint": "access_token"}])
def test_revocation_names_a_token(app: App, fields: dict[str, str]) -> None:
    """RFC 7009, 2.1: token is REQUIRED; 2.2.1 and RFC 6749, 5.2: invalid_request."""
    answer = app.client.post("/oauth/revoke", fields)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a_token_made_by_hand_is_of_no_client(ann: Person) -> None:
    """RFC 7662, 2.2: client_id is left out where there is none."""
    token, client = issue.by_hand(ann, "my script", ("create",)), client_of(None)
    for answer in (
        client.post("/oauth/introspect", {"token": token}, headers=bearer(token)),
        client.get("/oauth/token", headers=bearer(token)),
    ):
        assert answer.json()["scope"] == "create"
        assert "client_id" not in answer.json()


def test_introspection(app: App, ann: Person, ben: Person) -> None:
    """[6], RFC 7662, 2: asked with a token; `me` is said; what is not alive, or another's, is inactive and no more."""
    token = app.tokens()["access_token"]
    ask = {"token": token}
    said = app.client.post("/oauth/introspect", ask, headers=bearer(token)).json()
    assert (said["active"], said["me"], said["client_id"], said["scope"]) == (True, ann.url, APP, app.scope)
    assert said["exp"] > said["iat"]
    assert app.client.post("/oauth/introspect", ask).status_code == 401
    bens = issue.by_hand(ben, "x", ("create",))
    for asked, asking in ((token, bens), ("nonsense", token), (bens, token)):
        answer = app.client.post("/oauth/introspect", {"token": asked}, headers=bearer(asking))
        assert (answer.status_code, answer.json()) == (200, {"active": False})
    older = app.client.get("/oauth/token", headers=bearer(token)).json()
    assert (older["me"], older["client_id"], older["scope"]) == (ann.url, APP, app.scope)


def test_userinfo_needs_the_profile_scope(app: App, ann: Person) -> None:
    """[9]; RFC 6750, 3.1."""
    app.scope = "create"
    answer = app.client.get("/oauth/userinfo", headers=bearer(app.tokens()["access_token"]))
    assert (answer.status_code, answer.json()["error"]) == (403, "insufficient_scope")
    assert 'error="insufficient_scope"' in answer["WWW-Authenticate"]
    app.scope = "create profile"
    said = app.tokens()
    answer = app.client.get("/oauth/userinfo", headers=bearer(said["access_token"]))
    assert answer.json() == said["profile"] == {"name": "Ann", "url": ann.url}


def test_who_is_shut_out_has_no_tokens_either(app: App, ann: Person) -> None:
    said, code = app.tokens(), app.code()
    assert ann.user
    ann.user.is_active = False
    ann.user.save()
    assert not opens(said["access_token"])
    assert app.renew(said["refresh_token"]).status_code == 400
    assert app.redeem(code).status_code == 400


def test_apps_are_listed_and_removed_at_once(app: App, ann: Person, ben: Person) -> None:
    said = app.tokens()
    page = app.browser.get("/settings").content.decode()
    assert "127.0.0.1:7777" in page
    assert "share in your name" in page
    grant = Grant.objects.get()
    assert client_of(ben).post(f"/settings/apps/{grant.pk}/remove").status_code == 404
    assert opens(said["access_token"])
    app.browser.post(f"/settings/apps/{grant.pk}/remove")
    assert not opens(said["access_token"])
    assert app.renew(said["refresh_token"]).status_code == 400
    assert "127.0.0.1:7777" not in app.browser.get("/settings").content.decode()


def test_t67_a_dump_opens_nothing(app: App) -> None:
    code, said = app.code(), app.tokens()
    kept = repr(list(Token.objects.values())) + repr(list(Grant.objects.values()))
    for secret in (code, said["access_token"], said["refresh_token"]):
        assert secret not in kept


def test_t59_wrong_tokens_are_stopped_and_right_ones_are_not(app: App) -> None:
    token = app.tokens()["access_token"]
    answers = [app.client.get("/oauth/userinfo", headers=bearer(f"wrong{n}")).status_code for n in range(30)]
    assert answers == [401] * 10 + [429] * 20
    assert app.redeem("nonsense").status_code == 429
    assert opens(token)
    elsewhere = Client(headers={"host": "ann.example"}, secure=True, REMOTE_ADDR="203.0.113.7")
    assert elsewhere.get("/oauth/userinfo", headers=bearer("wrong")).status_code == 401


@pytest.mark.parametrize("at", ["/oauth/userinfo", "/oauth/token"])
def test_t59_a_token_that_has_ended_is_no_guess(app: App, at: str) -> None:
    """RFC 6750, 3.1: 401 invalid_token, however often an app sends it; an app without one is not guessing either."""
    said = app.tokens()
    app.client.post("/oauth/revoke", {"token": said["access_token"]})
    for _ in range(12):
        answer = app.client.get(at, headers=bearer(said["access_token"]))
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")
        assert answer["WWW-Authenticate"] == 'Bearer error="invalid_token"'
        none = app.client.get(at)
        assert (none.status_code, none["WWW-Authenticate"]) == (401, "Bearer")
    wrong = [app.client.get(at, headers=bearer(f"wrong{n}")).status_code for n in range(12)]
    assert wrong == [401] * 10 + [429] * 2


@pytest.mark.parametrize("name", ["token", "revoke", "introspect", "userinfo", "authorize"])
def test_pages_of_other_sites_may_ask(ann: Person, name: str) -> None:
    """Fetch Standard, 3.2.3: without cookies; what is refused can be read too."""
    client, path = client_of(None), f"/oauth/{name}"
    before = client.options(path, headers={"Origin": "https://app.example", "Access-Control-Request-Method": "POST"})
    assert before.status_code == 204
    assert before["Access-Control-Allow-Origin"] == "*"
    assert "Authorization" in before["Access-Control-Allow-Headers"]
    after = client.post(path, {"token": "x"}, headers={"Origin": "https://app.example"})
    assert after["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in after


def test_the_question_itself_is_for_no_other_page(app: App) -> None:
    assert "Access-Control-Allow-Origin" not in app.question()

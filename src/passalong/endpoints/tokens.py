"""Codes become tokens here, tokens are renewed, looked at and revoked.

RFC 6749, 5 and 6; RFC 7662; RFC 7009; IndieAuth 5.3.3, 5.5, 6, 7, 9.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from passalong.endpoints.cors import for_any_origin
from passalong.endpoints.indieauth import code_and_proof, refused
from passalong.keys.bearer import TwoTokens, alive, text_of, token_of
from passalong.keys.issue import Pair, Refused, exchange, renew, revoke
from passalong.keys.profile import profile_of
from passalong.keys.tries import TooMany, count_made_up, trying
from passalong.models import Token

INACTIVE = {"active": False}


@csrf_exempt
@for_any_origin
@require_http_methods(["GET", "POST"])
def token(request: HttpRequest) -> HttpResponseBase:
    """/oauth/token."""
    if request.method == "GET":
        return _whose(request)
    if request.POST.get("action") == "revoke":  # as older apps sign out (IndieAuth, 7)
        revoke(request.POST.get("token", ""))
        return HttpResponse(status=200)
    try:
        with trying(request):
            pair = _pair(request)
    except (Refused, TooMany) as problem:
        return refused(problem)
    return _kept_nowhere(JsonResponse(_said(pair)))


def _pair(request: HttpRequest) -> Pair:
    """Raises Refused."""
    kind = request.POST.get("grant_type", "")
    if kind == "authorization_code":
        return exchange(*code_and_proof(request))
    if kind != "refresh_token":
        raise Refused("unsupported_grant_type" if kind else "invalid_request", "Send a code or a refresh token.")
    given, client_id = request.POST.getlist("refresh_token"), request.POST.getlist("client_id")
    if len(given) != 1 or len(client_id) != 1:
        raise Refused("invalid_request", "refresh_token and client_id are needed, each once.")
    return renew(given[0], client_id[0], request.POST.get("scope", ""))


def _said(pair: Pair) -> dict[str, Any]:
    person = pair.grant.person
    return {
        "access_token": pair.access,
        "token_type": "Bearer",
        "expires_in": pair.lasts,
        "refresh_token": pair.refresh,
        "scope": pair.scope,
        "me": person.url,
        **profile_of(person, pair.scope),
    }


def _whose(request: HttpRequest) -> HttpResponse:
    """How older Micropub servers ask what a token may do: its own token is the whole question."""
    text, found = "", None
    try:
        text = text_of(request)
        found = alive(text) if text else None
        if found is None:
            count_made_up(request, text)
    except TwoTokens:
        pass
    except TooMany as problem:
        return refused(problem)
    if found is None:
        said = {
            "error": "invalid_token" if text else "unauthorized",
            "error_description": "Send a token that is alive.",
        }
        challenge = 'Bearer error="invalid_token"' if text else "Bearer"  # RFC 6750, 3.1
        return JsonResponse(said, status=401, headers={"WWW-Authenticate": challenge})
    return _kept_nowhere(JsonResponse({key: value for key, value in _state(found).items() if key != "active"}))


@csrf_exempt
@for_any_origin
@require_POST
def introspect(request: HttpRequest) -> HttpResponse:
    """/oauth/introspect: asked with a token (of the same person, maybe the very one); another's is as good as none."""
    asking = token_of(request)
    found = alive(request.POST.get("token", ""))
    known = found is not None and found.person_id == asking.person_id
    return _kept_nowhere(JsonResponse(_state(found) if found and known else INACTIVE))


def _state(found: Token) -> dict[str, Any]:
    assert found.grant is not None  # alive() asks for one
    said: dict[str, Any] = {
        "active": True,
        "me": found.person.url,
        "scope": found.scope,
        "iat": _seconds(found.made),
        "token_type": "Bearer",
    }
    if found.grant.client_id:  # a token made by hand is of no app
        said["client_id"] = found.grant.client_id
    return said | ({"exp": _seconds(found.ends)} if found.ends else {})


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


@csrf_exempt
@for_any_origin
@require_POST
def revoke_token(request: HttpRequest) -> HttpResponse:
    """/oauth/revoke: whoever holds a token may end it; 200 also for one that is none (RFC 7009, 2.2), but one has to be
    named (2.1)."""
    if not request.POST.get("token"):
        return refused(Refused("invalid_request", "token is needed."))
    revoke(request.POST.get("token", ""))
    return HttpResponse(status=200)


@csrf_exempt
@for_any_origin
@require_http_methods(["GET"])
def userinfo(request: HttpRequest) -> HttpResponse:
    """/oauth/userinfo: what `profile` holds in other answers, and no more (IndieAuth, 9)."""
    return _kept_nowhere(JsonResponse(profile_of(token_of(request).person, "profile")["profile"]))


def _kept_nowhere(response: HttpResponse) -> HttpResponse:
    """RFC 6749, 5.1."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Pragma"] = "no-cache"
    return response

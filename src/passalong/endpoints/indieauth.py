"""Where an app asks a person: may I act for you? And signing in elsewhere with one's own page.

IndieAuth, 5 (https://indieauth.spec.indieweb.org/#authorization). GET: the question, to whoever is signed in here.
POST: an app exchanges its code for the person's address, and gets nothing else.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passalong.endpoints.cors import for_any_origin
from passalong.keys.client import Asked, NotSo, Unsafe, answer_to, read_request
from passalong.keys.issue import Refused, allow, identify
from passalong.keys.profile import profile_of
from passalong.keys.scopes import SCOPES
from passalong.keys.tries import TooMany, trying
from passalong.models.access import person_of
from passalong.models.assets import style_source
from passalong.models.sentences import spoken

QUESTION_FOR = 600
"""Seconds a question stands on the page before it has to be asked anew."""
_SALT = "passalong.consent"
_HOST = re.compile(r"[a-z0-9.:\[\]-]{1,260}", re.ASCII)


def issuer() -> str:
    """Who gives codes and tokens here (RFC 9207, RFC 8414)."""
    return f"{settings.BASE_URL}/"


@for_any_origin
@require_safe
def metadata(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """/.well-known/oauth-authorization-server: RFC 8414, IndieAuth 4.1.1."""
    at = f"{settings.BASE_URL}/oauth"
    said = {
        "issuer": issuer(),
        "authorization_endpoint": f"{at}/authorize",
        "token_endpoint": f"{at}/token",
        "introspection_endpoint": f"{at}/introspect",
        "introspection_endpoint_auth_methods_supported": ["Bearer"],
        "revocation_endpoint": f"{at}/revoke",
        "revocation_endpoint_auth_methods_supported": ["none"],
        "userinfo_endpoint": f"{at}/userinfo",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "client_id_metadata_document_supported": True,
        "service_documentation": "https://indieauth.spec.indieweb.org/",
    }
    return JsonResponse(said)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST", "OPTIONS"])
def authorize(request: HttpRequest) -> HttpResponseBase:
    """/oauth/authorize."""
    if request.method in ("POST", "OPTIONS"):
        return _exchange(request)
    person = person_of(request)
    if person is None:
        return redirect_to_login(request.get_full_path())
    try:
        asked = read_request(request.GET.dict())
    except Unsafe as problem:
        return _page_of_ours(request, str(problem))
    except NotSo as problem:
        return _see(answer_to(problem.asked, issuer(), error=problem.code, error_description=str(problem)))
    question = signing.dumps({"asked": asdict(asked), "person": person.pk}, salt=_SALT, compress=True)
    said = {"asked": asked, "question": question, "person": person, "scopes": _worded(asked), "plain": not asked.scope}
    response = render(request, "oauth/consent.html", said)
    response.headers["Content-Security-Policy"] = _policy(asked.redirect_uri)
    _private(response)
    # With no-referrer browsers send `Origin: null` with the form (Fetch, 3.2.5), and it would count as another site's.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _worded(asked: Asked) -> list[tuple[str, Any]]:
    return [(word, SCOPES[word]) for word in asked.scope]


def _policy(redirect_uri: str) -> str:
    """As on every page; the form may also lead where the answer goes (CSP 3, 6.4.1: form-action counts redirects)."""
    parts = urlsplit(redirect_uri)
    host = parts.netloc.lower() if parts.scheme in ("http", "https") else ""
    place = f"{parts.scheme}://{host}" if _HOST.fullmatch(host) else f"{parts.scheme}:"
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' {style_source()}; img-src 'self' data:;"
        " manifest-src 'self';"
        f" form-action 'self' {place}; frame-ancestors 'none'; base-uri 'none'"
    )


@require_POST
def consent(request: HttpRequest) -> HttpResponse:
    """/oauth/consent: the person's answer, from our own page (its form carries our key)."""
    person = person_of(request)
    assert person is not None  # the route is the owner's
    try:
        kept = signing.loads(request.POST.get("question", ""), salt=_SALT, max_age=QUESTION_FOR)
        if kept["person"] != person.pk:
            raise signing.BadSignature
    except signing.BadSignature:
        return _page_of_ours(request, "This question is too old, or was asked of somebody else.")
    asked = _again(kept["asked"])
    if request.POST.get("answer") != "yes":
        return _see(answer_to(asked, issuer(), error="access_denied", error_description="The person said no."))
    ticked = request.POST.getlist("scope")
    code = allow(person, asked.wish(tuple(word for word in asked.scope if word in ticked)))
    return _see(answer_to(asked, issuer(), code=code))


def _again(kept: dict[str, Any]) -> Asked:
    """What was asked, as our own signature brought it back."""
    words: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
    return Asked(**words)


@for_any_origin
def _exchange(request: HttpRequest) -> HttpResponse:
    """A code for the person's address alone (IndieAuth, 5.3.2)."""
    try:
        with trying(request):
            said = request.POST
            if said.get("grant_type", "authorization_code") != "authorization_code":
                raise Refused("unsupported_grant_type", "Only grant_type=authorization_code is understood here.")
            grant = identify(*code_and_proof(request))
    except (Refused, TooMany) as problem:
        return refused(problem)
    return _private(JsonResponse({"me": grant.person.url, **profile_of(grant.person, grant.scope)}))


def code_and_proof(request: HttpRequest) -> tuple[str, str, str, str]:
    """(code, client_id, redirect_uri, code_verifier). Raises Refused where one is missing, or stands twice."""
    names = ("code", "client_id", "redirect_uri", "code_verifier")
    if any(len(request.POST.getlist(name)) != 1 for name in names):
        raise Refused("invalid_request", "code, client_id, redirect_uri and code_verifier are needed, each once.")
    code, client_id, redirect_uri, verifier = (request.POST[name] for name in names)
    return code, client_id, redirect_uri, verifier


def refused(problem: Refused | TooMany) -> HttpResponse:
    """RFC 6749, 5.2."""
    if isinstance(problem, TooMany):
        response = JsonResponse({"error": "slow_down", "error_description": str(problem)}, status=429)
        response.headers["Retry-After"] = str(problem.seconds)
    else:
        response = JsonResponse({"error": problem.code, "error_description": str(problem)}, status=400)
    return _private(response)


def _see(address: str) -> HttpResponse:
    """RFC 9700, 4.12: 303, so that no form is sent on."""
    return _private(HttpResponse(status=303, headers={"Location": address}))


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Pragma"] = "no-cache"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _page_of_ours(request: HttpRequest, sentence: str) -> HttpResponse:
    """Nothing is sent back to an app that is not who it says."""
    move = (
        "Nothing was given away. Go back to the app and begin again; if it happens again, its makers have to mend it."
    )
    said = {"title": spoken(sentence), "move": spoken(move), "status": 400}
    return _private(render(request, "error.html", said, status=400))

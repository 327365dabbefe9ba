"""What apps may do, route by route: a token that is alive, and one of the scopes the route names (T67).

Errors as RFC 6750, section 3, says: no token is 401 and no more; a wrong one invalid_token; one that may do less, 403.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from passalong.endpoints.cors import opened
from passalong.keys.bearer import TwoTokens, alive, scopes_of, take, text_of
from passalong.keys.tries import TooMany, count_made_up

Needs = Mapping[str, frozenset[str]]
"""By method, the scopes of which one is enough; an empty set is: any token that may do anything at all."""


def admit(request: HttpRequest, needs: Needs) -> HttpResponseBase | None:
    """Lets the token's person in (None), or says why not. Cookies count for nothing here."""
    if request.method == "OPTIONS":
        return None  # what browsers ask before they ask; the route answers it
    try:
        text = text_of(request)
        token = alive(text) if text else None
        if token is None:
            count_made_up(request, text)
    except TwoTokens:
        return _no(400, "invalid_request", "Send the token once: in the header, or in the form.")
    except RequestDataTooBig:
        return _no(413, "invalid_request", "That is more than fits here at once.")
    except TooMany as problem:
        answer = _no(429, "slow_down", str(problem))
        answer.headers["Retry-After"] = str(problem.seconds)
        return answer
    if token is None:
        return _unknown(bool(text))
    needed = needs.get(request.method or "", frozenset())
    if not scopes_of(token) or (needed and not needed & scopes_of(token)):
        return _too_little(needed)
    take(request, token)
    return None


def _unknown(sent: bool) -> HttpResponseBase:
    error = "invalid_token" if sent else "unauthorized"
    answer = _no(401, error, "This token is unknown or has ended." if sent else "Send an access token.")
    answer.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"' if sent else "Bearer"
    return answer


def _too_little(needed: frozenset[str]) -> HttpResponseBase:
    said = " ".join(sorted(needed))
    answer = _no(403, "insufficient_scope", f"This token may not do this. One of: {said or 'any scope'}.", said)
    answer.headers["WWW-Authenticate"] = f'Bearer error="insufficient_scope", scope="{said}"'
    return answer


def _no(status: int, error: str, sentence: str, scope: str = "") -> HttpResponseBase:
    said = {"error": error, "error_description": sentence} | ({"scope": scope} if scope else {})
    return opened(JsonResponse(said, status=status, headers={"Cache-Control": "no-store"}))

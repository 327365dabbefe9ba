"""Deny by default: every route says who may use it, and one that says nothing stops the start.

`public` routes are for everyone, `owner` routes for the people of this node; a stranger is sent to sign in. `app`
routes are for programs with a token that may do what the route asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver

from passalong.models.access import person_of
from passalong.site.app_door import Needs, admit

View = Callable[..., HttpResponseBase]
_POLICIES: dict[Any, str] = {}
_NEEDS: dict[Any, Needs] = {}
_AFTER: dict[Any, Callable[[HttpRequest], str]] = {}
ALLAUTH = "allauth."
"""allauth guards its own views: those for members carry login_required."""


def public(view: View) -> View:
    """Anyone may use this route."""
    _POLICIES[view] = "public"
    return view


def owner(view: View, after: Callable[[HttpRequest], str] | None = None) -> View:
    """Only the people of this node may use this route. `after` says where a stranger goes on once signed in, where that
    is not the same address."""
    _POLICIES[view] = "owner"
    if after:
        _AFTER[view] = after
    return view


def app(view: View, *, post: Iterable[str] = (), get: Iterable[str] = ()) -> View:
    """Only programs with a token may use this route: with one of these scopes, for each method."""
    _POLICIES[view] = "app"
    reading = frozenset(get)
    _NEEDS[view] = {"GET": reading, "HEAD": reading, "POST": frozenset(post)}
    return view


def policy_of(view: Any) -> str | None:
    """'public', 'owner', 'app', or None where nobody has said."""
    if getattr(view, "__module__", "").startswith(ALLAUTH):
        return "public"
    return _POLICIES.get(view)


def check(patterns: Iterable[URLPattern | URLResolver]) -> None:
    """Raises ImproperlyConfigured for a route without a policy."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            check(pattern.url_patterns)
        elif policy_of(pattern.callback) is None:
            raise ImproperlyConfigured(f"The route {pattern.pattern} does not say who may use it.")


class Policy:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, _args: Any, _kwargs: Any) -> HttpResponseBase | None:
        policy = policy_of(view)
        if policy == "app":
            return admit(request, _NEEDS[view])
        if policy == "public" or person_of(request):
            return None
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse({"error": "Sign in first."}, status=401)
        return redirect_to_login(_AFTER.get(view, HttpRequest.get_full_path)(request))

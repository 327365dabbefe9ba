"""A person's page says where apps find their ways in: in its header and in its head (IndieAuth 4.1, Micropub 5.3)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from passalong.endpoints.cors import opened
from passalong.models.access import person_of

View = Callable[..., HttpResponseBase]
WAYS = {
    "indieauth-metadata": "/.well-known/oauth-authorization-server",
    "authorization_endpoint": "/oauth/authorize",
    "token_endpoint": "/oauth/token",
    "micropub": "/micropub",
}
"""The second and third are for apps older than the first."""


def advertising(view: View) -> View:
    """The page names them all. Other links of the header stay.

    As a stranger sees it, any page may read it (Fetch Standard, 3.2): an app within a browser finds its ways in by it.
    """

    @wraps(view)
    def saying(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        said = [response.headers["Link"]] if "Link" in response.headers else []
        said += [f'<{settings.BASE_URL}{path}>; rel="{rel}"' for rel, path in WAYS.items()]
        response.headers["Link"] = ", ".join(said)
        return response if person_of(request) else opened(response)

    return saying

"""Pages of other sites may ask these routes, without cookies, those for apps with a token (Fetch Standard, 3.2).

What a preflight allows beside the headers of apps lets readers that live in a browser ask whether they have it already.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Location, Link, WWW-Authenticate, Retry-After",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": (
        "Authorization, Content-Type, Idempotency-Key, Accept, If-None-Match, If-Modified-Since"
    ),
    "Access-Control-Max-Age": "86400",
}


def opened(response: HttpResponseBase) -> HttpResponseBase:
    """The answer, for any page to read. Cookies are never allowed: `*` rules them out."""
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


def for_any_origin(view: View) -> View:
    """The route also answers what browsers ask before they ask (OPTIONS)."""

    @wraps(view)
    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return opened(HttpResponse(status=204, headers=PREFLIGHT))
        return opened(view(request, *args, **kwargs))

    return answering

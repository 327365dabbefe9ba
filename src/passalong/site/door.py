"""The first and the last thing each request meets: who asks, is this host ours, what may browsers do with it."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from passalong.models.assets import ARRIVAL, style_source
from passalong.site.asker import address_of

POLICY = (
    f"default-src 'none'; script-src 'self'; style-src 'self' {style_source()}; img-src 'self' data:; media-src 'self';"
    " font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def is_ours(host_header: str, base_url: str) -> bool:
    """May a request name this host? Our own name, this machine, and bare IP addresses (no DNS can turn those).

    `host_header` is host[:port] as sent.
    """
    host = (urlsplit(f"//{host_header}").hostname or "").rstrip(".")
    if host in ("localhost", urlsplit(base_url).hostname):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _unknown_here(request: HttpRequest) -> str:
    """Before anything of a language is set, and at a host at which no stylesheet is given out: plain words."""
    with translation.override(translation.get_language_from_request(request)):
        return _("This address does not belong here. If it should, set PASSALONG_URL to it.") + "\n"


class Door:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        forwarded = request.META.pop("HTTP_X_FORWARDED_FOR", "")
        request.META["REMOTE_ADDR"] = address_of(
            request.META.get("REMOTE_ADDR", ""), forwarded, settings.TRUSTED_PROXIES
        )
        try:
            ours = is_ours(request.META.get("HTTP_HOST", ""), settings.BASE_URL)
        except ValueError:
            ours = False
        if not ours:
            response: HttpResponseBase = HttpResponse(
                _unknown_here(request),
                status=421,
                content_type="text/plain; charset=utf-8",
            )
        else:
            response = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ARRIVAL)  # who comes from outside gets the style in the page
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

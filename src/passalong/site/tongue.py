"""In which language a page speaks: the one a person chose, else the browser's choice here, else its first wish.

chosen in settings (kept with the person) -> chosen in the footer (a cookie) -> Accept-Language -> English.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from passalong.models.access import person_of

YEAR = 365 * 24 * 3600
FROM_HERE = ("same-origin", "none")
"""What browsers say of a form that is a page's own (Fetch Metadata, section 2.3)."""


class Tongue:
    """After the session's middleware: what a signed-in person chose goes before what LocaleMiddleware found."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Without a session nobody is asked for, so that feeds and pages of strangers stay everybody's.
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            person = person_of(request)
            if person and person.language and translation.check_for_language(person.language):
                translation.activate(person.language)
                request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


@csrf_exempt
@never_cache
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """The line of languages below a stranger's page: `to` is remembered in this browser, and the page shown again.

    Pages that are kept for everybody carry no token of anyone's; a form of another site is known by what the browser
    says of it, and refused.
    """
    if not _from_here(request):
        raise PermissionDenied
    back = request.POST.get("next", "/")
    answer = redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "/")
    to = request.POST.get("to", "")
    if to in dict(settings.LANGUAGES):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, to, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
        )
    return answer


def _from_here(request: HttpRequest) -> bool:
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        return said in FROM_HERE
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()

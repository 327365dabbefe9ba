"""Error pages, in the same voice as the rest: what happened, whose move it is, and the move."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from passalong.site.no_room import STATUS, WORDS, no_room

NOT_TYPED = {"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword"}


def _page(request: HttpRequest, status: int, title: str, move: str) -> HttpResponse:
    return render(request, "error.html", {"title": title, "move": move, "status": status}, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return _page(
        request,
        404,
        _("There is nothing at this address."),
        _("Look whether a letter is wrong or missing in it, or start from the front page."),
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return _page(
            request,
            413,
            _("That is more than fits here at once."),
            _("Nothing was shared. Go back: your words are still there. Shorten them, or share them as a file."),
        )
    return _page(
        request,
        400,
        _("What your browser sent could not be understood."),
        _("Nothing was changed. Go back, reload the page, and try once more."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return _page(
        request,
        403,
        _("This is not yours to change."),
        _("Nothing was changed. If it should be yours, sign in as the person it belongs to."),
    )


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    return _page(
        request,
        403,
        _("This form is too old, or came from another site."),
        _("Nothing was changed. Go back, reload the page, and send it again."),
    )


def not_so(request: HttpRequest) -> HttpResponse:
    """405: the address is one that a button leads to."""
    return _page(
        request,
        405,
        _("This address only does something when a button leads to it."),
        _("Nothing was changed. Go back and press the button there, or start from the front page."),
    )


class NoEmptyPage:
    """Django answers a wrong method with nothing at all: a person gets a page instead."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        bare = response.status_code == 405 and not getattr(response, "content", b"?")
        if bare and "text/html" in request.headers.get("Accept", ""):
            page = not_so(request)
            page.headers["Allow"] = response.headers.get("Allow", "")
            return page
        return response


def broken(request: HttpRequest) -> HttpResponse:
    """500, 507 or 503. The database may be what is broken, so nothing is asked of it."""
    with translation.override(tongue_of(request)):
        why = no_room(sys.exc_info()[1])
        if why:
            return _not_written(request, STATUS[why], *map(_, WORDS[why]))
        return _page_alone(
            request,
            500,
            {
                "title": _("Something broke here; it is ours to mend."),
                "move": _(
                    "Nothing you published is lost. Try again in a moment. If it stays so, the log of this node says"
                    " what happened: its keeper can read it there."
                ),
                "again": request.method in ("GET", "HEAD"),
            },
        )


def tongue_of(request: HttpRequest) -> str:
    """The language this request is answered in; where something broke before that was known, what the browser asks."""
    known: str | None = getattr(request, "LANGUAGE_CODE", None)
    return known or translation.get_language_from_request(request)


def _page_alone(request: HttpRequest, status: int, said: dict[str, Any]) -> HttpResponse:
    """A page made of what is known already: no session, no person is looked up for it."""
    known = {
        "me": getattr(request, "_person", None),
        "path": request.get_full_path(),
        "csrf_token": get_token(request),
        "base_url": settings.BASE_URL,
        "LANGUAGES": settings.LANGUAGES,
        "demo": settings.DEMO,
        "status": status,
    }
    return HttpResponse(render_to_string("error.html", known | said), status=status)


def _not_written(request: HttpRequest, status: int, title: str, move: str) -> HttpResponse:
    """507 or 503, with all that was typed in a form that sends it again."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"error": f"{title} {move}"}, status=status)
    said = {"title": title, "move": move, "typed": list(_typed(request.POST.lists())), "files": bool(request.FILES)}
    return _page_alone(request, status, said)


def _typed(fields: Iterable[tuple[str, Iterable[object]]]) -> Iterable[tuple[str, str]]:
    return ((name, str(value)) for name, values in fields if name not in NOT_TYPED for value in values)

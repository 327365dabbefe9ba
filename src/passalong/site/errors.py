"""Error pages, in the same voice as the rest: what happened, whose move it is, and the move."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from passalong.site.no_room import STATUS, WORDS, no_room

NOT_TYPED = {"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword"}


def _page(request: HttpRequest, status: int, title: str, move: str) -> HttpResponse:
    return render(request, "error.html", {"title": title, "move": move, "status": status}, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return _page(request, 404, "There is nothing at this address.", "Check the address, or start from the front page.")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return _page(
            request, 413, "That is more than fits here at once.", "Go back and shorten it, or share it as a file."
        )
    return _page(request, 400, "This request could not be understood.", "Go back, reload the page and try once more.")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return _page(request, 403, "This is not yours to change.", "Sign in as the person it belongs to.")


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    return _page(
        request, 403, "This form is too old, or came from another site.", "Go back, reload the page and send it again."
    )


def broken(request: HttpRequest) -> HttpResponse:
    why = no_room(sys.exc_info()[1])
    if why:
        return _not_written(request, STATUS[why], *WORDS[why])
    return _page(
        request,
        500,
        "Something broke here; it is ours to mend.",
        "Nothing you published is lost. Try again; the log of this node says what happened.",
    )


def _not_written(request: HttpRequest, status: int, title: str, move: str) -> HttpResponse:
    """507 or 503, with all that was typed in a form that sends it again."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"error": f"{title} {move}"}, status=status)
    typed = list(_typed(request.POST.lists()))
    said = {"title": title, "move": move, "status": status, "typed": typed, "files": bool(request.FILES)}
    return render(request, "error.html", said, status=status)


def _typed(fields: Iterable[tuple[str, Iterable[object]]]) -> Iterable[tuple[str, str]]:
    return ((name, str(value)) for name, values in fields if name not in NOT_TYPED for value in values)

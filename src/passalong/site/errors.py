"""Error pages, in the same voice as the rest: what happened, whose move it is, and the move."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


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
    return _page(
        request,
        500,
        "Something broke here; it is ours to mend.",
        "Nothing you published is lost. Try again; the log of this node says what happened.",
    )

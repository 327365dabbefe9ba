"""/micropub and /micropub/media: sharing from other apps (https://www.w3.org/TR/micropub/).

The token was looked at already (`site/policy.py`); here its scopes are held against what is asked (5.4).
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from passalong.endpoints.cors import for_any_origin
from passalong.keys.bearer import scopes_of, token_of
from passalong.models import Item
from passalong.share.draft import CannotShare
from passalong.share.files import TooBig, too_big
from passalong.share.micropub import MEDIA
from passalong.share.micropub_do import NotYours, create, item_of, take_in, update
from passalong.share.micropub_query import answer_to
from passalong.share.serve import before_shared
from passalong.share.upload import passed_over
from passalong.share.withdraw import bring_back, withdraw
from passalong.wire.micropub import Command, read_form, read_json
from passalong.wire.shapes import Unreadable

NEEDS = {"create": {"create"}, "update": {"update"}, "delete": {"delete"}, "undelete": {"undelete", "delete"}}
"""One of these scopes for each action."""
READS = {"read", *NEEDS}
"""One of these for ?q=source: what was shared, unlisted things too."""
ASKS = {*READS, "media", "write"}
"""One of these for every other question: `profile` alone opens nothing here."""
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
NOT_UNDERSTOOD = "What is sent here is a form or JSON (application/json); nothing else is understood."


class _TooLittle(Exception):  # noqa: N818 - reads as a sentence where it is raised
    def __init__(self, scopes: set[str]) -> None:
        self.scope = " ".join(sorted(scopes))


@csrf_exempt
@for_any_origin
@require_http_methods(["GET", "HEAD", "POST"])
def micropub(request: HttpRequest) -> HttpResponseBase:
    """/micropub: what is there (GET ?q=), and what is to be done (POST)."""
    try:
        return _do(request) if request.method == "POST" else _tell(request)
    except _TooLittle as problem:
        needed = ("one of: " if " " in problem.scope else "") + problem.scope
        return _no(403, "insufficient_scope", f"This token may not do this: it needs {needed}.", problem.scope)
    except NotYours as problem:
        return _no(403, "forbidden", str(problem))
    except (CannotShare, Unreadable) as problem:
        return _no(413 if isinstance(problem, TooBig) else 400, "invalid_request", str(problem))
    except RequestDataTooBig:
        return _no(413, "invalid_request", "That is more than fits here at once: shorten it, or send it as a file.")
    except SuspiciousOperation:
        return _no(400, "invalid_request", "That has too many parts.")


def _no(status: int, error: str, sentence: str, scope: str = "") -> HttpResponse:
    """Section 3.8."""
    said = {"error": error, "error_description": sentence} | ({"scope": scope} if scope else {})
    response = JsonResponse(said, status=status)
    if scope:
        response.headers["WWW-Authenticate"] = f'Bearer error="{error}", scope="{scope}"'
    return response


def _tell(request: HttpRequest) -> HttpResponse:
    """Raises _TooLittle (RFC 6750, 3.1), CannotShare."""
    token = token_of(request)
    needed = READS if request.GET.get("q") == "source" else ASKS
    if not needed & scopes_of(token):
        raise _TooLittle(needed)
    said = answer_to(token.person, request.GET)
    return JsonResponse(said, headers={"Cache-Control": "no-store"})


def _do(request: HttpRequest) -> HttpResponse:
    """Raises _TooLittle, CannotShare, Unreadable."""
    kind = request.content_type or ""
    as_json = kind == "application/json" or kind.endswith("+json")
    if not as_json and kind not in FORMS and (kind or request.body):
        return _no(415, "invalid_request", NOT_UNDERSTOOD)
    command = read_json(request.body) if as_json else read_form(_pairs(request))
    needed = NEEDS[command.action]
    token = token_of(request)
    if not needed & scopes_of(token):
        raise _TooLittle(needed)
    if command.action == "create":
        return _created(_create(request, command))
    item = item_of(token.person, command.url)
    if command.action == "update":
        update(item, command)
    elif command.action == "delete":
        withdraw(item)
    else:
        return _created(bring_back(item), status=200)
    return HttpResponse(status=204)


def _pairs(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, values in request.POST.lists() for value in values]


def _create(request: HttpRequest, command: Command) -> Item:
    person = token_of(request).person
    sent: list[Any] = []
    for name in MEDIA:
        sent += [*request.FILES.getlist(name), *request.FILES.getlist(f"{name}[]")]
    uploads = take_in(person, sent)
    for name in passed_over(request).values():
        raise too_big(name)
    return create(person, command, uploads, request.headers.get("Idempotency-Key", ""))


def _created(item: Item, status: int = 201) -> HttpResponse:
    assert item.page is not None
    return HttpResponse(status=status, headers={"Location": item.page.url})


@csrf_exempt
@for_any_origin
@require_POST
def media(request: HttpRequest) -> HttpResponseBase:
    """/micropub/media: keeps one file, to be shared within a day by its address (section 3.6)."""
    try:
        sent = request.FILES.getlist("file")
        for name in passed_over(request).values():
            raise too_big(name)
        if len(sent) != 1:
            return _no(400, "invalid_request", "Send one file, in a part named file.")
        uploads: list[Any] = list(sent)
        (file,) = take_in(token_of(request).person, uploads)
    except CannotShare as problem:
        return _no(413 if isinstance(problem, TooBig) else 400, "invalid_request", str(problem))
    except SuspiciousOperation:
        return _no(400, "invalid_request", "That has too many parts.")
    return HttpResponse(status=201, headers={"Location": before_shared(file)})

"""/websub: our hub takes wishes. /websub/<key>: hubs elsewhere ask us back, and tell us that something changed."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from passalong.follow import push
from passalong.share import hub
from passalong.wire.shapes import Unreadable
from passalong.wire.websub import is_signed, read_asked, read_question

LARGEST = 10 * 1024 * 1024
"""Bytes of a message; what is longer is not read."""
LARGEST_WISH = 16 * 1024
PIECE = 64 * 1024


@csrf_exempt
@never_cache
@require_POST
def wish(request: HttpRequest) -> HttpResponse:
    """POST hub.mode, hub.topic, hub.callback, hub.lease_seconds, hub.secret (WebSub, section 5.1): 202, or 4xx and a
    sentence (section 5.1.2)."""
    if request.content_type != "application/x-www-form-urlencoded" or length_of(request) > LARGEST_WISH:
        return plain("Send a form: application/x-www-form-urlencoded, at most 16 KB.", 415)
    try:
        hub.ask(read_asked(request.POST.dict()), timezone.now())
    except Unreadable as problem:
        return plain(str(problem), 400)
    except hub.Refused as problem:
        return plain(str(problem), problem.status)
    return plain("You will be asked at hub.callback whether you meant it.", 202)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def callback(request: HttpRequest, key: str) -> HttpResponse:
    """GET: a hub asks whether we meant it (section 5.3). POST: it has news (section 7)."""
    return heard(request, key) if request.method == "POST" else asked_back(request, key)


def asked_back(request: HttpRequest, key: str) -> HttpResponse:
    """The challenge, as bytes that no browser takes for a page (section 8.2), or 404."""
    try:
        question = read_question(request.GET.dict())
    except Unreadable as problem:
        return plain(str(problem), 404)
    if not push.confirm(key, question, timezone.now()):
        return plain("Nobody here asked for this.", 404)
    return HttpResponse(question.challenge, content_type="application/octet-stream")


def heard(request: HttpRequest, key: str) -> HttpResponse:
    """2xx at once, whatever it says, so that nobody learns which signature is right; 410 where we want no more."""
    secret = push.secret_of(key)
    if secret is None:
        return plain("This subscription has ended.", 410)
    signature = request.headers.get("X-Hub-Signature", "")
    signed = length_of(request) <= LARGEST and is_signed(secret, signature, pieces(request))
    push.hear(key, signed, timezone.now())
    return HttpResponse(status=202)


def length_of(request: HttpRequest) -> int:
    """Bytes of the body as stated; 0 where nothing is stated, and then nothing is read."""
    stated = request.META.get("CONTENT_LENGTH") or "0"
    return int(stated) if stated.isascii() and stated.isdecimal() and len(stated) < 16 else LARGEST + 1


def pieces(request: HttpRequest) -> Iterator[bytes]:
    while piece := request.read(PIECE):
        yield piece


def plain(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")

"""/webmention: a page elsewhere says that it links to one of ours. https://www.w3.org/TR/webmention/, section 3.2"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from passalong.credit.knock import NotTaken, knock

AGAIN_IN = 3600
"""Seconds."""


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webmention(request: HttpRequest) -> HttpResponse:
    """GET: a form for people. POST `source`, `target`: 202 (it is looked into later), 400 with the reason, or 429.

    Other sites' forms may be sent here by anyone: that is what it is for, and it does nothing in anybody's name.
    """
    if request.method != "POST":
        return _page(request, target=request.GET.get("target", ""), status=200)
    source, target = request.POST.get("source", ""), request.POST.get("target", "")
    try:
        knock(source, target, timezone.now())
    except NotTaken as no:
        said = no.spoken if _is_person(request) else str(no)
        answer = _answer(request, said, source, target, status=429 if no.full else 400)
        if no.full:
            answer.headers["Retry-After"] = str(AGAIN_IN)
        return answer
    return _answer(request, _("Thank you. The page will be looked at in a moment."), status=202)


def _is_person(request: HttpRequest) -> bool:
    return "text/html" in request.headers.get("Accept", "")


def _answer(request: HttpRequest, sentence: str, source: str = "", target: str = "", *, status: int) -> HttpResponse:
    """A page for a browser, a line for a program."""
    if _is_person(request):
        return _page(request, sentence, source, target, status=status)
    return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")


def _page(request: HttpRequest, sentence: str = "", source: str = "", target: str = "", *, status: int) -> HttpResponse:
    said = {"sentence": sentence, "source": source[:2000], "target": target[:2000], "wrong": status >= 400}
    return render(request, "endpoints/webmention.html", said, status=status)

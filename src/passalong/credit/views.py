"""What came back, the conversations it belongs to, and whom nobody has answered yet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from passalong.credit.came_back import brought_back, came_back, this_week
from passalong.credit.contact import asking_of, shown
from passalong.credit.followers import followers
from passalong.credit.found import pages_of
from passalong.credit.thread import may_open, thread
from passalong.credit.unanswered import unanswered
from passalong.credit.words import week
from passalong.models import Item, Person
from passalong.models.access import items_of, person_of
from passalong.models.cursor import read_cursor

PART = "X-Part"
QUARTER = timedelta(days=90)


def _me(request: HttpRequest) -> Person:
    return cast("Person", person_of(request))


@never_cache
@require_safe
def came_back_page(request: HttpRequest) -> HttpResponse:
    """/came-back?of=<id>&before=<cursor>: who did what with what I shared."""
    me = _me(request)
    of = _mine(me, request.GET.get("of", ""))
    before = read_cursor(request.GET.get("before", ""))
    mine = pages_of(me, of)
    page = came_back(me, of=of, before=before, reader=me, pages=mine)
    said: dict[str, Any] = {"page": page, "of": of}
    if request.headers.get(PART):
        return render(request, "credit/deeds.html", said)
    if not of and not before:
        now = timezone.now()
        said["week"] = week(this_week(me, now, mine))
        said["followers"] = followers(me, now)
        said["waiting"] = shown(asking_of(me))
        if not said["week"]:
            said["brought"] = brought_back(me, now - QUARTER)
    return render(request, "credit/came_back.html", said)


def _mine(me: Person, text: str) -> Item | None:
    """One thing of mine, where one is asked for; Http404 where it is none of mine."""
    if not text:
        return None
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
    found = items_of(me).filter(pk=number, gone__isnull=True).select_related("page").first()
    if found is None:
        raise Http404
    return found


@never_cache
@require_safe
def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """/conversation/<id>: the whole talk this thing belongs to."""
    me = _me(request)
    item = may_open(me, pk)
    if item is None:
        raise Http404
    return render(request, "credit/conversation.html", {"thread": thread(item, me), "item": item})


@never_cache
@require_safe
def unanswered_page(request: HttpRequest) -> HttpResponse:
    """/unanswered: questions and first things of my people that nobody has answered."""
    return render(request, "credit/unanswered.html", {"waiting": unanswered(_me(request), timezone.now())})

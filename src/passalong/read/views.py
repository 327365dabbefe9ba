"""The pages one reads: the river, one thing whole, and what one does with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from passalong.models import Follow, Item, Person, Source
from passalong.models.access import person_of, readable_items
from passalong.models.cursor import read_cursor
from passalong.models.html_shown import with_proxied_images
from passalong.models.listed import listed
from passalong.read.marks import DEEDS, do, see_all, unsee_all
from passalong.read.rare import rarely_heard
from passalong.read.river import river, sum_of
from passalong.read.walk import SHOWS, Show, Wanted

PART = "X-Part"
"""A request of our own script for a piece of a page, to put in place."""
MUCH = 15
"""With fewer unseen than this nobody drowns: no need to say who is rarely heard."""


def _me(request: HttpRequest) -> Person:
    return cast("Person", person_of(request))


@never_cache
@require_safe
def river_page(request: HttpRequest) -> HttpResponse:
    """/river?show=all|unseen|kept&of=<person>&before=<cursor>"""
    me = _me(request)
    asked = request.GET.get("show", "all")
    show: Show = next((each for each in SHOWS if each == asked), "all")
    of = _person(me, request.GET.get("of", ""))
    before = read_cursor(request.GET.get("before", ""))
    page = river(me, show=show, of=of, before=before)
    said: dict[str, Any] = {"page": page, "show": show, "of": of, "before": before}
    if request.headers.get(PART):
        return render(request, "read/rows.html", said)
    said |= {"sum": sum_of(Wanted(me)), "now": timezone.now(), "shows": _chips(of)}
    said["fresh"] = said["sum"].unseen if not of else any(row.is_new for row in page.rows)
    if not page.rows and (of or not said["sum"].sources):
        said |= _why_empty(me, of)
    said["undo"] = _moment(request.GET.get("seen", ""))
    if not of and not before and show != "kept" and said["sum"].unseen >= MUCH:
        first = {row.item.pk for row in page.rows[:10]}
        said["rare"] = [row for row in rarely_heard(me) if row.item.pk not in first]
    return render(request, "read/river.html", said)


def _why_empty(me: Person, of: Person | None) -> dict[str, Any]:
    """Why nothing can be in a river, as `why`: somebody whom I left (`left`, my last follow of them), everybody muted,
    or held back. Nothing where it is just that nothing came."""
    mine = Follow.objects.filter(person=me, via=Follow.Via.RIVER)
    mine = mine.filter(source__person=of) if of else mine
    standing = mine.filter(state=Follow.State.YES)
    states = set(standing.values_list("source__state", "muted").distinct())
    if of and not states:
        return {"why": "left", "left": mine.order_by("-since").first()}
    heard = {state for state, muted in states if of or not muted}
    if states and not heard:
        return {"why": "muted"}
    return {"why": "held"} if heard == {Source.State.HELD} else {}


def _chips(of: Person | None) -> list[tuple[Show, str]]:
    return [(show, f"/river?show={show}" + (f"&of={of.pk}" if of else "")) for show in SHOWS]


def _moment(text: str) -> datetime | None:
    """A moment as a form or link carries it; None where it is none."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and timezone.is_aware(found) else None


def _person(me: Person, text: str) -> Person | None:
    """Whose things only; somebody I follow or followed, else Http404."""
    if not text:
        return None
    follows = Follow.objects.filter(person=me, via=Follow.Via.RIVER)
    found = follows.filter(source__person_id=int(text)) if text.isdecimal() and len(text) < 19 else follows.none()
    follow = found.select_related("source__person").first()
    if follow is None:
        raise Http404
    return follow.source.person


def _item(me: Person, pk: int) -> Item:
    item = readable_items(me).filter(pk=pk).select_related("body", "page").first() if pk < 2**63 else None
    if item is None:
        raise Http404
    return item


@never_cache
@require_safe
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """/read/<id>: one thing, whole. The original stays the canonical one."""
    me = _me(request)
    item = _item(me, pk)
    row = listed([item.pk], me)[0]
    body = with_proxied_images(item.body.html) if item.body else ""
    return render(request, "read/reading.html", {"row": row, "item": item, "body": body})


@require_POST
def deed(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """/items/<id>/<deed>: seen, unseen, keep, unkeep, hide, unhide."""
    known = next((each for each in DEEDS if each == deed), None)
    if known is None:
        raise Http404
    me = _me(request)
    item = _item(me, pk)
    do(me, item, known)
    if request.headers.get(PART):
        if deed == "hide":
            return render(request, "read/hidden.html", {"item": item})
        return render(request, "read/card.html", {"row": listed([item.pk], me)[0], "item": item})
    if deed == "hide":
        messages.success(request, _("Hidden."), extra_tags=f"/items/{pk}/unhide")
    return redirect(f"{back_to(request).partition('#')[0]}#i{pk}")


def back_to(request: HttpRequest) -> str:
    """The page of ours a form was on."""
    path = request.POST.get("next", "")
    return path if url_has_allowed_host_and_scheme(path, None) else "/river"


def _until(request: HttpRequest) -> datetime:
    """When the page was made on which "all" was said: what came since was not seen."""
    found = _moment(request.POST.get("until", ""))
    if found is None:
        raise Http404
    return min(found, timezone.now())


@require_POST
def all_seen(request: HttpRequest) -> HttpResponse:
    """/river/seen?of=<person>: everything up to `until`, of everybody or of one."""
    me, until = _me(request), _until(request)
    of = _person(me, request.GET.get("of", ""))
    see_all(me, until, of)
    only = f"&of={of.pk}" if of else ""
    return redirect(f"/river?show=unseen{only}&seen={until.isoformat().replace('+00:00', 'Z')}")


@require_POST
def all_unseen(request: HttpRequest) -> HttpResponse:
    """/river/unseen: takes back "all seen"."""
    unsee_all(_me(request), _until(request))
    return redirect("/river?show=unseen")

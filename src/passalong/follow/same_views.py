"""The forms on a person's page that say who they are."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from passalong.models import Person, Source
from passalong.wire.shapes import Unreadable

from . import people, same
from .views import me_and_them

LONGEST = 4000


@require_POST
def also(request: HttpRequest, pk: int) -> HttpResponse:
    """`who`: name or address of somebody followed who is this person too."""
    me, person = me_and_them(request, pk)
    try:
        other = same.find(me, request.POST.get("who", "")[:LONGEST])
        same.join(me, person, other)
    except Unreadable as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("%(other)s is %(person)s from now on.") % {"other": other, "person": person})
    return redirect(f"/people/{pk}")


@require_POST
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """`source`: a place of this person's that is somebody else's."""
    me, person = me_and_them(request, pk)
    source = _place(me, person, request.POST.get("source", ""))
    try:
        alone = same.part(me, source)
    except Unreadable as problem:
        messages.error(request, str(problem))
        return redirect(f"/people/{pk}")
    messages.success(request, _("%(person)s stands alone again.") % {"person": alone})
    return redirect(f"/people/{alone.pk}")


@require_POST
def name(request: HttpRequest, pk: int) -> HttpResponse:
    """`name`: what they are called here; nothing leaves it to their places."""
    me, person = me_and_them(request, pk)
    try:
        same.rename(me, person, request.POST.get("name", ""))
    except Unreadable as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("The name is kept."))
    return redirect(f"/people/{pk}")


def _place(me: Person, person: Person, number: str) -> Source:
    found = [source for source, _follow in people.places(me, person) if str(source.pk) == number]
    if not found:
        raise Http404
    return found[0]

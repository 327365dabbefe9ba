"""The page of starter lists: tick whom you like, and follow them with one press."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from passalong.models import Person
from passalong.models.access import person_of

from .starters import Starter, follow_some, followed_of_them, starters


@never_cache
@require_http_methods(["GET", "POST"])
def starters_page(request: HttpRequest) -> HttpResponse:
    """/people/starters: the lists; by POST, `one` blog is followed, or all that are ticked (`blog`)."""
    me = cast("Person", person_of(request))  # the route is the owner's
    if request.method != "POST":
        return _page(request, me)
    one = request.POST.get("one", "")
    begun = follow_some(me, [one] if one else request.POST.getlist("blog"), timezone.now())
    if not begun:
        return _page(request, me, _("Nobody new is ticked: tick those whom you want to read."), status=422)
    said = ngettext("You follow %(n)s more blog.", "You follow %(n)s more blogs.", len(begun)) % {"n": len(begun)}
    messages.success(request, f"{said} {_('What they shared is on its way.')}")
    return redirect(f"/people/starters#{_list_of(one)}" if one else "/people")


def _page(request: HttpRequest, me: Person, problem: str = "", status: int = 200) -> HttpResponse:
    said = {"lists": starters(), "followed": followed_of_them(me), "problem": problem}
    return render(request, "follow/starters.html", said, status=status)


def _list_of(url: str) -> str:
    """The name in the address of the list a blog stands on."""
    found: Starter | None = next((one for one in starters() if any(blog.url == url for blog in one.blogs)), None)
    return found.slug if found else ""

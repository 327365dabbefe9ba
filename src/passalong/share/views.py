"""What the people of this node do: share, undo, change, take back. All by POST, all their own, or 404."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from passalong.intake.pages import normal
from passalong.models import Item, Link, Person, first_moves
from passalong.models.access import person_of
from passalong.models.listed import Listed
from passalong.models.shown import here
from passalong.share import change as changing
from passalong.share import enrich
from passalong.share.around import around
from passalong.share.ask import already_shared
from passalong.share.credited import kept, with_credit
from passalong.share.draft import CannotShare, Draft
from passalong.share.files import TooBig, waiting
from passalong.share.forms import Box, box_from, box_of, draft_from
from passalong.share.gesture import with_words
from passalong.share.just import Just, just_of, just_shared
from passalong.share.lists import before_of
from passalong.share.pages import UNDONE, item_at
from passalong.share.publish import publish
from passalong.share.tell import try_again
from passalong.share.upload import describe_each, take_in_uploads
from passalong.share.withdraw import bring_back as bring_it_back
from passalong.share.withdraw import erase_now, withdraw

MOST_CARRIED = 1500
"""Letters of each field that an address carries to the box."""


def me_of(request: HttpRequest) -> Person:
    me = person_of(request)
    if me is None:
        raise Http404
    return me


@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest) -> HttpResponse:
    """/share: the box, filled from the address where it says so; by POST, what the box says is shared."""
    me = me_of(request)
    if request.method != "POST":
        box = box_from(request.GET)
        return _box_page(request, box, just=just_shared(request, me))
    box = box_from(request.POST)
    try:
        draft = _draft(request, me, box)
        if box.question and not box.asked and (known := already_shared(me, f"{draft.title} {draft.words}")):
            box.asked = True
            return _box_page(request, box, known=known)
        item = publish(me, draft)
    except CannotShare as problem:
        if _by_program(request):
            return JsonResponse({"error": str(problem), "field": problem.field}, status=_status(problem))
        return _box_page(request, _with(box, problem), status=_status(problem))
    if box.popup:
        first_moves.made(me, first_moves.BUTTON)
    return _shared(request, me, item, box)


@csrf_exempt
@require_POST
def share_target(request: HttpRequest) -> HttpResponse:
    """/share/target: what a phone's share sheet sends. It carries no token of ours, so nothing is shared yet:
    the box is shown, filled."""
    me = me_of(request)
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        raise Http404
    box = box_from(request.POST)
    try:
        take_in_uploads(request, me, box)
    except CannotShare as problem:
        return _box_page(request, _with(box, problem), status=_status(problem))
    return _box_page(request, box)


def box_filled(request: HttpRequest) -> str:
    """The address of the box with the words of a share sheet in it, for whoever has to sign in first. Files do not fit
    into an address: they have to be shared again."""
    said = {name: request.POST[name][:MOST_CARRIED] for name in ("url", "title", "text") if request.POST.get(name)}
    return f"/share?{urlencode(said)}"


def _draft(request: HttpRequest, me: Person, box: Box) -> Draft:
    """Raises CannotShare; files that came are kept in the box by then, so that they need not be chosen again."""
    if "key" not in request.POST:
        box.key = request.headers.get("Idempotency-Key", "") or box.key
    box.kept = waiting(me, request.POST.getlist("kept"))
    describe_each(box.kept, request.POST)
    take_in_uploads(request, me, box)
    draft = with_words(draft_from(box))
    return with_credit(me, draft, found=not box.uncredited or normal(box.uncredited) != normal(draft.link))


def _with(box: Box, problem: CannotShare) -> Box:
    box.error, box.wrong = str(problem), problem.field
    return box


def _status(problem: CannotShare) -> int:
    return 413 if isinstance(problem, TooBig) else 422


def _box_page(
    request: HttpRequest, box: Box, just: Just | None = None, known: list[Listed] | None = None, status: int = 200
) -> HttpResponse:
    said = {"box": box, "just": just, "known": known, **around(me_of(request), box)}
    response = render(request, "share/box_page.html", said, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _shared(request: HttpRequest, me: Person, item: Item, box: Box) -> HttpResponse:
    """Back to a page (303), or for a program what it asked for."""
    assert item.page is not None
    if request.headers.get("HX-Request"):
        return render(request, "share/just.html", {"just": just_of(me, item)}, status=201)
    if _by_program(request):
        said = {"url": item.page.url, "undo": f"{item.page.url}/undo"}
        return JsonResponse(said, status=201, headers={"Location": item.page.url})
    return see(f"/share?shared={item.pk}&popup=1" if box.popup else f"/?shared={item.pk}")


def _by_program(request: HttpRequest) -> bool:
    """Does a program ask, which cannot look at a page? The browser's own sending of what waited is one."""
    return "application/json" in request.headers.get("Accept", "")


def see(address: str) -> HttpResponse:
    """See Other (RFC 9110, section 15.4.4): a reload asks for the page and sends nothing twice."""
    return HttpResponse(status=303, headers={"Location": address})


def mine_at(request: HttpRequest, handle: str, ref: str) -> Item:
    """My item at this address; Http404 for everyone else's, and for what is gone."""
    item = _own_at(request, handle, ref)
    if item.gone:
        raise Http404
    return item


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, handle: str, ref: str) -> HttpResponse:
    """/@name/<id>/edit: what it says now, to be changed."""
    item = mine_at(request, handle, ref)
    if request.method != "POST":
        return _edit_page(request, item, box_of(item))
    box = box_from(request.POST)
    box.kept = list(item.files.order_by("place"))
    describe_each(box.kept, request.POST)
    if request.POST.get("said", "") not in ("", str(item.body_id)):
        box.error = _("It was changed meanwhile, in another window. Save again to put this in its place.")
        return _edit_page(request, item, box, status=409)
    try:
        changing.change(item, kept(item.source.person, item, with_words(draft_from(box))))
    except CannotShare as problem:
        return _edit_page(request, item, _with(box, problem), status=_status(problem))
    messages.success(request, _("Changed."))
    return _to_item(item)


def _edit_page(request: HttpRequest, item: Item, box: Box, status: int = 200) -> HttpResponse:
    response = render(request, "share/edit.html", {"item": item, "box": box}, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _to_item(item: Item) -> HttpResponse:
    assert item.page is not None
    return see(here(item.page.url))


def taken_back_already(request: HttpRequest, handle: str, ref: str) -> bool:
    """Mine, and gone meanwhile: in another tab, or at the command line."""
    return _own_at(request, handle, ref).gone is not None


@require_POST
def undo(request: HttpRequest, handle: str, ref: str) -> HttpResponse:
    """/@name/<id>/undo: as if it had never been shared, in the first seconds; later, taken back. What was typed is in
    the box again."""
    try:
        item = mine_at(request, handle, ref)
    except Http404:
        if not taken_back_already(request, handle, ref):
            raise
        messages.success(request, _("Taken back."))
        return see("/")
    typed, one_gesture = item.body.text if item.body else "", item.kind in (Item.Kind.LIKE, Item.Kind.REPOST)
    if changing.undo(item, withdraw):
        messages.success(request, _("Undone: it was never shared."))
        if not one_gesture:
            request.session[UNDONE] = typed
    else:
        _say_taken_back(request, item)
    return see(_list_of(request) if one_gesture else "/")


@require_POST
def take_back(request: HttpRequest, handle: str, ref: str) -> HttpResponse:
    """/@name/<id>/take-back: its address says from now on that it is gone."""
    item = mine_at(request, handle, ref)
    withdraw(item)
    _say_taken_back(request, item)
    return see(_list_of(request))


def _say_taken_back(request: HttpRequest, item: Item) -> None:
    """With the way back (templates/parts/said.html)."""
    assert item.page is not None
    messages.success(request, _("Taken back."), extra_tags=f"{here(item.page.url)}/bring-back")


def _own_at(request: HttpRequest, handle: str, ref: str) -> Item:
    """My item at this address, gone or not; Http404 for everyone else's."""
    me = me_of(request)
    if me.handle != handle:
        raise Http404
    return item_at(me, ref)


@require_POST
def bring_back(request: HttpRequest, handle: str, ref: str) -> HttpResponse:
    """/@name/<id>/bring-back: as it was, within a day after it was taken back."""
    item = _own_at(request, handle, ref)
    if item.gone:
        try:
            bring_it_back(item)
        except CannotShare as problem:
            messages.error(request, str(problem))
            return _to_item(item)
    messages.success(request, _("It is back."))
    return _to_item(item)


@require_POST
def erase(request: HttpRequest, handle: str, ref: str) -> HttpResponse:
    """/@name/<id>/erase: what was taken back cannot be brought back any more. What stands is left as it is."""
    item = _own_at(request, handle, ref)
    if item.gone:
        erase_now(item)
        messages.success(request, _("Erased."))
    return _to_item(item)


@require_POST
def look_again(request: HttpRequest, handle: str, ref: str) -> HttpResponse:
    """/@name/<id>/look-again: the page it is about is asked once more for its title and picture."""
    item = mine_at(request, handle, ref)
    for link in item.links.filter(rel=Link.Rel.ABOUT).select_related("page"):
        enrich.look_again(link.page, timezone.now())
    messages.success(request, _("It is looked at again: reload in a moment."))
    path = request.POST.get("next", "")
    return see(path if url_has_allowed_host_and_scheme(path, None) else "/")


def _list_of(request: HttpRequest) -> str:
    """The list a form was on; from the thing's own page, which is gone now, the front page."""
    path = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(path, None) and not path.startswith(request.path.rpartition("/")[0])
    return path if ours else "/"


@require_POST
def tell_again(request: HttpRequest, handle: str, ref: str) -> HttpResponse:
    """/@name/<id>/tell-again: `letter`, one that did not get through, is sent once more."""
    item = mine_at(request, handle, ref)
    number = before_of(request.POST.get("letter", ""))
    if number is None or not try_again(item, number, timezone.now()):
        raise Http404
    messages.success(request, _("Trying again."))
    return _to_item(item)

"""What one does with somebody's thing from any card: reply, pass along, thank, quote, ask. All by POST."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from passalong.models import Item, Link, Person
from passalong.models.access import readable_items
from passalong.models.shown import here
from passalong.share import gesture as gestures
from passalong.share.around import link_in
from passalong.share.change import change
from passalong.share.draft import CannotShare
from passalong.share.forms import box_of, draft_from
from passalong.share.nearby import nearby
from passalong.share.views import me_of, mine_at, see

PART = "X-Part"
"""A request of our own script for a piece of a page, to put in place."""


def _thing(me: Person, pk: int) -> Item:
    """Somebody's thing that I may read, else Http404."""
    found = readable_items(me).filter(pk=pk).select_related("page", "source__person") if pk < 2**63 else None
    item = found.first() if found is not None else None
    if item is None:
        raise Http404
    return item


@require_POST
def write(request: HttpRequest, pk: str, gesture: str) -> HttpResponse:
    """/items/<id>/reply, quote, ask: the box, made ready for it."""
    item = _thing(me_of(request), int(pk))
    where = gestures.where(item)
    asked = {
        "reply": {"reply_to": where},
        "quote": {"quote_of": where},
        "ask": {"ask": "1", "url": gestures.about(item) or where},
    }
    return see(f"/share?{urlencode(asked[gesture])}")


@require_POST
def thank(request: HttpRequest, pk: int) -> HttpResponse:
    """/items/<id>/thank: says thanks on my page."""
    me = me_of(request)
    item = _thing(me, pk)
    return _do(request, me, item, "thank", _("Thanked %(who)s.") % {"who": item.source.person})


@require_POST
def pass_along(request: HttpRequest, pk: int) -> HttpResponse:
    """/items/<id>/pass-along: shares it as it is, with the credit."""
    me = me_of(request)
    item = _thing(me, pk)
    return _do(request, me, item, "pass-along", _("Passed along, via %(who)s.") % {"who": item.source.person})


def _do(request: HttpRequest, me: Person, item: Item, gesture: gestures.Gesture, words: str) -> HttpResponse:
    if item.source.person_id == me.pk:
        raise Http404
    try:
        made = gestures.make(me, gesture, gestures.where(item), item)
    except CannotShare as problem:
        messages.error(request, str(problem))
        return see(_back(request, item))
    assert made.page is not None
    said = {"made": made, "words": words, "gesture": gesture}
    if request.headers.get(PART):
        return render(request, "share/did.html", said)
    messages.success(request, _in_words(made, words))
    return see(_back(request, item))


def _in_words(made: Item, words: str) -> str:
    """What was done, and the way back; the button belongs to the page's form of acts."""
    path = here(made.page.url) if made.page else ""
    return format_html(
        '{} · <a href="{}">{}</a> <button form="act" class="plain" formaction="{}/undo">{}</button>',
        words, path, _("See it"), path, _("Undo"),
    )  # fmt: skip


def _back(request: HttpRequest, item: Item) -> str:
    path = request.POST.get("next", "")
    path = path.partition("#")[0] if url_has_allowed_host_and_scheme(path, None) else "/river"
    return f"{path}#i{item.pk}"


@never_cache
@require_safe
def near(request: HttpRequest) -> HttpResponse:
    """/share/nearby?url=<what is in the box>: who of my people shared it already."""
    link = link_in(request.GET.get("url", "")[:10_000])
    said = {"near": nearby(me_of(request), link) if link else None, "near_link": link}
    return render(request, "share/nearby.html", said)


@require_POST
def no_via(request: HttpRequest, handle: str, ref: str) -> HttpResponse:
    """/@name/<id>/no-via: takes off the credit that was filled in."""
    item = mine_at(request, handle, ref)
    if Link.objects.filter(item=item, rel=Link.Rel.VIA).exists():
        change(item, replace(draft_from(box_of(item)), via="", chain=()))
        messages.success(request, _("The credit is taken off."))
    return see(here(item.page.url) if item.page else "/")

"""The people page, a person's page, and the few things one does there."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from passalong.models import Follow, Person, Source
from passalong.models.access import person_of
from passalong.models.sentences import spoken
from passalong.wire.shapes import Found, Unreadable

from . import people
from .by_address import Beside, Followed, follow_address, watch
from .start import follow_again, look_now, mute, read_more, stop, vouch

LONGEST_ADDRESS = 4000
LONGEST_WORDS = 200
MOST_OFFERED = 5
BUSY = "busy here"
AT_ONCE = 2
LOOKING = threading.BoundedSemaphore(AT_ONCE)
"""Searches in this process: each may take as long as its slowest host, and holds one of a handful of web threads."""
SOON = timedelta(seconds=45)
"""So long after a follow its page looks again by itself for what comes."""


def _me(request: HttpRequest) -> Person:
    return cast("Person", person_of(request))


def _back(request: HttpRequest, default: str) -> HttpResponse:
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return redirect(wanted if ours else default)


@never_cache
@require_safe
def people_page(request: HttpRequest) -> HttpResponse:
    """/people?after=<source>&find=<words>"""
    return _people(request)


def _people(
    request: HttpRequest,
    address: str = "",
    problem: str = "",
    status: int = 200,
    beside: Sequence[Found] = (),
    watchable: bool = False,
) -> HttpResponse:
    me = _me(request)
    find = request.GET.get("find", "").strip()[:LONGEST_WORDS]
    follows, after = people.followed_page(me, request.GET.get("after", ""), find)
    said: dict[str, Any] = {
        "follows": follows,
        "find": find,
        "after": after,
        "address": address,
        "problem": problem,
        "beside": beside,
    }
    said |= {"busy": status == 503, "watchable": watchable, **people.how_many(me)}
    return render(request, "follow/people.html", said, status=status)


@never_cache
@require_safe
def person_page(request: HttpRequest, pk: int) -> HttpResponse:
    """/people/<id>?before=<place>&show=everything: what somebody shared, from where, and how that goes."""
    me = _me(request)
    person = _their(me, pk)
    places = people.places(me, person)
    sources, before = [source for source, _ in places], request.GET.get("before", "")
    everything = request.GET.get("show") == "everything"
    page = people.shared_by(sources, me, before, everything=everything)
    said: dict[str, Any] = {"person": person, "places": places, "page": page, "before": before}
    said |= {"others": people.others(me, person), "everything": everything, "aside": people.put_aside(sources)}
    said["followed"] = any(follow.state == Follow.State.YES for _, follow in places)
    said["now"] = now = timezone.now()
    said["fetching"] = any(source.state == Source.State.NEW and follow.since > now - SOON for source, follow in places)
    return render(request, "follow/person.html", said)


def _their(me: Person, pk: int) -> Person:
    person = people.known_to(me, pk)
    if person is None:
        raise Http404
    return person


def me_and_them(request: HttpRequest, pk: int) -> tuple[Person, Person]:
    """Who asks, and the person with the id `pk` whom they follow or followed."""
    me = _me(request)
    return me, _their(me, pk)


@require_POST
def follow(request: HttpRequest) -> HttpResponse:
    """`address`: anything pasted; or `source`: somebody followed before."""
    me = _me(request)
    if number := request.POST.get("source", ""):
        followed = follow_again(me, _source(me, number).source, timezone.now())
        messages.success(request, _("You follow %(person)s.") % {"person": followed.source.person})
        return _back(request, f"/people/{followed.source.person_id}")
    address = request.POST.get("address", "").strip()[:LONGEST_ADDRESS]
    try:
        if not address:
            raise Unreadable(_("Paste somebody's address first: their site, a post, a handle."), "empty")
        done = _follow_in_turn(me, address, itself="page" in request.POST)
    except Beside as found:
        return _people(request, address, beside=found.found[:MOST_OFFERED])
    except Unreadable as problem:
        status = 503 if problem.code == BUSY else 422
        return _people(request, address, str(problem), status=status, watchable=problem.code == "none")
    coming = _("What they shared is on its way.")  # not within the f-string: there no catalog finds it
    messages.success(request, f"{spoken(done.sentence)} {coming}")
    return redirect(f"/people/{done.follows[0].source.person_id}" if len(done.follows) == 1 else "/people")


def _follow_in_turn(me: Person, address: str, itself: bool) -> Followed:
    """Slow hosts hold two web threads at most; whoever comes then keeps what they typed. Raises Unreadable."""
    if not LOOKING.acquire(blocking=False):
        raise Unreadable(_("We are still looking at other addresses. Press Follow again in a moment."), BUSY)
    try:
        return watch(me, address) if itself else follow_address(me, address)
    finally:
        LOOKING.release()


def _source(me: Person, number: str) -> Follow:
    """A follow of mine, present or past, by its source's id."""
    found = Follow.objects.filter(person=me, via=Follow.Via.RIVER, source_id=people.id_from(number))
    mine = found.select_related("source__person").first()
    if mine is None:
        raise Http404
    return mine


@require_POST
def unfollow(request: HttpRequest) -> HttpResponse:
    mine = _source(_me(request), request.POST.get("source", ""))
    stop(mine.person, mine.source)
    messages.success(
        request, _("You do not follow %(person)s any more. What came stays.") % {"person": mine.source.person}
    )
    return _back(request, "/people")


@require_POST
def mute_source(request: HttpRequest) -> HttpResponse:
    return _set_muted(request, True)


@require_POST
def unmute_source(request: HttpRequest) -> HttpResponse:
    return _set_muted(request, False)


def _set_muted(request: HttpRequest, muted: bool) -> HttpResponse:
    mine = _source(_me(request), request.POST.get("source", ""))
    mute(mine.person, mine.source, muted)
    said = (
        _("%(person)s is muted: still followed, out of your river.")
        if muted
        else _("%(person)s is back in your river.")
    )
    messages.success(request, said % {"person": mine.source.person})
    return _back(request, f"/people/{mine.source.person_id}")


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Looks again now at everything of theirs, or at the one `source`."""
    me = _me(request)
    person = _their(me, pk)
    for source in _asked(request, me, person):
        look_now(source, timezone.now())
    messages.success(request, _("We are looking again."))
    return _back(request, f"/people/{pk}")


@require_POST
def still_them(request: HttpRequest, pk: int) -> HttpResponse:
    """What was held, because it had changed so much, may come in."""
    me = _me(request)
    person = _their(me, pk)
    for source in _asked(request, me, person):
        vouch(source, timezone.now())
    messages.success(request, _("Good to know: what they shared is on its way."))
    return _back(request, f"/people/{pk}")


@require_POST
def read_anyway(request: HttpRequest, pk: int) -> HttpResponse:
    """What was too big is read from now on, up to MOST_READ."""
    me = _me(request)
    person = _their(me, pk)
    for source in _asked(request, me, person):
        read_more(source, timezone.now())
    messages.success(request, _("We are reading it now, up to 50 MB."))
    return _back(request, f"/people/{pk}")


def _asked(request: HttpRequest, me: Person, person: Person) -> list[Source]:
    number = request.POST.get("source", "")
    return [
        source
        for source, mine in people.places(me, person)
        if mine.state == Follow.State.YES and number in ("", str(source.pk))
    ]

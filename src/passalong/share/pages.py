"""The public pages: home, person, tag, permalink. Read by anyone, without an account and without JavaScript.

None takes a form: whatever else is sent here is 405, whoever sends it (RFC 9110, 15.5.6).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from passalong.models import Item, Link, Person
from passalong.models.access import items_of, person_of, unlisted_of
from passalong.models.html_shown import with_proxied_images
from passalong.models.listed import listed
from passalong.share.credited import credits_of
from passalong.share.feed_entries import author_of, entries_of
from passalong.share.feeds import hub_address, node_series, person_series, tag_series
from passalong.share.forms import new_box
from passalong.share.fresh import answer as answer_fresh
from passalong.share.just import just_shared
from passalong.share.lists import at_home, before_of, people_here, shared_by, shelf, tagged, thanks_by
from passalong.share.negotiate import as_feed, feed_wanted
from passalong.share.publish import tag_page
from passalong.share.told import told
from passalong.share.withdraw import withdrawn
from passalong.wire.jsonld import posting, profile
from passalong.wire.websub import write_links

EDITED = timedelta(minutes=1)
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)

UNDONE = "undone"
"""In the session: what was typed in a share that was undone, until the box has it again."""

UNLISTED = "unlisted"
"""`?show=` of the list that only its person sees."""


def answer(request: HttpRequest, changed: datetime, make: Callable[[], HttpResponse]) -> HttpResponse:
    """As `fresh.answer`, and says where this node takes mentions (webmention, 3.1.2)."""
    response = answer_fresh(request, changed, make)
    said = response.headers.get("Link")
    mine = f'<{settings.BASE_URL}/webmention>; rel="webmention"'
    response.headers["Link"] = f"{said}, {mine}" if said else mine
    return response


@csrf_exempt
@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """/: the one person's page, or the people here and what they shared."""
    if kind := feed_wanted(request):
        return as_feed(request, node_series(), kind)
    people = people_here()
    changed = max((person.changed for person in people), default=_EPOCH)
    if len(people) == 1:
        return answer(request, changed, lambda: _person_page(request, people[0], "/"))
    return answer(request, changed, lambda: _people_page(request, people))


@csrf_exempt
@require_safe
def person(request: HttpRequest, handle: str) -> HttpResponseBase:
    """/@name: one person and what they shared, newest first. /@Name leads there."""
    if handle != handle.lower():
        return _to_the_page(request, handle)
    if kind := feed_wanted(request):
        return as_feed(request, person_series(handle), kind)
    found = _person(handle)
    return answer(request, found.changed, lambda: _person_page(request, found, f"/@{handle}"))


@csrf_exempt
@require_safe
def with_slash(request: HttpRequest, handle: str) -> HttpResponseBase:
    """/@name/: as people type it, and as some programs tidy addresses."""
    return _to_the_page(request, handle)


def _to_the_page(request: HttpRequest, handle: str) -> HttpResponseBase:
    """301 to the one address of a person's page (RFC 9110, 15.4.2). Raises Http404."""
    asked = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"/@{_person(handle.lower()).handle}" + (f"?{asked}" if asked else ""))


@csrf_exempt
@require_safe
def tag(request: HttpRequest, handle: str, tag: str) -> HttpResponseBase:
    """/@name/tag/<tag>: what they shared under one tag."""
    if kind := feed_wanted(request):
        return as_feed(request, tag_series(handle, tag), kind)
    found = _person(handle)

    def make() -> HttpResponse:
        path = tag_page(found, tag).removeprefix(settings.BASE_URL)
        said = {"person": found, "tag": tag, **_listing(request, tagged(found, tag), path)}
        if not said["shelf"].rows:
            raise Http404
        return with_hub(render(request, "share/tag.html", said), said["feeds"])

    return answer(request, found.changed, make)


@csrf_exempt
@require_safe
def permalink(request: HttpRequest, handle: str, ref: str) -> HttpResponse:
    """/@name/<id>: one thing somebody shared, whole; 410 once it is taken back."""
    found = _person(handle)
    return answer(request, found.changed, lambda: _item_page(request, found, ref))


def with_hub(page: HttpResponse, feeds: str) -> HttpResponse:
    """The page of a list says who tells at once when it changes, and what to ask for: its feed (WebSub, section 4)."""
    page.headers["Link"] = write_links(hub_address(), f"{feeds}/feed.atom")
    return page


def _person(handle: str) -> Person:
    try:
        return Person.objects.get(handle=handle, user__isnull=False)
    except Person.DoesNotExist:
        raise Http404 from None


def find_item(person: Person, ref: str) -> Item | None:
    """The item of this person at `/@name/<ref>`, gone or not. What is unlisted needs its whole address."""
    number = before_of(ref.partition("-")[0])
    if number is None:
        return None
    item = items_of(person).select_related("page", "body", "source__person").filter(pk=number).first()
    return item if item and item.page and item.page.url.endswith(f"/{ref}") else None


def item_at(person: Person, ref: str) -> Item:
    """As `find_item`. Raises Http404."""
    item = find_item(person, ref)
    if item is None:
        raise Http404
    return item


def _listing(request: HttpRequest, items: QuerySet[Item], path: str) -> dict[str, Any]:
    """What every list page shows: a shelf, and where it and its feeds are."""
    before = before_of(request.GET.get("before", ""))
    return {
        "shelf": shelf(items, before, person_of(request)),
        "before": before,
        "path": path,
        "canonical": at_home(path if before is None else f"{path}?before={before}"),
        "feeds": at_home(path.rstrip("/")),
    }


def _person_page(request: HttpRequest, who: Person, path: str) -> HttpResponse:
    me = person_of(request)
    if me == who and request.GET.get("show") == UNLISTED:
        return _unlisted_page(request, who)
    said: dict[str, Any] = {"person": who, **_listing(request, shared_by([who]), path)}
    said["feeds"] = f"{settings.BASE_URL}/@{who.handle}"
    said["face"] = author_of(who).photo
    said["json_ld"] = mark_safe(_profile(who))  # noqa: S308 - safe by its own rule
    said["canonical"] = said["canonical"].replace(f"{settings.BASE_URL}/?", f"{who.url}?")
    if path == "/" and said["before"] is None:
        said["canonical"] = who.url
    if said["before"] is None:
        said["thanks"] = thanks_by(who)
    if me == who and said["before"] is None:
        said |= {"box": new_box(what=request.session.pop(UNDONE, "")), "just": just_shared(request, me)}
        said["unlisted"] = unlisted_of(me).exists()
    return with_hub(render(request, "share/person.html", said), said["feeds"])


def _unlisted_page(request: HttpRequest, me: Person) -> HttpResponse:
    """/@name?show=unlisted: what is on no other list, for the one who shared it alone."""
    said = {"person": me, "which": UNLISTED, **_listing(request, unlisted_of(me), f"/@{me.handle}")}
    return render(request, "share/unlisted.html", said)


def _profile(who: Person) -> str:
    """What machines are told of a person, as JSON-LD."""
    same = tuple(who.elsewhere.split())
    return profile(author_of(who), who.url, about=who.note, handle=who.handle or "", same=same)


def _people_page(request: HttpRequest, people: list[Person]) -> HttpResponse:
    said: dict[str, Any] = {"people": people, **_listing(request, shared_by(people), "/")}
    me = person_of(request)
    if me and said["before"] is None:
        said |= {"box": new_box(what=request.session.pop(UNDONE, "")), "just": just_shared(request, me)}
    return with_hub(render(request, "share/people.html", said), said["feeds"])


def _item_page(request: HttpRequest, who: Person, ref: str) -> HttpResponse:
    item = item_at(who, ref)
    me = person_of(request)
    if item.gone:
        kept = withdrawn(item) if me == who else None
        return render(request, "share/gone.html", {"person": who, "mine": me == who, "kept": kept}, status=410)
    (row,) = listed([item.pk], me)
    links = Link.objects.filter(item=item).exclude(rel__in=(Link.Rel.LINK, Link.Rel.TAG)).select_related("page")
    for link in links.order_by("id") if not row.pages else ():
        row.pages.setdefault(link.rel, []).append(link.page)
    (entry,) = entries_of([item])
    article = item.kind == Item.Kind.ARTICLE
    response = render(
        request,
        "share/permalink.html",
        {
            "person": who,
            "item": item,
            "row": row,
            "credits": credits_of(row.pages.get(Link.Rel.VIA, [])),
            "tags": [(tag, tag_page(who, tag)) for tag in item.tags],
            "body": mark_safe(with_proxied_images(item.body.html)) if item.body else "",  # noqa: S308 - safe by intake
            "edited": item.body is not None and item.body.since - item.arrived > EDITED,
            "json_ld": mark_safe(posting(entry, author_of(who), article=article)),  # noqa: S308 - safe by its own rule
            "canonical": item.page.url if item.page else "",
            "feeds": who.url,
            "mine": me == who,
            "letters": told(item) if me == who else (),
            "unlisted": item.audience == Item.Audience.UNLISTED,
        },
    )
    if item.audience == Item.Audience.UNLISTED:
        response.headers["X-Robots-Tag"] = "noindex"
    return response

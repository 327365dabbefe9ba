"""The feeds of a person, of one of their tags, and of everyone here.

who is asked for -> has it changed since? (304) -> a page of public items -> OutFeed -> bytes. Nothing unlisted and
nothing taken back is ever in them: `models.access.public_shares` is the only list they read.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from passalong.intake.pages import normal
from passalong.models import Item, Link, Person, Source
from passalong.models.access import public_shares
from passalong.share.archives import PAGE, archive_below, newest
from passalong.share.feed_entries import author_of, entries_of
from passalong.share.fresh import code_version
from passalong.share.lists import before_of
from passalong.share.publish import tag_page
from passalong.wire.feed_write import CONTENT_TYPES, WRITERS, FeedKind, OutFeed
from passalong.wire.websub import write_links

HUB_PATH = "/websub"
TOLD_FOR = timedelta(days=90)
MOST_TOLD = 50
"""Things taken back that a feed speaks of, and for how long."""
ONCE_PUBLIC = Q(audience=Item.Audience.PUBLIC) | Q(guid__regex=r"/[0-9]+$")
"""Only what was unlisted from the beginning has an address that nobody can guess (`publish.permalink`)."""
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Series:
    """A list that has feeds: whose shares stand on it, and how it calls itself."""

    people: tuple[Person, ...]
    home: str
    """The page that shows it; its feeds lie below."""
    title: str
    key: str
    """What makes its identity, the same when the node moves to another address."""
    changed: datetime
    tag: str = ""
    """The page of the tag that all of it carries; '' for everything."""

    @property
    def person(self) -> Person | None:
        """Whose it is; None where it is several people's."""
        return self.people[0] if len(self.people) == 1 else None


@csrf_exempt
@require_safe
def person_feed(request: HttpRequest, handle: str, kind: FeedKind) -> HttpResponseBase:
    """/@name/feed.<kind>: what a person of this node shares."""
    return feed_view(request, person_series(handle), kind)


@csrf_exempt
@require_safe
def tag_feed(request: HttpRequest, handle: str, tag: str, kind: FeedKind) -> HttpResponseBase:
    """/@name/tag/<tag>/feed.<kind>: what they share under one tag. A tag not used yet is an empty feed."""
    return feed_view(request, tag_series(handle, tag), kind)


@csrf_exempt
@require_safe
def node_feed(request: HttpRequest, kind: FeedKind) -> HttpResponseBase:
    """/feed.<kind>: what everyone here shares."""
    return feed_view(request, node_series(), kind)


def person_series(handle: str) -> Series:
    """Raises Http404, as `tag_series` does."""
    person = _person(handle)
    return Series((person,), person.url, str(person), f"person:{person.pk}", person.changed)


def tag_series(handle: str, tag: str) -> Series:
    person = _person(handle)
    home = normal(tag_page(person, tag))
    return Series((person,), home, f"{person}: #{tag}", f"tag:{person.pk}:{tag.lower()}", person.changed, home)


def node_series() -> Series:
    people = tuple(Person.objects.filter(handle__isnull=False).order_by("id"))
    changed = max((person.changed for person in people), default=_EPOCH)
    title = str(people[0]) if len(people) == 1 else urlsplit(settings.BASE_URL).netloc
    return Series(people, f"{settings.BASE_URL}/", title, f"node:{people[0].pk if people else ''}", changed)


def place_of(series: Series, kind: FeedKind) -> str:
    """Where this feed of the list lies."""
    return f"{series.home.rstrip('/')}/feed.{kind}"


def feed_view(request: HttpRequest, series: Series, kind: FeedKind) -> HttpResponseBase:
    """The page of the list that is asked for (`?before=<id>`), or 304 where the asker has it already."""
    before = _before(request)
    place = place_of(series, kind)
    etag = _etag(place, before, series)
    known = get_conditional_response(request, etag=etag, last_modified=int(series.changed.timestamp()))
    if known is not None:
        return _with_headers(known, etag, series)
    feed = read_feed(series, place, before)
    response = HttpResponse(WRITERS[kind](feed), content_type=CONTENT_TYPES[kind])
    # WebSub section 4: the header is what every subscriber has to understand, whatever the format.
    response.headers["Link"] = write_links(hub_address() if feed.hubs else "", feed.url)
    if feed.lang:
        response.headers["Content-Language"] = feed.lang
    return _with_headers(response, etag, series)


def read_feed(series: Series, place: str, before: int | None) -> OutFeed:
    """One page of the list as a feed that lies at `place`: the newest, or the archive before an id (RFC 5005)."""
    shared, person = _shared(series), series.person
    archive = archive_below(_rows(series, shared), before) if before is not None else None
    page = shared.filter(pk__lt=before, pk__gte=archive.lowest) if archive else shared
    # Ids first: where several people's items are sorted, no body goes through the sorting.
    ids = list(page.order_by("-pk").values_list("pk", flat=True)[: PAGE + 1])
    shown = Item.objects.select_related("body", "page", "source__person").filter(pk__in=ids[:PAGE]).order_by("-pk")
    more = len(ids) > PAGE
    older = archive.older if archive else newest(_rows(series, shared)) if more else None
    newer = _at(place, archive.newer) if archive else ""
    return OutFeed(
        id=uuid.uuid5(uuid.NAMESPACE_URL, f"passalong:{series.key}").urn,
        url=_at(place, before) or place,
        home=series.home,
        title=series.title,
        subtitle=person.note if person else "",
        updated=series.changed,
        entries=entries_of(shown),
        gone=() if archive else _taken_back(series),
        authors=(author_of(person),) if person else (),
        icon=author_of(person).photo if person else "",
        lang=person.lang if person else "",
        licence=person.licence if person else "",
        hubs=() if archive else (hub_address(),),  # the hub tells of the newest alone
        first=place if archive else "",
        previous=(newer or place) if archive else "",
        next=_at(place, ids[PAGE - 1] if more else older),
        archive=archive is not None,
        current=place if archive else "",
        prev_archive=_at(place, older),
        next_archive=newer,
    )


def _at(place: str, before: int | None) -> str:
    return "" if before is None else f"{place}?before={before}"


def _person(handle: str) -> Person:
    person = Person.objects.filter(handle=handle).first()
    if person is None:
        raise Http404(f"Nobody here is called {handle}.")
    return person


def _shared(series: Series) -> QuerySet[Item]:
    """Its public items. The sources are asked for first: the index (source, -id) then answers without sorting."""
    sources = list(Source.objects.filter(person__in=series.people, kind=Source.Kind.HERE).values_list("pk", flat=True))
    items = (
        public_shares().filter(source_id=sources[0])
        if len(sources) == 1
        else public_shares().filter(source__in=sources)
    )
    return items.filter(links__rel=Link.Rel.TAG, links__page__url=series.tag) if series.tag else items


def _rows(series: Series, shared: QuerySet[Item]) -> QuerySet[Item]:
    """What archives are counted in: everything that ever stood there, but of a tag only what stands there now."""
    mine = Item.objects.filter(source__person__in=series.people, source__kind=Source.Kind.HERE)
    return shared if series.tag else mine


def _taken_back(series: Series) -> tuple[tuple[str, datetime], ...]:
    """What was taken back lately, or became unlisted, so that those who read it know (promises P17, P19)."""
    mine = Item.objects.filter(source__person__in=series.people, source__kind=Source.Kind.HERE)
    since = series.changed - TOLD_FOR
    unlisted = Q(audience=Item.Audience.UNLISTED, gone=None, changed__gte=since)
    left = mine.filter(ONCE_PUBLIC, Q(gone__gte=since) | unlisted).annotate(since=Coalesce("gone", "changed"))
    return tuple(left.order_by("-since").values_list("guid", "since")[:MOST_TOLD])


def _before(request: HttpRequest) -> int | None:
    stated = request.GET.get("before")
    before = before_of(stated or "")
    if stated is not None and before is None:
        raise Http404("There is no such page of this list.")
    return before


def hub_address() -> str:
    """Where whoever wants to hear at once of a change asks for it."""
    return f"{settings.BASE_URL}{HUB_PATH}"


def _etag(place: str, before: int | None, series: Series) -> str:
    """Changes with what is public of the person, with the program, and with nothing else."""
    said = "\n".join((place, str(before), series.changed.isoformat(), series.title, code_version()))
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:24]}"'


def _with_headers(response: HttpResponse, etag: str, series: Series) -> HttpResponse:
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(series.changed.timestamp())
    response.headers["Cache-Control"] = "public, no-cache"
    # Readers that live in a browser may read what is public anyway.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response

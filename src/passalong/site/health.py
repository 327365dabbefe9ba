"""Is it alive, is it ready: two answers for whoever watches over the node."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Max
from django.db.utils import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from passalong.models import Source

LATE = timedelta(hours=24)


def still_since() -> datetime | None:
    """Since when nothing comes in any more: None, unless what was due a day ago has still not been fetched (F47)."""
    due = Source.objects.filter(fetch_at__lt=timezone.now() - LATE).order_by("fetch_at").first()
    if due is None:
        return None
    last: datetime | None = Source.objects.aggregate(last=Max("fetched"))["last"]
    return last or due.fetch_at


def livez(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return HttpResponse("alive\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """503 where the database does not answer, or nothing was fetched for a day although it was due."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        late = still_since() is not None
    except DatabaseError:
        return HttpResponse("The database does not answer.\n", status=503, content_type="text/plain")
    if late:
        return HttpResponse("The worker has not fetched for a day.\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")

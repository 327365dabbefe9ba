"""Is it alive, is it ready: two answers for whoever watches over the node."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.db.utils import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from passalong.models import Source

LATE = timedelta(hours=24)


def livez(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return HttpResponse("alive\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """503 where the database does not answer, or nothing was fetched for a day although it was due."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        late = Source.objects.filter(fetch_at__lt=timezone.now() - LATE).exists()
    except DatabaseError:
        return HttpResponse("The database does not answer.\n", status=503, content_type="text/plain")
    if late:
        return HttpResponse("The worker has not fetched for a day.\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")

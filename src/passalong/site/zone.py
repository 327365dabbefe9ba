"""The time zones one can live in; and the one a browser says, taken while the person has chosen none."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from passalong.models import Person
from passalong.models.access import person_of

REGIONS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)
ZONES = [("UTC", "UTC"), *((zone, zone) for zone in sorted(available_timezones()) if zone.startswith(REGIONS))]
"""UTC, and a city each: the database's other names are old, or mean the machine it lies on."""


@require_POST
def my_zone(request: HttpRequest) -> HttpResponse:
    """/settings/zone: what the browser says (static/passalong.js). A choice stays; what is no city is UTC."""
    person = person_of(request)
    assert person is not None  # the route is the owner's
    said = request.POST.get("zone", "")
    Person.objects.filter(pk=person.pk, zone="").update(zone=said if said in dict(ZONES) else "UTC")
    return HttpResponse(status=204)

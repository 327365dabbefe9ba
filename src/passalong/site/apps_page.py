"""Apps that act for a person: the list in their settings, and the button that ends one at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from passalong.keys.issue import end
from passalong.keys.scopes import SCOPES
from passalong.models import Grant, Person
from passalong.models.access import person_of


@dataclass(frozen=True, slots=True)
class Row:
    grant: Grant
    host: str
    """Where the app lives; '' for a token made at the command line."""
    may: Sequence[str | Promise]


def apps_of(person: Person) -> list[Row]:
    """Whoever may act for this person now, the newest first."""
    grants = Grant.objects.filter(person=person, ended__isnull=True, since__isnull=False).order_by("-since")[:200]
    return [Row(grant, urlsplit(grant.client_id).netloc, [SCOPES[w] for w in grant.scope.split()]) for grant in grants]


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """/settings/apps/<id>/remove: what it holds opens nothing from now on."""
    grant = Grant.objects.filter(pk=pk, person=person_of(request), ended__isnull=True).first()
    if grant is None:
        raise Http404
    end(grant)
    messages.success(request, _("Removed: it can do nothing here any more."))
    return redirect("/settings")

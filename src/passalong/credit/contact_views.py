"""/came-back/first-contact: who answered for the first time, and may they come in?"""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from passalong.credit.contact import approve, ask_again, asking_of, refuse, shown, welcomed
from passalong.models import Person
from passalong.models.access import person_of

PAGE = "/came-back/first-contact"


def _me(request: HttpRequest) -> Person:
    return cast("Person", person_of(request))


@never_cache
@require_safe
def first_contact(request: HttpRequest) -> HttpResponse:
    """The short list, the newest first."""
    me = _me(request)
    return render(request, "credit/first_contact.html", {"rows": shown(asking_of(me)), "welcomed": welcomed(me)})


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """`say`: yes, always or no, to one of the list; again, to one who was always welcome. Http404 for others'."""
    me, said = _me(request), request.POST.get("say", "")
    if said == "no":
        done, sentence = refuse(me, pk), _("It stays out.")
    elif said in ("yes", "always"):
        done, sentence = approve(me, pk, always=said == "always"), _("It is in.")
    elif said == "again":
        done, sentence = ask_again(me, pk), _("You will be asked about them again.")
    else:
        raise Http404
    if not done:
        raise Http404
    messages.success(request, sentence)
    return redirect(PAGE)

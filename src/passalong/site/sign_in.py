"""Who may come in: the holder of a one-time link printed at start, or of a password or passkey set later."""

from __future__ import annotations

import secrets
import time
from datetime import timedelta
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from passalong.models import Person, Token
from passalong.models.token import hashed
from passalong.site.account_forms import SENTENCES

HELLO_FOR = timedelta(hours=24)
BY_LINK = "link"
"""In the session's record of proofs: the holder of the printed link."""
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class NobodySignsUp(DefaultAccountAdapter):  # type: ignore[misc]
    """A node belongs to its people: no stranger makes an account."""

    error_messages = DefaultAccountAdapter.error_messages | SENTENCES

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not of whoever came in within the hour, nor of whoever has nothing to show but the session: who came by the
        printed link chooses a first password whenever they like."""
        if not super().is_reauthentication_required(app=app, **kwargs):
            return False
        return bool(self.get_reauthentication_methods(self.request.user)) and not last_proof(self.request)


def last_proof(request: HttpRequest) -> str:
    """How this session's person last showed that it is them (`BY_LINK`, "password", "mfa"); "" where that was more than
    an hour ago."""
    records = get_authentication_records(request, request.user)
    if not records or time.time() - records[-1]["at"] >= app_settings.REAUTHENTICATION_TIMEOUT:
        return ""
    return str(records[-1]["method"])


def hello_token(person: Person) -> str:
    """A new one-time token; the ones printed before end, so that an old terminal opens nothing."""
    Token.objects.filter(person=person, use=Token.Use.HELLO).delete()
    token = secrets.token_urlsafe(24)
    Token.objects.create(person=person, use=Token.Use.HELLO, hash=hashed(token), ends=timezone.now() + HELLO_FOR)
    return token


@never_cache
@require_GET
def hello(request: HttpRequest, token: str) -> HttpResponse:
    """Signs in whoever holds the link, once: the conditional UPDATE lets exactly one of two clicks win."""
    now = timezone.now()
    won = Token.objects.filter(use=Token.Use.HELLO, hash=hashed(token), spent__isnull=True, ends__gt=now).update(
        spent=now
    )
    if not won:
        if request.user.is_authenticated:
            return redirect("/river")
        return render(request, "sign_in/spent.html", status=410)
    person = Person.objects.select_related("user").get(tokens__hash=hashed(token))
    login(request, person.user, backend=BACKEND)
    record_authentication(request, person.user, BY_LINK, reauthenticated=True)
    return redirect("/")

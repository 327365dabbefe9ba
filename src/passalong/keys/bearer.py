"""Who asks with a token: in the Authorization header, or in a form; never both, never the address (RFC 6750)."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from passalong.models import Grant, Token
from passalong.models.token import hashed

FORM = "application/x-www-form-urlencoded"
USED_EVERY = timedelta(minutes=5)


class TwoTokens(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """RFC 6750, 2: a client uses one method only."""


def text_of(request: HttpRequest) -> str:
    """The token as sent, '' for none. Raises TwoTokens. A body is read only where it is a plain form."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    header = given.strip() if kind.lower() == "bearer" else ""
    body = request.POST.getlist("access_token") if request.method == "POST" and request.content_type == FORM else []
    if len(body) > 1 or (header and body):
        raise TwoTokens
    return header or (body[0] if body else "")


def alive(text: str) -> Token | None:
    """The access token, where it is known, has not ended, and its person may sign in here."""
    now = timezone.now()
    found = (
        Token.objects.filter(Q(ends__isnull=True) | Q(ends__gt=now), use=Token.Use.APP, hash=hashed(text))
        .filter(grant__ended__isnull=True, grant__since__isnull=False, person__user__is_active=True)
        .select_related("person__user", "grant")
        .first()
    )
    if found and found.grant and (found.grant.used is None or now - found.grant.used > USED_EVERY):
        Grant.objects.filter(pk=found.grant.pk).update(used=now)
    return found


def scopes_of(token: Token) -> frozenset[str]:
    return frozenset(token.scope.split())


def take(request: HttpRequest, token: Token) -> None:
    """From here on the request is that of the token's person, whatever cookies came with it."""
    request._person = token.person  # type: ignore[attr-defined]
    request._token = token  # type: ignore[attr-defined]


def token_of(request: HttpRequest) -> Token:
    """The token a route for apps was opened with."""
    token: Token = request._token  # type: ignore[attr-defined]
    return token

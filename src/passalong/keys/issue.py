"""Codes and tokens: made, exchanged once, renewed in turn, ended. Only their hashes are kept.

consent -> grant + code -> (code, verifier) -> access + refresh token -> refresh -> the next pair ...
What is used a second time was stolen: everything that came of the consent ends (RFC 6749, 4.1.2; RFC 9700, 4.14).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from passalong.keys.scopes import known, unknown
from passalong.models import Grant, Person, Token
from passalong.models.token import hashed
from passalong.wire.client import canonical

CODE_FOR = timedelta(minutes=5)
"""RFC 6749, 4.1.2: ten minutes at most."""
ACCESS_FOR = timedelta(days=30)
"""Many apps that share cannot renew a token: they would ask their person anew each time it ends."""
REFRESH_FOR = timedelta(days=180)
"""An app that was not used for so long asks its person again (IndieAuth, 5.5)."""
TWICE_AT_ONCE = timedelta(seconds=10)
"""An app that renews in two threads is no thief: the second is refused, and the first keeps what it got."""
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}", re.ASCII)


class Refused(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """Why nothing is given. `code` is the error of RFC 6749, 5.2; `str()` one sentence for whoever made the app."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Wish:
    """What an app asks a person for, checked (`client.py`)."""

    client_id: str
    name: str
    redirect_uri: str
    challenge: str
    scope: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """What an app gets. The texts are nowhere else."""

    grant: Grant
    access: str
    refresh: str
    scope: str
    lasts: int
    """Seconds the access token lasts."""


def allow(person: Person, wish: Wish) -> str:
    """The person said yes: a code, to be exchanged within five minutes."""
    with transaction.atomic():
        grant = Grant.objects.create(
            person=person,
            client_id=wish.client_id,
            name=wish.name,
            scope=" ".join(wish.scope),
            redirect_uri=wish.redirect_uri,
            challenge=wish.challenge,
        )
        return _new(grant, Token.Use.CODE, grant.scope, CODE_FOR)


def by_hand(person: Person, name: str, scope: tuple[str, ...]) -> str:
    """A token for `passalong token`: until it is removed."""
    now = timezone.now()
    with transaction.atomic():
        grant = Grant.objects.create(person=person, name=name, scope=" ".join(scope), since=now)
        return _new(grant, Token.Use.APP, grant.scope, None)


def _new(grant: Grant, use: str, scope: str, lasts: timedelta | None) -> str:
    text = secrets.token_urlsafe(32)
    now = timezone.now()
    ends = now + lasts if lasts else None
    Token.objects.create(
        person=grant.person, grant=grant, use=use, hash=hashed(text), name=grant.name, scope=scope, made=now, ends=ends
    )
    return text


def redeem(code: str, client_id: str, redirect_uri: str, verifier: str) -> Grant:
    """The grant a code stands for, once. Raises Refused.

    The conditional UPDATE lets exactly one of two askers win. Whatever is wrong afterwards, the code is spent.
    """
    now = timezone.now()
    found = Token.objects.filter(use=Token.Use.CODE, hash=hashed(code)).select_related("grant__person__user").first()
    if found is None or found.grant is None:
        raise Refused("invalid_grant", "This code is not known here.")
    grant = found.grant
    won = Token.objects.filter(pk=found.pk, spent__isnull=True).update(spent=now)
    if not won:
        end(grant)
        raise Refused("invalid_grant", "This code was used before; all that was given for it has ended.")
    fits = (
        canonical(client_id) == grant.client_id
        and redirect_uri == grant.redirect_uri
        and fits_challenge(verifier, grant)
    )
    if not fits or not _stands(found, grant):
        end(grant)
        raise Refused("invalid_grant", "This code has ended, or was given for another client, address or verifier.")
    return grant


def fits_challenge(verifier: str, grant: Grant) -> bool:
    """S256 (RFC 7636, 4.6)."""
    if not _VERIFIER.fullmatch(verifier):
        return False
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return hmac.compare_digest(digest, grant.challenge)


def _stands(token: Token, grant: Grant) -> bool:
    """Not over, not ended, and of somebody who may still sign in here."""
    over = token.ends is not None and token.ends <= timezone.now()
    user = grant.person.user
    return not over and grant.ended is None and user is not None and user.is_active


def exchange(code: str, client_id: str, redirect_uri: str, verifier: str) -> Pair:
    """Tokens for a code. Raises Refused; also for a code without any scope, which only says who somebody is
    (IndieAuth, 5.3.3)."""
    grant = redeem(code, client_id, redirect_uri, verifier)
    if not grant.scope:
        end(grant)
        raise Refused("invalid_grant", "This code only says who somebody is: take it to the authorization endpoint.")
    Grant.objects.filter(pk=grant.pk).update(since=timezone.now())
    return _pair(grant, grant.scope)


def identify(code: str, client_id: str, redirect_uri: str, verifier: str) -> Grant:
    """The grant, for signing in elsewhere: it opens nothing here and has ended. Raises Refused."""
    grant = redeem(code, client_id, redirect_uri, verifier)
    end(grant)
    return grant


def _pair(grant: Grant, scope: str) -> Pair:
    """The refresh token keeps the whole scope (IndieAuth, 5.5.1)."""
    with transaction.atomic():
        access = _new(grant, Token.Use.APP, scope, ACCESS_FOR)
        refresh = _new(grant, Token.Use.REFRESH, grant.scope, REFRESH_FOR)
    return Pair(grant, access, refresh, scope, int(ACCESS_FOR.total_seconds()))


def renew(refresh: str, client_id: str, scope: str = "") -> Pair:
    """The next pair for a refresh token, which is spent by it. `scope` may be narrower, never wider, and a word that
    means nothing here was never given (RFC 6749, 6 and 5.2). Raises Refused."""
    now = timezone.now()
    found = Token.objects.filter(use=Token.Use.REFRESH, hash=hashed(refresh)).select_related("grant__person__user")
    token = found.first()
    if token is None or token.grant is None or token.grant.client_id != canonical(client_id):
        raise Refused("invalid_grant", "This refresh token is not known here, or belongs to another client.")
    grant = token.grant
    asked = scope.split()
    narrowed = known(asked)
    if unknown(asked) or not set(narrowed) <= set(grant.scope.split()):
        raise Refused("invalid_scope", "A renewed token can do less than the first, never more.")
    if not _stands(token, grant):
        raise Refused("invalid_grant", "This refresh token has ended: ask the person again.")
    if not Token.objects.filter(pk=token.pk, spent__isnull=True).update(spent=now):
        token.refresh_from_db(fields=["spent"])
        if token.spent is None or now - token.spent > TWICE_AT_ONCE:
            end(grant)
        raise Refused("invalid_grant", "This refresh token was used before.")
    return _pair(grant, " ".join(narrowed) or grant.scope)


def end(grant: Grant) -> None:
    """Nothing that came of this consent opens anything from now on."""
    Grant.objects.filter(pk=grant.pk, ended__isnull=True).update(ended=timezone.now())


def revoke(text: str) -> None:
    """Ends what this token belongs to; an unknown one is as good as ended (RFC 7009, 2.2)."""
    token = Token.objects.filter(use__in=(Token.Use.APP, Token.Use.REFRESH), hash=hashed(text)).first()
    if token and token.grant_id:
        Grant.objects.filter(pk=token.grant_id, ended__isnull=True).update(ended=timezone.now())

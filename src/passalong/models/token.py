"""A key to this node: the one-time sign-in link, and the codes and tokens of apps. Only hashes are kept."""

from __future__ import annotations

import hashlib

from django.db import models
from django.utils import timezone

from .grant import Grant
from .person import Person
from .row import Row


def hashed(token: str) -> str:
    """What is kept of a token. Tokens are long and random, so that one round is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class Token(Row):
    class Use(models.TextChoices):
        HELLO = "hello"
        """Signs in once, then is spent."""
        APP = "app"
        """Acts for the person (RFC 6750), as far as its scope goes."""
        CODE = "code"
        """Exchanged once for tokens (RFC 6749, 4.1.2)."""
        REFRESH = "refresh"
        """Exchanged once for the next pair (RFC 6749, 6)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tokens")
    grant = models.ForeignKey(Grant, null=True, blank=True, on_delete=models.CASCADE, related_name="tokens")
    """The consent it came of; null for a sign-in link."""
    use = models.CharField(max_length=10, choices=Use)
    hash = models.CharField(max_length=64, unique=True)
    """SHA-256 of the token: what is stored opens nothing."""
    name = models.CharField(max_length=200, blank=True)
    scope = models.CharField(max_length=300, blank=True)
    made = models.DateTimeField(default=timezone.now)
    ends = models.DateTimeField(null=True, blank=True)
    spent = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.use} {self.name}"

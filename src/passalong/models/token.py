"""A key to this node: the one-time sign-in link, and later the tokens of apps. Only hashes are kept."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from .person import Person
from .row import Row


class Token(Row):
    class Use(models.TextChoices):
        HELLO = "hello"
        """Signs in once, then is spent."""
        APP = "app"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tokens")
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

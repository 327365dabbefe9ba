"""A person of this node lets an app act for them: what it may do, since when, and that it has ended."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .person import Person
from .row import Row


class Grant(Row):
    """One consent, and the family of all tokens that came of it: ended, none of them opens anything."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    client_id = models.CharField(max_length=2000, blank=True)
    """The app's address; '' for a token that was made at the command line."""
    name = models.CharField(max_length=200)
    """As the app calls itself, or as the person called it: never shown without its host."""
    scope = models.CharField(max_length=300, blank=True)
    """What it may do, words with spaces between; '' is nothing but saying who one is."""
    redirect_uri = models.CharField(max_length=2000, blank=True)
    challenge = models.CharField(max_length=128, blank=True)
    """The code challenge it began with (RFC 7636, 4.2), method S256."""
    made = models.DateTimeField(default=timezone.now)
    since = models.DateTimeField(null=True, blank=True)
    """When its code was exchanged for tokens; null until then."""
    used = models.DateTimeField(null=True, blank=True)
    """When it last did something, to within some minutes."""
    ended = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-since"], name="grant_alive", condition=Q(ended__isnull=True))]

    def __str__(self) -> str:
        return f"{self.name} for {self.person_id}"

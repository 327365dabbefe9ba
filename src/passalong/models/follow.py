"""A person wants what a source shares, by some pipe to some address; both directions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .person import Person
from .row import Row
from .source import Source


class Follow(Row):
    class State(models.TextChoices):
        ASKED = "asked"
        YES = "yes"
        ENDED = "ended"

    class Via(models.TextChoices):
        RIVER = "river"
        """Somebody here reads it in their river."""
        ANSWERS = "answers"
        """What it answers comes straight in, without a question; ended: it never comes in."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="follows")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="follows")
    via = models.CharField(max_length=12, choices=Via, default=Via.RIVER)
    address = models.CharField(max_length=2000, blank=True)
    state = models.CharField(max_length=6, choices=State, default=State.YES)
    muted = models.BooleanField(default=False)
    since = models.DateTimeField(default=timezone.now)
    seen_until = models.DateTimeField(default=timezone.now)
    """Everything of this source that arrived up to here counts as seen."""
    seen_before = models.DateTimeField(null=True, blank=True)
    """What seen_until was before everything was marked as seen: the way back."""
    unseen = models.PositiveIntegerField(default=0)
    """Items that arrived after seen_until and are not marked seen: kept here, so that nobody has to count."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "source", "via"], name="follow_once"),
            models.UniqueConstraint(
                fields=["source", "via", "address"], name="follow_address", condition=~Q(address="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} follows {self.source_id}"

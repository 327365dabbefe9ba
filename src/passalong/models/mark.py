"""What a reader did with an item: seen, kept, hidden."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .item import Item
from .person import Person
from .row import Row


class Mark(Row):
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="marks")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="marks")
    seen = models.DateTimeField(null=True, blank=True)
    kept = models.DateTimeField(null=True, blank=True)
    hidden = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "item"], name="mark_once")]
        indexes = [
            models.Index(fields=["person", "-kept"], name="mark_kept", condition=Q(kept__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.item_id}"

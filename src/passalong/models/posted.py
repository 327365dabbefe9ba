"""What an app sent with a share and our pages do not show; and what it deleted, for the day it can come back."""

from __future__ import annotations

from django.db import models

from .item import Item
from .row import Row


class Posted(Row):
    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="posted")
    more = models.JSONField(default=dict, blank=True)
    """Properties we have no place for, returned when its source is asked for (Micropub, 3.3.4)."""
    html = models.BooleanField(default=False)
    """It was written as HTML, so its source is given as HTML (Micropub, 3.7.2)."""


class Withdrawn(Row):
    """Its tombstone is public at once. What it said stays here, private, until it is brought back or `ends`."""

    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="withdrawn")
    said = models.JSONField(default=dict)
    """Its source (microformats2 properties), with the ids of its files under `files`."""
    ends = models.DateTimeField(db_index=True)

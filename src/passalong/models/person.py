"""Someone who shares: me, those I follow, those who answer."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from .row import Row


class Person(Row):
    """A person lives at an address. One who has a `user` lives here; everyone else lives elsewhere."""

    url = models.CharField(max_length=2000, unique=True)
    """Their home on the web; for a person of this node its own public page."""
    user = models.OneToOneField(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    handle = models.CharField(max_length=60, unique=True, null=True, blank=True)
    """The name in `/@name`; null for people who live elsewhere."""
    name = models.CharField(max_length=300, blank=True)
    name_is_mine = models.BooleanField(default=False)
    """The name was corrected by hand: what a feed says does not change it again."""
    note = models.TextField(blank=True)
    photo = models.CharField(max_length=2000, blank=True)
    """Address of their picture; of a person of this node without the node's own address (share/face.py)."""
    elsewhere = models.TextField(blank=True)
    """Addresses of other places of theirs, one a line, as they state them."""
    lang = models.CharField(max_length=35, default="en", blank=True)
    licence = models.CharField(max_length=200, blank=True)
    """Address of the licence of everything they share; '' is none stated."""
    zone = models.CharField(max_length=60, default="", blank=True)
    """Time zone; '' until one is chosen or the browser has said one: UTC."""
    language = models.CharField(max_length=10, default="", blank=True)
    """The language their pages speak to them in; '' is as the browser asks."""
    shortcuts = models.BooleanField(default=True)
    """Single-key shortcuts are on (WCAG 2.1.4 asks for the switch)."""
    first_moves = models.CharField(max_length=60, default="", blank=True)
    """Which of the first moves are still to be made (first_moves.py); '' is none."""
    made = models.DateTimeField(default=timezone.now)
    changed = models.DateTimeField(default=timezone.now)
    """Moves with every change of what is public here: the validator of their pages and feeds."""

    def __str__(self) -> str:
        return self.name or self.handle or self.url.partition("://")[2].rstrip("/")

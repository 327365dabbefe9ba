"""One address on the web: items live at pages, links point to pages."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .row import Row


class Page(Row):
    """What we know of it (title, picture ...) comes later, from the page itself, when somebody here shares it."""

    url = models.CharField(max_length=2000, unique=True)
    """Normalised (`wire.address.normalise`)."""
    key = models.CharField(max_length=2000, db_index=True)
    """`wire.address.key` of url: http and https, www and a last slash fold into one. Where it turned out to lead to
    another page (a short address, a redirect), that page's key: so all that points to one page has one key."""
    canonical = models.CharField(max_length=2000, blank=True)
    """What the page itself says is its address, where that differs."""
    title = models.CharField(max_length=500, blank=True)
    description = models.CharField(max_length=1000, blank=True)
    picture = models.CharField(max_length=2000, blank=True)
    author = models.CharField(max_length=300, blank=True)
    site = models.CharField(max_length=300, blank=True)
    lang = models.CharField(max_length=35, blank=True)

    look_at = models.DateTimeField(null=True, blank=True)
    """When the worker should read the page (again); null is never."""
    leased_until = models.DateTimeField(null=True, blank=True)
    leased_by = models.CharField(max_length=40, blank=True)
    lead_at = models.DateTimeField(null=True, blank=True)
    """When to find out where it leads; null is never, as for nearly all."""
    looks = models.PositiveSmallIntegerField(default=0)
    looked = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=300, blank=True)
    """Why the last look brought nothing, in a sentence for whoever shared it; '' where it brought something."""

    class Meta:
        indexes = [
            models.Index(fields=["look_at"], name="page_due", condition=Q(look_at__isnull=False)),
            models.Index(fields=["lead_at"], name="page_leads", condition=Q(lead_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title or self.url

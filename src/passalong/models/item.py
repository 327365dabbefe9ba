"""One act of sharing by one person at one page."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from passalong.wire.html import excerpt

from .page import Page
from .row import Row
from .source import Source


class Item(Row):
    """The row a list reads: everything a card shows, and no body."""

    class Kind(models.TextChoices):
        NOTE = "note"
        LINK = "link"
        ARTICLE = "article"
        FILE = "file"
        REPLY = "reply"
        LIKE = "like"
        REPOST = "repost"
        QUESTION = "question"

    class Audience(models.TextChoices):
        PUBLIC = "public"
        UNLISTED = "unlisted"
        ASIDE = "aside"
        """The older part of a flood: shown with its person when asked for, and in no river."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="items", db_index=False)
    guid = models.CharField(max_length=1000)
    """The identity its source gives it; where it gives none, its address or a hash of what it says."""
    page = models.ForeignKey(Page, null=True, blank=True, on_delete=models.PROTECT, related_name="items")
    """Where it lives; null for an entry without an address of its own."""
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.NOTE)
    title = models.CharField(max_length=500, blank=True)
    excerpt = models.CharField(max_length=600, blank=True)
    """Plain text."""
    author = models.CharField(max_length=300, blank=True)
    """Its author where the source names one beside its person (a planet, a newspaper)."""
    author_url = models.CharField(max_length=2000, blank=True)
    picture = models.CharField(max_length=2000, blank=True)
    media = models.JSONField(default=list, blank=True)
    """Attachments: list of {url, type, size, title, seconds}; `alt`, what it shows, for pictures shared here."""
    tags = models.JSONField(default=list, blank=True)
    """Tags as written, without #."""
    lang = models.CharField(max_length=35, blank=True)
    licence = models.CharField(max_length=200, blank=True)
    answers = models.PositiveIntegerField(null=True, blank=True)
    """So many answers it has where it lives, as its source says (RFC 4685, slash:comments); null where it is silent."""
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.PUBLIC)

    published = models.DateTimeField(default=timezone.now)
    """When its author says, never later than first seen."""
    arrived = models.DateTimeField(default=timezone.now)
    """When it came here; an entry older than the follow is placed at its own date."""
    changed = models.DateTimeField(default=timezone.now)
    """When it last changed here."""
    gone = models.DateTimeField(null=True, blank=True)
    """Taken back: what stays is a tombstone."""
    body = models.ForeignKey("passalong.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    """What it says now."""
    content_hash = models.CharField(max_length=64, blank=True)
    link_key = models.CharField(max_length=2000, blank=True)
    """`wire.address.key` of its page: the second of its identities, after guid."""
    once = models.CharField(max_length=64, null=True, blank=True, unique=True)
    """For what was shared here: hash of its form's key and what it said, so that a form sent twice is one item."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "guid"], name="item_identity")]
        indexes = [
            models.Index(fields=["-arrived", "-id"], name="item_river"),
            models.Index(fields=["source", "-arrived", "-id"], name="item_of_source"),
            models.Index(fields=["source", "-id"], name="item_shared", condition=Q(gone__isnull=True)),
            models.Index(fields=["source"], name="item_aside", condition=Q(audience="aside")),
        ]

    def __str__(self) -> str:
        return self.title or excerpt(self.excerpt, 60) or self.guid


class Body(Row):
    """What an item says, and since when: an edit adds a row, so its history stays."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="bodies")
    since = models.DateTimeField(default=timezone.now)
    title = models.CharField(max_length=500, blank=True)
    html = models.TextField(blank=True)
    """Made safe, once, when it came in."""
    text = models.TextField(blank=True)
    """What was typed (Markdown) for what was shared here; '' otherwise."""

    def __str__(self) -> str:
        return f"{self.item_id} since {self.since:%Y-%m-%d %H:%M}"

"""One place where a person shares: a site, a feed, an actor, this node."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .person import Person
from .row import Row


class Source(Row):
    """Its row is also its place in the poller's queue: `fetch_at` says when, the lease says who has it now."""

    class Kind(models.TextChoices):
        FEED = "feed"
        HFEED = "hfeed"
        WATCHED = "watched"
        """A page without a feed, which itself is what is shared there."""
        ADDRESS = "address"
        """Any page of somebody whom one follows; what can be followed there is still to be looked for."""
        ACTOR = "actor"
        HERE = "here"
        PAGE = "page"
        """Pages of somebody who is not followed there: nobody polls it, what it says comes by knocking."""

    class State(models.TextChoices):
        """In a person's words; each has its sentence in `reason`."""

        NEW = "new"
        FINE = "fine"
        BACKING_OFF = "backing off"
        MOVED = "moved"
        GONE = "gone"
        PRIVATE = "private"
        NOT_A_FEED = "not a feed"
        TOO_BIG = "too big"
        HELD = "held"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sources")
    url = models.CharField(max_length=2000, unique=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.FEED)
    was_of = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    """Whose it was before a follower said that it is somebody else's too: the way back."""
    title = models.CharField(max_length=300, blank=True)
    home = models.CharField(max_length=2000, blank=True)
    """The web page it belongs to."""
    lang = models.CharField(max_length=35, blank=True)
    licence = models.CharField(max_length=200, blank=True)

    state = models.CharField(max_length=20, choices=State, default=State.NEW)
    reason = models.CharField(max_length=500, blank=True)
    """What happened, whose move it is and the move, one sentence; '' when fine."""
    host = models.CharField(max_length=255, blank=True, db_index=True)
    """host[:port] of url: one connection at a time."""

    fetch_at = models.DateTimeField(null=True, blank=True)
    """When to look next; null is never (nobody follows it, or it is ours)."""
    leased_until = models.DateTimeField(null=True, blank=True)
    leased_by = models.CharField(max_length=40, blank=True)
    fetched = models.DateTimeField(null=True, blank=True)
    """When it last answered, 304 included."""
    every = models.PositiveIntegerField(default=3600)
    """Seconds between looks, as last decided."""
    wishes = models.JSONField(default=dict, blank=True)
    """How its last document asks to be visited: {every: seconds, hours: [0-23, UTC], days: [0-6, Monday 0]}."""
    etag = models.CharField(max_length=4000, blank=True)
    last_modified = models.CharField(max_length=200, blank=True)
    body_hash = models.CharField(max_length=64, blank=True)
    """SHA-256 of the last body that was taken in: the same bytes are not parsed twice."""

    reads_more = models.BooleanField(default=False)
    """Its follower wants it read although it is larger than we usually read."""

    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    gone_since = models.DateTimeField(null=True, blank=True)
    """The first 410; a second one at least a day later ends it."""
    moved_to = models.CharField(max_length=2000, blank=True)
    moved_since = models.DateTimeField(null=True, blank=True)
    moved_times = models.PositiveSmallIntegerField(default=0)

    hub = models.CharField(max_length=2000, blank=True)
    """Who would tell us at once when it changes (WebSub)."""
    topic = models.CharField(max_length=2000, blank=True)
    """What its hub calls it."""
    told_until = models.DateTimeField(null=True, blank=True)
    """So long its hub tells us at once; null or past: we look by ourselves."""
    rarity = models.FloatField(default=0)
    """Entries a week over the last weeks: rare sharers surface first."""
    newest = models.DateTimeField(null=True, blank=True)
    """When its newest item arrived."""
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["fetch_at"], name="source_due", condition=Q(fetch_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title or self.url

    @property
    def tells_us(self) -> bool:
        """Does it tell us at once when it changes?"""
        return self.told_until is not None and self.told_until > timezone.now()

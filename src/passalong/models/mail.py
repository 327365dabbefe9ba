"""What knocked and is not yet trusted; what is to be told and is not yet sent. Each row is its own place in a queue."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .item import Item
from .row import Row


class Arrival(Row):
    """Something that knocked, as it came: a claim that the page at `source` links to ours at `target`."""

    class Kind(models.TextChoices):
        WEBMENTION = "webmention"

    class State(models.TextChoices):
        NEW = "new"
        """Not looked at since it last knocked."""
        ASKING = "asking"
        """True, and from somebody new: the owner says whether it comes in."""
        IN = "in"
        REFUSED = "refused"
        """It was not true, or could not be seen; `reason` says which."""
        GONE = "gone"
        """It was true, and its page or its link has gone."""
        NO = "no"
        """The owner does not want it."""

    kind = models.CharField(max_length=12, choices=Kind, default=Kind.WEBMENTION)
    source = models.CharField(max_length=2000)
    """As claimed, normalised."""
    target = models.CharField(max_length=2000)
    """As claimed, normalised."""
    host = models.CharField(max_length=255, db_index=True)
    """host[:port] of `source`: budgets are per host."""
    about = models.ForeignKey(Item, null=True, blank=True, on_delete=models.CASCADE, related_name="arrivals")
    """What of ours lives at `target`."""
    made = models.ForeignKey(Item, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    """The item it became."""
    said = models.JSONField(default=dict, blank=True)
    """What its page says, made safe, while it is asking; empty otherwise."""
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    reason = models.CharField(max_length=500, blank=True)
    knocked = models.DateTimeField(default=timezone.now)
    looked = models.DateTimeField(null=True, blank=True)
    try_at = models.DateTimeField(null=True, blank=True)
    """When to look (again); null is never."""
    tries = models.PositiveSmallIntegerField(default=0)
    looks = models.PositiveSmallIntegerField(default=0)
    """How often it was looked at since it began to knock, or since a day without a knock."""
    leased_until = models.DateTimeField(null=True, blank=True)
    leased_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "source", "target"], name="arrival_once")]
        indexes = [
            models.Index(fields=["try_at"], name="arrival_due", condition=Q(try_at__isnull=False)),
            models.Index(fields=["state", "-knocked"], name="arrival_list"),
        ]

    def __str__(self) -> str:
        return f"{self.source} -> {self.target}"


class Delivery(Row):
    """One message to one address. Written in the transaction of what it tells of."""

    class Kind(models.TextChoices):
        WEBMENTION = "webmention"
        HUB = "hub"
        """What subscribed to one of our feeds hears that it changed."""

    class State(models.TextChoices):
        WAITING = "waiting"
        TOLD = "told"
        NOBODY = "nobody"
        """Its page takes no messages."""
        FAILED = "failed"
        """Given up; can be tried again by hand."""

    kind = models.CharField(max_length=12, choices=Kind)
    item = models.ForeignKey(Item, null=True, blank=True, on_delete=models.CASCADE, related_name="deliveries")
    about = models.CharField(max_length=2000)
    """Of ours: the permalink or feed it tells of."""
    address = models.CharField(max_length=2000)
    """Whom it tells: the page that is linked to, or a subscriber's address."""
    endpoint = models.CharField(max_length=2000, blank=True)
    """Where that page takes messages, as last found."""
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=500, blank=True)
    """What happened, whose move it is and the move; one sentence, '' while waiting."""
    status = models.PositiveSmallIntegerField(default=0)
    """The last HTTP status; 0 is none."""
    place = models.CharField(max_length=2000, blank=True)
    """Where the receiver says how it goes on (webmention, 3.2: Location)."""
    made = models.DateTimeField(default=timezone.now)
    done = models.DateTimeField(null=True, blank=True)
    """When it was last told; null is never."""
    try_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    leased_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "about", "address"], name="delivery_once")]
        indexes = [models.Index(fields=["try_at"], name="delivery_due", condition=Q(try_at__isnull=False))]

    def __str__(self) -> str:
        return f"{self.kind} {self.about} -> {self.address}"

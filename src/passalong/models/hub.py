"""Who is told at once: others, of our feeds (Subscriber); we, of what is followed (Subscription)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .row import Row
from .source import Source


class Wish(models.TextChoices):
    """What was asked for and is not settled yet."""

    NOTHING = ""
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"


class Subscriber(Row):
    """Somebody elsewhere who wants to hear at once when one of our feeds changes (WebSub, hub).

    The `asked_...` columns are what they asked for last; nothing of it counts before they confirmed it.
    """

    topic = models.CharField(max_length=2000)
    """The feed's own address."""
    callback = models.CharField(max_length=2000)
    host = models.CharField(max_length=255, db_index=True)
    """host:port of `callback`: budgets are per host."""
    secret = models.CharField(max_length=200, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    """The end of the lease; null where they never confirmed."""

    asked = models.DateTimeField(default=timezone.now)
    asked_mode = models.CharField(max_length=12, choices=Wish, blank=True)
    asked_topic = models.CharField(max_length=2000, blank=True)
    """The address as they spelled it: it is said back so."""
    asked_secret = models.CharField(max_length=200, blank=True)
    asked_lease = models.PositiveIntegerField(default=0)
    """Seconds."""
    try_at = models.DateTimeField(null=True, blank=True)
    """When to ask them whether they meant it."""
    tries = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    leased_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "callback"], name="subscriber_once")]
        indexes = [models.Index(fields=["try_at"], name="subscriber_due", condition=Q(try_at__isnull=False))]

    def __str__(self) -> str:
        return f"{self.callback} hears of {self.topic}"


class Subscription(Row):
    """A source's hub was asked to tell us at once (WebSub, subscriber)."""

    class State(models.TextChoices):
        ASKING = "asking"
        YES = "yes"
        NO = "no"
        """The hub does not want to, or does not answer; until its feed names another one."""

    source = models.OneToOneField(Source, on_delete=models.CASCADE, related_name="subscription")
    hub = models.CharField(max_length=2000)
    topic = models.CharField(max_length=2000)
    key = models.CharField(max_length=64, unique=True)
    """The last part of our callback: known to us and the hub."""
    secret = models.CharField(max_length=64)
    state = models.CharField(max_length=6, choices=State, default=State.ASKING)
    wish = models.CharField(max_length=12, choices=Wish, blank=True, default=Wish.SUBSCRIBE)
    until = models.DateTimeField(null=True, blank=True)
    """The end of the lease, as the hub said."""
    made = models.DateTimeField(default=timezone.now)
    heard = models.DateTimeField(null=True, blank=True)
    """When it last told us something that was signed."""
    missed = models.PositiveSmallIntegerField(default=0)
    """Looks in a row that found what it had not told us."""
    spent = models.DateTimeField(null=True, blank=True)
    """How far the looks it caused reach into the future, a minute each: over a budget it waits."""
    doubted = models.DateTimeField(null=True, blank=True)
    """When something unsigned last made us look."""
    try_at = models.DateTimeField(null=True, blank=True, default=timezone.now)
    """When to ask the hub (again)."""
    tries = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    leased_by = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [models.Index(fields=["try_at"], name="subscription_due", condition=Q(try_at__isnull=False))]

    def __str__(self) -> str:
        return f"{self.topic} at {self.hub}"

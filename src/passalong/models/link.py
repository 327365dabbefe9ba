"""An item points to a page, and how. Came back, weaving, credit and conversations are queries over this."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from .item import Item
from .page import Page
from .row import Row


class Link(Row):
    class Rel(models.TextChoices):
        LINK = "link"
        ABOUT = "about"
        """The one thing a share is about: the pasted link."""
        REPLY = "reply"
        LIKE = "like"
        REPOST = "repost"
        QUOTE = "quote"
        TRANSLATED = "translated"
        """The item is a translation of the page."""
        VIA = "via"
        TAG = "tag"
        """To the page of a tag of this node: what tag pages and tag feeds read."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="links", db_index=False)
    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="links_here", db_index=False)
    rel = models.CharField(max_length=10, choices=Rel, default=Rel.LINK)
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "page", "rel"], name="link_once")]
        indexes = [
            models.Index(fields=["page", "-made"], name="link_came_back"),
            models.Index(fields=["-made", "page", "item"], name="link_weaving"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.rel} {self.page_id}"

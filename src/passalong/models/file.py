"""A file somebody here shared. On disk it is its hash; the name it came with is only data."""

from __future__ import annotations

import re
import unicodedata

from django.db import models
from django.utils import timezone

from .item import Item
from .person import Person
from .row import Row

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})
"""What browsers show and we drew anew: the only types that are shown in place as pictures."""


class File(Row):
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="files")
    item = models.ForeignKey(Item, null=True, blank=True, on_delete=models.SET_NULL, related_name="files")
    """Null until what it belongs to is shared."""
    place = models.PositiveSmallIntegerField(default=0)
    """Order within the item."""
    hash = models.CharField(max_length=64, db_index=True)
    """SHA-256 of the stored bytes; the storage key is made of it."""
    name = models.CharField(max_length=255)
    """As it was called; shown and offered at download, never part of a path."""
    type = models.CharField(max_length=100)
    """Sniffed from the bytes."""
    size = models.BigIntegerField()
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    small = models.CharField(max_length=64, blank=True, db_index=True)
    """Hash of the smaller picture, where there is one."""
    alt = models.CharField(max_length=1500, blank=True)
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "place"], name="file_place")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.type in PICTURES and bool(self.width)

    @property
    def plain_name(self) -> str:
        """The name in letters that mean nothing in an address or a header."""
        ascii_name = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode()
        return re.sub(r"[^A-Za-z0-9._-]+", "-", ascii_name).strip("-.")[-80:] or "file"

    @property
    def address(self) -> str:
        """Where this node shows it, without the node's own address."""
        return f"/file/{self.hash}/{self.plain_name}"

    @property
    def small_address(self) -> str:
        """The smaller picture, or the file itself."""
        return f"/file/{self.small or self.hash}/{self.plain_name}"

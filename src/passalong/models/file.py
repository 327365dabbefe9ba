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

NOT_PLAYED = frozenset({"video/x-msvideo"})
"""Sound and films are played in place, with the browser's own buttons: all but these."""
SMALL = 480
"""The longer side of the smaller picture (share/redraw.py)."""


WAITING = models.Q(item__isnull=True, face=False)
"""Not shared yet."""


class File(Row):
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="files")
    item = models.ForeignKey(Item, null=True, blank=True, on_delete=models.SET_NULL, related_name="files")
    """Null until what it belongs to is shared; of a face always."""
    face = models.BooleanField(default=False)
    """It is the picture of its person: it belongs to nothing else, and is public."""
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
        constraints = [
            models.UniqueConstraint(fields=["item", "place"], name="file_place"),
            models.UniqueConstraint(fields=["person"], condition=models.Q(face=True), name="file_face"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def waits(self) -> bool:
        """As WAITING."""
        return not self.item_id and not self.face

    @property
    def is_picture(self) -> bool:
        return self.type in PICTURES and bool(self.width)

    @property
    def is_tall(self) -> bool:
        """Clearly higher than wide: at the width of a column it would fill more than a window."""
        return (self.height or 0) > 1.1 * (self.width or 0)

    @property
    def small_width(self) -> int:
        """How wide the smaller picture is; 0 where there is none to choose, and where the larger one moves."""
        if not self.small or not self.width or not self.height or self.type == "image/gif":
            return 0
        return round(self.width * SMALL / max(self.width, self.height))

    @property
    def plays(self) -> str:
        """audio, video, or '' for what is only downloaded."""
        kind = self.type.partition("/")[0]
        return kind if kind in ("audio", "video") and self.type not in NOT_PLAYED else ""

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

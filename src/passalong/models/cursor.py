"""Where a list goes on: after this moment and this id. Opaque outside, never an offset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    moment: datetime
    id: int

    def __str__(self) -> str:
        return f"{(self.moment - EPOCH) // MICROSECOND:x}-{self.id:x}"


def read_cursor(text: str) -> Cursor | None:
    """The cursor a list gave out; None for '' and for anything that is none."""
    moment, dash, row = text.partition("-")
    if not dash or len(text) > 40:
        return None
    try:
        return Cursor(EPOCH + int(moment, 16) * MICROSECOND, int(row, 16))
    except (ValueError, OverflowError):
        return None


def moment(value: datetime | str) -> datetime:
    """A time as the database gave it: SQLite keeps text, or a time that knows no zone."""
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)

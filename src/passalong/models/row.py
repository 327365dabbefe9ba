"""What every table shares: a time-ordered 64-bit id."""

from __future__ import annotations

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from .ids import new_id


class IdField(models.BigIntegerField):  # type: ignore[type-arg]  # not subscriptable when it runs
    """64 bits. In SQLite the id is the row's own place: a table whose key is a "bigint" there keeps a second index of
    it, which every insert pays for and every look-up goes through."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class Row(models.Model):
    id = IdField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True

"""What every table shares: a time-ordered 64-bit id."""

from __future__ import annotations

from django.db import models

from .ids import new_id


class Row(models.Model):
    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True

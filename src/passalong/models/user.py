"""The account a person of this node signs in with. What they share and follow belongs to their Person."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models

from .ids import new_id


class User(AbstractUser):
    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)

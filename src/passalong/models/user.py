"""The account a person of this node signs in with. What they share and follow belongs to their Person."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser

from .ids import new_id
from .row import IdField


class User(AbstractUser):
    id = IdField(primary_key=True, default=new_id, editable=False)

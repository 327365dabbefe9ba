"""What every page may show."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from passalong.models.access import person_of


def node(request: HttpRequest) -> dict[str, Any]:
    """`me` (the person signed in, or None) and `base_url` (where this node is reached)."""
    return {"me": person_of(request) if hasattr(request, "user") else None, "base_url": settings.BASE_URL}

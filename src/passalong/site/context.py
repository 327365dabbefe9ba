"""What every page may show."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from passalong.models.access import person_of
from passalong.site.bookmarklet import bookmarklet
from passalong.site.health import still_since


def node(request: HttpRequest) -> dict[str, Any]:
    """`me` (the person signed in, or None), `base_url` (where this node is reached), and, asked only where a page
    shows it, `still_since` (when it stopped updating, or None);
    `demo`: is nothing here real?; `bookmarklet`: the button for a browser's bar."""
    me = person_of(request) if hasattr(request, "user") else None
    said = {"me": me, "base_url": settings.BASE_URL, "still_since": still_since, "demo": settings.DEMO}
    return said | {"bookmarklet": bookmarklet(settings.BASE_URL)}

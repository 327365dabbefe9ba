"""Has the asker this page already? Every public page says how to find out, and answers 304 where nothing changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from django.utils.translation import get_language

from passalong.models.access import person_of
from passalong.models.assets import ARRIVAL, arrives

PACKAGE = Path(__file__).resolve().parent.parent
ENDINGS = ("py", "html", "mo", "css", "js")
SETTLED = timedelta(seconds=2)
"""Last-Modified counts whole seconds: it is said once no second change can hide in one (RFC 9110, section 8.8.2.2)."""


@cache
def code_version() -> str:
    """Changes with the program: pages made by another version are not the same. Told by what its files say and not by
    their dates, which some installers keep or set back: a page that is held with the style of an old version would
    meet the policy of the new one, and lose its style."""
    digest = hashlib.sha256()
    for path in sorted(each for ending in ENDINGS for each in PACKAGE.rglob(f"*.{ending}")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def answer(request: HttpRequest, changed: datetime, make: Callable[[], HttpResponse]) -> HttpResponse:
    """What `make` makes, or 304. `changed` is when anything it shows was last changed, asked for before making it.

    Whoever is signed in gets their own page, made each time and kept by nobody else.
    """
    if person_of(request):
        mine = make()
        mine.headers["Cache-Control"] = "private, no-cache"
        return mine
    said = (changed.isoformat(), code_version(), request.get_full_path(), get_language() or "")
    etag = f'"{hashlib.sha256(chr(0).join(said).encode()).hexdigest()[:32]}"'
    if arrives(request):
        # The same page, with its style in it (RFC 9110, section 8.8.1): either is good where the other is held.
        etag = f"W/{etag}"
    settled = changed < timezone.now() - SETTLED
    modified = int(changed.timestamp()) if settled else None
    response = get_conditional_response(request, etag=etag, last_modified=modified) or make()
    if response.status_code in (200, 304):
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = "no-cache"
        if modified is not None:
            response.headers["Last-Modified"] = http_date(modified)
    patch_vary_headers(response, ("Accept", "Accept-Language", "Cookie", *ARRIVAL))
    return response

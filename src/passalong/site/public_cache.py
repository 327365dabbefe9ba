"""Public pages and feeds, kept as bytes for strangers until anything public here changes.

One tiny query per request asks when that was; everything else of a page is made once. Signed-in people (a session
cookie) and answers that set cookies never pass through here.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import parse_http_date_safe
from django.utils.translation import get_language_from_request

from passalong.models.assets import ARRIVAL, arrives
from passalong.site.smaller import unpacks

KEPT = 500
MOST_BYTES = 32 * 1024 * 1024
"""Of all that is kept: whoever asks for many made-up addresses fills no memory."""
LARGEST = 512 * 1024
OPEN = ("Access-Control-Allow-Origin", "Access-Control-Expose-Headers")
"""Which pages may read an answer (Fetch Standard, 3.2.3)."""
SECONDS = 60
"""Pages say "3 hours ago": none is older than a minute."""


@dataclass(frozen=True, slots=True)
class Kept:
    stamp: object
    until: float
    content: bytes
    headers: tuple[tuple[str, str], ...]


def stamp() -> object:
    """When anything public here last changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(changed) FROM passalong_person WHERE handle IS NOT NULL")
        return cursor.fetchone()[0]


def may_be_kept(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Only whole, public, cookie-free answers that said how to validate them."""
    return (
        isinstance(response, HttpResponse)
        and response.status_code == 200
        and not response.cookies
        and response.has_header("ETag")
        and response.has_header("Last-Modified")  # pages leave it out for two seconds after a change
        and "private" not in response.headers.get("Cache-Control", "")
        and "no-store" not in response.headers.get("Cache-Control", "")
        and len(response.content) <= LARGEST
        and request.method == "GET"
    )


def say_no_date_twice(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Leaves Last-Modified out of an answer that is new to the asker, but of the same second as what they have.

    libcurl (newsboat, and many more) takes a 200 that is not later than the If-Modified-Since it sent for a 304, and
    throws the body away; then the second of two changes within a second would reach nobody. The ETag says enough.
    """
    held = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    changed = parse_http_date_safe(response.headers.get("Last-Modified", ""))
    if response.status_code == 200 and held is not None and changed is not None and changed <= held:
        del response.headers["Last-Modified"]
    return response


class PublicCache:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.kept: OrderedDict[tuple[str, ...], Kept] = OrderedDict()
        self.size = 0
        self.lock = Lock()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD") or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return self.get_response(request)
        key = (
            request.get_full_path(),
            request.META.get("HTTP_ACCEPT", ""),
            get_language_from_request(request),
            "arrives" if arrives(request) else "",
            "packed" if unpacks(request) else "",
        )
        return say_no_date_twice(request, self.kept_or_made(request, key))

    def kept_or_made(self, request: HttpRequest, key: tuple[str, ...]) -> HttpResponseBase:
        found = self.kept.get(key)
        if found and found.until > time.monotonic() and found.stamp == stamp():
            return self.answer(request, found)
        before = stamp() if self.is_public_path(request.path) else None
        response = self.get_response(request)
        if before is not None and may_be_kept(request, response):
            self.keep(key, before, response)
        return response

    @staticmethod
    def is_public_path(path: str) -> bool:
        return path == "/" or path.startswith(("/@", "/feed."))

    def keep(self, key: tuple[str, ...], before: object, response: HttpResponseBase) -> None:
        assert isinstance(response, HttpResponse)
        patch_vary_headers(response, ("Accept", "Accept-Encoding", "Accept-Language", "Cookie", *ARRIVAL))
        entry = Kept(before, time.monotonic() + SECONDS, response.content, tuple(response.headers.items()))
        with self.lock:
            old = self.kept.pop(key, None)
            self.kept[key] = entry
            self.size += len(entry.content) - (len(old.content) if old else 0)
            while len(self.kept) > KEPT or self.size > MOST_BYTES:
                self.size -= len(self.kept.popitem(last=False)[1].content)

    @staticmethod
    def answer(request: HttpRequest, found: Kept) -> HttpResponseBase:
        response = HttpResponse(found.content, headers=dict(found.headers))
        changed = parse_http_date_safe(response.headers.get("Last-Modified", ""))
        conditional = get_conditional_response(
            request, etag=response.headers["ETag"], last_modified=changed, response=response
        )
        assert conditional is not None
        for name in OPEN:  # Django leaves them out of a 304, and who asks from another page could not read it
            if response.has_header(name):
                conditional.headers[name] = response.headers[name]
        return conditional

"""What travels smaller: pages and feeds packed as they are sent, the program's own files packed once.

A page holds a secret, the key of its forms, beside words of strangers; how well it packs says nothing of that key, for
Django masks it anew in every answer (BREACH), and packing adds bytes by chance to every page.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from wsgiref.headers import Headers

import brotli
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

WORDS = re.compile(r"text/|application/(?:activity|atom|feed|manifest|rss)\+")
"""Pictures and most files are packed already; JSON for apps is short, and may hold their keys."""
_NOTHING = re.compile(r"[qQ]\s*=\s*0(?:\.0{0,3})?")
FOR_EVER = "public, max-age=31536000, immutable"
FOR_AN_HOUR = "public, max-age=3600"
WAYS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=11),
    "gzip": lambda body: gzip.compress(body, 9, mtime=0),
}


def unpacks(request: HttpRequest) -> bool:
    """Does the asker take gzip? What is named with a weight of nothing is refused (RFC 9110, section 12.5.3)."""
    for member in request.headers.get("Accept-Encoding", "").split(","):
        coding, *params = (part.strip() for part in member.split(";"))
        if coding in ("gzip", "x-gzip"):
            return not any(_NOTHING.fullmatch(each) for each in params)
    return False


class Smaller(GZipMiddleware):
    """Stands inside the public cache, so that what is kept is packed once."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or not WORDS.match(response.headers.get("Content-Type", "")):
            return response
        if not unpacks(request):
            patch_vary_headers(response, ("Accept-Encoding",))
            return response
        return super().process_response(request, response)


class OwnFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """The program's style, script and icons, at addresses that name their content (`asset`): good for ever there."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = super().__call__(request)
        if request.path_info in self.files and response.status_code in (200, 304):
            response.headers["Cache-Control"] = FOR_EVER if "v" in request.GET else FOR_AN_HOUR
        return response

    def get_static_file(self, path: str, url: str, stat_cache: object = None) -> StaticFile:  # noqa: ARG002
        headers = Headers([])
        self.add_mime_headers(headers, path, url)
        return StaticFile(path, headers.items(), encodings=packed(Path(path), settings.HOME / "cache"))


def packed(file: Path, folder: Path) -> dict[str, str]:
    """Where the packed copies of a file lie, by how they are packed; made where they are not there yet."""
    if file.suffix not in (".css", ".js", ".svg"):
        return {}
    body = file.read_bytes()
    name = hashlib.sha256(body).hexdigest()
    found = {}
    for way, pack in WAYS.items():
        copy = folder / f"{name}.{way}"
        try:
            if not copy.exists():
                keep(copy, pack(body))
        except OSError:  # a full disk: it travels as it is
            continue
        found[way] = str(copy)
    return found


def keep(copy: Path, body: bytes) -> None:
    copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = copy.with_name(f"{copy.name}.{secrets.token_hex(4)}.half")
    half.write_bytes(body)
    os.replace(half, copy)

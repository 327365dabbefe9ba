"""For a browser that loses its connection: the worker that keeps the last pages, and the page that says so.

Why it is as it is: docs/why/offline.md. What waits there is in static/waiting.js, the worker in static/sw.js.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from passalong.models.access import person_of
from passalong.models.assets import STATIC, asset

KEPT_FILES = ("passalong.css", "passalong.js", "later.js", "waiting.js", "favicon.svg", "icon-192.png")
"""What every page of ours is made of: kept in the browser before it is needed."""


@lru_cache(maxsize=1)
def _script() -> str:
    """The worker, knowing the addresses of this version's files: one byte changed, and browsers fetch it anew."""
    files = [asset(name) for name in KEPT_FILES]
    version = hashlib.sha256(" ".join(files).encode()).hexdigest()[:10]
    house = {"version": version, "files": files, "waiting": asset("waiting.js")}
    return f"const HOUSE = {json.dumps(house)};\n{(STATIC / 'sw.js').read_text(encoding='utf-8')}"


@require_safe
def worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """/sw.js: at the root, since a worker sees only what lies below its own address. Nothing in it is anyone's."""
    return HttpResponse(_script(), content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """/offline: what a browser shows in place of a page that it cannot get, and the shares that wait in it."""
    return render(request, "offline/page.html")


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """/share/ready: is somebody there, who am I to them, and a token as it stands in a form. Asked before a share that
    waited is sent."""
    me = person_of(request)
    return JsonResponse({"who": me.handle if me else "", "token": get_token(request)})

"""What a browser that installs Passalong as an app is told of it, in the language of the page it was asked from.

https://www.w3.org/TR/appmanifest/, and https://w3c.github.io/web-share-target/.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, get_language_bidi, gettext, override
from django.views.decorators.http import require_safe

from passalong.site.smaller import FOR_AN_HOUR, FOR_EVER

register = template.Library()

GROUND = "#faf6ef"
SHARE_TARGET = {
    "action": "/share/target",
    "method": "POST",
    "enctype": "multipart/form-data",
    "params": {
        "title": "title",
        "text": "text",
        "url": "url",
        "files": [{"name": "files", "accept": ["*/*"]}],
    },
}


def _icon(size: int, purpose: str = "any") -> dict[str, str]:
    name = f"icon-{size}.png" if purpose == "any" else f"icon-{purpose}-{size}.png"
    return {"src": f"/static/{name}", "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


def _icons() -> list[dict[str, str]]:
    drawn = {"src": "/static/favicon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    return [drawn, *(_icon(size, purpose) for purpose in ("any", "maskable") for size in (192, 512))]


@lru_cache(maxsize=20)
def written(lang: str) -> str:
    """The manifest in this language. Its `id` is the same in all: it is one app."""
    with override(lang):
        ways = ((gettext("Share"), "/share"), (gettext("River"), "/river"), (gettext("Came back"), "/came-back"))
        said: dict[str, Any] = {
            "name": "Passalong",
            "short_name": "Passalong",
            "description": gettext("Share what you find, follow whom you like, see what came back."),
            "lang": lang,
            "dir": "rtl" if get_language_bidi() else "ltr",
            "id": "/",
            "start_url": "/river",
            "scope": "/",
            "display": "standalone",
            "background_color": GROUND,
            "theme_color": GROUND,
            "categories": ["education", "social"],
            "icons": _icons(),
            "shortcuts": [{"name": name, "url": url, "icons": [_icon(192)]} for name, url in ways],
            "share_target": SHARE_TARGET,
        }
    return json.dumps(said, ensure_ascii=False)


def _version(lang: str) -> str:
    return hashlib.sha256(written(lang).encode()).hexdigest()[:10]


@register.simple_tag
def manifest_here() -> str:
    """The manifest's address for the language of this page, with its content's hash, as with `asset`."""
    lang = get_language() or settings.LANGUAGE_CODE
    return "/manifest.webmanifest?" + urlencode({"lang": lang, "v": _version(lang)})


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """/manifest.webmanifest: in the language that its address names, whoever asks; nothing in it is anyone's."""
    asked = request.GET.get("lang", "")
    lang = asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    kept = FOR_EVER if asked == lang and request.GET.get("v") == _version(lang) else FOR_AN_HOUR
    headers = {"Cache-Control": kept, "Content-Language": lang}
    return HttpResponse(written(lang), content_type="application/manifest+json", headers=headers)

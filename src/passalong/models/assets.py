"""The program's own files as pages name them, and its style, which a first page brings along."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from pathlib import Path

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()
STATIC = Path(__file__).resolve().parent.parent / "static"
STYLE = "passalong.css"
ARRIVAL = ("Sec-Fetch-Dest", "Sec-Fetch-Site")
"""What a browser says of where a request comes from (Fetch Metadata, sections 2.1 and 2.4)."""


@lru_cache(maxsize=200)
def _bytes(name: str) -> bytes:
    return Path(f"{STATIC}/{name}").read_bytes()  # a template's string is a kind of its own, which paths do not take


@register.simple_tag
def asset(name: str) -> str:
    """Address of a static file, with its content's hash: cached for a year, new when it changes."""
    return f"{settings.STATIC_URL}{name}?v={hashlib.sha256(_bytes(name)).hexdigest()[:10]}"


@lru_cache(maxsize=1)
def style_source() -> str:
    """The stylesheet as a Content-Security-Policy names what may stand in a page (CSP 3, section 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(_bytes(STYLE)).digest()).decode()}'"


def arrives(request: HttpRequest) -> bool:
    """Does a browser come to this page from outside: from another site, a bookmark, an address that was typed?

    Only browsers say so, and only of addresses they trust; of what a worker in the browser asks for they say that it
    comes from within, and the worker has the style.
    """
    dest, site = (request.headers.get(name) for name in ARRIVAL)
    return dest == "document" and site != "same-origin"


@register.simple_tag(takes_context=True)
def style(context: Context) -> SafeString:
    """The stylesheet: in the page itself for who comes from outside, so that the first thing they see waits for no
    second answer. A stranger's browser also fetches it behind the page (as a style for print, which holds nothing up),
    for the pages that they go on to. The owner's worker keeps it anyway; where none may run, such as in a private
    window, their second page waits for it once (docs/why/front-end.md)."""
    request = context.get("request")
    link = format_html('<link rel="stylesheet" href="{}">', asset(STYLE))
    if request is None or not arrives(request):
        return link
    later = format_html('\n<link rel="stylesheet" href="{}" media="print">', asset(STYLE))
    return SafeString(f"<style>{_bytes(STYLE).decode()}</style>{'' if context.get('me') else later}")

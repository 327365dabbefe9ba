"""/picture/<signature>/<address>: a picture from elsewhere, served by us, inert."""

from __future__ import annotations

import base64
import binascii
import hmac

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from passalong.models.shown import sign
from passalong.net.images import raster_type
from passalong.read.pictures import pictures

INERT = "default-src 'none'; sandbox"
FOR_EVER = "public, max-age=31536000, immutable"
NOTHING = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAMgAAAABCAQAAAAxtilpAAAADklEQVR42mNgGAWDCgAAAZEAAf75LiIAAAAASUVORK5CYII="
)
"""A clear line, 200 by 1: where there is no picture a browser shows next to nothing, in a card of any width."""


def address_of(signature: str, packed: str) -> str:
    """The address that this node signed, or Http404: this is no way for strangers to fetch what they like."""
    try:
        url = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
    except (binascii.Error, ValueError):
        raise Http404 from None
    if not hmac.compare_digest(sign(url).encode(), signature.encode()):
        raise Http404
    return url


@require_safe
def picture(request: HttpRequest, signature: str, packed: str) -> HttpResponse:  # noqa: ARG001
    body = pictures.have(address_of(signature, packed))
    if body is None:
        response = HttpResponse(status=503, headers={"Retry-After": "2", "Cache-Control": "no-store"})
    elif not body:
        response = HttpResponse(NOTHING, status=404, content_type="image/png", headers={"Cache-Control": "max-age=600"})
    else:
        response = HttpResponse(body, content_type=raster_type(body), headers={"Cache-Control": FOR_EVER})
    response.headers["Content-Security-Policy"] = INERT
    response._has_been_logged = True  # type: ignore[attr-defined] # a picture that is not there is no news in our log
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response

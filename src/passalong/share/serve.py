"""Shared files, served so that no browser runs them and no program takes them for somebody's word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.signing import Signer
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.crypto import constant_time_compare
from django.utils.http import content_disposition_header
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from passalong.models import File
from passalong.models.access import person_of
from passalong.models.file import PICTURES, WAITING
from passalong.share.store import key_of

UNSHARED = "unshared"
"""In an address: the signature that shows a file before it is shared."""
_SIGNER = Signer(salt="passalong.waiting")
CHUNK = 256 * 1024
INERT = "default-src 'none'; sandbox"
IN_PLACE = ("audio/", "video/")
HARMLESS = re.compile(
    r"audio/|video/|font/|application/(?:pdf|zip|gzip|rtf|epub\+zip|vnd\.oasis\.|vnd\.openxmlformats|vnd\.rar|x-7z)|text/plain$"
)
"""Types that are named when served. Markup, scripts and data that programs read as a document are never among them:
they are bytes."""
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


@csrf_exempt
@require_safe
def file(request: HttpRequest, digest: str, name: str) -> HttpResponseBase:  # noqa: ARG001 - the name is for people
    """/file/<hash>/<name>: a file of something shared here, or somebody's face; 410 once all that held it is taken
    back. What waits in a person's box is theirs alone, and of whoever has the address that the app got which sent it.
    """
    same = Q(hash=digest) | Q(small=digest)
    rows = list(File.objects.filter(same, item__isnull=False).select_related("item")[:50])
    row = next((row for row in rows if row.item and row.item.gone is None), None)
    row = row or File.objects.filter(same, face=True).first()
    cached = "public, max-age=600"
    waiting = File.objects.filter(WAITING, same)
    if row is None and (me := person_of(request)):
        row, cached = waiting.filter(person=me).first(), "private, no-store"
    if row is None and not rows and _may_see_waiting(request, digest):
        row, cached = waiting.first(), "private, no-store"
    if row is None and not rows:
        raise Http404
    if row is None:
        return _inert(HttpResponse("This file was taken back.\n", status=410, content_type="text/plain; charset=utf-8"))
    size = row.size if digest == row.hash else default_storage.size(key_of(digest))
    etag = f'"{digest}"'
    known = get_conditional_response(request, etag=etag)
    response = known or _bytes(request, digest, size, etag)
    if response.status_code in (200, 206):
        response.headers["Content-Type"] = served_as(row.type) if digest == row.hash else small_type(row.type)
        response.headers["Content-Disposition"] = content_disposition_header(not shown_in_place(row), row.name) or ""
    for header, said in (("ETag", etag), ("Accept-Ranges", "bytes"), ("Cache-Control", cached)):
        response.headers[header] = said
    if row.item and row.item.licence:
        response.headers["Link"] = f'<{row.item.licence}>; rel="license"'  # RFC 8288; RFC 4946, section 2
    return _inert(response)


def before_shared(file: File) -> str:
    """Where whoever sent it sees a file that is not shared yet: the whole address, with our signature."""
    return f"{settings.BASE_URL}{file.address}?{UNSHARED}={_SIGNER.signature(file.hash)}"


def _may_see_waiting(request: HttpRequest, digest: str) -> bool:
    return constant_time_compare(request.GET.get(UNSHARED, ""), _SIGNER.signature(digest))


def served_as(kind: str) -> str:
    """The type that is said for a sniffed one."""
    if kind == "text/plain":
        return "text/plain; charset=utf-8"
    return kind if kind in PICTURES or HARMLESS.match(kind) else "application/octet-stream"


def small_type(kind: str) -> str:
    """The type of the smaller picture (`redraw.py`)."""
    return kind if kind == "image/jpeg" else "image/webp"


def shown_in_place(row: File) -> bool:
    """Pictures that we drew, sound and film play in the page; everything else is a download."""
    return row.is_picture or row.type.startswith(IN_PLACE)


def _inert(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Content-Security-Policy"] = INERT
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _bytes(request: HttpRequest, digest: str, size: int, etag: str) -> HttpResponseBase:
    """The whole file, the part that is asked for (RFC 9110, section 14), or 416 where there is no such part."""
    start, end = 0, size - 1
    part = _part(request.headers.get("Range", ""), size)
    if request.headers.get("If-Range", etag) != etag:
        part = None
    if part:
        start, end = part
        if start > end or start >= size:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    if request.method == "HEAD":
        response: HttpResponseBase = HttpResponse()
    else:
        response = StreamingHttpResponse(_pieces(digest, start, end - start + 1))
    response.headers["Content-Length"] = str(end - start + 1)
    if part:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{end}/{size}"
    return response


def _part(said: str, size: int) -> tuple[int, int] | None:
    """(first, last) byte of a single range; None where none is asked for, or several."""
    found = _RANGE.fullmatch(said.strip())
    if not found or not (found[1] or found[2]):
        return None
    if not found[1]:
        return max(0, size - int(found[2])), size - 1
    return int(found[1]), min(int(found[2]), size - 1) if found[2] else size - 1


def _pieces(digest: str, start: int, count: int) -> Iterator[bytes]:
    with default_storage.open(key_of(digest)) as stream:
        stream.seek(start)
        while count > 0 and (chunk := stream.read(min(CHUNK, count))):
            count -= len(chunk)
            yield chunk

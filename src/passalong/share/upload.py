"""Files on their way in: no more than fit, from nobody but the people of this node, and the words beside them stay."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest, QueryDict

from passalong.models import File, Person
from passalong.models.access import person_of
from passalong.share.draft import MOST_FILES, CannotShare
from passalong.share.files import keep, too_big
from passalong.share.forms import Box, storable


class Gate(FileUploadHandler):
    """Stands before the handlers that store. What is too big is passed over: the form around it arrives whole."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        assert self.request is not None
        if person_of(self.request) is None:
            raise StopUpload(connection_reset=True)
        self.so_far = 0
        self.request.__dict__["_place"] = self.place = self.request.__dict__.get("_place", -1) + 1

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002
        self.so_far += len(raw_data)
        if self.so_far > settings.FILE_LIMIT:
            passed_over(self.request)[self.place] = self.file_name or ""
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002
        return None


def passed_over(request: HttpRequest | None) -> dict[int, str]:
    """Names of the files of this request that were over the limit, by their place among those that were sent."""
    found: dict[int, str] = request.__dict__.setdefault("_too_big", {})
    return found


def describe_each(files: Iterable[File], sent: QueryDict) -> None:
    """What the pictures show, as the fields beside them say (`alt-<id>`)."""
    for file in files:
        file.alt = storable(sent.get(f"alt-{file.pk}", file.alt)).strip()


def take_in_uploads(request: HttpRequest, person: Person, box: Box) -> None:
    """Keeps the files that came with a form, in the box. Raises CannotShare for the first that cannot be kept, when the
    others are; files.TooBig for one over the limit."""
    uploads = request.FILES.getlist("files")
    if len(uploads) + len(box.kept) > MOST_FILES:
        raise CannotShare(f"That is {len(uploads) + len(box.kept)} files: share {MOST_FILES} at a time.", "files")
    places = (place for place in count() if place not in passed_over(request))
    refused: CannotShare | None = None
    for place, upload in zip(places, uploads, strict=False):
        assert upload.file is not None
        try:
            file = keep(person, upload.name or "", upload.file)
        except CannotShare as problem:
            refused = refused or problem
            continue
        file.alt = storable(request.POST.get(f"alt-new-{place}", "")).strip()
        box.kept.append(file)
    for name in passed_over(request).values():
        raise too_big(name)
    if refused:
        raise refused

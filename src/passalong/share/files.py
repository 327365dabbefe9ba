"""Files of ours: kept by what they are, whatever they are called."""

from __future__ import annotations

import hashlib
import io
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import IO

from django.conf import settings
from django.core.files.base import File as Content
from django.core.files.storage import default_storage
from django.db.models import Q

from passalong.models import File, Person
from passalong.models.file import PICTURES
from passalong.models.file import WAITING as NOT_SHARED
from passalong.share.draft import LONGEST_ALT, MOST_FILES, CannotShare
from passalong.share.pictures import NotShown, redraw
from passalong.share.sniff import HEAD, sniff
from passalong.share.store import key_of

CHUNK = 1024 * 1024
LONGEST_NAME = 200
WAITING = timedelta(days=1)
"""So long a file that came with a form waits to be shared."""
CARRIES_PLACES = ("image/heif", "image/tiff")
"""Pictures that may say where they were taken, and that we do not draw anew."""


class TooBig(CannotShare):
    """A file over the limit."""


def keep(person: Person, name: str, stream: IO[bytes], alt: str = "") -> File:
    """Keeps a file of this person, to be shared by a Draft. Raises CannotShare.

    `stream` is read from its start, and is left open.
    """
    shown = tidy_name(name)
    digest, size, kind = _measure(stream)
    if size > settings.FILE_LIMIT:
        raise too_big(shown)
    if not size:
        raise CannotShare(f"“{shown}” is empty: choose another file.", "files")
    file = File(person=person, name=shown, hash=digest, size=size, type=kind, alt=alt[:LONGEST_ALT])
    if kind in CARRIES_PLACES:
        raise CannotShare(f"“{shown}” is a picture no browser shows: save it as JPEG or PNG and choose that.", "files")
    if kind in PICTURES:
        _draw(file, stream)
    else:
        stream.seek(0)
        _store(digest, stream)
    file.save(force_insert=True)
    return file


def too_big(name: str) -> TooBig:
    most = settings.FILE_LIMIT // (1024 * 1024)
    return TooBig(f"“{tidy_name(name)[:80]}” is larger than {most} MB: share a link to it, or a smaller one.", "files")


def _measure(stream: IO[bytes]) -> tuple[str, int, str]:
    """(SHA-256, size in bytes, media type)."""
    digest, size, head, tail = hashlib.sha256(), 0, b"", b""
    stream.seek(0)
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        head = head or chunk[:HEAD]
        tail = (tail + chunk)[-HEAD:]
        if size > settings.FILE_LIMIT:
            break
    return digest.hexdigest(), size, sniff(head, tail)


def _draw(file: File, stream: IO[bytes]) -> None:
    try:
        picture = redraw(stream)
    except NotShown as problem:
        raise CannotShare(f"“{file.name}” {problem}.", "files") from None
    file.type, file.width, file.height = picture.type, picture.width, picture.height
    file.hash, file.size = _store_bytes(picture.large), len(picture.large)
    file.small = _store_bytes(picture.small) if picture.small else ""
    file.name = _named_for(file.name, picture.type)


def _store_bytes(data: bytes) -> str:
    digest = hashlib.sha256(data).hexdigest()
    _store(digest, io.BytesIO(data))
    return digest


def _store(digest: str, stream: IO[bytes]) -> None:
    key = key_of(digest)
    if not default_storage.exists(key):
        default_storage.save(key, Content(stream))


def _named_for(name: str, kind: str) -> str:
    """A picture's name ends as what it has become."""
    path = PurePosixPath(name)
    ending = "." + kind.partition("/")[2].replace("jpeg", "jpg")
    same = path.suffix.lower() in (ending, ".jpeg" if ending == ".jpg" else ending)
    return name if same else f"{path.stem if path.suffix else name}{ending}"


def tidy_name(name: str) -> str:
    """What a file is called, to be shown: its last part, without characters that play tricks, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip(" .")
    if len(seen) > LONGEST_NAME:
        stem, dot, ending = seen.rpartition(".")
        seen = f"{stem[: LONGEST_NAME - 20]}{dot}{ending}" if 0 < len(ending) < 20 else seen[:LONGEST_NAME]
    return seen or "file"


def waiting(person: Person, ids: Iterable[str]) -> list[File]:
    """This person's files that came with a form and are not shared yet, of these ids; others are passed over."""
    wanted = [int(each) for each in ids if each.isascii() and each.isdecimal() and len(each) < 19][:MOST_FILES]
    if not wanted:
        return []
    found = {file.pk: file for file in File.objects.filter(NOT_SHARED, pk__in=wanted, person=person)}
    return [found[pk] for pk in dict.fromkeys(wanted) if pk in found]


def forget_waiting(now: datetime) -> int:
    """Forgets files that waited a day and were never shared. Returns how many."""
    old = list(File.objects.filter(NOT_SHARED, made__lt=now - WAITING)[:100])
    File.objects.filter(pk__in=[file.pk for file in old]).delete()
    erase(old)
    return len(old)


def erase(files: Iterable[File]) -> None:
    """Removes the bytes of these files where no share (and none to come) and no face holds the same ones."""
    hashes = {digest for file in files for digest in (file.hash, file.small) if digest}
    alive = Q(item__isnull=True) | Q(item__gone__isnull=True)
    held: set[str] = set()
    for field in ("hash", "small"):
        held |= set(File.objects.filter(alive, **{f"{field}__in": hashes}).values_list(field, flat=True))
    for digest in hashes - held:
        default_storage.delete(key_of(digest))

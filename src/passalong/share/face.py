"""The picture of a person of this node: drawn anew like every shared one, public, and gone when it is taken away."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import IO

from django.db import transaction

from passalong.models import File, Person
from passalong.share.draft import CannotShare
from passalong.share.files import erase, keep, tidy_name
from passalong.share.pictures import WHY
from passalong.share.publish import touch


def draw_face(person: Person, name: str, stream: IO[bytes]) -> File:
    """Keeps a picture for `wear`; it is forgotten after a day where that never comes. Raises CannotShare."""
    file = keep(person, name, stream)
    if not file.is_picture:
        file.delete()
        erase([file])
        raise CannotShare(f"“{tidy_name(name)[:80]}” {WHY['unknown']}.", "files")
    return file


def wear(person: Person, file: File | None) -> None:
    """The picture is their face from now on, instead of any other; None is none. `file` is of `draw_face`."""
    with transaction.atomic():
        old = list(File.objects.filter(person=person, face=True))
        File.objects.filter(pk__in=[each.pk for each in old]).delete()
        if file:
            # What it was called is nobody's business: it is in the address that everybody gets.
            file.name = f"{person.handle}{PurePosixPath(file.name).suffix}"
            file.face = True
            file.save(update_fields=["name", "face"])
        person.photo = file.small_address if file else ""
        person.save(update_fields=["photo"])
        touch(person)
        transaction.on_commit(lambda: erase(old))

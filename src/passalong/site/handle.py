"""The name in `/@name`: it may change as long as nobody can have kept an address with it."""

from __future__ import annotations

import re

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from passalong.models import Follow, Item, Person, Source, User
from passalong.site.sentence import Sentence

HANDLE = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,38}[a-z0-9])?", re.ASCII)


def why_it_stays(person: Person) -> str:
    """One sentence, or '' where the handle may still change. What was taken back counts: its address says so."""
    if Item.objects.filter(source__person=person, source__kind=Source.Kind.HERE).exists():
        return _("@%(handle)s stays: it is in the address of everything you shared.") % {"handle": person.handle}
    if Follow.objects.filter(source__person=person, source__kind=Source.Kind.HERE).exists():
        return _("@%(handle)s stays: it is where people follow you.") % {"handle": person.handle}
    return ""


def check_handle(person: Person, wanted: str) -> str:
    """The handle as it would be. Raises Sentence where `person` cannot have it."""
    handle = wanted.strip().removeprefix("@").lower()
    if handle in ("", person.handle):
        return person.handle or ""
    if not HANDLE.fullmatch(handle):
        raise Sentence(_("The name in an address has letters from a to z, digits, - and _: at most 40 signs."))
    stays = why_it_stays(person)
    if stays:
        raise Sentence(stays)
    others = Person.objects.exclude(pk=person.pk).filter(handle=handle).exists()
    if others or User.objects.exclude(pk=person.user_id).filter(username=handle).exists():
        raise Sentence(_("@%(handle)s is somebody else here: choose another name.") % {"handle": handle})
    return handle


def change_handle(person: Person, wanted: str) -> None:
    """Person, source and sign-in name go along, in one transaction. Raises Sentence."""
    with transaction.atomic():
        handle = check_handle(person, wanted)
        if handle == person.handle:
            return
        home = f"{settings.BASE_URL}/@{handle}"
        person.handle, person.url, person.changed = handle, home, timezone.now()
        person.save(update_fields=["handle", "url", "changed"])
        person.sources.filter(kind=Source.Kind.HERE).update(url=f"{home}/feed.atom", home=home)
        User.objects.filter(pk=person.user_id).update(username=handle)

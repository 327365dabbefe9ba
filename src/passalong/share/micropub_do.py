"""What an app asks for, done: all of it by `publish`, `change` and `withdraw`, as if a person had."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F

from passalong.models import File, Item, Person, Posted
from passalong.share.change import change
from passalong.share.credited import with_credit
from passalong.share.draft import MOST_FILES, CannotShare, tidy_tag
from passalong.share.files import erase, keep
from passalong.share.micropub import Sent, understand
from passalong.share.micropub_source import pictures_below, source_of
from passalong.share.pages import find_item
from passalong.share.publish import publish
from passalong.share.standing import standing
from passalong.wire.micropub import Command, Properties, changed

_OURS = re.compile(r"/@(?P<handle>[\w-]{1,60})/(?P<ref>[0-9]{1,19}(?:-[0-9a-f]{12})?)", re.ASCII)


class NotFound(CannotShare):
    """Nothing is at this address."""


class NotYours(CannotShare):
    """Somebody else's."""


def create(person: Person, command: Command, uploads: Sequence[File] = (), key: str = "") -> Item:
    """Shares it. `key` is the app's own: sent again with it, the same is shared once. Raises CannotShare."""
    if command.kind not in ("entry", "cite", "bookmark"):
        article = "An" if command.kind[:1].lower() in "aeiou" else "A"
        raise CannotShare(f"{article} {command.kind[:40]} cannot be shared here: send an entry.")
    sent = understand(person, with_alts(command.properties, command.orders, uploads), uploads=uploads)
    item = publish(person, with_credit(person, replace(sent.draft, key=key)))
    _keep_beside(item, sent)
    return item


def with_alts(said: Properties, orders: Mapping[str, list[Any]], uploads: Sequence[File]) -> Properties:
    """mp-photo-alt: what the pictures show, in their order, those of the form first."""
    alts = [alt if isinstance(alt, str) else "" for alt in orders.get("photo-alt", [])]
    photos = [file for file in uploads if file.is_picture]
    for file, alt in zip(photos, alts, strict=False):
        file.alt = alt.strip()
    rest, given = alts[len(photos) :], said.get("photo", [])
    worded = [
        {"value": photo, "alt": rest[place]} if place < len(rest) and isinstance(photo, str) else photo
        for place, photo in enumerate(given)
    ]
    return said | ({"photo": worded} if worded else {})


def _keep_beside(item: Item, sent: Sent) -> None:
    if sent.more or sent.html:
        Posted.objects.update_or_create(item=item, defaults={"more": sent.more, "html": sent.html})
    else:
        Posted.objects.filter(item=item).delete()


def take_in(person: Person, uploads: Sequence[UploadedFile[bytes]]) -> list[File]:
    """Keeps files that came with a form. Raises CannotShare."""
    if len(uploads) > MOST_FILES:
        raise CannotShare(f"That is {len(uploads)} files: share {MOST_FILES} at a time.", "files")
    kept = []
    for upload in uploads:
        assert upload.file is not None
        kept.append(keep(person, upload.name or "", upload.file))
    return kept


def item_of(person: Person, url: str) -> Item:
    """What this person shared at this address, gone or not. Raises NotFound, NotYours."""
    path = url.removeprefix(settings.BASE_URL)
    found = _OURS.fullmatch(path) if path != url else None
    if found is None:
        raise NotFound("There is no post at this address.")
    if found["handle"] != person.handle:
        raise NotYours("This is not a post of the person this token is of.")
    item = find_item(person, found["ref"])
    if item is None:
        raise NotFound("There is no post at this address.")
    return item


def update(item: Item, command: Command) -> None:
    """Section 3.4. What microformats cannot say (credit, a question) stays. Raises CannotShare."""
    if item.gone:
        raise NotFound("This post was taken back: there is nothing to change.")
    person, before = item.source.person, standing(item)
    touched = {*command.replace, *command.add, *command.delete}
    # Its Markdown, not the HTML it shows: that would be read anew each time.
    said = source_of(item) | {"content": [pictures_below(before.typed or before.words)[0]]}
    sent = understand(person, changed(said, _in_our_words(command, item)), item=item)
    draft = replace(sent.draft, via=sent.draft.via or before.via, chain=before.chain, question=before.question)
    if not touched & {"content", "bookmark-of", "photo"}:
        words = before.words if before.typed else draft.words
        draft = replace(draft, words=words, link=before.link, typed=before.typed)
    with transaction.atomic():
        gone = [file for file in item.files.all() if file.pk not in {each.pk for each in draft.files}]
        File.objects.filter(pk__in=[file.pk for file in gone]).delete()
        item.files.update(place=F("place") + 1000)  # so that no two have one place while they change
        change(item, draft)
        _keep_beside(item, replace(sent, html=sent.html or _was_html(item, touched)))
        transaction.on_commit(lambda: erase(gone))


def _in_our_words(command: Command, item: Item) -> Command:
    """Its tags as the item holds them, or would: they are compared as they are kept (section 3.4)."""
    held = {tag.lower(): tag for tag in item.tags}

    def ours(said: Properties) -> Properties:
        tidy = [tidy_tag(tag) if isinstance(tag, str) else tag for tag in said.get("category", [])]
        mine = [held.get(tag.lower(), tag) if isinstance(tag, str) else tag for tag in tidy]
        return said | ({"category": mine} if "category" in said else {})

    gone = ours(command.delete) if isinstance(command.delete, dict) else command.delete
    return replace(command, replace=ours(command.replace), add=ours(command.add), delete=gone)


def _was_html(item: Item, touched: set[str]) -> bool:
    return "content" not in touched and Posted.objects.filter(item=item, html=True).exists()

"""`share` and `unshare`: the box, from a terminal. With or without a running server."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from django.conf import settings

from passalong.intake.pages import normal
from passalong.models import File, Item, Person
from passalong.share.ask import already_shared
from passalong.share.credited import with_credit
from passalong.share.draft import CannotShare, Draft
from passalong.share.files import keep
from passalong.share.forms import Box, draft_from, new_box
from passalong.share.gesture import Gesture, about, living_at, make, with_words
from passalong.share.nearby import nearby
from passalong.share.pages import find_item
from passalong.share.publish import publish
from passalong.share.withdraw import withdraw
from passalong.site.cli import home_option, leave_output
from passalong.site.home import prepare
from passalong.site.queue import wake
from passalong.site.sentence import Sentence
from passalong.wire.address import tidy
from passalong.wire.shapes import Unreadable

OURS = re.compile(r"/@(?P<handle>[\w-]+)/(?P<ref>\d+(?:-\w+)?)/?$", re.ASCII)

ENDINGS = (
    # what is written
    "pdf|txt|md|markdown|mdown|rst|adoc|tex|bib|rtf|docx?|dotx?|odt|fodt|pages|epub|azw3?|djvu|pptx?|ppsx?|odp|key"
    "|xlsx?|xlsm|ods|numbers|csv|tsv|html?|xhtml|xml|opml|json|jsonl|ya?ml|toml|ini|cfg|conf|env|log|ics|vcf|eml|mbox"
    "|gpx|kml|geojson|torrent|sqlite3?|sql|parquet"
    # what is seen and heard
    "|png|jpe?g|gif|webp|avif|svg|hei[cf]|tiff?|bmp|ico|jxl|dng|cr[23]|nef|arw|orf|psd|xcf|eps|indd|sketch|blend|stl|dxf"
    "|mp[34]|m4[abv]|aac|flac|og[gv]|opus|wav|wma|aiff?|midi|webm|mov|mkv|avi|wmv|mpe?g|srt|vtt|ttf|otf|woff2?"
    # what is packed, and what is run
    "|zip|gz|tar|tgz|bz2|xz|zst|7z|rar|iso|dmg|jar|deb|rpm|apk|exe|msi|bak|part"
    "|py|ipynb|js|mjs|jsx|ts|tsx|css|scss|sh|bat|ps1|java|kt|swift|php|lua|cpp|hpp|diff|patch"
)
"""Of files. Endings of hosts are left to them (.rs, .pl, .ai), but for those that the box takes for files as well."""

LOOKS_LIKE_A_FILE = re.compile(rf"(?:~|\.{{1,2}})?/[^\s/]\S*|[^\s:/]+\.(?:{ENDINGS})", re.IGNORECASE)
"""A word that can only have been meant as a file: shared as words it would tell the world a path of this machine."""


@click.command("share")
@click.argument("what", nargs=-1)
@click.option("--via", default="", metavar="URL", help="Where you found it; filled in where one of your people had it.")
@click.option("--no-via", is_flag=True, help="Credit nobody.")
@click.option("--reply-to", default="", metavar="URL", help="What it answers.")
@click.option(
    "--pass-along", default="", metavar="URL", help="Pass along what is there, with credit; words may follow."
)
@click.option("--thank", default="", metavar="URL", help="Say thanks for what is there.")
@click.option("--quote", default="", metavar="URL", help="What the words are about.")
@click.option("--ask", is_flag=True, help="It is a question.")
@click.option("--tag", multiple=True, metavar="TAG", help="A tag; may be given several times.")
@click.option("--alt", default="", metavar="TEXT", help="What the picture shows.")
@click.option("--title", default="", metavar="TEXT", help="A title of its own.")
@click.option("--unlisted", is_flag=True, help="Only for those who have its address.")
@home_option
def share_command(what: tuple[str, ...], no_via: bool, pass_along: str, thank: str, **given: Any) -> None:
    """Share a link, words, files, or what comes in (-); prints where it is.

    \b
    Example:
      passalong share https://example.org/a-good-page "Worth your evening" --tag oer
      passalong share photo.jpg --alt "Ann under the oak"
      passalong share --thank https://example.org/a-good-page
    """
    _check(what, no_via=no_via, pass_along=pass_along, thank=thank, **given)
    me = prepare()
    try:
        if (pass_along or thank) and not (what or any(given.values())):
            item = _gesture(me, pass_along or thank, "thank" if thank else "pass-along")
        else:
            draft = _draft(me, _box(me, what, repost_of=pass_along, like_of=thank, **given), found=not no_via)
            _note(me, draft)
            item = publish(me, draft)
    except CannotShare as problem:
        raise Sentence(str(problem)) from None
    assert item.page is not None
    try:
        _print(item.page.url)
    finally:
        wake()


def _check(what: tuple[str, ...], **said: Any) -> None:
    """What is said is honoured, or refused: nothing is left out in silence. Raises UsageError."""
    if not (what or said["pass_along"] or said["thank"]):
        raise click.UsageError("Say what to share: a link, words, a file, or - for what comes in.")
    for one, other in (("thank", "pass_along"), ("via", "no_via"), ("ask", "thank"), ("ask", "reply_to")):
        if said[one] and said[other]:
            names = [f"--{name.replace('_', '-')}" for name in (one, other)]
            raise click.UsageError(f"Say {names[0]} or {names[1]}: it is one or the other.")
    if said["pass_along"] and said["no_via"]:
        raise click.UsageError(
            "What is passed along credits whose it is: leave out --no-via, or share the link itself."
        )
    if said["ask"] and not what:
        raise click.UsageError("--ask needs words: what is asked.")


def _draft(me: Person, box: Box, *, found: bool) -> Draft:
    """The box as it is shared; what is passed along without words is what it would be by one gesture.

    Raises CannotShare.
    """
    draft = with_words(draft_from(box))
    if draft.repost_of:
        there = living_at(normal(draft.repost_of))
        draft = replace(draft, link=draft.link or (about(there) if there else ""), via=draft.via or draft.repost_of)
    return with_credit(me, draft, found=found)


def _print(address: str) -> None:
    """It is shared by now: an output that takes nothing must not sound like a share that failed."""
    try:
        click.echo(address)
    except BrokenPipeError:
        raise
    except OSError:
        leave_output()
        raise Sentence(f"It is shared: {address} (which could not be written to the output).") from None


def _box(me: Person, what: tuple[str, ...], *, tag: tuple[str, ...], ask: bool, quote: str, **given: Any) -> Box:
    """The box as the command line fills it. Raises CannotShare."""
    words, files = _read(me, what)
    if given["alt"] and not any(file.is_picture for file in files):
        raise click.UsageError("--alt says what a picture shows: name the picture, too.")
    return new_box(what="\n\n".join(words), tags=", ".join(tag), kept=files, question=ask, quote_of=quote, **given)


def _gesture(me: Person, url: str, gesture: Gesture) -> Item:
    """Thanks for what is at an address as a person types it, or passes it along. Raises CannotShare."""
    try:
        address = normal(tidy(url))
    except Unreadable as problem:
        raise CannotShare(str(problem)) from None
    return make(me, gesture, address, living_at(address))


def _note(me: Person, draft: Draft) -> None:
    """Who shared it already, and whom it credits, for the person at the terminal: apart from what is printed."""
    if draft.kind == Item.Kind.QUESTION:
        for row in already_shared(me, draft.words):
            click.echo(f"Shared already, by {row.item.source.person}: {row.item} {row.permalink}", err=True)
    near = nearby(me, draft.link) if draft.link and not draft.repost_of else None
    if not near:
        return
    for said in (near.my_sentence, near.sentence):
        if said:
            click.echo(said, err=True)
    for shared in near.others[:3]:
        click.echo(f"  {shared.person}: {shared.address}", err=True)
    if draft.via and near.credit and near.credit.address == draft.via:
        click.echo(f"Credited as via {near.credit.person}; --no-via leaves it out.", err=True)


def _read(me: Person, what: tuple[str, ...]) -> tuple[list[str], list[File]]:
    """The words of a command line, and the files it names. Raises CannotShare."""
    words: list[str] = []
    files: list[File] = []
    for each in what:
        if each == "-":
            _from_input(me, sys.stdin.buffer.read(settings.FILE_LIMIT + 1), words, files)
        elif _is(Path.is_file, each):
            with Path(each).open("rb") as stream:
                files.append(keep(me, Path(each).name, stream))
        elif _is(Path.is_dir, each):
            raise CannotShare(f"{each} is a folder: share the files in it.")
        elif LOOKS_LIKE_A_FILE.fullmatch(each):
            raise CannotShare(
                f"There is no file {each}: check its name; an address is written with https://, and words that look "
                "like a file come in through standard input (-)."
            )
        else:
            words.append(each)
    return words, files


def _from_input(me: Person, data: bytes, words: list[str], files: list[File]) -> None:
    """Text is words; anything else is a file."""
    try:
        words.append(data.decode())
    except UnicodeDecodeError:
        files.append(keep(me, "file", io.BytesIO(data)))


def _is(what: Callable[[Path], bool], word: str) -> bool:
    """Is there a file, or a folder, of this name?"""
    try:
        return bool(word) and what(Path(word))
    except (OSError, ValueError):
        return False


@click.command("unshare")
@click.argument("url")
@home_option
def unshare_command(url: str) -> None:
    """Take back what you shared: its address says from now on that it is gone.

    \b
    Example:
      passalong unshare http://127.0.0.1:8000/@ann/123456789
    """
    me = prepare()
    item = _item(me, url)
    withdraw(item)
    wake()
    click.echo(f"Taken back: {item.page.url if item.page else item.guid}")


def _item(me: Person, url: str) -> Item:
    """What I shared at an address of this node, the present one or that of the day it was shared. Raises Sentence."""
    found = OURS.search(_bare(url))
    item = find_item(me, found["ref"]) if found and found["handle"] == me.handle else None
    if item is None or _bare(url) not in map(_bare, _addresses(item)):
        raise Sentence(
            f"You shared nothing at {url.strip() or 'no address'}: copy the address that `passalong share` printed."
        )
    return item


def _addresses(item: Item) -> list[str]:
    """Where it is and was: a node that moved knows its old address from what was shared there."""
    page = item.page.url if item.page else item.guid
    return [item.guid, page, f"{settings.BASE_URL}{urlsplit(page).path}"]


def _bare(url: str) -> str:
    """An address without what people leave out as they copy it: its scheme, what leads to a place in the page; this
    machine by one of its names."""
    bare = url.strip().lower().removeprefix("https://").removeprefix("http://").partition("#")[0].rstrip("/")
    return re.sub(r"^(?:localhost|\[::1\])(?=[:/])", "127.0.0.1", bare)

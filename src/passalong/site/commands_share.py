"""`share` and `unshare`: the box, from a terminal. With or without a running server."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import click
from django.conf import settings

from passalong.models import File, Item, Person
from passalong.share.change import take_back
from passalong.share.draft import CannotShare
from passalong.share.files import keep
from passalong.share.forms import draft_from, new_box
from passalong.share.pages import find_item
from passalong.share.publish import publish
from passalong.site.cli import home_option
from passalong.site.home import prepare
from passalong.site.queue import wake
from passalong.site.sentence import Sentence

OURS = re.compile(r"/@(?P<handle>[\w-]+)/(?P<ref>\d+(?:-\w+)?)/?$", re.ASCII)

LOOKS_LIKE_A_FILE = re.compile(
    r"(?:~|\.{1,2})?/[^\s/]\S*"
    r"|[^\s:/]+\.(?:pdf|png|jpe?g|gif|webp|avif|svg|txt|docx?|odt|pptx?|odp|xlsx?|ods|csv|zip|epub|mp[34]|m4a|ogg|wav|webm)",
    re.IGNORECASE,
)
"""A word that can only have been meant as a file: shared as words it would tell the world a path of this machine."""


@click.command("share")
@click.argument("what", nargs=-1, required=True)
@click.option("--via", default="", metavar="URL", help="Where you found it.")
@click.option("--reply-to", default="", metavar="URL", help="What it answers.")
@click.option("--tag", multiple=True, metavar="TAG", help="A tag; may be given several times.")
@click.option("--alt", default="", metavar="TEXT", help="What the picture shows.")
@click.option("--title", default="", metavar="TEXT", help="A title of its own.")
@click.option("--unlisted", is_flag=True, help="Only for those who have its address.")
@home_option
def share_command(
    what: tuple[str, ...], via: str, reply_to: str, tag: tuple[str, ...], alt: str, title: str, unlisted: bool
) -> None:
    """Share a link, words, files, or what comes in (-); prints where it is.

    \b
    Example:
      passalong share https://example.org/a-good-page "Worth your evening" --tag oer
      passalong share photo.jpg --alt "Ann under the oak"
    """
    me = prepare()
    try:
        words, files = _read(me, what)
        box = new_box(
            what="\n\n".join(words),
            title=title,
            tags=", ".join(tag),
            via=via,
            reply_to=reply_to,
            alt=alt,
            unlisted=unlisted,
            kept=files,
        )
        item = publish(me, draft_from(box))
    except CannotShare as problem:
        raise Sentence(str(problem)) from None
    assert item.page is not None
    wake()
    click.echo(item.page.url)


def _read(me: Person, what: tuple[str, ...]) -> tuple[list[str], list[File]]:
    """The words of a command line, and the files it names. Raises CannotShare."""
    words: list[str] = []
    files: list[File] = []
    for each in what:
        if each == "-":
            _from_input(me, sys.stdin.buffer.read(settings.FILE_LIMIT + 1), words, files)
        elif _is_file(each):
            with Path(each).open("rb") as stream:
                files.append(keep(me, Path(each).name, stream))
        elif LOOKS_LIKE_A_FILE.fullmatch(each):
            raise CannotShare(f"There is no file {each}: check its name, or share words through standard input (-).")
        else:
            words.append(each)
    return words, files


def _from_input(me: Person, data: bytes, words: list[str], files: list[File]) -> None:
    """Text is words; anything else is a file."""
    try:
        words.append(data.decode())
    except UnicodeDecodeError:
        files.append(keep(me, "file", io.BytesIO(data)))


def _is_file(word: str) -> bool:
    try:
        return Path(word).is_file()
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
    take_back(_item(me, url))
    click.echo(f"Taken back: {url}")


def _item(me: Person, url: str) -> Item:
    found = OURS.search(url)
    item = find_item(me, found["ref"]) if found and found["handle"] == me.handle else None
    if item is None:
        raise Sentence(
            f"You shared nothing at {url.strip() or 'no address'}: copy the address that `passalong share` printed."
        )
    return item

"""`import` and `export`: lists of people in and out. Everything else a person keeps here follows later."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click
from django.utils import timezone

from passalong.follow.lists import as_opml, bring
from passalong.site.cli import home_option
from passalong.site.home import prepare
from passalong.site.queue import wake
from passalong.site.sentence import Sentence
from passalong.wire import opml
from passalong.wire.shapes import Unreadable

LARGEST = 20 * 1024 * 1024


def read_file(name: str) -> bytes:
    """Raises Sentence."""
    try:
        if Path(name).stat().st_size > LARGEST:
            raise Sentence(f"{name} is larger than 20 MB: a list of people never is. Choose the right file.")
        return Path(name).read_bytes()
    except OSError as problem:
        raise Sentence(f"{name} cannot be read ({(problem.strerror or 'no such file').lower()}).") from problem


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--dry-run", is_flag=True, help="Say what would come in, and change nothing.")
@home_option
def import_command(files: Sequence[str], dry_run: bool) -> None:
    """Bring the list of people of another reader (an OPML file).

    \b
    Example:
      passalong import subscriptions.opml --dry-run
    """
    person = prepare()
    for name in files:
        try:
            outlines = opml.read(read_file(name))
        except Unreadable as problem:
            raise Sentence(f"{name}: {problem}") from problem
        if not outlines:
            raise Sentence(f"{name}: nobody is on this list, so nobody came in.")
        brought = bring(person, outlines, timezone.now(), dry_run=dry_run)
        verb = "would come in" if dry_run else "came in"
        click.echo(f"{name}: {brought.came_in} {verb}, {len(brought.skipped)} skipped")
        for address, why in brought.skipped:
            click.echo(f"  {address}: {why}")
    if not dry_run:
        wake()


@click.command("export")
@click.argument("path")
@home_option
def export_command(path: str) -> None:
    """Write the list of people you follow to PATH, which ends in .opml.

    \b
    Example:
      passalong export people.opml
    """
    if not path.lower().endswith(".opml"):
        raise Sentence("Only the list of people can be exported yet: give a name that ends in .opml.")
    person = prepare()
    written = as_opml(person, timezone.now())
    beside = Path(f"{path}.part")
    try:
        beside.write_bytes(written)
        os.replace(beside, path)
    except OSError as problem:
        raise Sentence(f"{path} cannot be written ({(problem.strerror or 'unknown reason').lower()}).") from problem
    click.echo(path)

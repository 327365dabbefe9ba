"""`river`: the same list as the page, for people at a terminal and for programs."""

from __future__ import annotations

import json

import click

from passalong.models import Person
from passalong.models.cursor import Cursor, read_cursor
from passalong.models.listed import Listed
from passalong.models.shown import ago
from passalong.read.out import entries, head, stretches
from passalong.site.cli import home_option
from passalong.site.home import prepare
from passalong.site.sentence import Sentence
from passalong.wire.feed_write_json import document
from passalong.wire.feed_write_text import one_line

NEWEST = 50


@click.command("river")
@click.option("--json", "as_json", is_flag=True, help="A JSON Feed 1.1 document.")
@click.option("--limit", default=NEWEST, show_default=True, type=click.IntRange(min=0), help="How many; 0 is all.")
@click.option("--before", default="", metavar="CURSOR", help="Go on where the last list ended.")
@home_option
def river_command(as_json: bool, limit: int, before: str) -> None:
    """What your people shared, newest first.

    \b
    Example:
      passalong river --limit 10
    """
    cursor = read_cursor(before)
    if before and cursor is None:
        raise Sentence(f"There is no place {before} in the river: use what the last list ended with after --before.")
    owner = prepare()
    if as_json:
        _print_json(owner, limit, cursor)
    else:
        _print_lines(owner, limit, cursor)


def _print_json(owner: Person, limit: int, before: Cursor | None) -> None:
    """One document, written as it is read: all of a long river is never in memory."""
    said = document(head(owner))
    del said["items"]
    click.echo(_written(said)[:-1] + ', "items": [')
    between, after = "", ""
    for rows, after in stretches(owner, limit, before):  # noqa: B007 - the last one is used
        for item in document(head(owner, entries(rows)))["items"]:
            click.echo(between + _written(item), nl=False)
            between = ",\n"
    more = {"next": after} if after else {}
    click.echo(f'\n], "_passalong": {_written(more)}}}')


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _print_lines(owner: Person, limit: int, before: Cursor | None) -> None:
    """Two lines for each: who and what, then where. The place where it goes on is for a person, not for a pipe."""
    some, after = False, ""
    for rows, after in stretches(owner, limit, before):  # noqa: B007 - the last one is used
        for row in rows:
            some = True
            _print_row(row)
    if not some:
        click.echo("Nothing has come yet. Follow someone: passalong follow ben.example", err=True)
    if after:
        click.echo(f"More: passalong river --before {after}", err=True)


def _print_row(row: Listed) -> None:
    who = click.style(one_line(str(row.item.source.person)), bold=True)
    what = one_line(row.item.title or row.item.excerpt or "(without words)")
    mark = click.style("●", fg="green") if row.is_new else " "
    click.echo(f"{mark} {who} · {what[:200]} · {ago(row.item.arrived)}")
    if row.item.page:
        click.echo(f"    {row.permalink}")

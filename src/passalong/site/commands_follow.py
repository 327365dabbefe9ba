"""`follow`, `unfollow` and `following`."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Sequence

import click
from django.utils import timezone
from django.utils.timesince import timeuntil

from passalong.follow import refresh
from passalong.follow.by_address import Beside, Followed, follow_address, followed, watch
from passalong.follow.lists import as_opml
from passalong.follow.people import followed_sources
from passalong.follow.start import stop
from passalong.models import Follow, Person, Source
from passalong.site.cli import home_option
from passalong.site.commands_fetch import me
from passalong.site.home import prepare
from passalong.wire.shapes import Unreadable


@click.command("follow")
@click.argument("addresses", nargs=-1, required=True, metavar="ADDRESS...")
@click.option("--page", "page_itself", is_flag=True, help="A page that has no feed: look at the page itself.")
@home_option
def follow_command(addresses: Sequence[str], page_itself: bool) -> None:
    """Follow anyone by any address of theirs: a site, a post, a handle, a feed.

    \b
    Example:
      passalong follow ben.example @ana@social.example
      passalong follow --page https://cas.example/notes.html
    """
    person = prepare()
    failed = False
    for address in addresses:
        try:
            done = watch(person, address) if page_itself else follow_or_ask(person, address)
        except Unreadable as problem:
            if problem.code == "already":
                click.echo(problem)
                continue
            failed = True
            click.echo(f"{problem}{_how_else(problem, address, page_itself=page_itself)}", err=True)
            continue
        click.echo(f"{done.sentence} {first_look(done.follows)}")
    if failed:
        sys.exit(1)


def _how_else(problem: Unreadable, address: str, *, page_itself: bool) -> str:
    """The command that goes on from there, or ''."""
    if problem.code == "none" and not page_itself:
        return f" To have it looked at here: passalong follow --page {shlex.quote(address)}"
    return f" To follow it: passalong follow {shlex.quote(address)}" if problem.code == "feed" else ""


def follow_or_ask(person: Person, address: str) -> Followed:
    """Follows; what is only near the address, when somebody at a terminal says so. Raises Unreadable."""
    try:
        return follow_address(person, address)
    except Beside as question:
        best = question.found[0]
        if sys.stdin.isatty() and click.confirm(f"{question} Follow it ({best.url})?", err=True):
            return follow_address(person, best.url)
        command = f"passalong follow {shlex.quote(best.url)}"
        raise Unreadable(f"{question} To follow it: {command}", "beside") from question


def first_look(follows: Sequence[Follow]) -> str:
    """Looks at once, and says what came."""
    tally = refresh.refresh_these(me(), [follow.source_id for follow in follows])
    reason = Source.objects.get(pk=follows[0].source_id).reason if len(follows) == 1 else ""
    if reason:
        return reason
    if not tally.sources:
        return "It is being looked at."
    return f"{tally.new} {'share' if tally.new == 1 else 'shares'} of theirs came in."


@click.command("unfollow")
@click.argument("address")
@home_option
def unfollow_command(address: str) -> None:
    """Follow somebody no longer. What came from them stays.

    \b
    Example:
      passalong unfollow ben.example
    """
    person = prepare()
    source = followed(person, address)
    stop(person, source)
    click.echo(f"You do not follow {source.person} any more.")


@click.command("following")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--opml", "opml", is_flag=True, help="As a list any reader can import (OPML).")
@home_option
def following_command(as_json: bool, opml: bool) -> None:
    """Whom you follow, from where, and how that goes.

    \b
    Example:
      passalong following --json
    """
    if as_json and opml:
        raise click.UsageError("Say --json or --opml: it is one or the other.")
    person = prepare()
    if opml:
        click.echo(as_opml(person, timezone.now()).decode(), nl=False)
    elif as_json:
        click.echo(json.dumps(listed(person), ensure_ascii=False, indent=2))
    else:
        _print_lines(person)


def _print_lines(person: Person) -> None:
    some = False
    for follow in followed_sources(person):
        some = True
        click.echo(line_of(follow.source))
    if not some:
        click.echo("You follow nobody yet. Follow someone: passalong follow ben.example", err=True)


def line_of(source: Source) -> str:
    """Who, where, how that goes, and when it is looked at next."""
    said = f"{source.person}  {source.url}  {source.state}{': ' + source.reason if source.reason else ''}"
    if source.fetch_at is None:
        return said
    now = timezone.now()
    when = f"in {timeuntil(source.fetch_at, now)}" if source.fetch_at > now else "now"
    return f"{said}  (next look {when})".replace("\xa0", " ")


def listed(person: Person) -> list[dict[str, object]]:
    """Each follow as plain data; times in ISO 8601."""
    return [
        {
            "person": str(follow.source.person),
            "url": follow.source.url,
            "home": follow.source.home,
            "title": follow.source.title,
            "kind": follow.source.kind,
            "state": follow.source.state,
            "reason": follow.source.reason,
            "muted": follow.muted,
            "since": follow.since.isoformat(),
            "unseen": follow.unseen,
            "fetched": follow.source.fetched and follow.source.fetched.isoformat(),
            "next": follow.source.fetch_at and follow.source.fetch_at.isoformat(),
        }
        for follow in followed_sources(person)
    ]

"""`fetch`: a module of its own, so that it starts without what looks for feeds."""

from __future__ import annotations

import os
import secrets
import sys

import click
from django.utils import timezone

from passalong.follow import claim, refresh, seek
from passalong.share import enrich
from passalong.site.cli import home_option
from passalong.site.home import prepare


def me() -> str:
    return f"command-{os.getpid()}-{secrets.token_hex(4)}"


@click.command("fetch")
@click.option("--all", "everything", is_flag=True, help="Everything you follow, due or not.")
@home_option
def fetch_command(everything: bool) -> None:
    """Look once at everything that is due.

    \b
    Example:
      passalong fetch --all
    """
    prepare()
    who = me()
    while seek.seek_once(timezone.now(), who):
        pass
    total = len(claim.everything()) if everything else claim.due(timezone.now()).count()
    run = refresh.refresh_all if everything else refresh.refresh_due
    try:
        with click.progressbar(length=total, label="Fetching", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
            tally = run(who, each=lambda _: bar.update(1))
        while enrich.work_once(timezone.now(), who):
            pass
    finally:
        claim.release(who)
        enrich.release(who)
    counts = (
        f"sources: {tally.sources}, new: {tally.new}, changed: {tally.changed},"
        f" unchanged: {tally.unchanged}, failed: {tally.failed}"
    )
    click.echo(counts)

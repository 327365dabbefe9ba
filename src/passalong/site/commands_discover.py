"""`discover`: what could be followed at an address. Stores nothing, needs no database, and so no Django."""

from __future__ import annotations

import json
import os
import sys

import click

from passalong.follow.discover import discover, discover_json
from passalong.site.cli import home_option
from passalong.site.outbound import set_the_door
from passalong.site.settings_list import read_all


@click.command("discover")
@click.argument("address")
@click.option("--json", "as_json", is_flag=True, help="A list of {url, kind, title, person, why}, best first.")
@home_option
def discover_command(address: str, as_json: bool) -> None:
    """What could be followed at ADDRESS (a site, a post, a handle, a channel, a list), best first.

    \b
    Example:
      passalong discover ben.example
    """
    values = read_all(os.environ)
    set_the_door(values, values["PASSALONG_URL"])
    if as_json:
        answer = discover_json(address)
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
        if isinstance(answer, dict):
            sys.exit(1)
        return
    for found in discover(address):
        click.echo(f"{found.url}\n  {found.title or found.kind}: {found.why}")

"""`token`: a key for an app or a script, for those who would rather not click."""

from __future__ import annotations

import click

from passalong.keys.issue import by_hand
from passalong.keys.scopes import SCOPES, known, unknown
from passalong.models import Person
from passalong.site.cli import home_option
from passalong.site.home import prepare
from passalong.site.sentence import Sentence

LONGEST_NAME = 200


@click.command("token")
@click.argument("name")
@click.option("--scope", required=True, metavar="WORDS", help=f"What it may do, of: {' '.join(SCOPES)}.")
@click.option("--person", "handle", default="", metavar="NAME", help="Whom it acts for, where several live here.")
@home_option
def token_command(name: str, scope: str, handle: str) -> None:
    """Make a token for the app you call NAME; prints it once. It is listed, and removed, in your settings.

    \b
    Example:
      passalong token "my script" --scope "create media"
    """
    owner = prepare()
    words = scope.replace(",", " ").split()
    strange = unknown(words)
    if strange or not words:
        raise Sentence(f"“{' '.join(strange)}” is nothing a token can do: choose of {', '.join(SCOPES)}.")
    if not name.strip() or len(name) > LONGEST_NAME:
        raise Sentence(f"Give the token a name of at most {LONGEST_NAME} characters: it is how you find it again.")
    click.echo(by_hand(_person(handle) if handle else owner, name.strip(), known(words)))


def _person(handle: str) -> Person:
    found = Person.objects.filter(handle=handle.lstrip("@"), user__is_active=True).first()
    if found is None:
        raise Sentence(f"Nobody here is called {handle}: give the name after the @ in their address.")
    return found

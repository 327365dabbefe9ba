"""The command `passalong`. Which word runs what is the table below; a command's module loads when it is called."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from pathlib import Path

import click
import django

from passalong.net.shapes import Failed
from passalong.site.collector import spare_what_is_loaded
from passalong.site.no_room import WORDS, no_room
from passalong.site.redact import redact
from passalong.site.sentence import Sentence
from passalong.site.settings_list import WrongSetting, read_all
from passalong.site.started import recall
from passalong.site.usage import sentence
from passalong.wire.shapes import Unreadable

COMMANDS = {
    "up": "passalong.site.commands_up",
    "web": "passalong.site.commands_up",
    "work": "passalong.site.commands_up",
    "share": "passalong.site.commands_share",
    "unshare": "passalong.site.commands_share",
    "discover": "passalong.site.commands_discover",
    "follow": "passalong.site.commands_follow",
    "unfollow": "passalong.site.commands_follow",
    "following": "passalong.site.commands_follow",
    "fetch": "passalong.site.commands_fetch",
    "river": "passalong.site.commands_read",
    "token": "passalong.site.commands_token",
    "came-back": "passalong.site.commands_credit",
    "import": "passalong.site.commands_move",
    "export": "passalong.site.commands_move",
}
NEEDS_NO_DJANGO = {"discover", "up", "web", "work"}
"""Commands that set Django up themselves, or do without."""
ASKS_WHAT_IS_THERE = {"unshare", "unfollow", "following", "fetch", "river", "came-back", "export"}
"""Commands that begin nothing: a folder named for them and not there is a slip of the hand."""


class Passalong(click.Group):
    """No word is the word `up`; unknown words get one sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        if name not in COMMANDS:
            return None
        if name not in NEEDS_NO_DJANGO:
            django.setup()
        found: click.Command = getattr(importlib.import_module(COMMANDS[name]), f"{name.replace('-', '_')}_command")
        spare_what_is_loaded()
        return found

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words = [word for word in args if not word.startswith("-")]
        asks_help = any(word in ("--help", "--version") for word in args)
        if not asks_help and (not words or not any(word in COMMANDS for word in words)):
            takes_up = not words or args[0].startswith("-")
            args = ["up", *args] if takes_up else args
        return super().parse_args(ctx, args)


def set_home(ctx: click.Context, option: click.Parameter, value: str | None) -> None:  # noqa: ARG001
    """--home, before Django reads its settings."""
    if value:
        os.environ["PASSALONG_HOME"] = value


home_option = click.option(
    "--home",
    metavar="DIR",
    callback=set_home,
    expose_value=False,
    is_eager=True,
    help="The folder that holds everything.",
)


@click.command(cls=Passalong)
@click.version_option(package_name="passalong")
def passalong() -> None:
    """Share what you find, follow whom you like, see what came back.

    \b
    Example:
      passalong                 start, on this machine
      passalong share https://example.org/a-good-page
      passalong follow ben.example
    """


def _home_from(argv: list[str]) -> list[str]:
    """Takes `--home DIR` out of the words, wherever it stands: settings are read before any command is."""
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        if word == "--":
            return [*rest, word, *words]
        if word != "--home" and not word.startswith("--home="):
            rest.append(word)
            continue
        home = next(words, "") if word == "--home" else word.partition("=")[2]
        if not home.strip() or home.startswith("-"):
            raise click.UsageError("--home needs a folder, such as --home ~/passalong")
        os.environ["PASSALONG_HOME"] = home
    return rest


def _serves(words: list[str]) -> bool:
    """Is it a server that is started? It takes its own environment alone, so that a setting taken away is away."""
    return next((word for word in words if word in COMMANDS), "up") in ("up", "web")


def _is_there(words: list[str], home: Path) -> None:
    """The folder that was named. A database elsewhere needs none. Raises Sentence."""
    asks = next((word for word in words if word in COMMANDS), "up") in ASKS_WHAT_IS_THERE and "--help" not in words
    if asks and not os.environ.get("DATABASE_URL") and not home.exists():
        raise Sentence(
            f"There is no folder {home}: look how it is written, or begin one with `passalong --home {home}`."
        )


def main(argv: list[str] | None = None) -> None:
    """Runs one command; every failure is one sentence on standard error."""
    gc.disable()  # until the command is loaded: nothing of that is garbage
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passalong.site.settings")
    try:
        said = sys.argv[1:] if argv is None else argv
        words = _home_from(said)
        if not _serves(words):
            recall(os.environ)
        settings = read_all(os.environ)
        if words != said:
            _is_there(words, settings["PASSALONG_HOME"])
        sys.exit(passalong.main(args=words, prog_name="passalong", standalone_mode=False) or 0)
    except BrokenPipeError:
        nobody_reads_on()
    except click.UsageError as problem:
        click.echo(sentence(problem, COMMANDS), err=True)
        sys.exit(2)
    except click.Abort:
        click.echo("Stopped before it was done.", err=True)
        sys.exit(1)
    except (WrongSetting, Failed, Unreadable, Sentence) as problem:
        click.echo(str(problem), err=True)
        sys.exit(1)
    except Exception as problem:
        if os.environ.get("PASSALONG_LOG", "").lower() == "debug":
            raise
        click.echo(_unforeseen(problem), err=True)
        sys.exit(1)


def nobody_reads_on() -> None:
    """`passalong river | head`: whoever read has enough. SIGPIPE stays ignored meanwhile, as Python has it: it would
    also end a server whose visitor hangs up."""
    leave_output()
    sys.exit(1)


def leave_output() -> None:
    """What could not be written is not tried once more at the end, with words of Python's own."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _unforeseen(problem: Exception) -> str:
    """What nobody thought of, in one sentence all the same."""
    why = no_room(problem)
    if why:
        return " ".join(WORDS[why])
    name = redact(f"{type(problem).__name__}: {problem}".splitlines()[0].rstrip(".: "))
    return f"Something broke here, and it is ours to mend ({name}): PASSALONG_LOG=debug shows where."

"""Wrong usage of a command, in one sentence that says what to do. click writes four lines, and not in our words."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

import click


def sentence(problem: click.UsageError, commands: Iterable[str]) -> str:
    """What was wrong with the words of a command line."""
    command = problem.ctx.command_path if problem.ctx else "passalong"
    shows = f"`{command} --help` shows how"
    if isinstance(problem, click.NoSuchOption):
        meant = _meant(problem.option_name, problem.possibilities or ())
        return f"`{command}` has no option {problem.option_name}{meant or ';'} {shows}."
    if isinstance(problem, click.BadOptionUsage):
        return f"{_plain(problem)}; {shows}."
    if isinstance(problem, click.MissingParameter) and problem.param and problem.ctx:
        option = f"{problem.param.opts[0]} " if isinstance(problem.param, click.Option) else ""
        return f"`{command}` needs {option}{problem.param.make_metavar(problem.ctx).rstrip('.')}; {shows}."
    if isinstance(problem, click.BadParameter) and problem.param:
        name = problem.param.opts[0] if problem.param.opts else problem.param.human_readable_name
        return f"{name} cannot be used: {_in_our_words(problem.message)}; {shows}."
    unknown = getattr(problem, "command_name", "") or _quoted(problem.message, "No such command ")
    if unknown:
        meant = _meant(unknown, commands)
        return f"There is no command {unknown}{meant or ';'} `passalong --help` lists them."
    return f"{_plain(problem)}; {shows}."


def _meant(written: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(written, list(known), 1, cutoff=0.7)
    return f": did you mean {near[0]}?" if near else ""


def _in_our_words(message: str) -> str:
    """Of click's own: "'x' is not a valid integer range."."""
    return re.sub(r"is not a valid integer( range)?$", "is not a whole number", message.rstrip("."))


def _quoted(message: str, before: str) -> str:
    return message.removeprefix(before).strip("'. ") if message.startswith(before) else ""


def _plain(problem: click.UsageError) -> str:
    return problem.format_message().splitlines()[0].rstrip(".")

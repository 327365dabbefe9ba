"""Writes the reference from the code: `python docs/reference/write.py`. A test fails where a page lags behind."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

import click
import django

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passalong.site.settings")
NOTE = "<!-- Written from the code by docs/reference/write.py: change the code, not this page. -->\n\n"


def settings_page() -> str:
    """docs/reference/settings.md."""
    listed = importlib.import_module("passalong.site.settings_list").SETTINGS
    rows = [f"| `{one.name}` | {f'`{one.default}`' if one.default else ''} | {one.sentence} |" for one in listed]
    head = (
        "# Settings\n\nSet them in the environment. None is needed.\n\n| name | default | what it is |\n|---|---|---|\n"
    )
    also = (
        "\n\n"
        "The server writes what it was started with to `started-with.json` in the home folder, readable by "
        "its owner alone (0600), without anything that holds a password. Commands on the same home use it, "
        "unless their own environment says otherwise (an empty value counts): `passalong share` in another "
        "terminal prints the public address that `passalong up --url` was given, and looks into the same "
        "database. Where a password was left out, a command asks for that setting instead of working "
        "elsewhere. A server takes its own environment alone; one that forgets where its database or files "
        "are does not start on empty ones.\n"
    )
    return NOTE + head + "\n".join(rows) + also


def commands_page() -> str:
    """docs/reference/commands.md."""
    cli = importlib.import_module("passalong.site.cli")
    parts = ["# Commands\n\nEvery command takes `--home DIR`, the folder that holds everything.\n"]
    for name, module in cli.COMMANDS.items():
        command: click.Command = getattr(importlib.import_module(module), f"{name.replace('-', '_')}_command")
        context = click.Context(command, info_name=f"passalong {name}", max_content_width=100, terminal_width=100)
        parts.append(f"## passalong {name}\n\n```\n{command.get_help(context)}\n```\n")
    return NOTE + "\n".join(parts)


def routes_page() -> str:
    """docs/reference/routes.md."""
    urls = importlib.import_module("passalong.site.urls").urlpatterns
    policy = importlib.import_module("passalong.site.policy")
    rows: list[str] = []

    def walk(patterns: list[object], before: str) -> None:
        for pattern in patterns:
            route = before + str(pattern.pattern)  # type: ignore[attr-defined]
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns, route)
            else:
                rows.append(f"| `/{route}` | {policy.policy_of(pattern.callback)} |")  # type: ignore[attr-defined]

    walk(urls, "")
    head = "# Addresses\n\nWho may use each: everyone (public), the people of this node (owner), programs (app).\n\n"
    head += "| address | who |\n|---|---|\n"
    return NOTE + head + "\n".join(rows) + "\n"


PAGES = {"settings.md": settings_page, "commands.md": commands_page, "routes.md": routes_page}


def main() -> None:
    django.setup()
    for name, write in PAGES.items():
        (HERE / name).write_text(write())


if __name__ == "__main__":
    main()

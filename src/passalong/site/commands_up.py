"""`up`, `web` and `work`: their options decide what Django's settings read, so Django is set up after them."""

from __future__ import annotations

import importlib
import os
from typing import Any

import click
import django

from passalong.site.cli import home_option
from passalong.site.demo.place import refuse_demo, settle, write
from passalong.site.sentence import Sentence
from passalong.site.settings_list import SETTINGS, read_all
from passalong.site.started import check_same_place

ADDRESS = next(setting for setting in SETTINGS if setting.name == "PASSALONG_URL")


def _start(module: str) -> Any:
    django.setup()
    return importlib.import_module(module)


def _served_at(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(host, host)  # noqa: S104 - compares
    return f"http://{shown}:{port}"


def _say_where(host: str, port: int, url: str = "") -> None:
    os.environ["PASSALONG_SERVED_AT"] = _served_at(host, port)
    if url:
        os.environ["PASSALONG_URL"] = url
    read_all(os.environ)
    check_same_place(os.environ)


host_option = click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
port_option = click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on."
)


def _check_url(ctx: click.Context, option: click.Parameter, value: str | None) -> str | None:  # noqa: ARG001
    """What is wrong with it is said of the option that was typed, not of the setting behind it. Raises Sentence."""
    try:
        return value and ADDRESS.read(value)
    except ValueError as problem:
        raise Sentence(f"--url {problem}.") from problem


url_option = click.option(
    "--url", metavar="PUBLIC", callback=_check_url, help="The public address, such as https://share.example.org."
)


@click.command("up")
@host_option
@port_option
@url_option
@click.option("--name", default="", help="Your name, as others see it (first start only).")
@click.option("--no-open", is_flag=True, help="Do not open the browser.")
@click.option("--demo", is_flag=True, help="A folder of its own with invented people, to look around in.")
@home_option
def up_command(host: str, port: int, url: str, name: str, no_open: bool, demo: bool) -> None:
    """Start: makes what is missing, then serves and works until stopped.

    \b
    Example:
      passalong up --port 8080 --name "Ann"
      passalong up --demo
    """
    if demo:
        _up_demo(host, port, name, not no_open)
        return
    refuse_demo(os.environ)
    _say_where(host, port, url)
    _start("passalong.site.up").up(host, port, name, not no_open)


def _up_demo(host: str, port: int, name: str, open_browser: bool) -> None:
    """The invented sharers listen first: their one port is the only private place this node may visit."""
    home = settle(os.environ)
    street, mark = importlib.import_module("passalong.site.demo.street").open_street(home)
    write(home, mark)
    os.environ["PASSALONG_ALLOW_PRIVATE"] = f"127.0.0.1:{street.server_port}"
    _say_where(host, port)
    _start("passalong.site.demo.days").up(host, port, name or "Ann", open_browser, street, mark)


@click.command("web")
@host_option
@port_option
@url_option
@home_option
def web_command(host: str, port: int, url: str) -> None:
    """Serve pages only; `passalong work` does the rest, here or on other machines.

    \b
    Example:
      DATABASE_URL=postgres://localhost/passalong passalong web
    """
    refuse_demo(os.environ)
    _say_where(host, port, url)
    _start("passalong.site.up").web(host, port)


@click.command("work")
@home_option
def work_command() -> None:
    """Fetch and send only; `passalong web` serves the pages.

    \b
    Example:
      DATABASE_URL=postgres://localhost/passalong passalong work
    """
    refuse_demo(os.environ)
    django.setup()
    importlib.import_module("passalong.site.home").prepare()
    importlib.import_module("passalong.site.work").work()

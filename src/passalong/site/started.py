"""What the server was started with, so that a command in another terminal on the same home knows it too.

The server writes the file, commands read it, and their own environment wins. A setting with a password in it is not
written down: a command that lacks it says so, rather than work on another database. No Django: settings are read after.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from passalong.site.settings_list import SETTINGS, WrongSetting, read_one

log = logging.getLogger(__name__)
FILE = "started-with.json"
NOT_SHARED = {"PASSALONG_HOME", "PASSALONG_WORKERS", "PASSALONG_LOG"}
"""What is no other program's business."""
WHERE_THINGS_ARE = ("DATABASE_URL", "PASSALONG_MEDIA_URL")
"""Settings whose absence is another, empty node."""


def note(home: Path, environ: Mapping[str, str], base_url: str) -> None:
    """Writes what the server runs with to the home (0600), whole or not at all. `base_url` is where it is reached.

    A full disk keeps no server from serving.
    """
    given = {s.name: environ.get(s.name, "").strip() for s in SETTINGS if s.name not in NOT_SHARED}
    given["PASSALONG_URL"] = base_url
    if given["SSL_CERT_FILE"]:
        given["SSL_CERT_FILE"] = os.path.abspath(given["SSL_CERT_FILE"])
    open_ones = {name: text for name, text in given.items() if text and not _holds_a_password(text)}
    held_back = {name: _without_password(text) for name, text in given.items() if _holds_a_password(text)}
    half = home / f"{FILE}.{os.getpid()}"
    try:
        half.touch(mode=0o600)
        half.write_text(json.dumps({"settings": open_ones, "held_back": held_back}, indent=1) + "\n", encoding="utf-8")
        os.replace(half, home / FILE)
    except OSError as problem:
        half.unlink(missing_ok=True)
        why = (problem.strerror or "unknown reason").lower()
        log.warning("%s cannot be written (%s): commands in other terminals know only older settings", FILE, why)


def recall(environ: MutableMapping[str, str]) -> None:
    """Adds to `environ`, for a command, what the server of this home was started with. Raises WrongSetting."""
    noted = _noted(environ)
    for name, shown in noted.get("held_back", {}).items():
        if name not in environ:
            raise WrongSetting(
                f"The server of this home was started with {name} at {shown} and a password, which is not written down:"
                f" set {name} for this command too."
            )
    for name, text in noted.get("settings", {}).items():
        environ.setdefault(name, text)


def check_same_place(environ: Mapping[str, str]) -> None:
    """For a server about to start. Raises WrongSetting where a setting that says where things are was forgotten."""
    noted = _noted(environ)
    before = {**noted.get("settings", {}), **noted.get("held_back", {})}
    for name in WHERE_THINGS_ARE:
        if name in before and name not in environ:
            raise WrongSetting(
                f"What this node keeps was at {before[name]} when it was last started: set {name} to it again,"
                f" or to nothing ({name}=) to begin in the home folder."
            )


def served_at(environ: Mapping[str, str]) -> str:
    """The public address this home was last served at; '' where nobody knows. Raises WrongSetting."""
    return _noted(environ).get("settings", {}).get("PASSALONG_URL", "")


def _noted(environ: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """What the file says; nothing where there is none, or it is somebody else's."""
    file = read_one("PASSALONG_HOME", environ) / FILE
    try:
        found: Any = json.loads(file.read_text(encoding="utf-8"))
        known = {setting.name for setting in SETTINGS} - NOT_SHARED
        return {part: {k: str(v) for k, v in found[part].items() if k in known} for part in ("settings", "held_back")}
    except OSError:
        return {}
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise WrongSetting(f"The file {file} is damaged: remove it, then start the server again.") from problem


def _holds_a_password(text: str) -> bool:
    parts = urlsplit(text) if "://" in text else None
    return bool(parts and (parts.password or any("pass" in k.lower() for k, _ in parse_qsl(parts.query))))


def _without_password(text: str) -> str:
    parts = urlsplit(text)
    who, _, host = parts.netloc.rpartition("@")
    user = who.partition(":")[0]
    return urlunsplit((parts.scheme, f"{user}@{host}" if user else host, parts.path, "", ""))

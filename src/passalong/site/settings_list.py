"""Every setting, as data: its name, default and one sentence. The reference is written from this list.

Pure: reads a mapping (the environment), never Django. A wrong value raises `WrongSetting`, one sentence that names it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from passalong.net.guard import parse_allowed

LOG_LEVELS = ("debug", "info", "warning", "error")
PARTS = {
    "postgres": ("psycopg", "postgres"),
    "postgresql": ("psycopg", "postgres"),
    "redis": ("redis", "redis"),
    "rediss": ("redis", "redis"),
    "s3": ("storages", "s3"),
}
"""By scheme: the module that speaks it, and the extra that brings it."""
HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?|[0-9a-f:.]+", re.IGNORECASE)


class WrongSetting(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """A setting that cannot be used; `str()` names it and says what it takes."""


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    default: str
    sentence: str
    read: Callable[[str], Any] = str
    """Text to value; raises ValueError with what it takes."""


def _folder(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _address(text: str) -> str:
    if not text:
        return ""
    wrong = ValueError("takes an address like https://share.example.org, without a path")
    try:
        parts = urlsplit(text)
        sound = parts.port != 0 and HOST.fullmatch(parts.hostname or "")
    except ValueError:
        raise wrong from None
    if not sound or parts.scheme not in ("http", "https") or parts.path.strip("/") or parts.query or parts.fragment:
        raise wrong
    if "@" in parts.netloc:
        raise ValueError("takes an address without a name and password before the host")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _one_of_schemes(*schemes: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text and not text.startswith(tuple(f"{scheme}:" for scheme in schemes)):
            raise ValueError(f"takes an address that starts with {' or '.join(s + '://' for s in schemes)}")
        module, extra = PARTS.get(text.partition(":")[0], ("", ""))
        if module and find_spec(module) is None:
            raise ValueError(f"needs a part that is not installed: .venv/bin/pip install '.[{extra}]' adds it")
        return text

    return read


def _proxy(text: str) -> str:
    """Spoken to in plain HTTP: whoever runs a proxy behind TLS is told at start, not at the first fetch."""
    if text and not re.fullmatch(r"http://[^\s/?#]+/?", text):
        raise ValueError("takes an address like http://proxy.example:3128, in plain http")
    return text


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise ValueError("takes a whole number from 1 to 64")
    return int(text)


def _level(text: str) -> str:
    if text.lower() not in LOG_LEVELS:
        raise ValueError(f"takes one of {', '.join(LOG_LEVELS)}")
    return text.upper()


def _hosts(text: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in text.split(",") if part.strip())
    try:
        return tuple(str(ip_address(part)) for part in parts)
    except ValueError:
        raise ValueError("takes addresses such as 127.0.0.1 with commas between") from None


SETTINGS = (
    Setting("PASSALONG_HOME", "~/passalong", "The one folder that holds everything.", _folder),
    Setting("PASSALONG_URL", "", "The public address; where none is set, the address it is served at.", _address),
    Setting(
        "DATABASE_URL",
        "",
        "The database; where none is set, SQLite in the home folder.",
        _one_of_schemes("sqlite", "postgres", "postgresql"),
    ),
    Setting(
        "PASSALONG_QUEUE_URL",
        "",
        "What wakes the worker; where none is set, SQLite in the home folder.",
        _one_of_schemes("sqlite", "postgres", "postgresql", "redis", "rediss"),
    ),
    Setting(
        "PASSALONG_MEDIA_URL",
        "",
        "Where shared files are kept; where none is set, a folder in the home folder.",
        _one_of_schemes("file", "s3"),
    ),
    Setting("EMAIL_URL", "", "The mail server, for later: nothing is mailed yet.", _one_of_schemes("smtp", "smtps")),
    Setting(
        "PASSALONG_ALLOW_PRIVATE",
        "",
        "Private addresses, networks or host:port that may be visited all the same, with commas between.",
        parse_allowed,
    ),
    Setting("PASSALONG_PROXY", "", "An HTTP proxy for everything that is fetched.", _proxy),
    Setting("SSL_CERT_FILE", "", "A file of certificate authorities to trust when fetching, besides the system's."),
    Setting(
        "PASSALONG_TRUSTED_PROXIES",
        "",
        "Addresses of the proxies in front, with commas between: only these are believed in X-Forwarded-For.",
        _hosts,
    ),
    Setting("PASSALONG_WORKERS", "1", "How many processes serve pages.", _count),
    Setting("PASSALONG_LOG", "warning", "How much is logged: debug, info, warning or error.", _level),
)


def read_all(environ: Mapping[str, str]) -> dict[str, Any]:
    """Every setting's value by name.

    Raises WrongSetting for the first value that cannot be used.
    """
    return {setting.name: _read(setting, environ) for setting in SETTINGS}


def read_one(name: str, environ: Mapping[str, str]) -> Any:
    """One setting's value. Raises WrongSetting."""
    return _read(next(setting for setting in SETTINGS if setting.name == name), environ)


def _read(setting: Setting, environ: Mapping[str, str]) -> Any:
    text = environ.get(setting.name, "").strip() or setting.default
    try:
        return setting.read(text)
    except ValueError as problem:
        raise WrongSetting(f"The setting {setting.name} {problem}.") from problem

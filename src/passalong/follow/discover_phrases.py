"""The words and phrases of `phrases.txt`, as one expression for each list."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("phrases.txt")


@cache
def lists() -> dict[str, tuple[str, ...]]:
    """Every list of the file: its name -> its expressions."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            name = line[3:].strip()
            found[name] = []
        elif line.strip() and not line.startswith("#"):
            found[name].append(line.strip())
    return {key: tuple(values) for key, values in found.items()}


@cache
def phrases(name: str, around: str = "{}") -> re.Pattern[str]:
    """One expression that finds any of a list; `around` says what must stand around it."""
    return re.compile(around.replace("{}", "(?:" + "|".join(lists()[name]) + ")"), re.I)


@cache
def words(name: str) -> frozenset[str]:
    """A list of plain words."""
    return frozenset(lists()[name])

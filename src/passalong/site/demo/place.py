"""The demo's own folder, and its mark. Nothing of it is ever mixed with a real node: each refuses the other's folder.

No Django: the place is settled before settings are read.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import MutableMapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from passalong.site.sentence import CannotStart
from passalong.site.settings_list import SETTINGS, read_one

MARK = "demo.json"
HOLDS_A_NODE = ("passalong.sqlite3", "secret", "started-with.json", "files")
LATELY_KEPT = 200


@dataclass(slots=True)
class Lately:
    """Something an invented sharer said while the demo ran."""

    who: str
    slug: str
    at: str
    """ISO 8601, UTC."""
    words: str
    rel: str = ""
    """How it points to something of the demo's owner: reply, like, repost; '' where it does not."""
    to: int = 0
    """Id of that item; 0 is none."""


@dataclass(slots=True)
class Mark:
    """What makes a folder a demo's, and what has to be the same at the next start."""

    port: int
    """Where the invented sharers' sites are, on loopback."""
    made: str
    """ISO 8601, UTC: what they shared before is dated from here."""
    ready: bool = False
    said: dict[str, int] = field(default_factory=dict)
    """Item ids of what the owner shared, by a word."""
    lately: list[Lately] = field(default_factory=list)

    @property
    def began(self) -> datetime:
        return datetime.fromisoformat(self.made)


def settle(environ: MutableMapping[str, str]) -> Path:
    """Points the settings to the demo's own folder, and away from everything real. Raises CannotStart.

    Where no folder is named it lies beside the real one: `passalong-demo`.
    """
    named = environ.get("PASSALONG_HOME", "").strip()
    home: Path = read_one("PASSALONG_HOME", environ)
    home = home if named else home.with_name(f"{home.name}-demo")
    if not is_demo(home) and any((home / name).exists() for name in HOLDS_A_NODE):
        raise CannotStart(f"The folder {home} holds a real node: give the demo another one with --home.")
    for setting in SETTINGS:
        if setting.name not in ("PASSALONG_HOME", "PASSALONG_LOG", "PASSALONG_WORKERS"):
            environ.pop(setting.name, None)
    environ["PASSALONG_HOME"] = str(home)
    return home


def refuse_demo(environ: MutableMapping[str, str]) -> None:
    """For a real node about to start. Raises CannotStart where its folder is a demo's."""
    home: Path = read_one("PASSALONG_HOME", environ)
    if is_demo(home):
        raise CannotStart(f"The folder {home} holds the demo: start it with --demo, or choose another with --home.")


def is_demo(home: Path) -> bool:
    return os.path.exists(home / MARK)


def read(home: Path) -> Mark | None:
    """The mark of this folder; None where it has none. Raises CannotStart where it is damaged."""
    try:
        said: dict[str, Any] = json.loads((home / MARK).read_text(encoding="utf-8"))
        return Mark(**{**said, "lately": [Lately(**one) for one in said.get("lately", [])]})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as problem:
        raise CannotStart(f"The demo in {home} is damaged: remove that folder, and start it again.") from problem


def write(home: Path, mark: Mark) -> None:
    """Keeps the mark, whole or not at all. Raises CannotStart."""
    half = home / f"{MARK}.{os.getpid()}.{threading.get_ident()}"
    mark.lately = mark.lately[-LATELY_KEPT:]
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        half.touch(mode=0o600)
        half.write_text(json.dumps(asdict(mark), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        os.replace(half, home / MARK)
    except OSError as problem:
        raise CannotStart(
            f"The folder {home} cannot be written: choose another with --home, or make it writable."
        ) from problem


def new_mark(port: int) -> Mark:
    return Mark(port, datetime.now(UTC).isoformat(timespec="seconds"))

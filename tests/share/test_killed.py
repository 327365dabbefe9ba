"""F01: killed while sharing, at any of three points: one share or none, never half; a second try makes it one."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

SCRIPT = """
import os, signal, sys
import django
django.setup()
from passalong.share import publish
from passalong.share.draft import Draft
from passalong.site.home import prepare

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

me = prepare()
point = sys.argv[1]
if point == "before the transaction":
    publish.once = die
elif point == "before the commit":
    publish.touch = die
item = publish.publish(me, Draft(words="once #tag", link="https://good.example/", key="the form"))
if point == "before the answer":
    die()
print(item.page.url)
"""


def run(home: Path, point: str) -> subprocess.CompletedProcess[bytes]:
    environ = {"PATH": os.environ["PATH"], "PASSALONG_HOME": str(home), "PASSALONG_URL": "https://ann.example"}
    environ["DJANGO_SETTINGS_MODULE"] = "passalong.site.settings"
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, point], env=environ, capture_output=True, check=False, timeout=60
    )


def counts(home: Path) -> dict[str, int]:
    with closing(sqlite3.connect(home / "passalong.sqlite3")) as database:
        tables = ("item", "body", "link")
        return {table: database.execute(f"SELECT count(*) FROM passalong_{table}").fetchone()[0] for table in tables}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("point", "there"), [("before the transaction", 0), ("before the commit", 0), ("before the answer", 1)]
)
def test_f01_killed_while_sharing(tmp_path: Path, point: str, there: int) -> None:
    killed = run(tmp_path, point)
    assert killed.returncode == -9, killed.stderr
    assert counts(tmp_path) == {"item": there, "body": there, "link": 2 * there}
    again = run(tmp_path, "nowhere")
    assert again.returncode == 0, again.stderr
    assert counts(tmp_path) == {"item": 1, "body": 1, "link": 2}
    assert run(tmp_path, "nowhere").stdout == again.stdout

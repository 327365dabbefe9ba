"""Makes screenshots of all pages, and an index.html to look through them: `python docs/screenshots.py [FOLDER]`

Each page by day, by night, 360 pixels wide, and in Arabic; `PAGES=settings,river make screenshots` makes those alone.
Needs the development install and Chromium. What it cannot reach it leaves out, and ends with 1.
"""

from __future__ import annotations

import os
import subprocess
import sys
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOOKS = ("light", "dark", "phone", "arabic")
STYLE = (
    "body{font:16px system-ui;margin:2rem;background:#8883}h2{font-size:1rem;margin:2rem 0 .5rem}"
    ".row{display:grid;grid-template-columns:3fr 3fr 1fr 3fr;gap:1rem;align-items:start}"
    "img{width:100%;max-height:40rem;object-fit:cover;object-position:top;box-shadow:0 1px 4px #0006}"
)


def sheet(folder: Path) -> str:
    """All pictures of the folder, a row for each page."""
    names = sorted({path.name.rpartition("--")[0] for path in folder.glob("*--*.png")})
    rows = (f'<h2 id="{escape(n)}">{escape(n)}</h2><div class="row">{pictures(folder, n)}</div>' for n in names)
    head = f'<meta charset="utf-8"><title>Every page</title><style>{STYLE}</style><h1>Every page</h1>'
    return f'<!doctype html><html lang="en">{head}{"".join(rows)}</html>\n'


def pictures(folder: Path, name: str) -> str:
    files = [(f"{name}--{look}.png", look) for look in LOOKS]
    return "".join(
        f'<a href="{escape(file)}"><img src="{escape(file)}" alt="{look}" loading="lazy"></a>'
        for file, look in files
        if (folder / file).exists()
    )


def main(folder: Path) -> int:
    for old in () if os.environ.get("PAGES") else folder.glob("*--*.png"):
        old.unlink()
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:randomly", "tests/browser/shots.py"]
    known = os.environ | {"PASSALONG_SHOTS": str(folder), "REQUIRE_BROWSER": "1"}
    done = subprocess.run(command, cwd=ROOT, env=known, check=False)  # noqa: S603 - our own tests
    (folder / "index.html").write_text(sheet(folder))
    print(folder / "index.html")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "screenshots").resolve()))

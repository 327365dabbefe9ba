"""Cases as file pairs: `cases/<kind>/<name>.<question>` beside `<name>.json`; adding a case is adding two files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "cases"


def pairs(kind: str, question: str = "txt") -> list[Any]:
    """Every pair of a kind as (text asked, answer expected)."""
    found = [
        pytest.param(
            path.read_bytes().decode("utf-8").removesuffix("\n"),
            json.loads(path.with_suffix(".json").read_text(encoding="utf-8")),
            id=path.stem,
        )
        for path in sorted((FOLDER / kind).glob(f"*.{question}"))
    ]
    assert found, f"no cases in {FOLDER / kind}"
    return found

"""docs/reference/promises.md names a test for every row that is concerned, and each of them exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PAGE = (HERE.parent / "docs" / "reference" / "promises.md").read_text()
ROWS = {found[1]: found[0] for found in re.finditer(r"^\| ([PTF]\d+) \|.*\|$", PAGE, re.MULTILINE)}
KNOWN = [
    *(f"P{number}" for number in range(1, 21)),
    *(f"T{number:02}" for number in range(1, 88, 2)),
    *(f"F{number:02}" for number in range(1, 56, 2)),
]


@cache
def functions_in(path: Path) -> frozenset[str]:
    if not path.exists():
        return frozenset()
    return frozenset(node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef))


def named(row: str) -> list[str]:
    return re.findall(r"`([\w/]+\.py::\w+)`", row)


def test_every_row_is_there_once() -> None:
    assert sorted(ROWS) == sorted(KNOWN)
    assert len(re.findall(r"^\| [PTF]\d+ \|", PAGE, re.MULTILINE)) == len(KNOWN)


@pytest.mark.parametrize("name", KNOWN)
def test_every_row_has_its_test_or_says_with_what_it_comes(name: str) -> None:
    row = ROWS[name]
    assert named(row) or "Comes with" in row
    for each in named(row):
        path, _, test = each.partition("::")
        assert test in functions_in(HERE / path), each
        assert test.startswith("test_")


def test_every_row_that_a_test_is_called_after_names_one() -> None:
    """`test_t25_...` shows T25: its row may not say that it only comes later."""
    called = {
        f"{row[0].upper()}{row[1:]}"
        for path in HERE.rglob("test_*.py")
        for test in functions_in(path)
        for row in re.findall(r"(?<=_)([ptf]\d{1,2})(?=_)", test)
    }
    assert {row for row in called if row in ROWS and not named(ROWS[row])} == set()

"""The rules of the house, read from the code. Exceptions are named here, never a raised limit."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "passalong"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
LONGEST_FUNCTION = 60
P90_FUNCTION = 30
LONGEST_MODULE = 300
NAMED_BY_DJANGO = {PACKAGE / "sqlite" / "base.py"}
"""A database engine's module must be called so."""
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "core", "base", "manager", "service"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_texts_are_read_in_their_own_encoding() -> None:
    """Not in that of the machine's language: a page would say "Â·" there, or nothing at all."""
    bare = re.compile(r"\.read_text\(\)|\.write_text\((?!.*encoding=)")
    odd = [
        f"{path}:{n}"
        for path in MODULES
        for n, line in enumerate(path.read_text().splitlines(), 1)
        if bare.search(line)
    ]
    assert not odd


def functions() -> list[tuple[Path, Function]]:
    found = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, Function):
                found.append((path, node))
    return found


def length(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def named(path: Path, node: Function) -> str:
    return f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}"


def test_functions_are_short() -> None:
    lengths = sorted(length(node) for _, node in functions())
    assert not [named(path, node) for path, node in functions() if length(node) > LONGEST_FUNCTION]
    assert lengths[int(len(lengths) * 0.9)] <= P90_FUNCTION


def test_modules_are_short() -> None:
    long = [
        f"{path.relative_to(PACKAGE)} {n}" for path in MODULES if (n := path.read_text().count("\n")) > LONGEST_MODULE
    ]
    assert not long


def test_no_import_hides_in_a_function() -> None:
    hidden = [
        named(path, node)
        for path, node in functions()
        if any(isinstance(inner, ast.Import | ast.ImportFrom) for inner in ast.walk(node))
    ]
    assert not hidden


def test_no_drawer_for_odds_and_ends() -> None:
    assert not [path for path in MODULES if path.stem in FORBIDDEN_NAMES and path not in NAMED_BY_DJANGO]


def test_no_signals_as_control_flow() -> None:
    assert not [
        path for path in MODULES if "django.dispatch" in path.read_text() or "signals import" in path.read_text()
    ]


def test_no_classes_but_for_what_we_keep_and_shapes() -> None:
    """Rooms of verbs hold functions: their classes are dataclasses, exceptions or forms."""
    odd = []
    for path in MODULES:
        if path.parent.name not in ("share", "follow", "read", "intake", "wire"):
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.bases and not node.decorator_list:
                odd.append(f"{path.relative_to(PACKAGE)} {node.name}")
    assert not odd


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["lint-imports"],
        ["mypy"],
    ],
    ids=lambda command: command[0] + command[-1].strip("."),
)
def test_tools_find_nothing(command: list[str]) -> None:
    tool = Path(sys.executable).parent / command[0]
    done = subprocess.run([tool, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False, timeout=220)
    assert done.returncode == 0, done.stdout + done.stderr

"""Cases as pairs of files in a folder: adding a case is adding two files."""

from __future__ import annotations

from pathlib import Path

CASES = Path(__file__).parent / "cases"


def pairs(folder: str, ending: str) -> list[tuple[str, Path, Path]]:
    """(name, input file, NAME.expected.json) for each input with that ending."""
    found = []
    for given in sorted((CASES / folder).glob(f"*{ending}")):
        name = given.name.removesuffix(ending)
        found.append((name, given, given.with_name(f"{name}.expected.json")))
    assert found, f"no cases in {folder}"
    return found

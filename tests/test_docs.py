"""The docs cannot lag: they are written from the code, their links lead somewhere, and their commands exist."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from passalong.site.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def writer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference_write", ROOT / "docs" / "reference" / "write.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["settings.md", "commands.md", "routes.md"])
def test_the_reference_is_what_the_code_says(name: str) -> None:
    page = ROOT / "docs" / "reference" / name
    assert page.read_text() == writer().PAGES[name](), "run: python docs/reference/write.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    lost = []
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
        if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists():
            lost.append(target)
    assert not lost


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_in_the_docs_exist(page: Path) -> None:
    said = re.findall(r"^\s*(?:\$ )?(?:\.venv/bin/)?passalong ([a-z-]+)", page.read_text(), re.MULTILINE)
    assert not [word for word in said if word not in COMMANDS]


def test_every_page_of_why_gives_the_evidence() -> None:
    thin = [page.name for page in (ROOT / "docs" / "why").glob("*.md") if len(page.read_text()) < 400]
    assert not thin

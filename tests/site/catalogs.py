"""The catalogs of every language, as docs/reference/languages.py reads them."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from babel.messages import Catalog, Message

ROOT = Path(__file__).resolve().parents[2]
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%%s|%[sd]")


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("languages", ROOT / "docs" / "reference" / "languages.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = _tool()


def messages(catalog: Catalog) -> Iterator[Message]:
    """All but the head of the catalog."""
    return (message for message in catalog if message.id)


def forms(words: object) -> list[str]:
    """One, or one for each number."""
    return [str(each or "") for each in words] if isinstance(words, (list, tuple)) else [str(words or "")]

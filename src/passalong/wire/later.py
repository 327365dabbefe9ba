"""Large modules that few runs need, loaded when they are first used: every command starts sooner."""

from __future__ import annotations

import importlib
from functools import lru_cache
from types import ModuleType


@lru_cache(maxsize=8)
def later(name: str) -> ModuleType:
    """The module of this name. Raises ImportError."""
    return importlib.import_module(name)

"""Test material that may lie beside the checkout, and skips that say why."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("PASSALONG_SHARED", Path(__file__).resolve().parents[2] / "shared"))


def shared(name: str) -> Path:
    """The folder `name` of the shared test material; skips the test, with the reason, where it is absent."""
    folder = SHARED / name
    if not folder.exists():
        pytest.skip(f"no test material at {folder} (it is not part of the repository)")
    return folder

"""Python's collector of cyclic garbage, told what it need not look through."""

from __future__ import annotations

import gc

MADE_BEFORE_A_LOOK = 20_000
"""Objects. Entries come and go by thousands and hold no cycles: at Python's 700, this was a tenth of an ingest."""


def spare_what_is_loaded() -> None:
    """Modules, models and settings stay until the end: they are never looked through again."""
    gc.freeze()
    gc.set_threshold(MADE_BEFORE_A_LOOK, 20, 50)
    gc.enable()

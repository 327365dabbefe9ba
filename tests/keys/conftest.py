from __future__ import annotations

import secrets
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def own_cache(settings: Any) -> None:
    """Wrong tries are counted in the cache: each test begins with none."""
    memory = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": memory, "LOCATION": secrets.token_hex(8)}}

"""Our own small web (`sites/*.txt`): platforms with the markup they really serve, and traps. Every case by name."""

from __future__ import annotations

import json

import pytest

from passalong.follow.discover import MOST_REQUESTS, discover_json
from tests.follow.small_world import Case, World, worlds

CASES = list(worlds())


@pytest.mark.parametrize(("world", "case"), CASES, ids=[str(case) for _, case in CASES])
def test_what_is_found(world: World, case: Case) -> None:
    asked: list[str] = []

    def fetch(ask):  # type: ignore[no-untyped-def]
        asked.append(ask.url)
        return world.fetch(ask)

    found = discover_json(case.pasted, fetch)
    said = json.dumps(found, ensure_ascii=False, indent=1) + "\n" + "\n".join(asked)
    assert len(asked) <= MOST_REQUESTS
    if case.expected:
        assert isinstance(found, list), said
        assert found[0]["url"] in case.expected, said
    else:
        assert isinstance(found, dict), said
        assert any(word.lower() in found["error"].lower() for word in case.words), said
    assert not [one["url"] for one in (found if isinstance(found, list) else []) if one["url"] in case.never], said

"""One dialect or trouble a case: cases/feed/NAME.xml|.json|.html is read and must give NAME.expected.json.

Adding a case = adding two files. The expected file holds what is not a default; `_read` in it gives the arguments
(`url`, `content_type`) where they matter. `.html` is read by `wire.mf2`, everything else by `wire.feed`.
"""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from passalong.wire import feed, mf2
from passalong.wire.shapes import Feed, Unreadable

FOLDER = Path(__file__).parent / "cases" / "feed"
CASES = sorted(path for path in FOLDER.glob("*") if not path.name.endswith(".expected.json"))
URL = "https://feeds.example/ann/feed"


def stated(shape: Any) -> Any:
    """A shape as JSON, defaults left out."""
    if dataclasses.is_dataclass(shape) and not isinstance(shape, type):
        fields = dataclasses.fields(shape)
        kept = {one.name: getattr(shape, one.name) for one in fields}
        return {
            one.name: stated(kept[one.name])
            for one in fields
            if one.default is dataclasses.MISSING or kept[one.name] != one.default
        }
    if isinstance(shape, tuple | list):
        return [stated(one) for one in shape]
    if isinstance(shape, frozenset):
        return sorted(shape)
    return shape.isoformat() if isinstance(shape, datetime) else shape


def read(path: Path, arguments: dict[str, str]) -> Feed:
    url = arguments.get("url", URL)
    if path.suffix == ".html":
        return mf2.read(path.read_bytes(), url)
    return feed.read(path.read_bytes(), content_type=arguments.get("content_type", ""), url=url)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_case(path: Path) -> None:
    expected = json.loads(path.with_name(f"{path.stem}.expected.json").read_text("utf-8"))
    arguments = expected.pop("_read", {})
    try:
        found = stated(read(path, arguments))
    except Unreadable as refusal:
        found = {"unreadable": refusal.code, "sentence": str(refusal)}
    assert found == expected


def test_there_are_cases() -> None:
    assert len(CASES) >= 30

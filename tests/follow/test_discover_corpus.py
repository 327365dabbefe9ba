"""Every site of the shared small web: at least 98 % right, and never a comments feed (issue 2, section 4)."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from passalong.follow.discover import discover_json
from passalong.net import get
from passalong.net.guard import Rules
from passalong.net.rules import in_force
from tests.shared import shared


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(name="web")
def small_web() -> Iterator[Any]:
    if not shutil.which("openssl"):
        pytest.skip("the small web needs the openssl command")
    folders = [str(shared("discovery")), str(shared("discovery-x"))]
    before = in_force()
    with load(shared("fakeweb") / "fakeweb.py").FakeWeb(folders) as web:
        get.configure(Rules(proxy=web.proxy, ca_file=web.ca_file))
        yield web
        get.configure(before)


@pytest.mark.slow
def test_the_shared_small_web(web: Any) -> None:
    checker = load(shared("fakeweb") / "check_discovery.py")
    cases = checker.load_cases(web.roots, None)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda case: discover_json(case["input"]), cases))
    wrong, chosen = [], []
    for case, answer in zip(cases, answers, strict=True):
        items = answer if isinstance(answer, list) else []
        right, why, comments, listed = checker.judge(case, items, json.dumps(answer), False, web)
        if not right:
            wrong.append(f"{case['id']} {case['input']!r}: {why}")
        if comments or listed:
            chosen.append(case["id"])
    assert len(cases) > 200
    assert not chosen
    assert len(wrong) <= len(cases) * 0.02, wrong

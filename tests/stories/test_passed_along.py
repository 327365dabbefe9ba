"""The credit goes round: Ann shares at her node, Ben shares the same at his, and says whom he has it from."""

from __future__ import annotations

from pathlib import Path

import mf2py
import pytest

from tests.node import Node, run

pytestmark = pytest.mark.slow
GOOD = "https://good.invalid/page"
CAS = "https://cas.invalid/found"


def permalink(home: Path, *words: str, **extra: str) -> tuple[str, str]:
    """What `passalong share` prints, and what it says beside it."""
    done = run(home, "share", *words, **extra)
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    return line, done.stderr


def test_via_whom_and_whom_they_had_it_from(tmp_path: Path) -> None:
    with Node(tmp_path / "ann") as ann:
        anns, _ = permalink(ann.home, GOOD, "Worth an evening", "--via", CAS)
        ben, may = tmp_path / "ben", {"PASSALONG_ALLOW_PRIVATE": "127.0.0.1"}
        followed = run(ben, "follow", ann.url, **may)
        assert followed.returncode == 0, followed.stderr
        run(ben, "fetch", **may)
        with Node(ben, "up", "--no-open", "--name", "Ben", **may) as bens:
            shared, note = permalink(ben, GOOD)
            assert "Ann shared this" in note
            passed, _ = permalink(ben, "--pass-along", anns)
            thanked, _ = permalink(ben, "--thank", anns)
            browser = bens.browser()
            for address, name in ((shared, "via"), (passed, "via"), (passed, "repost-of"), (thanked, "like-of")):
                said = mf2py.parse(doc=browser.get(address.removeprefix(bens.url)), url=address)["items"][0][
                    "properties"
                ][name]
                urls = [each if isinstance(each, str) else each["value"] for each in said]
                assert urls[0] == anns, name
                if name == "via":
                    assert urls == [anns, CAS]

"""Whoever reads what we print may stop; whoever visits us may hang up. Neither ends anything but itself."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from passalong.site.cli import main
from tests.node import PROGRAM, environment


@pytest.mark.parametrize("words", [["river", "--json"], ["following", "--json"], ["--help"]])
def test_nobody_reads_on(tmp_path: Path, words: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*PROGRAM, *words], env=environment(tmp_path), stdout=writing, stderr=subprocess.PIPE, check=False, timeout=60
    )
    os.close(writing)
    assert done.stderr == b""


def test_a_visitor_who_hangs_up_ends_nothing() -> None:
    """By default SIGPIPE ends the process: a server that writes to a closed connection would be gone."""
    with pytest.raises(SystemExit):
        main(["--version"])
    assert signal.getsignal(signal.SIGPIPE) is signal.SIG_IGN

"""What every benchmark needs: processes measured from outside, and rows printed alike."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Run:
    wall: float
    cpu: float
    """User and system seconds of the process and the children it waited for."""
    output: str


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(home: Path, **extra: str) -> dict[str, str]:
    mine = {k: v for k, v in os.environ.items() if not k.startswith(("PASSALONG_", "DJANGO_", "DATABASE_"))}
    mine.pop("PYTHONDONTWRITEBYTECODE", None)  # a checkout starts as an installed program does, with its bytecode
    return mine | {"PASSALONG_HOME": str(home), "PYTHONPATH": str(ROOT / "src")} | extra


def measured(words: Sequence[str], env: Mapping[str, str] | None = None) -> Run:
    """Runs a command to its end; fails loudly where it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(
        words, env=dict(env) if env else None, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout
    output = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    if process.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {process.returncode}:\n{output}")
    return Run(time.perf_counter() - started, used.ru_utime + used.ru_stime, output)


def passalong(*words: str) -> list[str]:
    return [sys.executable, "-m", "passalong", *words]


@contextmanager
def beside(words: Sequence[str], until: str, env: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    """A process that runs meanwhile; entered when it printed a line that starts with `until`."""
    process = subprocess.Popen(words, env=dict(env) if env else None, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    for line in process.stdout:
        if line.startswith(until):
            break
    try:
        yield process
    finally:
        process.terminate()
        process.wait(15)
        process.stdout.close()


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def milliseconds(values: Sequence[float]) -> str:
    return f"p50 {statistics.median(values) * 1000:.1f} ms, p95 {percentile(values, 0.95) * 1000:.1f} ms"


def pss(pid: int) -> int:
    """Proportional set size of one process, in kB."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def family(pid: int) -> list[int]:
    """A process and everything it started."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [pid, *(grand for word in listed.stdout.split() for grand in family(int(word)))]

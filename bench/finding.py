"""Finding reuse: what it costs intake, and how quickly its pages answer, with 1 M pages in the database.

python bench/finding.py [--pages 1000000] [--rounds 5] [--feeds 100] [--postgres URL] [--plans] [--only intake|read]

Intake is planning and writing of documents that are parsed already, in a process of its own for each mode and round,
all modes in turn on copies of the same database, each round with entries of its own. Three modes:
on     everything: keys of pages, marking of short addresses, hearing what is about ours, and (its CPU added) tracing
off    items, bodies, pages and links are kept, which weaving needs anyway; but no keys are worked out or kept (the
       column stays empty, its index and that of what is to be traced are dropped), nothing is marked, heard or traced
bare   nor are there links, nor pages for what is linked to
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measure import HERE, environment

MODES = ("on", "off", "bare")
LIMIT, ENTRIES, LINKS = 15, 20, 8


def child(env: dict[str, str], *words: str) -> str:
    command = [sys.executable, str(HERE / "finding_child.py"), *words]
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{done.stdout}{' '.join(words)} failed")
    return done.stdout


def intake(env: dict[str, str], home: Path, options: argparse.Namespace) -> bool:
    """Prints the rows; whether finding stays below the limit."""
    envs = {}
    for mode in MODES:
        place = home.parent / f"home-{mode}"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(home, place)
        envs[mode] = env | {"PASSALONG_HOME": str(place)}
        child(envs[mode], "prepare", mode)
    found: dict[str, list[dict[str, float]]] = {mode: [] for mode in MODES}
    for number in range(1, options.rounds + 1):
        for mode in random.sample(MODES, len(MODES)):
            out = child(envs[mode], "intake", mode, str(number), str(options.feeds), str(options.pages))
            found[mode].append(json.loads(out))
    made, traced = found["on"][0]["pages"], found["on"][0]["traced"]
    print(f"\nintake of {options.feeds} feeds of {ENTRIES} entries, {LINKS} links each: {made:,.0f} new pages a round,"
          f" {traced:.0f} short addresses traced; {options.rounds} rounds, medians")  # fmt: skip
    for mode in MODES:
        cpu, wall = (statistics.median(one[name] for one in found[mode]) for name in ("cpu", "wall"))
        print(f"  {mode:5} {cpu:6.2f} CPU s {wall:6.2f} s wall")
    trace = statistics.median(one["trace_cpu"] for one in found["on"])
    print(f"  tracing beside it: {trace:.2f} CPU s")
    cpu = [(on["cpu"] + on["trace_cpu"]) / off["cpu"] for on, off in zip(found["on"], found["off"], strict=True)]
    less = [on["cpu"] / off["cpu"] for on, off in zip(found["on"], found["off"], strict=True)]
    wall = [on["wall"] / off["wall"] for on, off in zip(found["on"], found["off"], strict=True)]
    more = 100 * (statistics.median(cpu) - 1)
    print(f"  finding costs {100 * (statistics.median(less) - 1):+.1f} % CPU in intake, {more:+.1f} % with tracing;"
          f" {100 * (statistics.median(wall) - 1):+.1f} % wall (limit +{LIMIT} %)", flush=True)  # fmt: skip
    return more <= LIMIT


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--feeds", type=int, default=100)
    parser.add_argument("--postgres", default="", help="an empty database of its own, for the reading part too")
    parser.add_argument("--plans", action="store_true")
    parser.add_argument("--only", choices=("intake", "read"), default="")
    parser.add_argument("--keep", default="", help="a folder that keeps the filled home, and uses it again")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        home = Path(options.keep or name) / "home"
        env = environment(home, DJANGO_SETTINGS_MODULE="passalong.site.settings")
        if not home.exists():
            started = time.perf_counter()
            child(env, "fill", str(options.pages))
            print(f"{options.pages:,} pages filled in {time.perf_counter() - started:.0f} s", flush=True)
        good = options.only == "read" or intake(env, home, options)
        if options.only != "intake":
            print("\nSQLite")
            print(child(env, "read", "plans" if options.plans else ""), end="", flush=True)
        if options.postgres:
            env["DATABASE_URL"] = options.postgres
            print("\nPostgreSQL")
            child(env, "fill", str(options.pages))
            print(child(env, "read", "plans" if options.plans else ""), end="", flush=True)
    raise SystemExit(0 if good else "Finding costs more than it may.")


if __name__ == "__main__":
    main()

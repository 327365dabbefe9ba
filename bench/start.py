"""Start and rest: seconds until a fresh and a second start answer, and the memory of all processes together when idle.

python bench/start.py
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from measure import beside, environment, family, free_port, passalong, pss

IDLE_AFTER = 5.0


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "home"
        for which in ("fresh start", "second start"):
            words = passalong("up", "--no-open", "--port", str(free_port()))
            started = time.perf_counter()
            with beside(words, "Ready:", environment(home)) as process:
                print(f"{which}: {time.perf_counter() - started:.2f} s (aim under 2)", flush=True)
                if which == "second start":
                    time.sleep(IDLE_AFTER)
                    sizes = [pss(pid) // 1024 for pid in family(process.pid)]
                    print(f"idle: {sum(sizes)} MB PSS in {len(sizes)} processes {sizes} (aim under 180)")


if __name__ == "__main__":
    sys.exit(main())

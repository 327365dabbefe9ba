"""A child ends when its parent is gone, even when the parent was killed and could not say so."""

from __future__ import annotations

import os
import signal
import threading
import time

SERVED_BY = "PASSALONG_SERVED_BY"
"""Environment: the process whose children serve pages."""


def end_with_parent(parent: int) -> None:
    """Starts a watcher: when the process `parent` is no longer our parent, this process gets SIGTERM, then ends."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(4)
        os._exit(1)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()

"""What every process of the service does: announce itself to its parent, and end with it."""

import gc
import json
import os
import signal
import sys
import time
from threading import Thread

LAST_RESORT = 5.0
"""Seconds a process whose parent is gone gets to drain before it ends itself the hard way."""
ORPHANED = 70


def announce(**facts: str) -> None:
    """Tell the supervisor that this process is ready, with what it should show."""
    sys.stdout.write(json.dumps({"ready": True, **facts}) + "\n")
    sys.stdout.flush()


def rest_collector() -> None:
    """Let the garbage collector rest until the process is ready: what is loaded is no garbage.

    To look through it again and again was a tenth of each start.
    """
    gc.disable()


def end_with_parent() -> None:
    """End when the parent does, however it ended: it holds the other end of our standard input.

    A thread, because a process whose event loop hangs must end too.
    """
    Thread(target=_wait_for_the_end, name="parent", daemon=True).start()


def _wait_for_the_end() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(LAST_RESORT)
    os._exit(ORPHANED)

"""What a door asks of its process: files for many connections, and a quiet garbage collector."""

import gc
import resource
from contextlib import suppress

YOUNG = 20_000
"""Objects made before the collector looks; by default it would look after every tenth tunnel."""
OLDER = 50
FILES = 65_536
"""Each connection takes two."""


def allow_many_files() -> int:
    """Raise the limit of open files as far as the system lets us; return what it is now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def quiet_collector() -> None:
    """Spare the collector what was loaded at the start: catalogue and policy stay anyway."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, OLDER, OLDER)

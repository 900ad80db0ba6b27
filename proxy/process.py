"""What a door asks of its process: files for many connections, and a quiet garbage collector."""

import ctypes
import gc
import resource
from contextlib import suppress
from pathlib import Path

YOUNG = 20_000
"""Objects made before the collector looks; by default it would look after every tenth tunnel."""
OLDER = 50
SWEPT_EVERY = 128
"""Opened connections that ended: the library leaves each as a ring of objects and megabytes."""
SWEPT_AFTER = 30
"""Seconds after which what fewer of them left is given back, too."""
SWEPT_WHOLE = 32
"""Every so many sweeps look at what has grown old, too."""
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
    give_back()
    gc.freeze()
    gc.set_threshold(YOUNG, OLDER, OLDER)
    # It rested while everything was loaded (see `cli.processes`).
    gc.enable()


class Sweeper:
    """Gives back what opened connections left.

    The collector counts objects, not bytes, and with the thresholds above it would come too late.
    """

    def __init__(self) -> None:
        self._left = 0
        """Connections that ended since it swept last."""
        self._sweeps = 0
        self._seconds = 0

    def ended(self) -> None:
        """Note that a connection ended."""
        self._left += 1
        if self._left >= SWEPT_EVERY:
            self._sweep()

    def tick(self, *, busy: bool) -> None:
        """Once a second: sweep now and then where few connections end, or those kept do much."""
        self._seconds += 1
        if self._seconds >= SWEPT_AFTER and (self._left or busy):
            self._sweep()

    def _sweep(self) -> None:
        self._sweeps += 1
        gc.collect(1 if self._sweeps % SWEPT_WHOLE else 2)
        give_back()
        self._left = self._seconds = 0


def give_back() -> None:
    """Give the system the memory that C's allocator keeps for later, where it is glibc's."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def memory_used() -> int:
    """Return how many bytes of memory this process takes; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0
    return pages * resource.getpagesize()

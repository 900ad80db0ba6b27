"""What every bench of processes needs: run one, wait for its port, read its CPU time and memory."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from bench.load import Got
from bench.wire import HERE

ROOT = Path(__file__).parents[1]
START = 60.0
STOP = 10.0


def free_port() -> int:
    """Ask the kernel for a free port."""
    with socket.socket() as made:
        made.bind((HERE, 0))
        return int(made.getsockname()[1])


@contextmanager
def running(*command: str, quiet: bool = False) -> Iterator[subprocess.Popen[str]]:
    """Run a process for a while, in a group of its own; with it goes all that it started."""
    nowhere, pipe = subprocess.DEVNULL, subprocess.PIPE
    errors, out = (nowhere, nowhere) if quiet else (None, pipe)
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=pipe,
        stdout=out,
        stderr=errors,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP)
            # Some do not listen to SIGTERM, and some leave helpers behind.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def listens(port: int) -> None:
    """Wait until a port is open."""
    end = time.monotonic() + START
    while True:
        try:
            socket.create_connection((HERE, port), timeout=1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return


def cpu(*pids: int) -> float:
    """Return the CPU seconds that processes and what they started used so far."""
    total = 0.0
    for pid in pids:
        for process in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
            times = process.cpu_times()
            total += times.user + times.system
    return total


def resident_mb(*pids: int) -> float:
    """Return the resident memory of processes and of what they started."""
    total = 0
    for pid in pids:
        family = (psutil.Process(pid), *psutil.Process(pid).children(recursive=True))
        total += sum(process.memory_info().rss for process in family)
    return total / 1e6


def memory_mb(pid: int) -> dict[str, float]:
    """Return a process's resident memory, and what of it is its own.

    What is not its own are files that other workers have in memory, too: libraries, the catalogue.
    """
    info = psutil.Process(pid).memory_full_info()
    return {"rss": info.rss / 1e6, "own": info.uss / 1e6}


def machine() -> dict[str, object]:
    """Name the machine, and how busy it was with other things."""
    import platform  # noqa: PLC0415

    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count(),
        "memory_mb": pages // 2**20,
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
    }


def measured(pids: list[int], work: Callable[[], Got]) -> dict[str, float]:
    """Do some work; return its rate and what it cost the processes, in microseconds of CPU each."""
    before = cpu(*pids) if pids else 0.0
    got = work()
    cost = (cpu(*pids) - before) / got.done * 1e6 if pids else 0.0
    return {"rate": got.rate, "cpu_us": cost, "rss_mb": resident_mb(*pids) if pids else 0.0}

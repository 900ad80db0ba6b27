"""What ten thousand idle connections cost: `python -m bench.idle`, about half a minute.

Every one is a tunnel that stands, its hello sent and answered, and then says nothing more.
"""

import json
import socket
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import uvloop

from bench.door import RESULTS, settings_for
from bench.gauge import cpu, machine, resident_mb, running
from bench.load import HELLO, connect
from bench.ours import database, household, now, workers
from bench.wire import HOST
from proxy.process import allow_many_files

COUNT = 10_000
TARGET = f"{HOST}:443"
WATCHED = 5.0
SPARE = 500


def stand(port: int, stack: ExitStack) -> list[socket.socket]:
    """Open the tunnels; each stays open until the end."""
    lines = []
    for _ in range(COUNT):
        line = stack.enter_context(connect(port, TARGET))
        line.sendall(HELLO)
        if not line.recv(4096):
            raise RuntimeError(f"connection {len(lines)} was closed")
        lines.append(line)
    return lines


async def measure(folder: Path, count: int) -> dict[str, float]:
    """Open them all, and tell what the door needs for them."""
    with ExitStack() as stack:
        origin = stack.enter_context(running(sys.executable, "-m", "bench.wire"))
        assert origin.stdout
        settings = settings_for(json.loads(origin.stdout.readline())).model_copy(
            update={"per_device": COUNT + 100}
        )
        async with database(folder) as db:
            device = await household(db)
            pids = stack.enter_context(workers(folder, settings, device, count))
            before = resident_mb(*pids)
            lines = stand(device.port, stack)
            after, busy = resident_mb(*pids), cpu(*pids)
            time.sleep(WATCHED)  # noqa: ASYNC251 nothing else runs here
            busy = (cpu(*pids) - busy) / WATCHED
            alive = sum(1 for line in lines[::100] if is_open(line))
    return {
        "connections": COUNT,
        "workers": count,
        "rss_mb_before": round(before, 1),
        "rss_mb_idle": round(after, 1),
        "kb_each": round((after - before) * 1000 / COUNT, 2),
        "cpu_share_idle": round(busy, 3),
        "alive_of_100": alive,
    }


def is_open(line: socket.socket) -> bool:
    """Ask for another answer on a line that was idle."""
    line.sendall(b"\x17\x03\x03\x00\x01x")
    return bool(line.recv(4096))


def main() -> None:
    """Measure, print, keep."""
    files = allow_many_files()
    # Each tunnel takes a door two files; where the system gives one process fewer, two share.
    count = 1 if files > 2 * COUNT + SPARE else 2
    if files < COUNT + SPARE:
        sys.exit(f"This needs {COUNT + SPARE} open files; the system allows fewer (ulimit -Hn).")
    with tempfile.TemporaryDirectory(prefix="haidang-bench-") as folder:
        figures = uvloop.run(measure(Path(folder), count))
    at = f"{now():%Y-%m-%dT%H:%MZ}"
    result = {"bench": "idle", "at": at, "machine": machine(), "figures": figures, "rows": []}
    (RESULTS / "idle.json").write_text(json.dumps(result, indent=2) + "\n")
    for name, value in figures.items():
        print(f"{name:20} {value}")


if __name__ == "__main__":
    main()

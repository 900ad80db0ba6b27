"""How long a start takes: `haidang run` until the panel answers, and what each process costs.

`python -m bench.start` starts the whole service three times in one data folder: the first time it
makes its database, the others are warm, as `make run` is. It prints a table and writes
bench/results/start.json. The clock means much on a quiet machine only; the seconds of the
processor and the memory do beside other work, too.
"""

import json
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import httpx
import psutil
from rich.console import Console
from rich.table import Table

from bench.gauge import machine
from tests.kit.service import Service

RESULTS = Path(__file__).parent / "results"
STARTS = 3
NAMES = ("run", "panel", "door", "clock")
PATIENCE = 90.0
SETTLED = 5.0
"""Seconds after the last process is ready, in which the clock does what is due."""
PAGES = ("/sign-in", "/setup", "/api/v1/openapi.json")
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Row:
    """One process of one start."""

    start: int
    name: str
    cpu_s: float
    rss_mb: float
    own_mb: float


def main() -> None:
    """Start, look, stop; three times."""
    rows: list[Row] = []
    answered: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Path(folder) / "data", {"HAIDANG_DOOR__WORKERS": "2"})
        for start in range(1, STARTS + 1):
            answered.append(service.start(seconds=PATIENCE))
            _wait_for_a_door(service)
            time.sleep(SETTLED)
            rows += _look(service, start)
            service.stop(seconds=30)
        rows += _after_pages(service)
    _tell(answered, rows)
    _save(answered, rows)


def _wait_for_a_door(service: Service) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            httpx.get("http://haidang.internal/", proxy=f"http://127.0.0.1:{service.door_port}")
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"no door answered: {service.logs()}")


def _look(service: Service, start: int) -> list[Row]:
    """Return what each process has cost so far; of the doors, the first."""
    assert service.process is not None
    found = [("run", psutil.Process(service.process.pid))]
    found += [(name, service.processes(name)[0]) for name in NAMES[1:]]
    return [_row(start, name, process) for name, process in found]


def _row(start: int, name: str, process: psutil.Process) -> Row:
    times, memory = process.cpu_times(), process.memory_full_info()
    return Row(
        start,
        name,
        round(times.user + times.system, 2),
        round(memory.rss / MEGABYTE, 1),
        round(memory.uss / MEGABYTE, 1),
    )


def _after_pages(service: Service) -> list[Row]:
    """Return the panel once it showed pages and its whole interface: every route is worked out."""
    service.start(seconds=PATIENCE)
    for path in PAGES:
        httpx.get(f"{service.panel}{path}", timeout=30, follow_redirects=True).raise_for_status()
    rows = [_row(STARTS + 1, "panel, every route of REST", service.processes("panel")[0])]
    service.stop(seconds=30)
    return rows


def _figures(answered: list[float], rows: list[Row]) -> dict[str, float]:
    warm = [row for row in rows if 1 < row.start <= STARTS]
    figures = {"first_s": round(answered[0], 2), "warm_s": round(median(answered[1:]), 2)}
    for name in NAMES:
        mine = [row for row in warm if row.name == name]
        figures[f"{name}_cpu_s"] = round(median(row.cpu_s for row in mine), 2)
        figures[f"{name}_rss_mb"] = round(median(row.rss_mb for row in mine), 1)
    figures["panel_rss_mb_all_routes"] = rows[-1].rss_mb
    return figures


def _tell(answered: list[float], rows: list[Row]) -> None:
    table = Table("start", "answered", "process", "CPU s", "RSS MB", "own MB")
    for row in rows:
        took = f"{answered[row.start - 1]:.2f} s" if row.start <= STARTS else "–"
        numbers = (f"{row.cpu_s:.2f}", f"{row.rss_mb:.0f}", f"{row.own_mb:.0f}")
        table.add_row(str(row.start), took, row.name, *numbers)
    Console().print(table)


def _save(answered: list[float], rows: list[Row]) -> None:
    result = {
        "bench": "start",
        "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}",  # noqa: TID251 - a date on a report
        "machine": machine(),
        "figures": _figures(answered, rows),
        "rows": [asdict(row) for row in rows],
    }
    print(json.dumps(result["figures"], indent=1))
    (RESULTS / "start.json").write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()

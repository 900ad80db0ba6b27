"""How long a rehearsal of thirty days takes: fifty thousand lines of a child, grants every day.

`python -m bench.rehearsal` writes a family's thirty days into a database of its own, rehearses a
draft in three layers on them (reading and judging together, as the panel and the command line do),
prints the best of some runs and writes bench/results/rehearsal.json.
"""

import asyncio
import json
import os
import platform
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from rules.rehearsal import begin
from rules.verdict import Layer
from store import earned, rehearsals
from store.database import Database
from tests.kit.lived import DAYS, DRAFT, HOSTS, ROWS, ZONE, agree, known, live
from tests.store.family import move_in

RESULTS = Path(__file__).parent / "results"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
RUNS = 5


async def measure(folder: Path) -> tuple[list[float], list[float], int, list[float]]:
    """Time whole rehearsals: by the wall, by the processor, and until each day was told."""
    db = await Database.open(f"sqlite+aiosqlite:///{folder}/haidang.db")
    family = await move_in(db, NOW)
    child = family.mia
    await live(db, child.id, NOW)
    await agree(db, child.id, NOW)
    hosts = {f"h{number}.example": known(number) for number in range(HOSTS)}
    layers = tuple((layer, DRAFT) for layer in (Layer.CITY, Layer.FAMILY, Layer.CHILD))
    wall: list[float] = []
    cpu: list[float] = []
    told: list[float] = []
    stopped = 0
    for _ in range(RUNS):
        began, used = time.perf_counter(), time.process_time()
        async with db.read() as store:
            exchanges = tuple((await earned.all_exchanges(store))[child.id])
            rehearser = begin(layers, ZONE, hosts.__getitem__, exchanges)
            last = time.perf_counter()
            days = rehearsals.days(store, child.id, last=NOW.date(), count=DAYS, zone=ZONE)
            async for day in days:
                rehearser.day(day)
                told.append(time.perf_counter() - last)
                last = time.perf_counter()
        stopped = rehearser.result().stopped
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - used)
    await db.close()
    return wall, cpu, stopped, told


def main() -> None:
    """Measure, print and write down."""
    load = round(os.getloadavg()[0], 1)
    with tempfile.TemporaryDirectory() as folder:
        wall, cpu, stopped, told = asyncio.run(measure(Path(folder)))
    figures = {
        "rehearsal_s": round(min(wall), 2),
        "median_s": round(median(wall), 2),
        "cpu_s": round(min(cpu), 2),
        "longest_day_ms": round(max(told) * 1000),
        "days": DAYS,
        "lines": ROWS,
        "stopped": stopped,
    }
    for name, value in figures.items():
        print(f"{name:>16}  {value}")
    machine: dict[str, object] = {
        "cores": os.cpu_count(),
        "memory_mb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20,
        "python": platform.python_version(),
        "load": load,
        "versions": {},
    }
    report = {
        "bench": "rehearsal",
        "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}",  # noqa: TID251 - a date on a report
        "machine": machine,
        "figures": figures,
        "rows": [{"figure": name, "value": value} for name, value in figures.items()],
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "rehearsal.json").write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()

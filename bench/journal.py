"""What the journal costs the hot path, how much it can write, what kill -9 takes from it.

`python -m bench.journal [URL]` prints a table and writes bench/results/journal.json. Without an
address it uses a new SQLite file; `hot_path_share` is the share of wall-clock time that passes
inside `Journal.note` while 20,000 visits a second are taken and written at the same time.
"""

import asyncio
import json
import os
import platform
import random
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from uuid import uuid4

import sqlalchemy as sa

from bench.victim import EVERY_S
from rules.verdict import Action, Layer, Reason, Verdict
from store.change import SYSTEM, change
from store.database import Database
from store.journal import Journal, Note
from store.tables import visits

RESULTS = Path(__file__).parent / "results"
BEGIN = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
RATE = 20_000
SECONDS = 4
TICK_S = 0.01
KILLS = 5
DEVICES = 40
HOSTS = 400

type Figures = dict[str, float]


def now() -> datetime:
    """Stand in for the clock of the service."""
    return BEGIN


def make_notes(count: int) -> list[Note]:
    """Write visits of forty devices to four hundred hosts, some far more often than others."""
    chance = random.Random(7)
    people = [(uuid4(), uuid4()) for _ in range(DEVICES)]
    allowed = Verdict(Action.PASS, Reason.DEFAULT)
    blocked = Verdict(Action.BLOCK, Reason.CATEGORY, Layer.CHILD, "category:games")
    notes = []
    for number in range(count):
        device, child = chance.choice(people)
        host = f"h{int(chance.paretovariate(0.9)) % HOSTS}.example"
        at = BEGIN + timedelta(seconds=number / RATE)
        verdict = blocked if chance.random() < 0.1 else allowed
        notes.append(Note(at, device, child, host, verdict, "news", bytes_down=1000))
    return notes


async def take_in_time(journal: Journal, notes: list[Note]) -> Figures:
    """Take notes at the rate, writing at the same time; tell what it cost and held up."""
    inside, late = 0.0, []
    began = time.perf_counter()
    used = time.process_time()
    per_tick = int(RATE * TICK_S)
    for tick, start in enumerate(range(0, len(notes), per_tick), start=1):
        before = time.perf_counter()
        for note in notes[start : start + per_tick]:
            journal.note(note)
        inside += time.perf_counter() - before
        due = began + tick * TICK_S
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        late.append(max(0.0, time.perf_counter() - due))
    took = time.perf_counter() - began
    return {
        "taken_per_s": len(notes) / took,
        "hot_path_share": inside / took,
        "note_us": inside / len(notes) * 1e6,
        "process_cpu_share": (time.process_time() - used) / took,
        "loop_late_p99_ms": quantiles(late, n=100)[-1] * 1000,
    }


async def take_and_write(db: Database, spool: Path) -> Figures:
    """Run a journal under the full rate; check that every visit arrived."""
    journal = Journal(db, spool=spool, clock=now, worker="bench/1")
    before = await count_visits(db)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(journal.run())
        figures = await take_in_time(journal, make_notes(RATE * SECONDS))
        running.cancel()
    await journal.flush()
    figures["spooled"] = journal.health().spooled
    figures["dropped"] = journal.health().dropped
    figures["lost"] = RATE * SECONDS - (await count_visits(db) - before)
    return figures


async def write_all(db: Database, spool: Path) -> Figures:
    """Write as fast as it goes: one visit of each kind after the other, flushed in batches."""
    journal = Journal(db, spool=spool, clock=now, worker="bench/2", limit=200_000)
    notes = make_notes(RATE * SECONDS)
    began = time.perf_counter()
    for start in range(0, len(notes), RATE // 2):
        for note in notes[start : start + RATE // 2]:
            journal.note(note)
        await journal.flush()
    return {"visits_per_s": len(notes) / (time.perf_counter() - began)}


async def commit_times(db: Database) -> Figures:
    """Time a parent's change, which is on disk when it returns."""
    times = []
    for _ in range(60):
        began = time.perf_counter()
        async with change(db, by=SYSTEM, what="measured", now=BEGIN):
            pass
        times.append((time.perf_counter() - began) * 1000)
    return {"change_ms": median(times)}


def compare_synchronous(path: Path) -> Figures:
    """Time one small commit with each setting of SQLite, on this disk."""
    figures: Figures = {}
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE small (number)")
        for setting in ("NORMAL", "FULL"):
            connection.execute(f"PRAGMA synchronous = {setting}")
            times = []
            for number in range(200):
                began = time.perf_counter()
                connection.execute("INSERT INTO small VALUES (?)", (number,))
                times.append((time.perf_counter() - began) * 1000)
            figures[f"commit_{setting.lower()}_ms"] = median(times)
    return figures


async def count_visits(db: Database) -> int:
    """Count every visit in the log."""
    async with db.read() as connection:
        return int(await connection.scalar(sa.select(sa.func.sum(visits.c.visits))) or 0)


async def kill_once(url: str, spool: Path, after_s: float) -> float:
    """Kill a process that takes notes; return how many seconds of them are gone."""
    db = await Database.open(url)
    before = await count_visits(db)
    victim = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.victim", url, str(spool), stdout=asyncio.subprocess.PIPE
    )
    assert victim.stdout is not None
    taken = [float(await victim.stdout.readline())]
    while taken[-1] - taken[0] < after_s:
        taken.append(float(await victim.stdout.readline()))
    victim.kill()
    taken += [float(line) for line in (await victim.stdout.read()).splitlines()]
    await victim.wait()
    await Journal(db, spool=spool, clock=now, worker="after").flush()
    kept = await count_visits(db) - before
    await db.close()
    return taken[-1] + EVERY_S - taken[min(kept, len(taken) - 1)] if kept < len(taken) else 0.0


async def measure(url: str, folder: Path) -> Figures:
    """Run every part, one after the other."""
    db = await Database.open(url)
    figures = await commit_times(db)
    figures |= await write_all(db, folder / "spool")
    figures |= await take_and_write(db, folder / "spool")
    await db.close()
    figures |= compare_synchronous(folder / "commits.db")
    chance = random.Random(11)
    lost = [await kill_once(url, folder / "spool", 1 + chance.random()) for _ in range(KILLS)]
    return figures | {"lost_on_kill_s": max(lost)}


def keep(url: str, figures: Figures) -> None:
    """Print the figures and write them down as section 12 of the design asks."""
    rounded = {name: round(value, 4) for name, value in figures.items()}
    for name, value in rounded.items():
        print(f"{name:20} {value:>14}")
    machine = {
        "cores": os.cpu_count(),
        "memory_mb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        "python": platform.python_version(),
        "versions": {"sqlalchemy": sa.__version__, "database": sa.make_url(url).get_backend_name()},
    }
    at = datetime.now(UTC).date().isoformat()  # noqa: TID251 - the date of the measurement
    result = {"bench": "journal", "at": at, "machine": machine, "figures": rounded, "rows": []}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "journal.json").write_text(json.dumps(result, indent=2) + "\n")


def main() -> None:
    """Measure on the database of the command line, or on a new file."""
    with tempfile.TemporaryDirectory(prefix="haidang-bench-") as name:
        folder = Path(name)
        url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite+aiosqlite:///{folder / 'bench.db'}"
        keep(url, asyncio.run(measure(url, folder)))


if __name__ == "__main__":
    main()

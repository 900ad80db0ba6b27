"""How long a school's sums and letters take: 1,000 pupils, ten million visits in a week.

`python -m bench.letters [URL]` (VISITS=10000000 PUPILS=1000) fills a week, then times the product's
own work: hourly and daily sums, then the letter of each class and of the school as page, PDF and
mail; on SQLite, and on a PostgreSQL of its own where one is installed. It prints tables and writes
bench/results/letters.json and letters-postgresql.json. CPU seconds stand beside the clock's: on a
busy machine they say more, though PostgreSQL's own are not among them.
"""

import asyncio
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import httpx
import sqlalchemy as sa
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

from api.app import create_app
from api.panel import Panel
from api.settings import PanelSettings
from bench import crowd
from bench.gauge import machine
from feeds.catalogue import Catalogue, load
from reports import paper, post
from reports.post import Envelope, Links
from reports.school.gather import letter_for
from reports.school.sheet import sheet_of
from store import adults, sessions, sums
from store.database import Database
from store.groups import Group
from store.tables import dirty_days, dirty_hours
from tests.demo.school.founding import HEAD_MAIL, Founded, found
from tests.kit.databases import Cluster, find_programs
from words.speech import Speech

RESULTS = Path(__file__).parent / "results"
MONDAY = date(2026, 11, 16)
NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
PANEL = "http://panel.bench"
AT_ONCE = 2
"""Letters made side by side: one for each core."""
FORMS = ("page", "pdf", "mail")

type Row = dict[str, float | str]


@dataclass(slots=True)
class Watch:
    """The clock's seconds and the processor's since it was started."""

    began: float
    used: float

    @classmethod
    def start(cls) -> "Watch":
        """Begin."""
        return cls(time.perf_counter(), time.process_time())

    def stop(self) -> tuple[float, float]:
        """Return seconds by the clock and of the processor."""
        return time.perf_counter() - self.began, time.process_time() - self.used


def fill(url: str, pupils: int, wanted: int) -> tuple[Founded, int]:
    """Found the school and fill its week; return it, and how many visits there are."""
    return asyncio.run(_fill(url, pupils, wanted))


async def _fill(url: str, pupils: int, wanted: int) -> tuple[Founded, int]:
    db = await Database.open(url)
    with Progress() as progress:
        begun = progress.add_task(f"a school of {pupils} pupils", total=1)
        school = await found(db, pupils, 1, NOW - timedelta(days=60))
        progress.update(begun, completed=1)
        indexes = await crowd.without_indexes(db)
        advance = bar(progress, "a week of visits")
        filled = await crowd.fill(db, school, MONDAY, wanted, catalogue=load(), advance=advance)
        await crowd.with_indexes(db, indexes)
    await db.close()
    return school, filled


def bar(progress: Progress, said: str) -> Callable[[int, int], None]:
    """Add a bar; return what moves it."""
    task: TaskID = progress.add_task(said, total=None)
    return lambda done, total: progress.update(task, completed=done, total=total)


def peak_mb() -> float:
    """Return the most memory this process had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Bench:
    """The service's own work on one filled database."""

    def __init__(self, db: Database, folder: Path, progress: Progress) -> None:
        self._db, self._folder, self._progress = db, folder, progress
        self._catalogue: Catalogue = load()
        self.figures: dict[str, float] = {"peak_mb_before": peak_mb()}
        self.rows: list[Row] = []

    async def run(self, school: Founded) -> None:
        """Sum, then write."""
        await self._sum()
        self.figures["peak_mb_sums"] = peak_mb()
        await self._write(school)
        self.figures["peak_mb"] = peak_mb()

    async def _sum(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._show_sums())
            watch = Watch.start()
            summed = await sums.run(self._db, now=NOW)
            self.figures["rollup_s"], self.figures["rollup_cpu_s"] = watch.stop()
        again = Watch.start()
        assert (await sums.run(self._db, now=NOW)).hours == 0
        self.figures["rollup_again_s"] = again.stop()[0]
        self.figures["hours"] = summed.hours

    async def _show_sums(self) -> None:
        """Move the bar by what still waits to be summed; a look every other second costs little."""
        advance, first = bar(self._progress, "sums"), 0
        while True:
            async with self._db.read() as connection:
                waits = sum(
                    [
                        await connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
                        for table in (dirty_hours, dirty_days)
                    ]
                )
            first = max(first, waits)
            advance(first - waits, first)
            if not waits:
                return
            await asyncio.sleep(2)

    async def _write(self, school: Founded) -> None:
        groups = [*school.classes.values(), school.school]
        advance, room = bar(self._progress, "letters"), asyncio.Semaphore(AT_ONCE)
        panel = self._panel()
        cookie = {"haidang": await self._head()}
        transport = httpx.ASGITransport(app=create_app(panel))
        watch = Watch.start()
        async with (
            httpx.AsyncClient(
                transport=transport, base_url=PANEL, cookies=cookie, timeout=120
            ) as head,
            asyncio.TaskGroup() as tasks,
        ):
            for group in groups:
                tasks.create_task(self._letter(group, head, room, advance, len(groups)))
        self.figures["letters_s"], self.figures["letters_cpu_s"] = watch.stop()
        self.figures["letters"] = len(self.rows)

    async def _letter(
        self,
        group: Group,
        head: httpx.AsyncClient,
        room: asyncio.Semaphore,
        advance: crowd.Advance,
        total: int,
    ) -> None:
        async with room:
            speech = Speech("vi", group.zone, self._name_of)
            took: Row = {"group": group.name}
            began = time.perf_counter()
            answer = await head.get(f"/groups/{group.id}/week?start={MONDAY}")
            assert answer.status_code == 200, answer.text[:300]
            took["page"] = time.perf_counter() - began
            letter = await letter_for(
                self._db, group, MONDAY, now=NOW, site_of=self._catalogue.site_of
            )
            assert not letter.is_empty
            sheet = sheet_of(letter, speech, self._name_of)
            began = time.perf_counter()
            pdf = await asyncio.to_thread(paper.pdf, sheet, NOW)
            took["pdf"] = time.perf_counter() - began
            began = time.perf_counter()
            envelope = Envelope("hai@dang.example", "head@school.example", str(group.id), NOW)
            links = Links(f"{PANEL}/groups/{group.id}/week", f"{PANEL}/stop")
            mail = await asyncio.to_thread(post.mail, sheet, links, speech, envelope, pdf)
            took["mail"] = time.perf_counter() - began
            took["kb"] = len(bytes(mail)) / 1000
            self.rows.append(took)
            advance(len(self.rows), total)

    def _name_of(self, kind: str, name: str) -> str:
        return self._catalogue.name_of(kind, name, "vi")

    def _panel(self) -> Panel:
        certificate = self._folder / "ca.crt"
        certificate.write_text("")
        return Panel(
            self._db,
            self._catalogue,
            lambda: NOW,
            PanelSettings(),
            ca_certificate=certificate,
            lists=self._folder / "lists",
            door_host="127.0.0.1",
            door_port=8100,
        )

    async def _head(self) -> str:
        async with self._db.write() as connection:
            head = await adults.find_by_email(connection, HEAD_MAIL)
            assert head
            return await sessions.open_session(connection, head.id, now=NOW)


def show(figures: dict[str, float], rows: list[Row], console: Console) -> None:
    """Print what was measured."""
    table = Table("what", "", title="A school's week")
    for name, value in figures.items():
        table.add_row(name, f"{value:,.1f}")
    console.print(table)
    slowest = Table("letter", *FORMS, title="The slowest letters, seconds")
    for row in sorted(rows, key=lambda row: -sum(float(row[form]) for form in FORMS))[:5]:
        slowest.add_row(str(row["group"]), *(f"{float(row[form]):.2f}" for form in FORMS))
    console.print(slowest)


def keep(figures: dict[str, float], rows: list[Row], url: str) -> None:
    """Write the figures down as section 12 of the design asks."""
    at = datetime.now(UTC).date().isoformat()  # noqa: TID251 - the date of the measurement
    rounded = {name: round(value, 2) for name, value in figures.items()}
    result = {
        "bench": "letters",
        "at": at,
        "machine": machine() | {"database": url.split(":", maxsplit=1)[0]},
        "figures": rounded,
        "rows": [
            {
                name: round(value, 3) if isinstance(value, float) else value
                for name, value in r.items()
            }
            for r in rows
        ],
    }
    RESULTS.mkdir(exist_ok=True)
    name = "letters.json" if url.startswith("sqlite") else "letters-postgresql.json"
    (RESULTS / name).write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")


def measure(url: str, folder: Path, console: Console) -> None:
    """Measure on one database; a process of its own fills it, whose memory is not the service's."""
    console.print(f"[bold]{url.split(':', maxsplit=1)[0]}[/]")
    size = int(os.environ.get("PUPILS", "1000")), int(os.environ.get("VISITS", "10000000"))
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
        school, filled = other.submit(fill, url, *size).result()
    figures: dict[str, float] = {"visits": filled, "pupils": len(school.enrolled)}
    rows = asyncio.run(_measure(url, folder, school, figures, console))
    show(figures, rows, console)
    keep(figures, rows, url)


async def _measure(
    url: str, folder: Path, school: Founded, figures: dict[str, float], console: Console
) -> list[Row]:
    db = await Database.open(url)
    with Progress(console=console) as progress:
        bench = Bench(db, folder, progress)
        await bench.run(school)
    await db.close()
    figures |= bench.figures
    return bench.rows


@contextmanager
def on_postgresql() -> Iterator[str | None]:
    """Give the address of an empty database of a server of our own, where there is PostgreSQL."""
    programs = find_programs()
    if programs is None:
        yield None
        return
    cluster = Cluster(programs)
    try:
        asyncio.run(cluster.order("CREATE DATABASE letters"))
        yield cluster.address("letters")
    finally:
        cluster.end()


def main() -> None:
    """Measure on the database of the command line; else on a new file, then on PostgreSQL."""
    console = Console()
    with tempfile.TemporaryDirectory(
        prefix="haidang-letters-", dir=os.environ.get("TMPDIR")
    ) as name:
        folder = Path(name)
        if len(sys.argv) > 1:
            measure(sys.argv[1], folder, console)
            return
        measure(f"sqlite+aiosqlite:///{folder / 'bench.db'}", folder, console)
        with on_postgresql() as url:
            if url is None:
                console.print("PostgreSQL is not installed here: only SQLite was measured.")
            else:
                measure(url, folder, console)


if __name__ == "__main__":
    main()

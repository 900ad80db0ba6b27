"""The door against bare mitmdump: new tunnels, bulk, opened requests; and how fast a pause cuts.

`python -m bench.door` prints a table and writes bench/results/door.json. Clients and origins share
the two cores with what is measured, so CPU time of the measured process per operation is the
steadier figure; it is in the rows.
"""

import asyncio
import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

import uvloop

from bench.wire import BULK, HERE, HOST, LARGE, PAGES, Kept, download, many, tunnel
from proxy.main import run_door
from proxy.settings import DoorSettings
from rules.policy import Pause, Policy, Privacy
from store import children, devices, facts, groups, policies
from store.change import SYSTEM, change
from store.database import Database
from store.household import GUEST_POLICY
from tests.lab.lab import lab_process

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"
SECONDS = 4
AT_ONCE = 32
KEPT = 8
DOWNLOADS = 6
PAUSES = 30
type Row = dict[str, object]


def now() -> datetime:
    """Tell the time to the processes of the bench."""
    return datetime.now(UTC)  # noqa: TID251 a bench is an edge


def free_port() -> int:
    """Ask the kernel for a free port."""
    with socket.socket() as made:
        made.bind((HERE, 0))
        return int(made.getsockname()[1])


def cpu(pid: int) -> float:
    """Return the CPU seconds a process used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def running(*command: str) -> Iterator[subprocess.Popen[str]]:
    """Run a process for a while."""
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


async def listens(port: int) -> None:
    """Wait until a port is open."""
    async with asyncio.timeout(60):
        while True:
            try:
                _, writer = await asyncio.open_connection(HERE, port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return


async def measured(
    name: str, who: str, pid: int, unit: str, work: Callable[[], Awaitable[tuple[float, float]]]
) -> Row:
    """Measure some work: its rate, and the CPU it cost per operation."""
    before = cpu(pid)
    rate, operations = await work()
    cost = (cpu(pid) - before) / operations * 1e6
    return {
        "case": name,
        "who": who,
        "rate": round(rate, 1),
        "unit": unit,
        "cpu_us": round(cost, 1),
        "rss_mb": round(resident_mb(pid), 1),
    }


async def tunnels(port: int, target: str) -> tuple[float, float]:
    rate = await many(lambda: tunnel(port, target), AT_ONCE, SECONDS)
    return rate, rate * SECONDS


async def bulk(port: int, target: str) -> tuple[float, float]:
    began = time.perf_counter()
    got = [await download(port, target) for _ in range(DOWNLOADS)]
    if min(got) < BULK:
        raise RuntimeError("a download came to an early end")
    return sum(got) / 1e6 / (time.perf_counter() - began), DOWNLOADS


async def opened(port: int, target: str) -> tuple[float, float]:
    kept = [await Kept().open(port, target) for _ in range(KEPT)]
    free = list(kept)

    async def one() -> bool:
        line = free.pop()
        try:
            return await line.ask()
        finally:
            free.append(line)

    rate = await many(one, KEPT, SECONDS)
    return rate, rate * SECONDS


async def passed_on(who: str, port: int, pid: int, short: str, large: str) -> list[Row]:
    """Measure what a proxy does not look into; the first second only warms it up."""
    await many(lambda: tunnel(port, short), AT_ONCE, 1)
    return [
        await measured("new tunnels", who, pid, "/s", lambda: tunnels(port, short)),
        await measured("50 MB in a tunnel", who, pid, "MB/s", lambda: bulk(port, large)),
    ]


async def looked_into(who: str, port: int, pid: int, target: str) -> Row:
    """Measure requests on opened connections."""
    await opened(port, target)
    return await measured("opened, kept alive", who, pid, "/s", lambda: opened(port, target))


async def household(db: Database) -> devices.Device:
    """Put a child into the store, and let guests' pages be looked into."""
    first = free_port()
    async with db.write() as connection:
        pages = Policy(privacy=Privacy.PAGES)
        await facts.keep(connection, GUEST_POLICY, pages.model_dump_json())
    async with change(db, by=SYSTEM, what="set up", now=now()) as tx:
        group = await groups.add(tx, name="Home", zone="Asia/Ho_Chi_Minh", language="vi")
        child = await children.add(
            tx, group_id=group.id, name="An", birth_year=2014, language="vi", policy=Policy()
        )
        return await devices.add(
            tx, name="Phone", kind="phone", system="ios", child_ids=[child.id], first_port=first
        )


async def cuts(db: Database, device: devices.Device) -> list[float]:
    """Pause a running download again and again; return the milliseconds each cut took, sorted."""
    taken = []
    for _ in range(PAUSES):
        await save(db, device, Policy())
        line = await streaming(device.port)
        began = time.perf_counter()
        await save(db, device, Policy(pause=Pause(by="Mẹ")))
        with suppress(ConnectionError):
            while await line.reader.read(1 << 20):
                pass
        taken.append((time.perf_counter() - began) * 1e3)
        line.writer.close()
    return sorted(taken)


async def streaming(port: int) -> Kept:
    """Begin a download that never ends, as soon as the door lets it through."""
    async with asyncio.timeout(10):
        while True:
            line = await Kept().open(port, f"{PAGES}:443")
            if await line.begin("/stream"):
                return line
            line.writer.close()
            await asyncio.sleep(0.02)


async def save(db: Database, device: devices.Device, policy: Policy) -> None:
    async with change(db, by=SYSTEM, what="changed", now=now()) as tx:
        await policies.save(tx, device.child_ids[0], policy)


@asynccontextmanager
async def database(folder: Path) -> AsyncIterator[Database]:
    db = await Database.open(f"sqlite+aiosqlite:///{folder}/haidang.db")
    try:
        yield db
    finally:
        await db.close()


def door(folder: str, settings: str) -> None:
    """Run the door that is measured (its own process)."""
    from feeds.catalogue import load  # noqa: PLC0415 only this process needs it

    uvloop.run(
        run_door(
            db_url=f"sqlite+aiosqlite:///{folder}/haidang.db",
            data=Path(folder),
            settings=DoorSettings.model_validate_json(settings),
            load_catalogue=load,
            clock=now,
            worker="bench/1",
        )
    )


async def measure(folder: Path) -> tuple[list[Row], list[float]]:
    """Measure the door and mitmdump side by side."""
    with running(sys.executable, "-m", "bench.wire") as origin, lab_process() as lab:
        assert origin.stdout
        short, large = json.loads(origin.stdout.readline())
        answers = {f"{HOST}:443": f"{HERE}:{short}", f"{LARGE}:443": f"{HERE}:{large}"}
        settings = DoorSettings(
            host=HERE, port=free_port(), resolver=answers | lab.resolver, origin_ca=lab.ca_path
        )
        rows = await of_mitmdump(f"{HERE}:{short}", f"{HERE}:{large}", f"{HERE}:{lab.tls_port}")
        async with database(folder) as db:
            device = await household(db)
            told = settings.model_dump_json()
            with running(sys.executable, "-m", "bench.door", str(folder), told) as process:
                await listens(device.port)
                taken = await cuts(db, device)
                await save(db, device, Policy())
                await (await streaming(device.port)).reader.read(1)
                rows += await of_door(device.port, settings.port, process.pid)
    return rows, taken


async def of_mitmdump(short: str, large: str, pages: str) -> list[Row]:
    """Measure mitmdump as it comes, tunnels ignored and the rest opened."""
    program, port = str(Path(sys.executable).with_name("mitmdump")), free_port()
    past = ("--ignore-hosts", f":({short.rpartition(':')[2]}|{large.rpartition(':')[2]})$")
    quiet = ("--set", "connection_strategy=lazy", "--ssl-insecure", "-q")
    with running(program, "-p", str(port), *quiet, *past) as process:
        await listens(port)
        rows = await passed_on("mitmdump", port, process.pid, short, large)
        return [*rows, await looked_into("mitmdump", port, process.pid, pages)]


async def of_door(child: int, guests: int, pid: int) -> list[Row]:
    """Measure the door: tunnels of a child's device, and guests, whose pages are looked into."""
    rows = await passed_on("door", child, pid, f"{HOST}:443", f"{LARGE}:443")
    return [*rows, await looked_into("door", guests, pid, f"{PAGES}:443")]


def ratio(rows: list[Row], case: str, field: str) -> float:
    """Divide the door's figure by mitmdump's."""
    by_who = {str(row["who"]): float(str(row[field])) for row in rows if row["case"] == case}
    return round(by_who["door"] / by_who["mitmdump"], 2)


def figures(rows: list[Row], taken: list[float]) -> dict[str, float]:
    """Name what everyone refers to."""
    return {
        "tunnels_vs_mitmdump": ratio(rows, "new tunnels", "rate"),
        "tunnel_cpu_vs_mitmdump": ratio(rows, "new tunnels", "cpu_us"),
        "relay_vs_mitmdump": ratio(rows, "50 MB in a tunnel", "rate"),
        "intercept_vs_mitmdump": ratio(rows, "opened, kept alive", "rate"),
        "intercept_cpu_vs_mitmdump": ratio(rows, "opened, kept alive", "cpu_us"),
        "cut_median_ms": round(median(taken), 1),
        "cut_max_ms": round(max(taken), 1),
        "cuts": len(taken),
    }


def keep(rows: list[Row], taken: list[float]) -> None:
    """Write the results and print them."""
    machine = {
        "cores": os.cpu_count(),
        "memory_mb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
        "versions": {name: version(name) for name in ("mitmproxy", "uvloop")},
    }
    named = figures(rows, taken)
    result = {
        "bench": "door",
        "at": f"{now():%Y-%m-%dT%H:%MZ}",
        "machine": machine,
        "figures": named,
        "rows": rows,
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "door.json").write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    for row in rows:
        print(
            "{case:20} {who:9} {rate:>9} {unit:5} {cpu_us:>9} us CPU {rss_mb:>6} MB".format(**row)
        )
    for name, value in named.items():
        print(f"{name:28} {value}")


def main() -> None:
    """Measure, or be the door that is measured."""
    if len(sys.argv) > 1:
        door(*sys.argv[1:])
        return
    with tempfile.TemporaryDirectory(prefix="haidang-bench-") as folder:
        rows, taken = uvloop.run(measure(Path(folder)))
    keep(rows, taken)


if __name__ == "__main__":
    main()

"""The whole service at half load for half an hour, while doors, rules and database come and go.

`make soak` (`SECONDS=300 make soak` for a shorter one) prints a table and writes
bench/results/soak.json. The service is the one a user starts, on PostgreSQL; every 40 s the rules
change, every 100 s the doors are replaced one by one, every 150 s the database is away for 8 s.
A visit on a connection of its own is short: it may never fail. A line that stays may end while
doors are replaced (a door that leaves waits three seconds), or when a rule closes its site.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import uvloop

from bench.gauge import listens, machine
from bench.soaking import NOW_AND_THEN, SITES, Clients, Way, at_pace, flat_out
from rules.policy import Policy, Privacy
from store import children, devices, doors, groups, policies
from store.change import SYSTEM, change
from store.database import Database
from store.devices import Device
from store.errors import Away
from tests.kit.agreed import agree
from tests.kit.databases import Cluster, find_programs
from tests.kit.service import Service
from tests.lab.lab import LabProcess, lab_process

RESULTS = Path(__file__).parent / "results"
SECONDS = float(os.environ.get("SECONDS", "1800"))
AT_ONCE = 16
CALIBRATION = 8.0
SAMPLE_EVERY = 5.0
RULES_EVERY, DOORS_EVERY, DATABASE_EVERY = 40.0, 100.0, 150.0
AWAY = 8.0
TO_REPLACE = 90.0
"""Each of two doors gets half a minute to come up, and some seconds to drain."""
LOOK = 0.1
TO_START = 240.0
QUIET = 20.0
"""Seconds after everybody left, before what stays is counted."""
OPEN_ONES = {"relayed": Policy(), "opened": Policy(privacy=Privacy.PAGES)}

type Sample = dict[str, float]


def now() -> datetime:
    """Tell the time to what changes rules."""
    return datetime.now(UTC)  # noqa: TID251 a bench is an edge


class Soak:
    """One service under load, and what is done to it."""

    def __init__(
        self, service: Service, cluster: Cluster, db: Database, people: dict[str, Device]
    ) -> None:
        self._service = service
        self._cluster = cluster
        self._db = db
        self._people = people
        self._one_at_a_time = asyncio.Lock()
        self.samples: list[Sample] = []
        self.events: dict[str, int] = {"rules": 0, "doors": 0, "doors_not": 0, "database": 0}
        self._began = time.monotonic()

    async def run(self, clients: Clients, rate: float) -> None:
        """Keep everybody busy for the whole time."""
        enough = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            busy = [group.create_task(work) for work in self._lines(clients)]
            pace = group.create_task(at_pace(clients, rate, enough))
            chores = [
                group.create_task(self._every(RULES_EVERY, lambda: self._other_rules(clients))),
                group.create_task(self._every(DOORS_EVERY, lambda: self._other_doors(clients))),
                group.create_task(self._every(DATABASE_EVERY, self._other_database)),
                group.create_task(self._every(SAMPLE_EVERY, self._sample)),
            ]
            await asyncio.sleep(SECONDS)
            # One at a time: what is being done to the service ends before the visits do.
            async with self._one_at_a_time:
                for task in chores:
                    task.cancel()
            enough.set()
            await pace
            for task in busy:
                task.cancel()

    def _lines(self, clients: Clients) -> Iterator[Any]:
        for _ in range(6):
            yield clients.keep_asking(clients.opened, "kept opened", 0.5)
            yield clients.keep_asking(clients.relayed, "kept relayed", 0.5)
        for _ in range(3):
            yield clients.watch(clients.relayed, "endless relayed", SITES[0])
            yield clients.watch(clients.opened, "endless opened", SITES[1])
            yield clients.watch(clients.opened, "closed now and then", NOW_AND_THEN)
        # A line on which nobody says a word for a minute.
        yield clients.keep_asking(clients.opened, "idle opened", 60.0)
        yield clients.keep_asking(clients.relayed, "idle relayed", 25.0)

    async def _every(self, seconds: float, work: Any) -> None:
        while True:
            await asyncio.sleep(seconds)
            await work()

    async def _other_rules(self, clients: Clients) -> None:
        async with self._one_at_a_time:
            closed = (NOW_AND_THEN,) if clients.open_again.is_set() else ()
            clients.open_again.clear()
            for name, policy in OPEN_ONES.items():
                await self._save(self._people[name], policy.model_copy(update={"block": closed}))
            await asyncio.sleep(1.5)
            if not closed:
                clients.open_again.set()
            self.events["rules"] += 1

    async def _save(self, device: Device, policy: Policy) -> None:
        for _ in range(20):
            with suppress(Away):
                async with change(self._db, by=SYSTEM, what="changed", now=now()) as tx:
                    await policies.save(tx, device.child_ids[0], policy)
                return
            await asyncio.sleep(0.5)
        raise TimeoutError("the database stays away")

    async def _other_doors(self, clients: Clients) -> None:
        """Replace every door; where a machine is so busy that one does not come up, count that."""
        async with self._one_at_a_time:
            before = _doors(self._service)
            clients.purpose.begin()
            await asyncio.to_thread(self._service.command, "update-doors")
            replaced = await _within(TO_REPLACE, lambda: self._are_replaced(before))
            clients.purpose.end()
            self.events["doors" if replaced else "doors_not"] += 1

    def _are_replaced(self, before: set[int]) -> bool:
        after = _doors(self._service)
        return not before & after and len(after) == len(before)

    async def _other_database(self) -> None:
        async with self._one_at_a_time:
            await self._cluster.pause()
            await asyncio.sleep(AWAY)
            await self._cluster.resume()
            self.events["database"] += 1

    async def _sample(self) -> None:
        running = self._service.processes("door")
        found: Sample = {"at": round(time.monotonic() - self._began, 1), "load": os.getloadavg()[0]}
        with suppress(psutil.Error):
            found |= {
                "doors": len(running),
                "rss_mb": round(sum(each.memory_info().rss for each in running) / 1e6, 1),
                "files": sum(each.num_fds() for each in running),
                "threads": sum(each.num_threads() for each in running),
            }
            self.samples.append(found)

    async def what_stays(self) -> dict[str, float]:
        """Count what doors still hold when everybody left."""
        await asyncio.sleep(QUIET)
        await self._sample()
        async with self._db.read() as connection:
            alive = await doors.alive(connection, now=now())
        last = self.samples[-1]
        return {
            "connections_at_end": sum(door.connections for door in alive),
            "journal_dropped": sum(door.journal_dropped for door in alive),
            "journal_waiting": sum(door.journal_waiting + door.journal_spooled for door in alive),
            "rss_mb_at_end": last["rss_mb"],
            "files_at_end": last["files"],
            "threads_at_end": last["threads"],
        }


async def _within(seconds: float, holds: Callable[[], bool]) -> bool:
    """Wait until something holds in other processes; tell whether it did."""
    for _ in range(int(seconds / LOOK)):
        if holds():
            return True
        await asyncio.sleep(LOOK)
    return False


def _doors(service: Service) -> set[int]:
    return {each.pid for each in service.processes("door")}


@contextmanager
def postgresql() -> Iterator[Cluster]:
    """Run a database server of our own."""
    programs = find_programs()
    if programs is None:
        raise SystemExit("PostgreSQL is not installed here: apt install postgresql")
    cluster = Cluster(programs)
    try:
        yield cluster
    finally:
        cluster.end()


async def move_in(db: Database, first_port: int) -> dict[str, Device]:
    """Let two children move in: nothing of the one is opened, everything of the other."""
    people = {}
    async with change(db, by=SYSTEM, what="set up", now=now()) as tx:
        group = await groups.add(tx, name="Home", zone="Asia/Ho_Chi_Minh", language="vi")
        for name, policy in OPEN_ONES.items():
            child = await children.add(
                tx, group_id=group.id, name=name, birth_year=2014, language="vi", policy=policy
            )
            await agree(tx, child.id)
            people[name] = await devices.add(
                tx, name=name, kind="phone", system="ios", child_ids=[child.id],
                first_port=first_port,
            )  # fmt: skip
    async with db.write() as connection:
        seen = [
            devices.Sighting(device.id, now(), "", trusts_ca=name == "opened")
            for name, device in people.items()
        ]
        await devices.record(connection, seen)
    return people


def settings_for(url: str, lab: LabProcess) -> dict[str, str]:
    return {
        "HAIDANG_DATABASE_URL": url,
        "HAIDANG_DOOR__WORKERS": "2",
        "HAIDANG_DOOR__RESOLVER": json.dumps(lab.resolver),
        "HAIDANG_DOOR__ORIGIN_CA": str(lab.ca_path),
    }


async def soak(folder: Path, cluster: Cluster, lab: LabProcess) -> dict[str, Any]:
    """Soak the service; return everything that was found."""
    await cluster.order("CREATE DATABASE soak")
    service = Service(folder, settings_for(cluster.address("soak"), lab))
    db = await Database.open(cluster.address("soak"))
    try:
        people = await move_in(db, service.door_port + 1)
        await asyncio.to_thread(service.start, seconds=TO_START)
        await asyncio.to_thread(listens, people["opened"].port)
        clients = Clients(
            relayed=Way.through(people["relayed"].port, lab.ca_path),
            opened=Way.through(people["opened"].port, folder / "ca" / "haidang-ca.crt"),
        )
        full = await flat_out(clients, AT_ONCE, CALIBRATION)
        running = Soak(service, cluster, db, people)
        await running.run(clients, full / 2)
        stays = await running.what_stays()
        return found(running, clients, full, stays)
    finally:
        await db.close()
        if service.process is not None and service.process.poll() is None:
            await asyncio.to_thread(service.stop, seconds=20)


def found(running: Soak, clients: Clients, full: float, stays: dict[str, float]) -> dict[str, Any]:
    """Sum up."""
    settled = [each for each in running.samples if each["doors"] == 2]
    quarter = max(1, len(settled) // 4)
    return {
        "figures": {
            "seconds": SECONDS,
            "full_visits_per_s": round(full, 1),
            "visits": clients.done["relayed visits"] + clients.done["opened visits"],
            "lost": clients.lost.total(),
            "cut_on_purpose": clients.on_purpose.total(),
            **{f"{name}_changed": count for name, count in running.events.items()},
            "rss_mb_first_quarter": _mean(settled[:quarter], "rss_mb"),
            "rss_mb_last_quarter": _mean(settled[-quarter:], "rss_mb"),
            "files_first_quarter": _mean(settled[:quarter], "files"),
            "files_last_quarter": _mean(settled[-quarter:], "files"),
            "load_mean": _mean(running.samples, "load"),
            **stays,
        },
        "done": dict(clients.done),
        "lost": dict(clients.lost),
        "cut_on_purpose": dict(clients.on_purpose),
        "rows": running.samples,
    }


def _mean(samples: list[Sample], key: str) -> float:
    return round(sum(each[key] for each in samples) / max(1, len(samples)), 1)


def keep(result: dict[str, Any]) -> None:
    """Write the results and print them."""
    told = {"bench": "soak", "at": f"{now():%Y-%m-%dT%H:%MZ}", "machine": machine(), **result}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "soak.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    step = max(1, len(result["rows"]) // 20)
    for row in result["rows"][::step]:
        print("{at:>7} s {doors:>2} doors {rss_mb:>7} MB {files:>5} files".format(**row))
    for name in ("figures", "done", "cut_on_purpose", "lost"):
        for key, value in result[name].items():
            print(f"{name:16} {key:60} {value}")


def main() -> int:
    """Soak, print, keep; 1 where something was lost or stays."""
    with (
        tempfile.TemporaryDirectory(prefix="haidang-soak-") as folder,
        postgresql() as cluster,
        lab_process() as lab,
    ):
        result = uvloop.run(soak(Path(folder), cluster, lab))
    keep(result)
    return int(bool(result["lost"] or result["figures"]["connections_at_end"]))


if __name__ == "__main__":
    sys.exit(main())

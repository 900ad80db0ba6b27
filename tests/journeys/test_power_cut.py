"""What a killed door and a power cut leave behind: rules in force, nothing lost but a second."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx
import psutil
import pytest

from rules.family import Household
from store import doors, household, ledger, visits
from store.database import Database
from store.visits import VisitFilter
from tests.kit.browser import curl
from tests.kit.home import EMAIL, PASSWORD, Home, database_url, settle
from tests.kit.service import Service
from tests.lab.lab import LabProcess

pytestmark = [pytest.mark.door, pytest.mark.timeout(120)]

BLOCKED = "www.bet365.com"
OPEN = "open.example"


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 the service itself runs in real time


def status(lab: LabProcess, service: Service, home: Home, host: str) -> str:
    """Return the HTTP status a child's client gets, or curl's own words where there is none."""
    got = curl(
        f"https://{host}/",
        "--output",
        "/dev/null",
        "--write-out",
        "%{http_code}",
        "--cacert",
        str(_both(lab, service)),
        proxy=home.port,
    )
    return got.stdout if got.returncode == 0 else got.stderr


def _both(lab: LabProcess, service: Service) -> str:
    """Return one file with the lab's CA and ours."""
    ours = service.data / "ca" / "haidang-ca.crt"
    both = service.data / "both.pem"
    both.write_text(lab.ca_path.read_text() + ours.read_text())
    return str(both)


def wait_until_served(lab: LabProcess, service: Service, home: Home) -> None:
    """Wait until the doors answer the device."""
    deadline = time.monotonic() + 20
    while status(lab, service, home, OPEN) != "200":
        assert time.monotonic() < deadline, service.logs()
        time.sleep(0.1)


def wait_for_doors(service: Service, number: int) -> None:
    """Wait until so many doors report that they serve."""
    deadline = time.monotonic() + 30
    while asyncio.run(_doors(service)) < number:
        assert time.monotonic() < deadline, service.logs()
        time.sleep(0.1)


async def _doors(service: Service) -> int:
    db = await Database.open(database_url(service))
    async with db.read() as connection:
        alive = await doors.alive(connection, now=_now())
    await db.close()
    return len(alive)


@contextmanager
def signed_in(service: Service) -> Iterator[httpx.Client]:
    """Give a client of the REST API that has signed in."""
    with httpx.Client(base_url=f"{service.panel}/api/v1", timeout=10) as client:
        answer = client.post("/session", json={"email": EMAIL, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        yield client


def test_a_killed_door_is_replaced_within_two_seconds_and_the_rules_stay(
    service: Service, lab: LabProcess
) -> None:
    home = settle(service)
    service.environment = {**service.environment, "HAIDANG_DOOR__WORKERS": "2"}
    service.start()
    wait_for_doors(service, 2)
    wait_until_served(lab, service, home)
    before = {door.pid for door in service.processes("door")}
    victim = min(before)

    psutil.Process(victim).kill()
    killed = time.monotonic()

    while len(now := {door.pid for door in service.processes("door")} - {victim}) < 2:
        assert time.monotonic() - killed < 2, "no new door within two seconds"
        time.sleep(0.02)
    assert now - before
    for _ in range(10):
        assert status(lab, service, home, BLOCKED) == "403"
    assert not lab.reached(BLOCKED)
    assert status(lab, service, home, OPEN) == "200"


def test_after_a_power_cut_only_the_last_second_of_the_journal_may_be_missing(
    service: Service, lab: LabProcess
) -> None:
    home = settle(service)
    service.start()
    wait_until_served(lab, service, home)
    with signed_in(service) as rest:
        grant = rest.post(f"/children/{home.child_id}/grants", json={"minutes": 15})
    assert grant.status_code == 201, grant.text

    done = _visit_for(4, lab, service, home)
    cut = time.monotonic()
    service.kill()

    kept = asyncio.run(_what_is_kept(service))
    assert kept.household.children[0].grants[0].id.hex == grant.json()["id"].replace("-", "")
    assert kept.household.children[0].layers[-1][1].categories == {"gambling": "block"}
    assert kept.broken is None
    service.start()
    wait_until_served(lab, service, home)
    assert status(lab, service, home, BLOCKED) == "403"
    kept = asyncio.run(_what_is_kept(service))
    missing = [host for host, at in done.items() if host not in kept.hosts and at < cut - 1]
    assert not missing
    assert len(kept.hosts & done.keys()) > 5


def _visit_for(seconds: float, lab: LabProcess, service: Service, home: Home) -> dict[str, float]:
    """Visit one new host after another; return when each was done."""
    done: dict[str, float] = {}
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        host = f"n{len(done)}.example"
        assert status(lab, service, home, host) == "200"
        done[host] = time.monotonic()
    return done


class Kept:
    """What stands in the database."""

    def __init__(self, household: Household, broken: int | None, hosts: set[str]) -> None:
        self.household = household
        self.broken = broken
        self.hosts = hosts


async def _what_is_kept(service: Service) -> Kept:
    db = await Database.open(database_url(service))
    async with db.read() as connection:
        everything = await household.load(connection, now=_now())
        broken = await ledger.first_broken(connection)
        rows = [row async for row in visits.export(connection, VisitFilter())]
    await db.close()
    return Kept(everything, broken, {row.host for row in rows})

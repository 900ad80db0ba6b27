"""What a killed door and a power cut leave behind: rules in force, nothing lost but a second."""

import asyncio
import time

import psutil
import pytest

from rules.family import Household
from store import household, ledger, visits
from store.database import Database
from store.visits import VisitFilter
from tests.journeys.clients import (
    BLOCKED,
    OPEN,
    now,
    signed_in,
    status,
    wait_for_doors,
    wait_until_served,
)
from tests.kit.home import Home, database_url, settle
from tests.kit.service import Service
from tests.lab.lab import LabProcess

pytestmark = [pytest.mark.door, pytest.mark.timeout(120)]


def test_a_killed_door_is_replaced_and_the_rules_stay(service: Service, lab: LabProcess) -> None:
    home = settle(service)
    service.environment = {**service.environment, "HAIDANG_DOOR__WORKERS": "2"}
    service.start()
    wait_for_doors(service, 2)
    wait_until_served(lab, service, home)
    before = {door.pid for door in service.processes("door")}
    victim = min(before)

    psutil.Process(victim).kill()
    killed = time.monotonic()

    while len(alive := {door.pid for door in service.processes("door")} - {victim}) < 2:
        assert time.monotonic() - killed < 20, "no new door"
        time.sleep(0.02)
    assert alive - before
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
        everything = await household.load(connection, now=now())
        broken = await ledger.first_broken(connection)
        rows = [row async for row in visits.export(connection, VisitFilter())]
    await db.close()
    return Kept(everything, broken, {row.host for row in rows})

"""Who runs the house sees how it does; Prometheus gets numbers, and nobody's name."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from api.panel import Upkeep
from rules.explain import Sentence
from rules.findings import Area, Finding
from rules.verdict import Action, Layer, Reason
from store import doors, household, rings
from store.doors import Door
from store.rings import Ring
from tests.api.conftest import House

FOUND = [
    Finding(Sentence("Door {name}", {"name": "home/1"}), Sentence("fine", {}), area=Area.DOORS),
    Finding(
        Sentence("Disk space", {}),
        Sentence("{n} MB free", {"n": 12}),
        Sentence("Make room on this disk: the journal needs it.", {}),
    ),
]


@pytest.fixture
def overseen(house: House, tmp_path) -> House:
    async def examine() -> list[Finding]:
        return FOUND

    house.panel.upkeep = Upkeep(tmp_path, examine)
    return house


async def test_what_is_not_well_says_what_to_do(overseen: House):
    async with overseen.client("alice") as alice:
        page = (await alice.get("/settings/system")).text
        assert "1 thing needs you" in page
        assert "Make room on this disk" in page
        part = await alice.get("/settings/system/now", headers={"HX-Request": "true"})
        assert "<html" not in part.text
        assert "12 MB free" in part.text
        told = (await alice.get("/api/v1/system")).json()
    assert told["well"] is False
    assert [each["do"] for each in told["findings"] if not each["well"]] == [
        "Make room on this disk: the journal needs it."
    ]


@pytest.mark.parametrize("who", ["vera", "charlie"])
async def test_only_who_runs_the_house_sees_how_it_does(overseen: House, who: str):
    async with overseen.client(who) as somebody:
        for path in ("/settings/system", "/settings/system/now", "/api/v1/system"):
            assert (await somebody.get(path)).status_code == 403, path
        assert "/settings/system" not in (await somebody.get("/settings")).text
    async with overseen.client("alice") as alice:
        assert "/settings/system" in (await alice.get("/settings")).text


async def test_prometheus_gets_counts_and_no_names(house: House, note):
    now = house.clock()
    await note(house.children["Mai"].id, "secret.example", now, Action.PASS, Reason.DEFAULT)
    await note(
        house.children["Mai"].id, "bad.example", now, Action.BLOCK, Reason.CATEGORY, Layer.CHILD
    )
    async with house.panel.db.write() as store:
        newest = await household.revision(store)
        door = Door("mai-laptop/1", 7, newest, 0, now, connections=3, memory=1 << 20)
        await doors.report(store, replace(door, counts={"blocked": 5}, journal_dropped=2))
    await rings.keep(house.panel.db, "rollups", Ring(now - timedelta(minutes=1), 2, "OSError"))
    async with house.client(address="127.0.0.1") as prometheus:
        answer = await prometheus.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    numbers = dict(
        re.match(r"(\S+) (\S+)$", line).groups()
        for line in answer.text.splitlines()
        if not line.startswith("#")
    )
    assert float(numbers['haidang_door_connections{door="1"}']) == 3
    assert float(numbers['haidang_door_blocked_total{door="1"}']) == 5
    assert float(numbers['haidang_door_journal_dropped_total{door="1"}']) == 2
    assert float(numbers['haidang_visits_last_hour{action="block"}']) == 1
    assert float(numbers['haidang_clock_failures{work="rollups"}']) == 2
    assert float(numbers["haidang_children"]) == 2
    told = answer.text.lower()
    for name in ("mai", "nam", "secret", "example", "phone", "192.168", "alice", "oserror"):
        assert name not in told, name


async def test_from_elsewhere_only_the_token_of_the_settings_opens_the_numbers(house: House):
    async with house.client(address="192.168.1.20") as neighbour:
        assert (await neighbour.get("/metrics")).status_code == 403
    async with house.client(address="127.0.0.1") as proxy:
        through = await proxy.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
        assert through.status_code == 403
    secret = {"metrics_token": SecretStr("only-prometheus-knows")}
    house.panel.settings = house.panel.settings.model_copy(update=secret)
    async with house.client(address="127.0.0.1") as here:
        assert (await here.get("/metrics")).status_code == 403
    async with house.client(address="192.168.1.20") as prometheus:
        prometheus.headers["Authorization"] = "Bearer only-prometheus-knows"
        assert (await prometheus.get("/metrics")).status_code == 200
        prometheus.headers["Authorization"] = "Bearer guess"
        assert (await prometheus.get("/metrics")).status_code == 403

"""The sample family settles in through the store, and its parents act by the panel's verbs."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.panel import Panel
from api.settings import PanelSettings
from feeds.catalogue import load
from rules.policy import Policy
from rules.scope import service
from store import devices, household, ledger, policies
from store.database import Database
from tests.demo import deeds, places
from tests.demo.clock import SharedClock
from tests.demo.family import Family, rules_for, settle
from tests.demo.home import HOME
from tests.demo.people import GADGETS, KIDS

NOW = datetime(2026, 11, 7, 12, 0, tzinfo=UTC)
FIRST_PORT = 9101


@pytest.fixture
async def panel(tmp_path: Path) -> AsyncIterator[Panel]:
    db = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'haidang.db'}")
    clock = SharedClock(tmp_path / "clock", NOW)
    yield Panel(
        db,
        load(),
        clock,
        PanelSettings(),
        ca_certificate=tmp_path,
        lists=tmp_path,
        door_host="127.0.0.1",
        door_port=9100,
    )
    await db.close()


@pytest.fixture
async def family(panel: Panel) -> Family:
    return await settle(panel.db, HOME, now=NOW, first_port=FIRST_PORT)


async def test_everyone_settles_in_with_rules_and_a_port_for_each_device(panel, family):
    async with panel.db.read() as connection:
        known = await household.load(connection, now=NOW)
        owned = await devices.list_all(connection)
    assert {child.name for child in known.children} == {kid.name for kid in KIDS}
    assert family.ports == {it.key: FIRST_PORT + number for number, it in enumerate(GADGETS)}
    assert all(len(device.child_ids) == 1 for device in owned)


async def test_every_deed_is_written_in_the_ledger_under_its_parents_name(panel, family):
    for deed in deeds.DEEDS:
        await deeds.do(deed, panel, family)
    async with panel.db.read() as connection:
        lines = await ledger.lines(connection)
        version = await policies.current(connection, family.children["Minh"])
        assert await ledger.first_broken(connection) is None
    assert [line.by.name for line in reversed(lines)][1:] == [it.parent for it in deeds.DEEDS]
    assert version is not None
    assert version.policy.block == (deeds.COMICS,)
    assert version.policy.pause is None


def test_what_parents_changed_replaces_what_the_age_suggests():
    for kid in KIDS:
        policy = rules_for(kid)
        assert Policy.model_validate(policy.model_dump()) == policy
    youngest = {it.scope: it.minutes for it in rules_for(KIDS[0]).allowances}
    assert youngest[service("youtube")] == (20,) * 5 + (35,) * 2


def test_every_place_but_the_unlisted_ones_is_known_to_the_catalogue():
    catalogue = load()
    all_places = {name: it for name, it in vars(places).items() if isinstance(it, places.Place)}
    unknown = {
        name
        for name, place in all_places.items()
        if not all(catalogue.look_up(host).categories for host in place.hosts)
    }
    assert unknown == {"COMICS"}


def test_a_deed_happens_at_its_hour_at_home():
    deed = next(it for it in deeds.DEEDS if it.child == "An")
    assert deed.moment(NOW, HOME) == datetime(2026, 11, 6, 10, 55, tzinfo=UTC)
    assert deed in deeds.between(NOW - timedelta(days=2), NOW, HOME)
    assert deed not in deeds.between(NOW - timedelta(hours=2), NOW, HOME)

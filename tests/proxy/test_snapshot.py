"""The policy a door keeps for a start without the database."""

import asyncio
import threading
from pathlib import Path
from typing import Self
from uuid import uuid4

import pytest

from proxy import current as module
from proxy.current import Current
from rules.family import Household
from rules.policy import Policy
from store import household as stored
from tests.proxy.house import Clock, catalogue, child


class NoDatabase:
    """A store that has a new policy each time it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def load(self, _connection: object, *, now: object) -> Household:
        assert now
        self.asked += 1
        return Household(revision=self.asked, site_id=uuid4(), children=(child(Policy()),))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    def read(self) -> Self:
        return self


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> NoDatabase:
    store = NoDatabase()
    monkeypatch.setattr(stored, "load", store.load)
    return store


def kept(path: Path) -> int:
    return Household.model_validate_json(path.read_bytes()).revision


async def test_a_slow_disk_keeps_no_policy_from_being_in_force(
    tmp_path: Path, store: NoDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, may, write = tmp_path / "household.json", threading.Event(), module.write_whole

    def slowly(*given: object) -> None:
        may.wait(5)
        write(*given)

    monkeypatch.setattr(module, "write_whole", slowly)
    current = Current(catalogue, path, Clock())
    async with asyncio.timeout(4), asyncio.TaskGroup() as group:
        keeping = group.create_task(current.keep_snapshots())
        for revision in (1, 2, 3):
            await current.load(store)  # type: ignore[arg-type] # a store of its own
            await asyncio.sleep(0)
            assert current.standing.revision == revision
        assert not path.exists()
        may.set()
        while not path.exists() or kept(path) < 3:  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.01)
        keeping.cancel()


async def test_a_stop_keeps_the_policy_that_came_last(tmp_path: Path, store: NoDatabase) -> None:
    path = tmp_path / "household.json"
    current = Current(catalogue, path, Clock())
    async with asyncio.TaskGroup() as group:
        keeping = group.create_task(current.keep_snapshots())
        await asyncio.sleep(0)
        await current.load(store)  # type: ignore[arg-type] # as above
        keeping.cancel()
    assert kept(path) == 1


async def test_a_full_disk_is_told_and_stops_nothing(
    tmp_path: Path, store: NoDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    current = Current(catalogue, tmp_path / "none" / "household.json", Clock())
    await current.load(store)  # type: ignore[arg-type] # as above
    current._keep_snapshot()
    assert "cannot be kept" in caplog.text
    assert current.standing.revision == 1

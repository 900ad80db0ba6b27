"""The panel's own process, as it is when it says that it listens."""

import asyncio
import gc
from collections.abc import Iterator

import pytest

from cli.processes import rest_collector
from cli.settings import Settings
from cli.wiring import panel
from proxy.process import quiet_collector
from tests.kit.service import free_port


@pytest.fixture
def collector() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.enable()
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.usefixtures("collector")
async def test_no_page_waits_while_the_collector_walks_through_what_was_loaded_at_the_start(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listens, loaded = asyncio.Event(), [["a route", "a model"]]
    monkeypatch.setattr(panel, "announce", lambda **_: listens.set())
    settings = Settings(data=tmp_path, panel={"host": "127.0.0.1", "port": free_port()})
    assert any(each is loaded for each in gc.get_objects())
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        serving = group.create_task(panel.run_panel(settings, new_code=False))
        await listens.wait()
        walked = gc.get_objects()
        serving.cancel()
    assert not any(each is loaded for each in walked)


@pytest.mark.usefixtures("collector")
def test_the_collector_rests_while_a_process_loads_and_works_again_when_it_is_ready() -> None:
    rest_collector()
    assert not gc.isenabled()
    quiet_collector()
    assert gc.isenabled()

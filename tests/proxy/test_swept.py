"""What opened connections leave behind is given back while the door runs."""

import gc
import weakref
from collections.abc import Callable, Iterator

import pytest

from proxy import process
from proxy.handover import Handler
from proxy.process import SWEPT_EVERY
from rules.policy import Policy
from tests.proxy.clients import tunnel
from tests.proxy.house import OPEN, House


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[weakref.ref[Handler]]]:
    """Give what opened connections leave, while the collector does not come by itself."""
    found: list[weakref.ref[Handler]] = []
    begin = Handler.__init__

    def counted(self: Handler, *given: object) -> None:
        begin(self, *given)
        found.append(weakref.ref(self))

    monkeypatch.setattr(Handler, "__init__", counted)
    gc.collect()
    gc.disable()
    yield found
    gc.enable()


async def come_and_go(house: House, times: int) -> None:
    await house.rule(Policy(privacy="pages"))
    for _ in range(times):
        line = await tunnel(house.device_port, house.ca, OPEN)
        await line.get("/", OPEN)
        line.close()


async def test_ended_connections_are_given_back_without_waiting_for_the_collector(
    house: House, kept: list[weakref.ref[Handler]]
) -> None:
    await come_and_go(house, SWEPT_EVERY + 20)
    await house.until(lambda: sum(each() is not None for each in kept) < SWEPT_EVERY / 2)


async def test_a_few_ended_connections_are_given_back_after_a_while(
    house: House, kept: list[weakref.ref[Handler]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "SWEPT_AFTER", 1)
    await come_and_go(house, 5)
    assert len(kept) == 5
    await house.until(lambda: not any(each() for each in kept))


def _no_library(_name: None) -> object:
    raise OSError


@pytest.mark.parametrize("library", [lambda _name: object(), _no_library])
def test_where_the_system_cannot_take_memory_back_the_door_goes_on(
    monkeypatch: pytest.MonkeyPatch, library: Callable[[None], object]
) -> None:
    monkeypatch.setattr(process.ctypes, "CDLL", library)
    process.give_back()

"""What opened connections leave behind is given back while the door runs."""

import gc
import weakref
from collections.abc import Callable

import pytest

from proxy import process
from proxy.handover import Handler
from proxy.process import SWEPT_EVERY
from rules.policy import Policy
from tests.proxy.clients import tunnel
from tests.proxy.house import OPEN, House


async def test_ended_connections_are_given_back_without_waiting_for_the_collector(
    house: House, monkeypatch
) -> None:
    await house.rule(Policy(privacy="pages"))
    kept: list[weakref.ref[Handler]] = []
    begin = Handler.__init__

    def counted(self: Handler, *given: object) -> None:
        begin(self, *given)
        kept.append(weakref.ref(self))

    monkeypatch.setattr(Handler, "__init__", counted)
    gc.collect()
    gc.disable()
    try:
        for _ in range(SWEPT_EVERY + 20):
            line = await tunnel(house.device_port, house.ca, OPEN)
            await line.get("/", OPEN)
            line.close()
        await house.until(lambda: sum(each() is not None for each in kept) < SWEPT_EVERY / 2)
    finally:
        gc.enable()


def _no_library(_name: None) -> object:
    raise OSError


@pytest.mark.parametrize("library", [lambda _name: object(), _no_library])
def test_where_the_system_cannot_take_memory_back_the_door_goes_on(
    monkeypatch: pytest.MonkeyPatch, library: Callable[[None], object]
) -> None:
    monkeypatch.setattr(process.ctypes, "CDLL", library)
    process.give_back()

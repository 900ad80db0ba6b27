"""Whatever of ours breaks, the visit is stopped."""

import asyncio
from typing import Any

import pytest

from proxy.gatekeeper import Gatekeeper
from proxy.guard import Guard
from rules.policy import Policy
from tests.proxy.clients import HandMade, Line, tunnel
from tests.proxy.house import OPEN, House

pytestmark = pytest.mark.door
PAGES = Policy(privacy="pages")


def broken(*_: Any, **__: Any) -> Any:
    raise RuntimeError("broken on purpose")


async def hanging(*_: Any, **__: Any) -> None:
    await asyncio.Event().wait()


async def cancelling(*_: Any, **__: Any) -> None:
    raise asyncio.CancelledError


def replace_hook(house: House, name: str, hook: Any) -> None:
    """Put a hook in place of ours, as the library calls it: inside the guard."""
    addon = house.interceptor.master.addons.get("gatekeeper")
    gatekeeper = house.interceptor._gatekeeper
    setattr(addon, name, house.door.guard.wrap(name, hook, gatekeeper.deny))


@pytest.mark.parametrize("hook", [broken, hanging, cancelling])
async def test_a_request_hook_that_breaks_or_hangs_stops_the_visit(house: House, hook: Any) -> None:
    replace_hook(house, "requestheaders", hook)
    await house.rule(PAGES)
    line = await tunnel(house.device_port, house.ca, OPEN)
    head, _body = await line.get("/", OPEN)
    assert b" 403 " in head
    assert house.stopped()[-1].verdict.reason == "fault"
    assert house.door.guard.faults == 1
    assert not house.lab.origin.requests


@pytest.mark.parametrize("hook", [broken, hanging])
async def test_a_plain_request_is_stopped_too(house: House, hook: Any) -> None:
    replace_hook(house, "requestheaders", hook)
    await house.rule(Policy())
    line = await Line.open(house.device_port)
    head, _ = await line.get(f"http://{OPEN}/", OPEN)
    assert b" 403 " in head
    assert not house.lab.origin.requests


@pytest.mark.parametrize("hook", [broken, hanging])
async def test_an_answer_hook_that_breaks_or_hangs_lets_no_answer_through(
    house: House, hook: Any
) -> None:
    replace_hook(house, "responseheaders", hook)
    await house.rule(PAGES)
    line = await tunnel(house.device_port, house.ca, OPEN)
    await line.ask("/", OPEN)
    assert OPEN.encode() not in await line.rest()
    assert house.door.guard.faults == 1


async def test_a_judge_that_breaks_stops_a_tunnel(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.rule(Policy())
    monkeypatch.setattr(house.door.judge, "strictest", broken)
    line = await Line.open(house.device_port)
    await line.send(f"CONNECT {OPEN}:443 HTTP/1.1\r\n\r\n".encode())
    assert await line.rest() == b""
    assert house.door.guard.faults == 1


async def test_a_judge_that_breaks_at_the_hello_stops_the_tunnel(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.rule(Policy())
    line = await Line.open(house.device_port)
    await line.connect(OPEN)
    monkeypatch.setattr(house.door.judge, "strictest", broken)
    await line.send(HandMade(house.lab.ca_path, OPEN).hello())
    assert await line.rest() == b""
    assert not house.lab.origin.handshakes


@pytest.mark.parametrize("breaks", ["known", "open"])
async def test_a_dialer_that_breaks_closes_the_connection_and_not_the_door(
    house: House, monkeypatch: pytest.MonkeyPatch, breaks: str
) -> None:
    await house.rule(Policy())
    line = await Line.open(house.device_port)
    await line.connect(OPEN)
    with monkeypatch.context() as patch:
        patch.setattr(house.door.dialer, "known", lambda *_: None)
        patch.setattr(house.door.dialer, breaks, broken)
        await line.send(HandMade(house.lab.ca_path, OPEN).hello())
        assert await line.rest() == b""
    again = await tunnel(house.device_port, house.lab.ca_path, OPEN)
    assert b" 200 " in (await again.get("/", OPEN))[0]


async def test_a_page_that_cannot_be_made_still_stops_the_visit(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.rule(Policy(block=(OPEN,)))
    monkeypatch.setattr(house.door.pages, "stopped", broken)
    line = await Line.open(house.device_port)
    await line.ask(f"http://{OPEN}/", OPEN)
    assert b" 200 " not in await line.rest()
    assert not house.lab.origin.requests


async def test_a_clockwork_that_breaks_cuts_what_is_running(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.rule(Policy())
    line = await tunnel(house.device_port, house.lab.ca_path, OPEN)
    await line.ask("/stream", OPEN)
    await line.head()
    monkeypatch.setattr(house.door.leases, "tick", broken)
    await line.rest()
    assert house.door.guard.faults


async def test_every_hook_of_ours_goes_through_the_guard(house: House) -> None:
    addon = house.interceptor.master.addons.get("gatekeeper")
    ours = {name for name in vars(Gatekeeper) if not name.startswith("_")}
    hooks = ours - {"deny", "could_not", "forget"}
    assert hooks == {name for name in vars(addon) if name != "name"}
    assert all("Guard.wrap" in vars(addon)[name].__qualname__ for name in hooks)


async def test_the_guard_passes_a_real_cancellation_on() -> None:
    denied: list[str] = []
    guard = Guard(5)
    hook = guard.wrap("requestheaders", hanging, lambda name, _: denied.append(name))
    async with asyncio.TaskGroup() as group:
        task = group.create_task(hook(None))
        await asyncio.sleep(0)
        task.cancel()
    assert task.cancelled()
    assert denied == ["requestheaders"]

"""Shared devices: who uses one now, and the PIN that keeps a sister from being a brother."""

from typing import Annotated

from pydantic import BaseModel, Field

from api.errors import Misfit
from api.needs import Desk
from api.panel import Panel
from api.security import hash_password, is_password, too_many
from store import sessions, uses
from store.children import Child
from store.devices import Device
from words.speech import to_say

TRIES_ON_ONE_DEVICE = 5
TRIES_IN_ALL = 20
WRONG_PIN = to_say("That was not your PIN. Try again, or ask an adult.")


class PinForm(BaseModel):
    pin: Annotated[str, Field(pattern=r"^[0-9]{4,8}$", description="Four to eight digits.")]


async def set_pin(desk: Desk, child: Child, given: PinForm) -> None:
    """Give a child a PIN for shared devices; only its hash is kept."""
    hashed = await hash_password(given.pin)
    what = to_say("gave {child} a PIN for shared devices")
    async with desk.change(what, child_id=child.id, child=child.name) as tx:
        await uses.set_pin(tx, child.id, hashed)


async def remove_pin(desk: Desk, child: Child) -> None:
    """Take a child's PIN away: its name alone is then enough."""
    what = to_say("took away the PIN of {child}")
    async with desk.change(what, child_id=child.id, child=child.name) as tx:
        await uses.set_pin(tx, child.id, "")


async def has_pin(desk: Desk, child: Child) -> bool:
    """Tell whether a child has a PIN."""
    async with desk.panel.db.read() as store:
        return bool(await uses.pins_of(store, [child.id]))


async def hand_to(desk: Desk, device: Device, child: Child) -> None:
    """Say as an adult which child uses a shared device now."""
    what = to_say("gave {device} to {child}")
    values = {"device": device.name, "child": child.name}
    async with desk.change(what, child_id=child.id, **values) as tx:
        await uses.begin(tx, device.id, child.id)


async def take_back(desk: Desk, device: Device) -> None:
    """Say as an adult that nobody uses a shared device any more."""
    async with desk.change(to_say("took {device} back"), device=device.name) as tx:
        await uses.end(tx, device.id)


async def check_pin(panel: Panel, device: Device, child: Child, pin: str) -> None:
    """Let a child through whose PIN fits, or who has none. Raises Misfit, or Refused for a while.

    Few tries are allowed on one device and more in all, so that a brother who guesses shuts out
    his own device and not his sister's.
    """
    async with panel.db.read() as store:
        hashed = (await uses.pins_of(store, [child.id])).get(child.id)
    if hashed is None:
        return
    here, everywhere = f"pin:{child.id} on {device.id}", f"pin:{child.id}"
    await _brake(panel, here, TRIES_ON_ONE_DEVICE)
    await _brake(panel, everywhere, TRIES_IN_ALL)
    if not await is_password(hashed, pin):
        raise Misfit("pin", WRONG_PIN)
    async with panel.db.write() as store:
        await sessions.forget_tries(store, here)
        await sessions.forget_tries(store, everywhere)


async def _brake(panel: Panel, key: str, tries: int) -> None:
    async with panel.db.write() as store:
        wait = await sessions.may_try(store, key, now=panel.clock(), tries=tries)
    if wait:
        raise too_many(wait.total_seconds())

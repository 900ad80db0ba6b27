"""Devices nobody knows: whose they are is said with one tap, or that they are a guest's."""

from datetime import timedelta

from api.errors import Misfit
from api.needs import Desk
from store import devices, strangers
from store.children import Child
from store.devices import Device
from store.errors import Taken
from store.strangers import Stranger
from words.speech import to_say

NEWS = timedelta(days=1)
"""For how long Today tells of a stranger that was seen."""


async def strangers_here(desk: Desk) -> list[Stranger]:
    """Return the devices nobody knows that came by in the last days."""
    async with desk.panel.db.read() as store:
        return await strangers.list_all(store)


async def news_of_strangers(desk: Desk) -> list[Stranger]:
    """Return those an adult should hear of: seen lately, and not called a guest's."""
    found = await strangers_here(desk)
    return [each for each in found if not each.guest and desk.now - each.seen <= NEWS]


async def adopt(desk: Desk, stranger: Stranger, child: Child) -> Device:
    """Make a stranger a child's device, known from now on by its address and its card."""
    name = desk.speech.say("{child}’s device", child=child.name)
    try:
        async with desk.change(
            to_say("added the device {device}"), child_id=child.id, device=name
        ) as tx:
            added = await devices.add(
                tx,
                name=name,
                kind="other",
                system="other",
                child_ids=[child.id],
                first_port=desk.panel.door_port + 1,
            )
            # A card is steadier than an address, which the router gives anew.
            address = "" if stranger.card else stranger.address
            await devices.set_marks(tx, added.id, address=address, card=stranger.card)
            await strangers.forget(tx.connection, stranger.address)
            return await devices.get(tx.connection, added.id)
    except Taken as error:
        said = to_say("Another device is known by this address or network card already.")
        raise Misfit("address", said) from error


async def welcome(desk: Desk, stranger: Stranger) -> None:
    """Say that a stranger is a guest's: the rules for guests hold, and nobody is told again."""
    async with desk.change(to_say("called a device a guest’s")) as tx:
        await strangers.welcome(tx, stranger.address)

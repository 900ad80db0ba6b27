"""Devices nobody knows: whose they are is said with one tap, or that they are a guest's."""

from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_address, ip_network
from uuid import UUID

from api.errors import Misfit
from api.needs import Desk
from rules.values import Networks
from store import devices, groups, memberships, networks, strangers
from store.adults import Role
from store.children import Child
from store.devices import Device
from store.errors import NotFound, Taken
from store.groups import Group
from store.strangers import Stranger
from words.speech import to_say

NEWS = timedelta(days=1)
"""For how long Today tells of a stranger that was seen."""
WIDEST = {4: 16, 6: 32}
"""Bits of the widest network that claims what stands in it, by the version of IP."""


async def strangers_here(desk: Desk) -> list[Stranger]:
    """Return the devices nobody knows that came by in the last days, as far as they are ours.

    A stranger belongs to the group in whose network it stands, else to who looks after the machine
    (docs/decisions/0020).
    """
    async with desk.panel.db.read() as store:
        found = await strangers.list_all(store)
        claims = await networks.by_group(store) if found else {}
        known = {group.id: group for group in await groups.list_all(store)} if claims else {}
    return [each for each in found if _is_ours(desk, claimant(claims, each.address), known)]


async def stranger_here(desk: Desk, address: str) -> Stranger:
    """Return a stranger of ours by its address. Raises NotFound."""
    found = [each for each in await strangers_here(desk) if each.address == address]
    if not found:
        raise NotFound
    return found[0]


def claimant(claims: Mapping[UUID, Networks], address: str) -> UUID | None:
    """Tell in whose network an address stands: the narrowest counts, a draw is nobody's.

    What is wider than a company's network claims nothing: else one group could claim the world.
    """
    here = ip_address(address)
    fitting = [
        (network.prefixlen, group_id)
        for group_id, tags in claims.items()
        for network in map(ip_network, {each for named in tags.values() for each in named})
        if here.version == network.version
        and network.prefixlen >= WIDEST[network.version]
        and here in network
    ]
    narrowest = max((length for length, _ in fitting), default=0)
    holders = {group_id for length, group_id in fitting if length == narrowest}
    return holders.pop() if len(holders) == 1 else None


def _is_ours(desk: Desk, group_id: UUID | None, known: Mapping[UUID, Group]) -> bool:
    if group_id is None:
        return desk.watches_house
    mine = {
        held
        for held, role in desk.adult.roles.items()
        if held not in desk.adult.only and role is not Role.OFFICER
    }
    return any(above.id in mine for above in memberships.chain(dict(known), [group_id]))


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
                group_id=child.group_id,
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

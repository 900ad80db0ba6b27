"""Whose a letter is, asked again in the moment of sending: roles and wishes as they are then."""

from uuid import UUID

from rules.telling import Kind
from rules.verdict import Layer
from store import adults, children, followed, groups
from store.adults import Adult
from store.channels import Channel
from store.children import Child
from store.database import Connection
from store.deliveries import Delivery
from store.errors import NotFound
from store.groups import Group

LETTERED = (Layer.CLASS, Layer.SCHOOL)
"""Kinds of groups that have a letter."""


async def is_theirs(connection: Connection, delivery: Delivery, channel: Channel) -> bool:
    """Tell whether a letter is still its reader's to get."""
    find = group_of if delivery.kind is Kind.GROUP_WEEK else child_of
    return await find(connection, delivery, channel) is not None


async def child_of(
    connection: Connection, delivery: Delivery, channel: Channel
) -> tuple[Adult, Child] | None:
    """Return the reader and the child, if the one may still know of the other and wants to."""
    adult = await _reader(connection, delivery, channel)
    if adult is None or delivery.child_id is None:
        return None
    try:
        child = await children.get(connection, delivery.child_id)
    except NotFound:
        return None
    return (adult, child) if adult.sees(child.group_id, child.id) else None


async def group_of(
    connection: Connection, delivery: Delivery, channel: Channel
) -> tuple[Adult, Group] | None:
    """Return the reader and the class or school whose letter is still theirs to get."""
    adult = await _reader(connection, delivery, channel)
    if adult is None:
        return None
    try:
        group = await groups.get(connection, UUID(str(delivery.about["group"])))
    except NotFound:
        return None
    if not has_letter(group):
        return None
    asked = ":now:" in delivery.matter
    return (adult, group) if await gets(connection, adult, group, asked=asked) else None


async def gets(connection: Connection, adult: Adult, group: Group, *, asked: bool = False) -> bool:
    """Tell whether a group's letter is an adult's to get: by a role on it, or chosen from above.

    Who asked for it with their own hands just now need not have chosen it for every week.
    """
    if adult.gets_letter(group.id):
        return True
    if not asked:
        return (adult.id, group.id) in await followed.chosen(connection, [adult])
    known = {each.id: each for each in await groups.list_all(connection)}
    return followed.may_read(adult, known, group)


def has_letter(group: Group) -> bool:
    """Tell whether letters are sent of a group: an open class or school."""
    return group.kind in LETTERED and group.closed is None


async def _reader(connection: Connection, delivery: Delivery, channel: Channel) -> Adult | None:
    # Asked for with one's own hands it comes, whatever the channel is for else.
    wants = delivery.kind in channel.wants.kinds or ":now:" in delivery.matter
    if channel.owner.adult_id is None or not wants:
        return None
    try:
        return await adults.get(connection, channel.owner.adult_id)
    except NotFound:
        return None

"""The networks of a group, by tag: where its rules hold, if they hold only there."""

from api.grouping import ChangedGroup, ThisGroup
from api.needs import TheDesk
from api.rest.tags import TheTag
from api.routing import Router
from rules.values import Networks
from store import networks
from words.speech import to_say

router = Router(tags=["groups"])


@router.get("/groups/{group_id}/networks", summary="The networks of a group")
async def show_networks(desk: TheDesk, group: ThisGroup, tag: TheTag) -> Networks:
    """Return addresses and networks by tag, such as `{"school": ["203.0.113.0/24"]}`."""
    async with desk.panel.db.read() as store:
        found = await networks.of_group(store, group.id)
    tag.tell(found)
    return found


@router.put("/groups/{group_id}/networks", summary="Replace the networks of a group")
async def put_networks(
    desk: TheDesk, group: ChangedGroup, given: Networks, tag: TheTag
) -> Networks:
    """Say which networks a tag means; policies name the tag in `applies.networks`."""
    what = to_say("changed the networks of {group}")
    async with desk.change(what, group=group.name) as tx:
        tag.check(await networks.of_group(tx.connection, group.id))
        await networks.save(tx, group.id, given)
    tag.tell(given)
    return given

"""The networks of a group, by tag: where its rules hold, if they hold only there."""

from fastapi import APIRouter

from api.grouping import ChangedGroup, ThisGroup
from api.needs import TheDesk
from rules.values import Networks
from store import networks
from words.speech import to_say

router = APIRouter(tags=["groups"])


@router.get("/groups/{group_id}/networks", summary="The networks of a group")
async def show_networks(desk: TheDesk, group: ThisGroup) -> Networks:
    """Return addresses and networks by tag, such as `{"school": ["203.0.113.0/24"]}`."""
    async with desk.panel.db.read() as store:
        return await networks.of_group(store, group.id)


@router.put("/groups/{group_id}/networks", summary="Replace the networks of a group")
async def put_networks(desk: TheDesk, group: ChangedGroup, given: Networks) -> Networks:
    """Say which networks a tag means; policies name the tag in `applies.networks`."""
    what = to_say("changed the networks of {group}")
    async with desk.change(what, group=group.name) as tx:
        await networks.save(tx, group.id, given)
    return given

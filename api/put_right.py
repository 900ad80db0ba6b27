"""What was read of sites, and an adult’s word about it, for the pages and for REST."""

from datetime import timedelta
from typing import Annotated

from fastapi import Path

from api.needs import Desk
from rules.reading import KEPT, Reading
from store import groups, readings, visits
from store.errors import NotFound
from words.speech import to_say

type Key = Annotated[str, Path(pattern=r"^[0-9a-f]{24}$")]


async def readings_here(desk: Desk) -> list[Reading]:
    """Return the readings an adult may know of, newest first.

    A reading tells that somebody was on a site. Where families share an installation, each knows of
    the sites that its own children's record names; who looks after the machine, of those that no
    other family's names (docs/decisions/0020).
    """
    async with desk.panel.db.read() as store:
        found = [one for one in await readings.named(store) if one.holds(desk.now)]
        known = await groups.list_all(store)
        if sum(group.parent_id is None for group in known) <= 1:
            return found if desk.watches_house else []
        since = desk.now - KEPT - timedelta(days=1)
        seen = await visits.who_saw(store, {one.site for one in found}, since=since)
    ours = {child.id for child in await desk.children()}
    return [
        one
        for one in found
        if ours & (who := seen.get(one.site, set())) or (desk.watches_house and not who)
    ]


async def reading_here(desk: Desk, key: str) -> Reading:
    """Return a reading an adult may know of. Raises NotFound."""
    found = [one for one in await readings_here(desk) if one.key == key]
    if not found:
        raise NotFound
    return found[0]


async def say_wrong(desk: Desk, key: str) -> Reading:
    """Note that a site was read wrongly: it is open again, for good."""
    found = await reading_here(desk, key)
    async with desk.change(to_say("said that {site} was read wrongly"), site=found.site) as tx:
        return await readings.put_right(tx, key)


async def forget(desk: Desk, key: str) -> Reading:
    """Forget what was read or said of a site: it is read again at the next visit."""
    found = await reading_here(desk, key)
    async with desk.change(to_say("has {site} read again"), site=found.site) as tx:
        return await readings.forget_one(tx, key)

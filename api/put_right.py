"""An adult’s word about what was read of a site, for the pages and for REST."""

from typing import Annotated

from fastapi import Path

from api.needs import Desk
from rules.reading import Reading
from store import readings
from words.speech import to_say

type Key = Annotated[str, Path(pattern=r"^[0-9a-f]{24}$")]


async def say_wrong(desk: Desk, key: str) -> Reading:
    """Note that a site was read wrongly: it is open again, for good."""
    async with desk.change(to_say("said that {site} was read wrongly"), site="") as tx:
        found = await readings.put_right(tx, key)
        tx.values = {"site": found.site}
    return found


async def forget(desk: Desk, key: str) -> Reading:
    """Forget what was read or said of a site: it is read again at the next visit."""
    async with desk.change(to_say("has {site} read again"), site="") as tx:
        found = await readings.forget_one(tx, key)
        tx.values = {"site": found.site}
    return found

"""What was read of sites, and an adult’s word about it, for the pages and for REST."""

from contextlib import suppress
from datetime import timedelta
from typing import Annotated

from fastapi import Path

from api.family_lists import put
from api.needs import Desk
from rules.asks import Ask
from rules.policy import Choice
from rules.reading import KEPT, Reading, key_of
from rules.scope import ScopeKind, split
from rules.visit import is_unlisted
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


async def put_right(desk: Desk, ask: Ask) -> None:
    """Put a site right that a child says is about something else: it is open for every child.

    Where its own pages told what it is about, that reading is said to be wrong.
    """
    kind, name = split(ask.wish.scope)
    if kind not in (ScopeKind.SITE, ScopeKind.URL):
        return
    host = name.partition("/")[0]
    if is_unlisted(desk.panel.catalogue.look_up(host)):
        with suppress(NotFound):
            await say_wrong(desk, key_of(host))
    await put(desk, desk.panel.catalogue.site_of(host), Choice.ALLOW)


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

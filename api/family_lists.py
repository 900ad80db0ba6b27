"""One site on the lists of all children of a family: put it there, take it off, see where it is."""

import asyncio
from dataclasses import dataclass

from api.needs import Desk
from api.verbs import policy_of, replace
from feeds.by_name import switch
from rules.policy import Choice, Policy
from store import policies
from store.children import Child
from words.speech import to_say


@dataclass(frozen=True, slots=True)
class Listing:
    """On whose lists a site stands."""

    children: int
    allowed: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()

    @property
    def is_listed(self) -> bool:
        """Tell whether it is on any list."""
        return bool(self.allowed or self.blocked)


async def listing_of(desk: Desk, site: str) -> Listing:
    """Tell on which children's lists a site stands."""
    allowed, blocked = [], []
    family = await _family(desk)
    async with desk.panel.db.read() as store:
        for child in family:
            version = await policies.current(store, child.id)
            if version and site in version.policy.allow:
                allowed.append(child.name)
            if version and site in version.policy.block:
                blocked.append(child.name)
    return Listing(len(family), tuple(allowed), tuple(blocked))


async def put(desk: Desk, site: str, choice: Choice) -> None:
    """Put a site on the same list of every child, and take it off the other: one change."""
    said = to_say("allowed {site} for every child")
    if choice is Choice.BLOCK:
        said = to_say("blocked {site} for every child")
    await _change(desk, said, site, choice)


async def take_off(desk: Desk, site: str) -> None:
    """Take a site off both lists of every child: one change."""
    await _change(desk, to_say("took {site} off every child’s lists"), site, None)


async def switch_judging(desk: Desk, *, on: bool) -> None:
    """Switch the judging of unknown sites by their names on or off, for the whole house."""
    await asyncio.to_thread(switch, desk.panel.lists, on=on)
    said = to_say("switched the judging of names on")
    if not on:
        said = to_say("switched the judging of names off")
    async with desk.change(said):
        pass


async def _change(desk: Desk, said: str, site: str, choice: Choice | None) -> None:
    family = await _family(desk)
    async with desk.change(said, site=site) as tx:
        for child in family:
            policy, number = await policy_of(tx, child.id)
            changed = _listed(policy, site, choice)
            if changed != policy:
                await policies.save(tx, child.id, changed, expected=number)


async def _family(desk: Desk) -> list[Child]:
    return [child for child in await desk.children() if child.group_id == desk.family.id]


def _listed(policy: Policy, site: str, choice: Choice | None) -> Policy:
    lists = {
        Choice.ALLOW: [other for other in policy.allow if other != site],
        Choice.BLOCK: [other for other in policy.block if other != site],
    }
    if choice:
        lists[choice].append(site)
    return replace(policy, allow=tuple(lists[Choice.ALLOW]), block=tuple(lists[Choice.BLOCK]))

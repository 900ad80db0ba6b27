"""Today of many children: class by class, how many there are, and where somebody is needed."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from api.alerted import Told
from api.households import children_here, groups_here
from api.needs import Desk
from reports.weeks import local_day
from rules.lesson_sites import Lesson
from rules.policy import Policy
from store import children, groups, memberships, policies, tally
from store.children import Child
from store.database import Connection
from store.groups import Group

FEW = 12
"""So many children each have a card; more are shown class by class, a line each."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A class, a school or a family: how many, and what is to be looked at first."""

    group: Group
    children: int
    online: int | None
    """How many used something today; None where the adult knows of no single child."""
    asks: int
    alerts: int
    lesson: Lesson | None
    """The one that runs."""

    @property
    def opens(self) -> str:
        """Return where its children stand."""
        return f"/groups/{self.group.id}" if self.online is None else f"/?group={self.group.id}"


@dataclass(frozen=True, slots=True)
class Counted:
    """How many children an adult knows, by the group they live in."""

    here: Mapping[UUID, int]
    """Of the groups that stand on Today."""
    below: Mapping[UUID, int]
    """Of classes below a school that the adult runs without knowing each of its children."""

    @property
    def are_many(self) -> bool:
        """Tell whether they are too many for a card each."""
        return sum(self.here.values()) > FEW or bool(self.below and not self.here)


async def counted(desk: Desk) -> Counted:
    """Count the children who stand on Today.

    Who is also a teacher does not find the class among the family.
    """
    alike = groups_here(desk)
    async with desk.panel.db.read() as store:
        known = await tally.living(store, desk.sight)
        here = {group_id: number for group_id, number in known.items() if group_id in alike}
        below = await _below(store, desk) if desk.family.kind != "family" else {}
    return Counted(here, {key: number for key, number in below.items() if key not in here})


async def tiles(
    desk: Desk, numbers: Counted, asking: Iterable[UUID], alerts: Iterable[Told]
) -> list[Tile]:
    """Lay out the groups, those where somebody asks or is worried about first."""
    day = local_day(desk.now, desk.family.zone)
    worried = [told.alert.child_id for told in alerts if told.alert.child_id]
    asking = list(asking)
    ids = {*numbers.here, *numbers.below}
    async with desk.panel.db.read() as store:
        shown = await groups.list_all(store, ids)
        seen = await tally.online(store, desk.sight, day)
        rules = await policies.all_current(store, ids)
        about = await children.list_all(store, ids={*asking, *worried})
    home = {child.id: child.group_id for child in about}
    waits, worries = Counter(map(home.get, asking)), Counter(map(home.get, worried))
    found = [
        Tile(
            group,
            numbers.here.get(group.id) or numbers.below[group.id],
            seen.get(group.id, 0) if group.id in numbers.here else None,
            waits[group.id],
            worries[group.id],
            running(rules.get(group.id), desk),
        )
        for group in shown
    ]
    return sorted(found, key=_first)


def running(policy: Policy | None, desk: Desk) -> Lesson | None:
    """Return the lesson that goes on in a class."""
    lesson = policy.lesson if policy else None
    return lesson if lesson and lesson.runs(desk.now) else None


def _first(tile: Tile) -> tuple[object, ...]:
    # 6A stands before 10A.
    return (-tile.asks - tile.alerts, len(tile.group.name), tile.group.name.casefold())


async def _below(store: Connection, desk: Desk) -> dict[UUID, int]:
    """Count the children of the classes below the groups an adult runs."""
    runs = {group.id for group in desk.groups if desk.adult.runs(group.id)}
    if not runs:
        return {}
    known = {group.id: group for group in await groups.list_all(store)}
    below = [
        group.id
        for group in known.values()
        if group.closed is None
        and group.id not in desk.adult.roles
        and runs & {above.id for above in memberships.chain(known, [group.id])}
    ]
    return await tally.homes(store, below)


async def beside(desk: Desk, child: Child) -> list[Child]:
    """Return the children to go on to from a child's page; of many only the child itself."""
    if (await counted(desk)).are_many:
        return [child]
    return await children_here(desk)

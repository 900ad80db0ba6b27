"""Puts matters on their way: who is to be told of what, over which channel, and when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from rules.radar import DAYS, coverage
from rules.telling import FOR_CHILDREN, Kind, Matter, Quiet, dropped, due, insisted, is_wanted
from store import adults, channels, children, deliveries, devices, followed, groups, matters, radar
from store.adults import Adult, Role
from store.channels import Channel
from store.children import Child
from store.database import Connection, Database
from store.devices import Device

NOT_LONGER_AGO = timedelta(days=1)
"""What is older was told, or nobody asked to be told of it."""
LATELY = timedelta(minutes=2)
ZONE = "Asia/Ho_Chi_Minh"


@dataclass(frozen=True, slots=True)
class Circle:
    """Everyone who may be told, and what decides who hears of which matter."""

    channels: Sequence[Channel]
    adults: Mapping[UUID, Adult]
    children: Mapping[UUID, Child]
    devices: Mapping[UUID, Device]
    zones: Mapping[UUID, str]
    quiet: Mapping[UUID, Quiet]
    house_id: UUID | None = None
    """The group that looks after this installation: it hears of what is no child's."""
    followed: frozenset[tuple[UUID, UUID]] = frozenset()
    """Adults, and the classes and schools whose letter they chose from above."""

    def listeners(self, matter: Matter, now: datetime) -> Iterable[tuple[Channel, datetime]]:
        """Give the channels a matter goes over, each with the moment it is due."""
        for channel in self.channels:
            if matter.at < channel.created or not is_wanted(channel.wants, matter):
                continue
            if self._hears(channel, matter, now):
                adult_id = channel.owner.adult_id
                quiet = self.quiet.get(adult_id) if adult_id else None
                yield channel, due(matter, quiet, self._zone(adult_id), now)

    def narrowed(self, only: Sequence[Channel]) -> "Circle":
        """Return the same circle with some of its channels."""
        return replace(self, channels=only)

    def _hears(self, channel: Channel, matter: Matter, now: datetime) -> bool:
        if matter.kind in FOR_CHILDREN:
            device = self.devices.get(channel.owner.device_id) if channel.owner.device_id else None
            # On a shared device only the child who is at it now is told.
            return device is not None and device.user_at(now) == matter.child_id
        adult = self.adults.get(channel.owner.adult_id) if channel.owner.adult_id else None
        # Who did it knows it.
        if adult is None or matter.about.get("by") == adult.name:
            return False
        return self._concerns(adult, matter)

    def _concerns(self, adult: Adult, matter: Matter) -> bool:
        """Tell whether a matter is this adult's: about a child they may know of."""
        if matter.kind is Kind.GROUP_WEEK:
            group_id = matter.group_id
            return group_id is not None and (
                adult.gets_letter(group_id) or (adult.id, group_id) in self.followed
            )
        if matter.group_id is not None and adult.runs(matter.group_id):
            return True
        about = {matter.child_id} if matter.child_id else set()
        if matter.device_id and (device := self.devices.get(matter.device_id)):
            about |= set(device.child_ids)
        if not about and matter.group_id is not None:
            return False
        if not about:
            return self.house_id is not None and _looks_after(adult, self.house_id)
        known = [self.children[each] for each in about if each in self.children]
        return any(adult.sees(child.group_id, child.id) for child in known)

    def _zone(self, adult_id: UUID | None) -> str:
        adult = self.adults.get(adult_id) if adult_id else None
        first = next(iter(adult.roles), None) if adult else None
        return self.zones.get(first, ZONE) if first else ZONE


NOBODY = Circle((), {}, {}, {}, {}, {})


async def tell_pressing(db: Database, now: datetime, *, back: timedelta = LATELY) -> int:
    """Put what somebody waits for on its way; return how many deliveries were made.

    Rung every other second, so almost always it ends after the few looks that find nothing new.
    """
    async with db.read() as connection:
        if not await channels.are_any(connection):
            return 0
        found = await matters.pressing(connection, now - back, now)
        known = {key for _, key in await deliveries.known(connection, {one.key for one in found})}
        # What is not wanted by anybody is looked at for as long as it is new: two minutes.
        fresh = [one for one in found if one.key not in known]
        if not fresh:
            return 0
        circle = await circle_of(connection)
    return await put_on_way(db, circle, fresh, now)


async def tell_rest(db: Database, now: datetime, more: Iterable[Matter] = ()) -> int:
    """Put everything of the last day on its way, also what came late; `more` is found elsewhere.

    Safe to run twice: what went over a channel once does not go again.
    """
    since = now - NOT_LONGER_AGO
    async with db.read() as connection:
        circle = await circle_of(connection)
        if not circle.channels:
            return 0
        found = await matters.pressing(connection, since, now)
        found += await matters.unhurried(connection, since, now)
    return await put_on_way(db, circle, [*found, *more], now)


async def tell_radar(db: Database, now: datetime) -> int:
    """Put on its way what only shows in sums: insisting, and much less that is seen."""
    async with db.read() as connection:
        circle = await circle_of(connection)
        wanted = {kind for channel in circle.channels for kind in channel.wants.kinds}
        found: list[Matter] = []
        if Kind.BYPASS in wanted:
            found += await insisting(connection, circle, now)
        if Kind.COVERAGE in wanted:
            found += await unseen(connection, circle, now)
    return await put_on_way(db, circle, found, now)


async def put_on_way(db: Database, circle: Circle, found: Iterable[Matter], now: datetime) -> int:
    """Make the deliveries of matters that were not made before."""
    fresh = [
        (channel, matter, when)
        for matter in found
        if matter.expires > now
        for channel, when in circle.listeners(matter, now)
    ]
    if not fresh:
        return 0
    async with db.read() as connection:
        known = await deliveries.known(connection, {matter.key for _, matter, _ in fresh})
    fresh = [each for each in fresh if (each[0].id, each[1].key) not in known]
    if not fresh:
        return 0
    made = 0
    async with db.write() as connection:
        here = await channels.some(connection, {channel.id for channel, _, _ in fresh})
        for channel, matter, when in fresh:
            if channel.id in here:
                added = await deliveries.add(connection, channel.id, matter, due=when, now=now)
                made += added is not None
    return made


async def circle_of(connection: Connection) -> Circle:
    """Return everyone who may be told."""
    everywhere = await channels.list_all(connection)
    return await everyone(connection, everywhere) if everywhere else NOBODY


async def everyone(connection: Connection, everywhere: Sequence[Channel] = ()) -> Circle:
    """Gather everyone, with the channels that matters go over."""
    return Circle(
        channels=everywhere,
        adults={adult.id: adult for adult in await adults.list_all(connection)},
        children={child.id: child for child in await children.list_all(connection)},
        devices={device.id: device for device in await devices.list_all(connection)},
        zones={group.id: group.zone for group in await groups.list_all(connection)},
        quiet=await channels.quiet_of_all(connection),
        house_id=await groups.first_id(connection),
        followed=await followed.chosen(connection),
    )


def _looks_after(adult: Adult, house_id: UUID) -> bool:
    return adult.runs(house_id) and adult.roles[house_id] is not Role.OFFICER


async def insisting(connection: Connection, circle: Circle, now: datetime) -> list[Matter]:
    """List children who tried on and on to get around today."""
    here = {child.id: circle.zones[child.group_id] for child in circle.children.values()}
    local = {zone: now.astimezone(ZoneInfo(zone)) for zone in set(here.values())}
    begins = {
        zone: at.replace(hour=0, minute=0, second=0, microsecond=0) for zone, at in local.items()
    }
    if not begins:
        return []
    since, until = min(begins.values()), now + timedelta(minutes=1)
    found = []
    for child_id, stopped in (await radar.attempts_of_all(connection, since, until)).items():
        zone = here.get(child_id)
        if zone is None:
            continue
        if times := insisted([each for each in stopped if each.at >= begins[zone]]):
            key = f"{Kind.BYPASS}:{child_id}:{local[zone].date()}"
            found.append(Matter(Kind.BYPASS, key, now, child_id, about={"times": times}))
    return found


async def unseen(connection: Connection, circle: Circle, now: datetime) -> list[Matter]:
    """List devices of which clearly less was seen in the last day than in the week before."""
    since, day = now - timedelta(days=DAYS), now - timedelta(days=1)
    looks = await radar.looks(connection, circle.devices, since)
    found = []
    for device_id, seen in looks.items():
        before = coverage(look for look in seen if look.hour < day)
        less = dropped(before, coverage(look for look in seen if look.hour >= day))
        if less is None:
            continue
        about: dict[str, str | int | bool] = {
            "device": circle.devices[device_id].name,
            "device_id": str(device_id),
            "least": less[0],
            "most": less[1],
        }
        year, week, _ = now.isocalendar()
        key = f"{Kind.COVERAGE}:{device_id}:{year}-{week}"
        found.append(Matter(Kind.COVERAGE, key, now, device_id=device_id, about=about))
    return found

"""What an adult does about how they are told: add channels, choose what for, try them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import BaseModel

from api.errors import Misfit, Refused
from api.needs import Desk
from api.panel import Panel
from api.people import PersonName
from api.ways_out import WayOut
from reports import outside, webpush
from reports.webpush import Subscription
from rules.telling import FOR_CHILDREN, Kind, Matter, Quiet, Wants
from store import channels, deliveries
from store.adults import WRITERS
from store.channels import MOST, Channel, Owner, Way
from store.deliveries import Delivery
from store.ids import new_id
from store.sealing import Unreadable
from words.speech import to_say

ADDED = to_say("added a channel for notices: {name}")
REMOVED = to_say("removed a channel for notices: {name}")
UNKNOWN = to_say("No service is known for this address. Look at the spelling.")
TOO_MANY = to_say("There are {most} channels already. Remove one first.")
STRANGE = to_say(
    "Your browser names {host} as its push service, which is not known here. Whoever runs this can"
    " add it to HAIDANG_NOTICES__PUSH_SERVICES."
)
NO_BROWSER = to_say("Only a browser that is signed in can be told by push.")
NO_KEY = to_say("The browser’s key cannot be used.")
CHILDS = Wants(kinds=frozenset(FOR_CHILDREN))
LONGEST_NAME = 60
LATELY = timedelta(days=1)
TEST_GOOD_FOR = timedelta(minutes=10)


class Change(BaseModel):
    """What a channel is called, and what it is for."""

    name: PersonName
    wants: Wants


@dataclass(frozen=True, slots=True)
class New:
    """A channel to be added."""

    way: Way
    name: str
    target: str
    shown: str
    wants: Wants


async def mine(desk: Desk) -> list[Channel]:
    """Return the adult's channels."""
    async with desk.panel.db.read() as store:
        return await channels.of_adult(store, desk.adult.id)


async def one(desk: Desk, channel_id: UUID) -> Channel:
    """Return a channel of the adult's. Raises NotFound."""
    async with desk.panel.db.read() as store:
        return await channels.get(store, channel_id, desk.adult.id)


async def here(desk: Desk) -> Channel | None:
    """Return the channel of the browser in front of us, if it has one."""
    if desk.session is None:
        return None
    async with desk.panel.db.read() as store:
        return await channels.of_session(store, desk.session.id)


async def add(
    desk: Desk, way: WayOut, given: Mapping[str, str], name: str, wants: Wants
) -> Channel:
    """Add a channel of one of the ways. Raises Misfit."""
    if WRITERS.isdisjoint(desk.adult.roles.values()):
        # What this machine is made to call, somebody has to answer for.
        raise Refused(403, "may-only-look")
    target = way.address(given)
    name = name or desk.speech.say(way.name)
    if way.is_mail:
        return await _keep(desk, New(Way.MAIL, name, target, target, wants))
    service = await outside.look_at(target)
    if service is None:
        raise Misfit(way.parts[0].name, UNKNOWN)
    return await _keep(desk, New(Way.OUTSIDE, name, target, service.shown, wants))


async def subscribe(desk: Desk, given: Subscription, name: str) -> Channel:
    """Tell this browser from now on, as long as its session lasts; renewed where it was told."""
    if desk.session is None:
        raise Refused(403, "no-browser", NO_BROWSER)
    check(desk.panel, given)
    before = await here(desk)
    wants = before.wants if before else Wants()
    name = (before.name if before else name)[:LONGEST_NAME]
    new = New(Way.PUSH, name, given.model_dump_json(), _host(given), wants)
    return await _keep(desk, new, Owner(desk.adult.id, desk.session.id), before)


async def unsubscribe(desk: Desk) -> None:
    """Tell this browser no more."""
    if (channel := await here(desk)) is not None:
        await remove(desk, channel)


async def subscribe_device(panel: Panel, device_id: UUID, given: Subscription) -> None:
    """Tell a child's device from now on."""
    check(panel, given)
    async with panel.db.write() as store:
        if len(await channels.of_device(store, device_id)) >= MOST:
            raise Refused(409, "too-many", TOO_MANY, {"most": MOST})
        await channels.add(
            store,
            Owner(device_id=device_id),
            way=Way.PUSH,
            name="push",
            target=given.model_dump_json(),
            shown=_host(given),
            wants=CHILDS,
            now=panel.clock(),
        )


async def unsubscribe_device(panel: Panel, device_id: UUID) -> None:
    """Tell a child's device no more."""
    async with panel.db.write() as store:
        for channel in await channels.of_device(store, device_id):
            await channels.remove(store, channel.id)


async def alter(desk: Desk, channel: Channel, given: Change) -> Channel:
    """Change what a channel is called and what it is for."""
    async with desk.panel.db.write() as store:
        await channels.alter(store, channel.id, name=given.name, wants=given.wants)
    return await one(desk, channel.id)


async def remove(desk: Desk, channel: Channel) -> None:
    """Remove a channel."""
    async with desk.panel.db.write() as store:
        await channels.remove(store, channel.id)
    await desk.looked(REMOVED, name=channel.name)


async def try_out(desk: Desk, channel: Channel) -> Delivery:
    """Send something harmless over a channel; the clock brings it within seconds."""
    now = desk.now
    matter = Matter(Kind.TEST, f"{Kind.TEST}:{new_id()}", now, until=now + TEST_GOOD_FOR)
    async with desk.panel.db.write() as store:
        made = await deliveries.add(store, channel.id, matter, due=now, now=now)
        if made is None:
            raise Refused(409, "conflict")
        return await deliveries.get(store, made, desk.adult.id)


async def sent(
    desk: Desk, limit: int = 30, after: tuple[datetime, UUID] | None = None
) -> list[Delivery]:
    """Return what was sent to the adult, newest first; `after`: moment and id."""
    async with desk.panel.db.read() as store:
        return await deliveries.of_adult(store, desk.adult.id, limit=limit, after=after)


async def send_again(desk: Desk, delivery_id: UUID) -> Delivery:
    """Send once more what failed. Raises NotFound."""
    async with desk.panel.db.write() as store:
        await deliveries.get(store, delivery_id, desk.adult.id)
        await deliveries.try_again(store, delivery_id, desk.now)
        return await deliveries.get(store, delivery_id, desk.adult.id)


async def quiet(desk: Desk) -> Quiet | None:
    """Return the adult's quiet hours."""
    async with desk.panel.db.read() as store:
        return await channels.quiet_of(store, desk.adult.id)


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether an adult can be told at all, and how much did not arrive lately."""

    channels: int
    lost: int


async def reach(desk: Desk) -> Reach:
    """Tell how well this adult is reached."""
    async with desk.panel.db.read() as store:
        mine = await channels.of_adult(store, desk.adult.id)
        lost = await deliveries.failed_lately(store, desk.adult.id, desk.now - LATELY)
    return Reach(len(mine), lost if mine else 0)


async def set_quiet(desk: Desk, wanted: Quiet | None) -> None:
    """Keep quiet hours, or none."""
    async with desk.panel.db.write() as store:
        await channels.set_quiet(store, desk.adult.id, wanted)


def check(panel: Panel, given: Subscription) -> None:
    """Refuse what could not be pushed to, or must not be called. Raises Misfit."""
    if not webpush.is_usable(given):
        raise Misfit("keys", NO_KEY)
    if not webpush.is_known(given, panel.notices.push_services):
        raise Misfit("endpoint", STRANGE, host=_host(given)[:80])


async def _keep(
    desk: Desk, new: New, owner: Owner | None = None, before: Channel | None = None
) -> Channel:
    async with desk.panel.db.write() as store:
        if before is not None and not _is_same(before, new):
            await channels.remove(store, before.id)
        if len(await channels.of_adult(store, desk.adult.id)) >= MOST:
            raise Refused(409, "too-many", TOO_MANY, {"most": MOST})
        kept = await channels.add(
            store,
            owner or Owner(desk.adult.id),
            way=new.way,
            name=new.name,
            target=new.target,
            shown=new.shown,
            wants=new.wants,
            now=desk.now,
        )
    # Rules do not change by it, so no revision comes of it.
    await desk.looked(ADDED, name=new.name)
    return kept


def _is_same(before: Channel, new: New) -> bool:
    try:
        return before.target == new.target
    except Unreadable:
        return False


def _host(given: Subscription) -> str:
    try:
        return urlsplit(given.endpoint).hostname or ""
    except ValueError:
        return ""

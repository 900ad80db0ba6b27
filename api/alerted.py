"""Alerts as an adult meets them, on pages and as JSON: whose, in which words, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from api.households import family_children, family_devices
from api.needs import Desk
from feeds.words.alerts import Help, helps_for
from store import alerts
from store.alerts import Alert, Whose
from words.speech import to_say
from words.worries import ICONS, LEVELS, MEANS, PLACES, TALK, named

LOOKED = to_say("looked at the alerts of {child}")


@dataclass(frozen=True, slots=True)
class Told:
    """One alert in the adult's language."""

    alert: Alert
    child: str
    """Empty where several children share the device."""
    device: str
    name: str
    icon: str
    level: str
    place: str
    means: str
    talk: str
    helps: tuple[Help, ...]


async def told(desk: Desk, *, only_open: bool = False) -> list[Told]:
    """Return the family's alerts, the open ones first."""
    whose = await whose_of(desk)
    async with desk.panel.db.read() as store:
        found = await alerts.list_of(store, whose, only_open=only_open)
    children = {child.id: child.name for child in await family_children(desk)}
    devices = {device.id: device.name for device in await family_devices(desk)}
    return [_told(desk, alert, children, devices) for alert in found]


async def whose_of(desk: Desk) -> Whose:
    """Say whose alerts an adult hears of: the family's children, and devices they share."""
    children, devices = await family_children(desk), await family_devices(desk)
    return Whose(frozenset(c.id for c in children), frozenset(d.id for d in devices))


async def one(desk: Desk, alert_id: UUID) -> Alert:
    """Return an alert of the adult's family. Raises NotFound."""
    whose = await whose_of(desk)
    async with desk.panel.db.read() as store:
        return await alerts.get(store, alert_id, whose)


async def note_look(desk: Desk, found: Iterable[Alert]) -> None:
    """Write into the ledger who looked at whose alerts."""
    looked_at = {alert.child_id for alert in found}
    if not looked_at:
        return
    named = [child for child in await family_children(desk) if child.id in looked_at]
    for child in named:
        await desk.looked(LOOKED, child_id=child.id, child=child.name)


async def see(desk: Desk, alert: Alert) -> Alert:
    """Take note of it."""
    what = to_say("took note of an alert about {child}")
    child = await _child_of(desk, alert)
    async with desk.change(what, child_id=alert.child_id, child=child) as tx:
        return await alerts.see(tx, alert.id)


async def close(desk: Desk, alert: Alert) -> Alert:
    """Say that it is dealt with."""
    what, child = to_say("closed an alert about {child}"), await _child_of(desk, alert)
    async with desk.change(what, child_id=alert.child_id, child=child) as tx:
        return await alerts.close(tx, alert.id)


async def reopen(desk: Desk, alert: Alert) -> Alert:
    """Take back that it is dealt with."""
    what, child = to_say("opened an alert about {child} again"), await _child_of(desk, alert)
    async with desk.change(what, child_id=alert.child_id, child=child) as tx:
        return await alerts.reopen(tx, alert.id)


async def comment(desk: Desk, alert: Alert, text: str) -> Alert:
    """Keep a note with it; the ledger says that there is one, not what it says."""
    what, child = to_say("commented an alert about {child}"), await _child_of(desk, alert)
    async with desk.change(what, child_id=alert.child_id, child=child) as tx:
        return await alerts.comment(tx, alert.id, text)


async def _child_of(desk: Desk, alert: Alert) -> str:
    names = {child.id: child.name for child in await family_children(desk)}
    return names.get(alert.child_id, "") if alert.child_id else desk.speech.say("a shared device")


def _told(desk: Desk, alert: Alert, children: dict[UUID, str], devices: dict[UUID, str]) -> Told:
    say = desk.speech.say
    return Told(
        alert=alert,
        child=children.get(alert.child_id, "") if alert.child_id else "",
        device=devices.get(alert.device_id, "") if alert.device_id else "",
        name=named(desk.speech, alert.category, alert.topic),
        icon=ICONS.get(alert.category, "alert-triangle"),
        level=say(LEVELS[alert.level]),
        place=say(PLACES[alert.place]),
        means=say(MEANS[alert.category]) if alert.category in MEANS else "",
        talk=say(TALK[alert.category]) if alert.category in TALK else "",
        helps=helps_for(alert.category, alert.level),
    )

"""Alerts as an adult meets them, on pages and as JSON: whose, in which words, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from api.households import family_children
from api.needs import Desk
from api.trail import looked_at
from feeds.words.alerts import Help, helps_for
from store import alerts, children, devices
from store.alerts import Alert
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


async def told(
    desk: Desk, *, only_open: bool = False, limit: int = 100, skip: int = 0
) -> list[Told]:
    """Return the family's alerts, the open ones first."""
    async with desk.panel.db.read() as store:
        found = await alerts.list_of(store, desk.sight, only_open=only_open, limit=limit, skip=skip)
        about = await children.list_all(
            store, ids={each.child_id for each in found if each.child_id}
        )
        on = await devices.names(store, {each.device_id for each in found if each.device_id})
    names = {child.id: child.name for child in about}
    return [_told(desk, alert, names, on) for alert in found]


async def one(desk: Desk, alert_id: UUID) -> Alert:
    """Return an alert of the adult's family. Raises NotFound."""
    async with desk.panel.db.read() as store:
        return await alerts.get(store, alert_id, desk.sight)


async def note_look(desk: Desk, found: Iterable[Alert]) -> None:
    """Write into the ledger who looked at whose alerts."""
    about = {alert.child_id for alert in found if alert.child_id}
    async with desk.panel.db.read() as store:
        known = await children.list_all(store, ids=about)
    await looked_at(desk, known, LOOKED)


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

"""What handlers need: the desk (who asks, for which family), this child, this device."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from api.errors import Refused
from api.panel import Panel, panel_of
from api.reader import reader_of
from rules.visit import Known
from store import change, children, devices, readings
from store.adults import Adult
from store.change import Actor, ActorKind, Change
from store.children import Child
from store.devices import Device
from store.errors import NotFound
from store.groups import Group
from store.sessions import Session
from words.speech import Speech, to_say


@dataclass(frozen=True, slots=True)
class Desk:
    """The parents' desk during one request: the adult, their family, language and moment."""

    panel: Panel
    adult: Adult
    family: Group
    session: Session
    speech: Speech
    now: datetime

    @property
    def actor(self) -> Actor:
        """Name the adult in the ledger."""
        return Actor(ActorKind.ADULT, self.adult.name, self.adult.id)

    @asynccontextmanager
    async def change(
        self, what: str, *, child_id: UUID | None = None, **values: str
    ) -> AsyncIterator[Change]:
        """Make one change in this adult's name; write `what` as `to_say("paused {child}")`."""
        async with change.change(
            self.panel.db, by=self.actor, what=what, now=self.now, values=values, child_id=child_id
        ) as tx:
            yield tx

    async def known(self, host: str) -> Known:
        """Tell what is known of a host: by the catalogue, else by its own pages."""
        known = self.panel.catalogue.look_up(host)
        async with self.panel.db.read() as store:
            return await readings.known_of(store, host, known, self.now)

    def owns(self, group_id: UUID) -> bool:
        """Tell whether the adult has a role on a group."""
        return group_id in self.adult.roles


def desk_of(request: Request) -> Desk:
    """Return the desk of the adult who is signed in."""
    reader = reader_of(request)
    panel = panel_of(request)
    if reader.adult is None or reader.session is None:
        raise Refused(401, "sign-in")
    if reader.family is None:
        raise Refused(403, "no-family", to_say("Your account belongs to no family."))
    return Desk(panel, reader.adult, reader.family, reader.session, reader.speech, panel.clock())


type TheDesk = Annotated[Desk, Depends(desk_of)]
type ThePanel = Annotated[Panel, Depends(panel_of)]


async def this_child(child_id: UUID, desk: TheDesk) -> Child:
    """Return the child of the address, if the adult has a role on its group."""
    async with desk.panel.db.read() as store:
        child = await children.get(store, child_id)
    if not desk.owns(child.group_id):
        raise NotFound
    return child


type ThisChild = Annotated[Child, Depends(this_child)]


async def this_device(device_id: UUID, desk: TheDesk) -> Device:
    """Return the device of the address, if it belongs to nobody or to a child of the adult's."""
    async with desk.panel.db.read() as store:
        device = await devices.get(store, device_id)
        family = await children.list_all(store, group_ids=list(desk.adult.roles))
    if device.child_ids and {child.id for child in family}.isdisjoint(device.child_ids):
        raise NotFound
    return device


type ThisDevice = Annotated[Device, Depends(this_device)]

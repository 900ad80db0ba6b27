"""Who opens one of the child's own pages: a device, as a door vouches for it, and its child."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from api.errors import Refused
from api.needs import ThePanel
from api.panel import Panel
from api.reader import Reader, speak, stranger
from rules.coming_of_age import is_little
from rules.vouching import HEADER, Refusal, vouched
from store import children, devices, groups
from store.actor import Actor, ActorKind
from store.change import Change, change
from store.children import Child
from store.devices import Device
from store.groups import Group
from words.speech import Speech

PREFIX = "/own"
"""The door puts this before the address; nobody else may."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Whoever sits at a device: the children it belongs to, and who of them uses it now."""

    panel: Panel
    device: Device
    family: tuple[Child, ...]
    child: Child | None
    home: Group | None
    speech: Speech
    now: datetime
    secure: bool
    refused: Refusal | None = None
    """What this device was refused last, as the doors remember it."""
    holds: bool = False
    """Whether the doors hold something back that the child was about to send."""

    @property
    def actor(self) -> Actor:
        """Name the child in the ledger; nobody acts before it is known who it is."""
        if self.child is None:
            raise Refused(403, "who")
        return Actor(ActorKind.CHILD, self.child.name, self.child.id)


async def this_guest(request: Request, panel: ThePanel) -> Guest:
    """Return whoever sits at the device; without a door's word there is nothing here."""
    word = request.headers.get(HEADER, "")
    if panel.credentials_key is None or not word:
        raise Refused(404, "not-found")
    key, now = await asyncio.to_thread(panel.credentials_key), panel.clock()
    visitor = vouched(key, word, now)
    if visitor is None or visitor.device_id is None:
        raise Refused(404, "not-found")
    async with panel.db.read() as store:
        device = await devices.get(store, visitor.device_id)
        family = tuple([await children.get(store, each) for each in device.child_ids])
        home = await groups.get(store, family[0].group_id) if family else None
    using = device.user_at(now)
    child = next((each for each in family if each.id == using), None)
    speech = _speech(request, panel, child or next(iter(family), None), home)
    request.state.reader = Reader(speech)
    return Guest(
        panel,
        device,
        family,
        child,
        home,
        speech,
        now,
        visitor.secure,
        visitor.refused,
        visitor.holds,
    )


def _speech(request: Request, panel: Panel, child: Child | None, home: Group | None) -> Speech:
    if child is None or home is None:
        return stranger(request).speech
    return speak(panel, child.language, home.zone)


type TheGuest = Annotated[Guest, Depends(this_guest)]


@dataclass(frozen=True, slots=True)
class Owner:
    """A child at a device, once it is known which child it is."""

    guest: Guest
    child: Child
    home: Group

    @property
    def panel(self) -> Panel:
        """Return what the panel works with."""
        return self.guest.panel

    @property
    def now(self) -> datetime:
        """Return the moment of the request."""
        return self.guest.now

    @property
    def speech(self) -> Speech:
        """Return the child's own language."""
        return self.guest.speech

    @property
    def is_little(self) -> bool:
        """Tell whether short words and large pictures are better."""
        return is_little(self.child.birth_year, self.now)

    @asynccontextmanager
    async def change(self, what: str) -> AsyncIterator[Change]:
        """Make a change in the child's name; `what` may say {child}."""
        async with change(
            self.panel.db,
            by=self.guest.actor,
            what=what,
            now=self.now,
            values={"child": self.child.name},
            child_id=self.child.id,
        ) as tx:
            yield tx


async def this_owner(guest: TheGuest) -> Owner:
    """Return the child at the device; on a shared one it says first who it is."""
    if guest.child is None or guest.home is None:
        raise Refused(303, "who", headers={"Location": "/who"})
    return Owner(guest, guest.child, guest.home)


type TheOwner = Annotated[Owner, Depends(this_owner)]

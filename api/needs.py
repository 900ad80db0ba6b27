"""What handlers need: the desk (who asks, for which family), this child, this device."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from api.errors import SAFE_METHODS, Refused
from api.panel import Panel, panel_of
from api.reader import reader_of
from rules.visit import Known
from store import change, children, devices, ledger, readings
from store.adults import WRITERS, Adult, Role
from store.change import Actor, ActorKind, Change
from store.children import Child
from store.database import Connection
from store.devices import Device
from store.errors import NotFound
from store.groups import Group
from store.sessions import Session
from store.sight import Sight
from words.speech import Speech, to_say

RUNS_HOUSE = to_say("Only who looks after this machine sees this.")


@dataclass(slots=True)
class Memory:
    """What was read of the people during one request, so that it is read once."""

    children: dict[bool, list[Child]] = field(default_factory=dict)
    """By whether the request is to change something."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The parents' desk during one request: the adult, their family, language and moment."""

    panel: Panel
    adult: Adult
    """With a token: no more than what the token is for."""
    family: Group
    session: Session | None
    """None where a program shows a token."""
    speech: Speech
    now: datetime
    alters: bool = False
    """The request is to change something: what may only be looked at is refused."""
    groups: tuple[Group, ...] = ()
    """The groups the adult has a role on."""
    house_id: UUID | None = None
    """The group that was set up first."""
    memory: Memory = field(default_factory=Memory, compare=False, repr=False)
    """Forgotten with every change."""
    before_change: Callable[[Connection], Awaitable[None]] | None = None
    """Looks once more, inside the change's transaction, and may refuse."""

    @property
    def actor(self) -> Actor:
        """Name the adult in the ledger."""
        return Actor(ActorKind.ADULT, self.adult.name, self.adult.id)

    @asynccontextmanager
    async def change(
        self,
        what: str,
        *,
        child_id: UUID | None = None,
        **values: str,
    ) -> AsyncIterator[Change]:
        """Make one change in this adult's name; write `what` as `to_say("paused {child}")`."""
        async with change.change(
            self.panel.db,
            by=self.actor,
            what=what,
            now=self.now,
            values=values,
            child_id=child_id,
            group_id=self.family.id,
        ) as tx:
            if self.before_change is not None:
                await self.before_change(tx.connection)
            yield tx
        self.memory.children.clear()

    @asynccontextmanager
    async def change_each(self, what: str, about: Iterable[Child]) -> AsyncIterator[Change]:
        """Make one change for several children; each has its line of the ledger, as `{child}`."""
        async with self.change(what) as tx:
            tx.about = {child.id: {"child": child.name} for child in about}
            yield tx

    async def looked(self, what: str, *, child_id: UUID | None = None, **values: str) -> None:
        """Write into the ledger that this adult looked at something."""
        async with self.panel.db.write() as store:
            await self.looked_in(store, what, {child_id: values})

    async def looked_in(
        self, store: Connection, what: str, told: Mapping[UUID | None, dict[str, str]]
    ) -> None:
        """Write it, of a child or of several, together with what else is written at once."""
        await ledger.looked_each(
            store, by=self.actor, what=what, told=told, now=self.now, group_id=self.family.id
        )

    async def known(self, host: str) -> Known:
        """Tell what is known of a host: by the catalogue, else by its own pages."""
        known = self.panel.catalogue.look_up(host)
        async with self.panel.db.read() as store:
            return await readings.known_of(store, host, known, self.now)

    def looking(self) -> "Desk":
        """Return the desk for showing what became of a change."""
        return replace(self, alters=False)

    def may(self, child: Child) -> bool:
        """Tell whether the adult may do for a child what the request is for: look, or change."""
        if self.alters:
            return self.adult.steers(child.group_id, child.id)
        return self.adult.sees(child.group_id, child.id)

    async def children(self) -> list[Child]:
        """Return the children for whom the adult may do what the request is for."""
        if self.alters not in self.memory.children:
            async with self.panel.db.read() as store:
                found = await children.list_all(store, sight=self.sight)
            self.memory.children[self.alters] = found
        return list(self.memory.children[self.alters])

    @property
    def sight(self) -> Sight:
        """Say for whom the adult may do what the request is for, and which devices they know."""
        roles, only = self.adult.roles, self.adult.only
        known = {group_id for group_id, role in roles.items() if role is not Role.OFFICER}
        meant = {each for each in known if not self.alters or roles[each] in WRITERS}
        return Sight(
            frozenset(meant - only.keys()),
            tuple((group_id, only[group_id]) for group_id in sorted(meant & only.keys())),
            frozenset(known - only.keys()),
            self.watches_house,
        )

    @property
    def watches_house(self) -> bool:
        """Tell whether the adult knows what belongs to no family of this installation."""
        if self.house_id is None or self.house_id in self.adult.only:
            return False
        return self.adult.roles.get(self.house_id) not in (None, Role.OFFICER)

    @property
    def runs_house(self) -> bool:
        """Tell whether the adult looks after this installation."""
        return self.house_id is not None and self.adult.runs(self.house_id)

    @property
    def program(self) -> bool:
        """Tell whether a program asks, with a token."""
        return self.session is None


def desk_of(request: Request) -> Desk:
    """Return the desk of the adult who is signed in."""
    reader = reader_of(request)
    panel = panel_of(request)
    if reader.adult is None:
        raise Refused(401, "sign-in")
    if reader.family is None:
        raise Refused(403, "no-family", to_say("Your account belongs to no family."))
    return Desk(
        panel,
        reader.adult,
        reader.family,
        reader.session,
        reader.speech,
        panel.clock(),
        alters=request.method not in SAFE_METHODS,
        groups=reader.groups,
        house_id=reader.house_id,
    )


type TheDesk = Annotated[Desk, Depends(desk_of)]


async def house_desk(desk: TheDesk) -> Desk:
    """Return the desk of an adult who looks after this installation. Raises Refused."""
    if not desk.runs_house:
        raise Refused(403, "runs-house", RUNS_HOUSE)
    return desk


type HouseDesk = Annotated[Desk, Depends(house_desk)]
"""For what concerns the machine, and with it everybody on it."""
type ThePanel = Annotated[Panel, Depends(panel_of)]


async def this_child(child_id: UUID, desk: TheDesk) -> Child:
    """Return the child of the address. Raises NotFound, or Refused where one may only look."""
    async with desk.panel.db.read() as store:
        child = await children.get(store, child_id)
    if not desk.adult.sees(child.group_id, child.id):
        raise NotFound
    if not desk.may(child):
        raise Refused(403, "may-only-look")
    return child


type ThisChild = Annotated[Child, Depends(this_child)]


async def this_device(device_id: UUID, desk: TheDesk) -> Device:
    """Return the device of the address. Raises NotFound, or Refused where one may only look."""
    async with desk.panel.db.read() as store:
        device = await devices.get(store, device_id)
        family = await children.list_all(store, group_ids=list(desk.adult.roles))
    seen = {child.id for child in family if desk.adult.sees(child.group_id, child.id)}
    if not knows_device(desk, device, seen):
        raise NotFound
    if desk.alters and not _alters_device(desk, device, family):
        raise Refused(403, "may-only-look")
    return device


def knows_device(desk: Desk, device: Device, seen: AbstractSet[UUID]) -> bool:
    """Tell whether a device is of a child the adult sees, or of their family and no child's."""
    if device.child_ids:
        return not seen.isdisjoint(device.child_ids)
    if device.group_id is None:
        return desk.watches_house
    whole = device.group_id not in desk.adult.only
    return whole and desk.adult.roles.get(device.group_id) not in (None, Role.OFFICER)


def _alters_device(desk: Desk, device: Device, family: list[Child]) -> bool:
    """Tell whether one may change a device: for one child only, no device of another child's."""
    if device.group_id is not None and desk.adult.runs(device.group_id):
        return True
    steered = {child.id for child in family if desk.adult.steers(child.group_id, child.id)}
    return steered.issuperset(device.child_ids) if device.child_ids else desk.runs_house


type ThisDevice = Annotated[Device, Depends(this_device)]

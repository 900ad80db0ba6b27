"""What is in force: household, rulebooks and catalogue as one immutable value, swapped whole."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from types import MappingProxyType
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from feeds.catalogue import Catalogue
from proxy.addresses import Network, opened
from proxy.files import write_whole
from proxy.who import Index, index
from rules.clock import Clock
from rules.compile import Rulebook, compile_child
from rules.family import ChildRules, Household
from rules.policy import Privacy, least
from rules.verdict import Layer
from store import household as stored
from store.database import Database
from store.errors import StoreError

log = logging.getLogger(__name__)

DATABASE_TROUBLE = (StoreError, OSError, TimeoutError)
"""What a door survives: it keeps the last policy."""
LOOK_EVERY = 1.0
LONGEST_LOOK = 10.0
GUEST = UUID(int=0)
"""Stands for whoever uses a device that nobody adopted yet."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One revision, ready for judging. Without a household nothing may pass."""

    catalogue: Catalogue
    household: Household | None = None
    people: Mapping[UUID, ChildRules] = field(default_factory=lambda: MappingProxyType({}))
    rulebooks: Mapping[UUID, Rulebook] = field(default_factory=lambda: MappingProxyType({}))
    index: Index = field(default_factory=Index)
    networks: tuple[tuple[Network, str], ...] = ()
    _children: dict[UUID | None, tuple[UUID, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )
    """What `children_of` found before: each connection asks a dozen times."""

    @property
    def revision(self) -> int:
        """Return the revision in force, -1 before any was loaded."""
        return self.household.revision if self.household else -1

    def asks_who(self, device_id: UUID | None) -> bool:
        """Tell whether somebody at a shared device should say first who it is."""
        device = self.index.by_id.get(device_id) if device_id else None
        return device is not None and device.is_anonymous

    def children_of(self, device_id: UUID | None) -> tuple[UUID, ...]:
        """Return whose rules hold for a device; the guest's when it is nobody's."""
        known = self._children.get(device_id)
        if known is None:
            known = self._children[device_id] = self._find_children(device_id)
        return known

    def _find_children(self, device_id: UUID | None) -> tuple[UUID, ...]:
        device = self.index.by_id.get(device_id) if device_id else None
        if device and device.user_id and device.user_id in self.rulebooks:
            return (device.user_id,)
        known = tuple(i for i in device.child_ids if i in self.rulebooks) if device else ()
        return known or (GUEST,)

    def one_child(self, device_id: UUID | None) -> ChildRules | None:
        """Return the child of a device, if it is exactly one."""
        children = self.children_of(device_id)
        return self.people.get(children[0]) if len(children) == 1 and children[0] != GUEST else None

    def privacy_of(self, device_id: UUID | None, now: datetime) -> Privacy:
        """Return how much may be written down: on a shared device the least of any child's."""
        at = now.timestamp()
        return least(self.rulebooks[child].privacy_at(at) for child in self.children_of(device_id))

    def tells(self, device_id: UUID | None, now: datetime) -> bool:
        """Tell whether adults hear of grave words: not without consent, nor in private hours."""
        books = [self.rulebooks[child] for child in self.children_of(device_id)]
        return all(book.tells and not book.is_private(now.timestamp()) for book in books)

    def networks_of(self, address: str) -> frozenset[str]:
        """Return the tags of the networks in which a device is."""
        if not self.networks:
            return frozenset()
        try:
            here = ip_address(address)
        except ValueError:
            return frozenset()
        return frozenset(tag for network, tag in self.networks if here in network)

    def is_recorded(self, device_id: UUID | None, now: datetime) -> bool:
        """Tell whether anything is written down: no more of a device whose users are all of age."""
        ends = (self.rulebooks[child].ends for child in self.children_of(device_id))
        return any(now.timestamp() < end for end in ends)

    def hears(self, device_id: UUID | None) -> bool:
        """Tell whether words typed on a device are heard: if all whose it is have it so."""
        return all(self.rulebooks[child].hears for child in self.children_of(device_id))

    def zone_of(self, child_id: UUID) -> ZoneInfo:
        """Return the time zone of a child's days."""
        return ZoneInfo(self.people[child_id].zone)


def stand(household: Household, catalogue: Catalogue) -> Standing:
    """Compile a household into what the doors judge by."""
    guest = ChildRules(
        id=GUEST,
        name="",
        group_id=household.site_id,
        language=household.language,
        zone=household.zone,
        layers=((Layer.FAMILY, household.guest),),
    )
    people = {person.id: person for person in (*household.children, guest)}
    rulebooks = {person.id: compile_child(person) for person in people.values()}
    tags = household.networks.items()
    networks = tuple((network, tag) for tag, texts in tags for network in opened(texts))
    return Standing(catalogue, household, people, rulebooks, index(household), networks)


class Current:
    """Holds the standing in force and keeps it up to date."""

    def __init__(self, catalogue: Callable[[], Catalogue], snapshot: Path, clock: Clock) -> None:
        self.standing = Standing(catalogue())
        self.changed: list[Callable[[], None]] = []
        """Told after every swap."""
        self.trouble = ""
        self._catalogue = catalogue
        self._snapshot = snapshot
        self._unwritten = asyncio.Event()
        self._clock = clock

    def adopt(self, household: Household, catalogue: Catalogue | None = None) -> None:
        """Build the new standing whole, swap it in with one assignment, tell who wants to know."""
        self.standing = stand(household, catalogue or self.standing.catalogue)
        for tell in self.changed:
            tell()

    def restore(self) -> None:
        """Adopt the snapshot of the last policy, if there is a sound one."""
        with suppress(FileNotFoundError):
            try:
                self.adopt(Household.model_validate_json(self._snapshot.read_bytes()))
            except ValidationError:
                log.warning("the policy snapshot cannot be read, waiting for the database")

    async def load(self, db: Database) -> None:
        """Adopt the household as it is now."""
        async with db.read() as connection:
            household = await stored.load(connection, now=self._clock())
        # An imported list moves the revision too, so this is when there may be a new one.
        self.adopt(household, await asyncio.to_thread(self._catalogue))
        self._unwritten.set()

    async def keep_snapshots(self) -> None:
        """Keep a snapshot of what is in force for a start without the database, until cancelled.

        Waiting for the disk must keep nobody from looking for the next change.
        """
        try:
            while True:
                await self._unwritten.wait()
                self._unwritten.clear()
                await asyncio.to_thread(self._keep_snapshot)
        finally:
            if self._unwritten.is_set():
                self._keep_snapshot()

    def _keep_snapshot(self) -> None:
        household = self.standing.household
        if household:
            try:
                write_whole(self._snapshot, household.model_dump_json().encode())
            except OSError as problem:
                log.warning("the policy cannot be kept for a start without database: %s", problem)

    async def look(self, db: Database) -> None:
        """Load anew if the revision moved."""
        async with db.read() as connection:
            revision = await stored.revision(connection)
        if revision != self.standing.revision:
            await self.load(db)

    def let_uses_end(self) -> None:
        """Forget who used a shared device once that has run out, also without the database."""
        household, now = self.standing.household, self._clock()
        if household is None or not any(device.left_at(now) for device in household.devices):
            return
        nobody = {"user_id": None, "user_until": None}
        left = tuple(
            device.model_copy(update=nobody) if device.left_at(now) else device
            for device in household.devices
        )
        self.adopt(household.model_copy(update={"devices": left}))

    async def watch(self, db: Database, hinted: asyncio.Event) -> None:
        """Look every second and at every hint: hints are only speed, the revision is the truth."""
        while True:
            hinted.clear()
            await self._look_if_possible(db)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await hinted.wait()

    async def _look_if_possible(self, db: Database) -> None:
        try:
            async with asyncio.timeout(LONGEST_LOOK):
                await self.look(db)
            self.trouble = ""
        except DATABASE_TROUBLE as problem:
            if not self.trouble:
                log.warning("the database is away, the last policy stays in force: %s", problem)
            self.trouble = str(problem) or type(problem).__name__

"""The parts of one door, put together."""

import asyncio
from collections import ChainMap, Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from uuid import UUID

from feeds.catalogue import Catalogue
from proxy.addresses import Network, opened
from proxy.arrivals import Arrivals
from proxy.bar import Bar
from proxy.ca import ensure_ca
from proxy.calling import open_line
from proxy.changing import Changes
from proxy.companions import Companions
from proxy.current import Current
from proxy.deadlines import Deadlines
from proxy.dial import Dialer, Pair, loop_connect, system_lookup
from proxy.ears import Ears
from proxy.familiar import Familiar
from proxy.gossip import SharedMeter
from proxy.guard import Guard
from proxy.held import HeldBack
from proxy.house_pages import HousePages
from proxy.inward import Inward
from proxy.judge import Judge, Judged
from proxy.leases import Lease, Leases
from proxy.lines import HAS_EPOLL, Lines
from proxy.minding import Minded
from proxy.note import Pen
from proxy.notices import Notices
from proxy.onscreen import OnScreen
from proxy.parts import Parts
from proxy.pinned import Pinned
from proxy.presence import Presence
from proxy.readings import Readings
from proxy.refusals import Step, Stopped
from proxy.resolved import LookUp
from proxy.settings import DoorSettings
from proxy.strangers import Strangers
from proxy.who import Doorman, ensure_key
from rules.clock import Clock
from rules.vouching import Visitor
from store.devices import Sighting
from store.household import SNAPSHOT

CA_FOLDER = "ca"
SIGHTED_EVERY = timedelta(seconds=30)

type Place = tuple[str, int]


@dataclass(slots=True)
class Counters:
    """What an operator wants to know of a door."""

    connections: int = 0
    blocked: int = 0
    crowded_out: int = 0
    unread: int = 0
    """Bodies too large or too odd to be looked at, which went on."""


class Door:
    """Everything that one door worker knows and uses; its parts speak to each other through it."""

    def __init__(
        self,
        *,
        catalogue: Callable[[], Catalogue],
        data: Path,
        settings: DoorSettings,
        clock: Clock,
        passphrase: bytes | None = None,
        panel_url: str = "",
        panel_at: str = "",
        look_up: LookUp = system_lookup,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.data = data
        self.certificate = ensure_ca(data / CA_FOLDER, passphrase=passphrase)
        self.current = Current(catalogue, data / SNAPSHOT, clock)
        key = ensure_key(data)
        self.doorman = Doorman(key)
        self.inward = Inward(key, panel_at)
        self.pen = Pen(self.current)
        self.readings = Readings(clock)
        self.meter = SharedMeter(self.current, self.pen.mark, refine=self.readings.known)
        self.judge = Judge(self.current, self.meter.spent, clock, self._moves, self.readings.known)
        self.ears = Ears(self.pen, clock)
        self.leases = Leases(self.current, self.judge, self.meter, self.pen, clock)
        self.notices = Notices(self.current, self.meter, self.pen.tell, clock)
        self.pages = HousePages(self.current, self.meter, self.notices, self.certificate, panel_url)
        self.guard = Guard(settings.hook_timeout)
        fixed = ChainMap(settings.resolver, self.inward.answers)
        self.dialer = Dialer(fixed, self.private_networks, look_up, self._connect)
        self.patience, self.calls = Deadlines(), Deadlines()
        self.companions, self.parts = Companions(), Parts(self.current, self.judge)
        self.pinned = Pinned(self.site_of)
        self.strangers = Strangers(self.pen)
        self.counters = Counters()
        self.tasks: set[asyncio.Task[None]] = set()
        self.trouble = ""
        self._crowd: Counter[Place] = Counter()
        self._sighted: dict[tuple[UUID, bool | None], datetime] = {}
        self.current.changed.append(self.leases.judge_all)

    @cached_property
    def arrivals(self) -> Arrivals:
        """Return what writes down what was let in."""
        return Arrivals(self.meter, self.pen)

    @cached_property
    def familiar(self) -> Familiar:
        """Return what knows the tunnels of this second."""
        return Familiar(self.current, self._moves, self.clock)

    @cached_property
    def changes(self) -> Changes:
        """Return what changes opened pages on their way; what is put below them comes last."""
        return Changes(self.bar)

    @cached_property
    def bar(self) -> Bar:
        """Return what tells below opened pages what is about to end."""
        pages = OnScreen(self.current, self.judge, self.leases.landing)
        return Bar(self.current, self.notices, self.pages.bar, self.clock, pages)

    @cached_property
    def presence(self) -> Presence:
        """Return what looks who is on the network."""
        probes = self.settings.probe_devices
        return Presence(self.current, self.leases.devices, self.clock, probes=probes)

    @cached_property
    def minded(self) -> Minded:
        """Return what knows what is to be minded in what a device sends."""
        return Minded(self.current, ensure_key(self.data))

    @cached_property
    def held(self) -> HeldBack:
        """Return what was held back until a child says what becomes of it."""
        return HeldBack(self.clock)

    @cached_property
    def lines(self) -> Lines | None:
        """Return the lines of the loop that the door runs in, where the system has them."""
        return Lines(asyncio.get_running_loop(), self.guard.careful) if HAS_EPOLL else None

    async def _connect[P: asyncio.BaseProtocol](
        self, factory: Callable[[], P], address: str, port: int
    ) -> Pair[P]:
        if self.lines is None:
            return await loop_connect(factory, address, port)
        return await open_line(self.lines, factory, address, port)

    def _moves(self) -> int:
        """Count what changes verdicts besides the policy: minutes, what pages and devices told.

        Each of these only grows, so the sum tells whether any of them did.
        """
        return self.meter.moves + self.readings.moves + self.pinned.moves + len(self._sighted)

    def trusts_us(self, device_id: UUID | None) -> bool | None:
        """Tell whether a device trusts our certificate, as far as it is known."""
        if device_id is None:
            return None
        if (device_id, True) in self._sighted:
            return True
        device = self.current.standing.index.by_id.get(device_id)
        known = device.trusts_ca if device else None
        if known is None and (device_id, False) in self._sighted:
            return False
        return known

    def wishes(self, device_id: UUID | None, judged: Judged, names: tuple[str, ...]) -> bool:
        """Tell whether a connection is opened though no rule must look inside: where it works.

        To hear its words, to take something out of its pages, or to look at what is sent.
        """
        hears = judged.verdict.hear and self.current.standing.hears(device_id)
        if not (hears or judged.verdict.edits or judged.verdict.minds):
            return False
        return self.trusts_us(device_id) is True and not self.judge.never_opened(names)

    def port_of(self, device_id: UUID | None) -> int:
        """Return the proxy port of a device, the common one where we do not know it."""
        device = self.current.standing.index.by_id.get(device_id) if device_id else None
        return device.port if device else self.settings.port

    def sight(self, device_id: UUID | None, address: str, *, trusts: bool | None = None) -> None:
        """Record that a device was here, at most twice a minute; news about trust at once."""
        if device_id is None:
            self.strangers.sight(address, self.clock())
            return
        self.presence.came(device_id, address)
        if trusts is False and self.trusts_us(device_id):
            return
        key, moment = (device_id, trusts), self.clock()
        last = self._sighted.get(key)
        if last is not None and (trusts is not None or abs(moment - last) < SIGHTED_EVERY):
            return
        self._sighted[key] = moment
        self.pen.sight(Sighting(device_id, moment, address, trusts))

    def visitor(self, device_id: UUID | None, address: str, *, secure: bool) -> Visitor:
        """Tell the panel whose device comes, and what waits for its child."""
        refused = self.pages.refusals.told(device_id, address)
        return Visitor(device_id, address, secure, refused, self.held.holds(device_id))

    def stopped(
        self,
        device_id: UUID | None,
        address: str,
        judged: Judged,
        *,
        opened: bool = False,
        again: bool = False,
        step: Step = Step.UNSEEN,
    ) -> None:
        """Write down that a visit was stopped; `again` when the child surely asked once more."""
        now = self.clock()
        self.counters.blocked += 1
        self.meter.called(device_id, judged.known, now, host=judged.host)
        refusal = Stopped(judged.host, judged.verdict, now, step)
        self.pages.refusals.note(device_id, address, refusal)
        if self.arrivals.repeats(device_id or address, judged, now) and not again:
            return
        self.pen.blocked(device_id, judged, now, opened=opened)

    def let_in(self, lease: Lease) -> Lease:
        """Write down that a visit goes on, and watch over it."""
        self.arrivals.let_in(lease)
        return self.leases.begin(lease)

    def enter(self, place: Place) -> bool:
        """Count a new connection from an address at a port; False when there are too many."""
        full = self.counters.connections >= self.settings.connections
        if full or self._crowd[place] >= self.settings.per_device:
            self.counters.crowded_out += 1
            return False
        self._crowd[place] += 1
        self.counters.connections += 1
        return True

    def leave(self, place: Place) -> None:
        """Count a connection that ended."""
        self.counters.connections -= 1
        self._crowd[place] -= 1
        if not self._crowd[place]:
            del self._crowd[place]

    def tick(self) -> None:
        """Once a second: let uses end, count minutes, judge what is due."""
        self.current.let_uses_end()
        self.arrivals.settle()
        self.leases.tick()

    def settle(self) -> None:
        """Count and write down what came and ended since the last tick."""
        self.arrivals.settle()
        self.leases.settle()

    def site_of(self, host: str) -> str:
        """Return the site a host belongs to."""
        return self.current.standing.catalogue.site_of(host)

    def is_busy(self) -> bool:
        """Tell whether connections are running, or somebody has not said yet what it wants."""
        return bool(self.tasks or len(self.leases) or len(self.patience))

    def private_networks(self) -> tuple[Network, ...]:
        """Return the private networks that an adult opened for devices."""
        household = self.current.standing.household
        return opened(household.private_hosts) if household else ()

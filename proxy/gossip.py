"""Doors of one machine tell each other what flowed, so that each sees the whole of it.

The kernel gives each connection to one of the doors: of a page's six, each of two sees three, and
neither would know it for a page. Once a second each door says to the others, on loopback and
signed, what it saw; what is lost costs a little of the picture, never a minute written down.
"""

import asyncio
import hmac
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from feeds.attended import Thresholds
from proxy.current import Current
from proxy.files import write_whole
from proxy.meter import Mark, Meter
from proxy.news import Teller
from rules.visit import Known

log = logging.getLogger(__name__)

HERE = "127.0.0.1"
FOLDER = "doors"
SUFFIX = ".port"
EVERY = 1.0
BREATH = 0.05
"""Seconds between two rounds, however much there is to say."""
AT_ONCE = 40
"""Lines in one datagram: well below what the kernel takes."""
SIGNATURE = 32
MOST_NEWS = 20_000


type Refine = Callable[[str, Known], Known]
"""Adds to what the catalogue knows of a host."""


@dataclass(slots=True)
class Line:
    """What one door saw of one site on one device within a second."""

    device_id: str
    host: str
    opened: bool
    at: float = 0
    size: int = 0
    connections: int = 0
    refused: int = 0
    steps: int = 0
    """Pages the child went to."""
    film: int = 0
    """Bytes of film that came in time, see `proxy.landing`."""


class SharedMeter(Meter):
    """A meter that notes for the other doors what it saw, and takes in what they saw."""

    def __init__(
        self,
        current: Current,
        mark: Mark,
        table: Thresholds | None = None,
        refine: Refine = lambda _, known: known,
    ) -> None:
        super().__init__(current, mark, table)
        self._news: dict[tuple[UUID, str, bool], Line] = {}
        self._is_hearing = False
        self._refine = refine

    def traffic(
        self,
        device_id: UUID | None,
        known: Known,
        size: int,
        now: datetime,
        *,
        host: str = "",
        opened: bool = False,
    ) -> None:
        """Count bytes that flowed."""
        if line := self._line(device_id, host, now, opened=opened):
            line.size += size
        super().traffic(device_id, known, size, now, host=host, opened=opened)

    def connected(
        self,
        device_id: UUID | None,
        known: Known,
        now: datetime,
        *,
        host: str = "",
        times: int = 1,
    ) -> None:
        """Count a new connection, or several alike."""
        if line := self._line(device_id, host, now):
            line.connections += times
        super().connected(device_id, known, now, host=host, times=times)

    def called(
        self,
        device_id: UUID | None,
        known: Known,
        now: datetime,
        *,
        host: str = "",
        let_in: int = 0,
    ) -> None:
        """Note that a site was called."""
        if not let_in and (line := self._line(device_id, host, now)):
            line.refused += 1
        super().called(device_id, known, now, host=host, let_in=let_in)

    def attend(
        self, device_id: UUID | None, known: Known, now: datetime, *, host: str = ""
    ) -> None:
        """Mark this minute, because the child opened a page."""
        if line := self._line(device_id, host, now):
            line.steps += 1
        super().attend(device_id, known, now, host=host)

    def film(self, device_id: UUID | None, host: str, size: int, now: datetime) -> None:
        """Tell of film that flows in time."""
        if line := self._line(device_id, host, now):
            line.film += size
        super().film(device_id, host, size, now)

    def take_news(self) -> list[Line]:
        """Return what the other doors do not know yet."""
        news, self._news = list(self._news.values()), {}
        return news

    def hear(self, lines: Iterable[Line]) -> None:
        """Take in what another door saw, as if it had been seen here."""
        self._is_hearing = True
        try:
            for line in lines:
                self._hear(line)
        finally:
            self._is_hearing = False

    def _hear(self, line: Line) -> None:
        device_id, now = UUID(line.device_id), datetime.fromtimestamp(line.at, UTC)
        known = self._refine(line.host, self._current.standing.catalogue.look_up(line.host))
        if line.connections:
            self.connected(device_id, known, now, host=line.host, times=line.connections)
        if line.refused:
            self.called(device_id, known, now, host=line.host)
        if line.steps:
            self.attend(device_id, known, now, host=line.host)
        if line.film:
            self.film(device_id, line.host, line.film, now)
        if line.size:
            self.traffic(device_id, known, line.size, now, host=line.host, opened=line.opened)

    def _line(
        self, device_id: UUID | None, host: str, now: datetime, *, opened: bool = False
    ) -> Line | None:
        if device_id is None or self._is_hearing:
            return None
        news = self._news
        line = news.get((device_id, host, opened))
        if line is None:
            if len(news) >= MOST_NEWS:
                return None
            line = news[device_id, host, opened] = Line(str(device_id), host, opened)
        line.at = now.timestamp()
        return line


class Gossip(asyncio.DatagramProtocol):
    """Speaks with the other doors of this machine until cancelled."""

    def __init__(
        self,
        meter: SharedMeter,
        data: Path,
        worker: str,
        key: bytes,
        tellers: Mapping[str, Teller] | None = None,
    ) -> None:
        self._meter = meter
        self._tellers = dict(tellers or {})
        self._woken = asyncio.Event()
        for teller in self._tellers.values():
            teller.news.came = self._woken.set
        self._folder = data / FOLDER
        self._mine = self._folder / f"{worker.replace('/', '_')}{SUFFIX}"
        self._key = key

    async def run(self) -> None:
        """Listen, and once a second say what is new; what a child waits for at once."""
        try:
            async with self._listening() as transport:
                while True:
                    await asyncio.sleep(BREATH)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._woken.wait(), EVERY)
                    self._woken.clear()
                    self.speak(transport)
        except OSError as error:
            # Then each door counts what it sees, as if it were alone.
            log.warning("doors cannot speak with each other: %s", error, extra={"event": "gossip"})

    def speak(self, transport: asyncio.DatagramTransport) -> None:
        """Say what is new to each of the other doors."""
        news, others = self._meter.take_news(), list(self._others())
        for start in range(0, len(news) if others else 0, AT_ONCE):
            lines = [astuple(line) for line in news[start : start + AT_ONCE]]
            self._say(transport, others, lines)
        for name, teller in self._tellers.items():
            told = teller.news.take()
            for start in range(0, len(told) if others else 0, AT_ONCE):
                self._say(transport, others, {name: told[start : start + AT_ONCE]})

    def _say(self, transport: asyncio.DatagramTransport, others: list[int], news: object) -> None:
        said = json.dumps(news).encode()
        for port in others:
            transport.sendto(self._sign(said) + said, (HERE, port))

    def datagram_received(self, data: bytes, _address: tuple[str, int]) -> None:
        """Take in what another door said, if it was one of ours."""
        signature, said = data[:SIGNATURE], data[SIGNATURE:]
        if not hmac.compare_digest(signature, self._sign(said)):
            return
        try:
            self._take_in(json.loads(said))
        except (ValueError, TypeError, OverflowError):
            # A door of another version, in the moment of an update.
            log.warning("what another door said cannot be read", extra={"event": "gossip"})

    def _take_in(self, news: Any) -> None:
        if not isinstance(news, dict):
            self._meter.hear([Line(*line) for line in news])
            return
        for name, teller in self._tellers.items():
            teller.hear(news.get(name, ()))

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[asyncio.DatagramTransport]:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(HERE, 0))
        try:
            port = transport.get_extra_info("sockname")[1]
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(self._mine, str(port).encode())
            yield transport
        finally:
            transport.close()
            with suppress(OSError):
                self._mine.unlink()

    def _others(self) -> Iterator[int]:
        for path in self._folder.glob(f"*{SUFFIX}"):
            with suppress(OSError, ValueError):
                if path != self._mine:
                    yield int(path.read_text())

    def _sign(self, said: bytes) -> bytes:
        return hmac.digest(self._key, said, "sha256")
